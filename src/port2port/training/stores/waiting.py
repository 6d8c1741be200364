"""What of the record store waits for administrators: that it has not taken anything for a while."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.members.actor import Actor
from port2port.members.roles import Act
from port2port.members.rules import Need
from port2port.training.stores import words
from port2port.training.stores.models import RecordStore

FAILURES = 4  # in a row: more than an hour


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return a need when the own organisation's store failed so often that it will not mend by itself."""
    if actor.organisation is None or not actor.may(Act.ADMINISTER):
        return []
    failing = RecordStore.objects.defer("secret").filter(failures__gte=FAILURES, paused_at=None).first()
    if failing is None:
        return []
    return [
        Need(
            title=_("The learning record store does not take what is sent"), text=str(words.problem(failing.code)),
            href=reverse("training:store"), action=_("Open it"), icon="link",
        )
    ]  # fmt: skip
