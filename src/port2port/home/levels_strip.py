"""The security levels on home: what is above the usual one always, the usual one of my ports as one quiet line."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.levels import queries, words
from port2port.levels.queries import PortState
from port2port.levels.rules import NORMAL
from port2port.members.actor import Actor
from port2port.members.models import Port
from port2port.members.places import known_places
from port2port.members.queries import called


def strip(actor: Actor, at: datetime) -> dict[str, Any]:
    """Return the ports above level 1, the own ones first, and one line where the own ones are not; {}: none are told.

    The own ports are those of the organisation and those where it has a facility; who has neither reads of all.
    """
    states = queries.state(at=at)
    if not states or actor.organisation is None:
        return {}
    mine = own_ports(actor.organisation)
    above = sorted((one for one in states if one.now.level > NORMAL), key=lambda one: one.spot.code not in mine)
    usual = [one for one in states if one.now.level == NORMAL and (one.spot.code in mine or not mine)]
    return {"above": [words.port_row(one) for one in above], "quiet": _quiet(usual, mine, len(states))}


def own_ports(organisation: UUID) -> set[str]:
    """Return the codes of an organisation's ports, and of those where it has a facility. One query."""
    of_it = set(Port.objects.filter(organisations=organisation).values_list("locode", flat=True))
    return of_it | {spot.port for spot in known_places().facilities.values() if spot.operator == organisation}


def _quiet(usual: list[PortState], mine: set[str], every: int) -> str:
    if len(usual) == 1:
        return words.port_answer(called(usual[0].spot.names), usual[0].now, past=False)
    if len(usual) == every:
        return _("All ports are at level 1")
    if not usual:
        return ""
    if not mine:
        return _("All other ports are at level 1")
    return _("Your ports are at level 1") if len(usual) == len(mine) else _("Your other ports are at level 1")
