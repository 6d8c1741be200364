"""Groups and meetings for tests, through the real actions as the cast."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, meeting_actions
from port2port.workgroups.rules import DecisionRule

CHAIR, SECRETARY, MEMBER = "pso@antwerp.demo", "analyst@commissioner.demo", "pso@northsea.demo"
OUTSIDER = "officer@outside.demo"
CONSENSUS = DecisionRule("consensus", None, Fraction(1, 2))
TWO_THIRDS = DecisionRule("qualified", Fraction(2, 3), Fraction(1, 2))
Acting = Callable[[str], AbstractContextManager[Any]]


@dataclass(frozen=True)
class World:
    """A group of three organisations and a meeting that was an hour ago."""

    group: UUID
    meeting: UUID
    item: UUID


def group(acting: Acting, cast: dict[str, Any], *, rule: DecisionRule = CONSENSUS, tlp: Tlp = Tlp.AMBER) -> UUID:
    """Found a group with Antwerp in the chair, the commissioner's analyst as secretary, North Sea Port a member."""
    with acting(CHAIR):
        made = actions.found_group(
            name="Drones over ports (test)", label="Ports group", remit="Say who does what.", language="en", tlp=tlp,
            rule=rule, at=now(),
        ).id  # fmt: skip
        for email, office in ((SECRETARY, "secretary"), (MEMBER, "member")):
            actions.seat_person(
                made, person=cast[email].person, organisation=cast[email].organisation, office=office, at=now()
            )
    return made


def meeting(of: UUID, *, starts_at: datetime | None = None, title: str = "First meeting", **named: Any) -> UUID:
    """Convene a meeting as whoever acts."""
    begins = starts_at or now() - timedelta(hours=3)
    return meeting_actions.convene(
        of, title=title, starts_at=begins, ends_at=begins + timedelta(hours=2), place="Room 1", language="en", at=now(),
        **named,
    ).record_id  # fmt: skip


def item(of: UUID, *, title: str = "Drones", **named: Any) -> UUID:
    """Put an item on an agenda as whoever acts."""
    return meeting_actions.add_item(of, title=title, language="en", at=now(), **named).record_id


def world(acting: Acting, cast: dict[str, Any], **named: Any) -> World:
    """Make a group, a meeting and an item."""
    made = group(acting, cast, **named)
    with acting(CHAIR):
        held = meeting(made)
    with acting(CHAIR):
        return World(made, held, item(held))
