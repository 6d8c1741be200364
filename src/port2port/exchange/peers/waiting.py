"""What of other nodes waits for administrators: one that could not be reached for a while."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.exchange.models import Peer
from port2port.exchange.peers import words
from port2port.members.actor import Actor
from port2port.members.roles import Act
from port2port.members.rules import Need

FAILURES = 6  # in a row: some five minutes


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return a need for each peer of the own organisation that failed so often that it will not mend by itself."""
    if actor.organisation is None or not actor.may(Act.ADMINISTER):
        return []
    failing = Peer.objects.filter(failures__gte=FAILURES, paused_at=None).order_by("name")
    return [
        Need(
            title=words.answer(one),
            text=str(words.problem(one.problem)),
            href=reverse("exchange:peer", args=[one.id]),
            action=_("Open it"),
            icon="link",
        )
        for one in failing
    ]
