"""What of TAK servers waits for administrators: one that could not be reached for a while."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.exchange.models import TakServer
from port2port.exchange.peers.waiting import FAILURES
from port2port.exchange.tak import words
from port2port.members.actor import Actor
from port2port.members.roles import Act
from port2port.members.rules import Need


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return a need for each own TAK server that failed so often that it will not mend by itself."""
    if actor.organisation is None or not actor.may(Act.ADMINISTER):
        return []
    failing = TakServer.objects.defer("secret").filter(failures__gte=FAILURES, paused_at=None).order_by("name")
    return [
        Need(
            title=_("%(name)s shows nothing new") % {"name": one.name},
            text=str(words.problem(one.problem)),
            href=reverse("exchange:tak"),
            action=_("Open it"),
            icon="link",
        )
        for one in failing
    ]
