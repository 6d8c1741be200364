"""Taking in what a MISP exported: it waits in the own inbox for a person, as what comes by TAXII does."""

from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from port2port.exchange.inbound.actions import receive, receiver
from port2port.exchange.misp.groups import known_groups
from port2port.exchange.misp.reading import Looked, looked
from port2port.members.acting import action


def look(raw: bytes) -> list[Looked]:
    """Return what would become of each event; nothing is written.

    Raises Refused when the role may not report, Invalid, TooMuch.
    """
    receiver()
    return looked(raw, known_groups())


@action
def take(raw: bytes, *, at: datetime) -> list[Looked]:
    """Put the events of an export into the inbox of the own organisation, and return what became of each.

    Raises Refused when the role may not report, Invalid, TooMuch.
    """
    found = look(raw)
    objects = {one["id"]: one for event in found for one in event.objects}
    delivery = receive(msgspec.json.encode({"objects": list(objects.values())}), at=at)
    bad = {one["id"] for one in delivery.refused}
    return [_fate(one, bad) for one in found]


def _fate(one: Looked, bad: set[str]) -> Looked:
    """Return what became of an event: of another text under the same moment the first stays."""
    if one.message or f"incident--{one.uuid}" not in bad:
        return one
    return Looked(one.uuid, one.info, one.tlp, message=_("It came before with the same time and another text."))
