"""Making exercises for tests through the real actions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.members.models import Facility, Port
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import reporter
from port2port.training.exercises import actions, seating
from port2port.training.exercises.queries import injects
from port2port.training.exercises.rules import InjectText, Place, Plan

OWNER, PLAYER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pfso@quay1.demo", "pso@northsea.demo", "officer@outside.demo"
THREAT, DRILL = "drone_misuse", "drone-over-a-quay"
BERTH = "BEANR"


def plan(title: str = "Drone at the quay (test)", *, starts: float = 48, **more: Any) -> Plan:
    """Return a plan that starts so many hours from now."""
    values = {
        "title": title, "size": "drill", "starts_at": now() + timedelta(hours=starts), "minutes": 40,
        "notes": "Meet at the gate.", "language": "en",
    }  # fmt: skip
    return Plan(**values | more)


def places(cast: Any, *emails: str, facility: bool = False) -> list[Place]:
    """Return where these take part: all at Antwerp, the facility's officer at its facility when asked."""
    port = Port.objects.get(locode=BERTH).id
    found = []
    for email in emails or (OWNER, PLAYER):
        spot = None
        if facility and email == PLAYER:
            spot = Facility.objects.filter(operator_id=cast[email].organisation).order_by("number")[0].id
        found.append(Place(cast[email].organisation, port, spot))
    return found


def planned(cast: Any, *emails: str, facility: bool = False, scenario: str = DRILL, **more: Any) -> UUID:
    """Plan a drill from a scenario as the current actor."""
    return actions.plan_exercise(
        plan=plan(**more), threat=THREAT, places=places(cast, *emails, facility=facility),
        terms=terms_for(THREAT, reporter()), at=now(), scenario=scenario,
    ).record_id  # fmt: skip


def played(acting: Any, cast: Any, *emails: str, role: str = "pfso", **more: Any) -> UUID:
    """Plan a drill as the owner, and let the facility's officer take a role."""
    with acting(OWNER):
        made = planned(cast, *emails, **more)
    with acting(PLAYER):
        seating.seat(made, person=cast[PLAYER].person, kind="player", role=role, at=now())
    return made


def inject(text: str = "Somebody rings (test).", *, second: int = 60, roles: Sequence[str] = ("pfso",)) -> InjectText:
    """Return an inject."""
    return InjectText(second, tuple(roles), "phone", {"en": text}, ({"en": "Answer."},))


def by_second(exercise: UUID) -> list[UUID]:
    """Return the ids of what the actor sees of the script, by time."""
    return [one.id for one in injects(exercise)]
