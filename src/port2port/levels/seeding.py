"""The levels of the demo: invented, and they say so; entered, answered and declared through the real actions."""

from datetime import datetime, timedelta

from port2port.levels.actions import acknowledge, enter_notice, note_told, set_checklist, tick
from port2port.levels.declarations.actions import declare, note_signed
from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.rules import Draft as Declared
from port2port.levels.declarations.vocabulary import words
from port2port.levels.models import Notice
from port2port.levels.rules import Draft
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member

PSO, PFSO = "pso@antwerp.demo", "pfso@quay1.demo"
PORT, QUAY, NEXT = "BEANR", "BEANR-9901", "BEANR-9903"
INVENTED = "invented"
NUMBERS = (1, 2, 5, 9)
RAISED, LOWERED = timedelta(days=24), timedelta(days=21)
# The check digits are right; no ship has these numbers.
SHIPS = (("Zeewind (invented)", "1234567"), ("Maaslicht (invented)", "9999993"))
MINUTES = timedelta(minutes=1)


def seed_levels(at: datetime) -> int:
    """Enter a notice of three weeks ago, lowered again, with answers; and two declarations, unless there are any.

    Returns how many notices and declarations were written.
    """
    raised, lowered = at - RAISED, at - LOWERED
    with acting_as(*cast_member(PSO)):
        if Notice.objects.exists() or Declaration.objects.exists():
            return 0
        set_checklist(PORT, level=2, numbers=NUMBERS, at=raised - timedelta(days=60))
        text = "Extra rounds along the waterside, one gate for visitors (invented)."
        draft = Draft(PORT, 2, raised, "DEMO-2026-07", text=text)
        first = enter_notice(draft=draft, at=raised, provenance=INVENTED)
        note_told(first.id, facility=NEXT, at=raised + 50 * MINUTES)
    with acting_as(*cast_member(PFSO)):
        acknowledge(first.id, at=raised + 7 * MINUTES)
        tick(first.id, facility=QUAY, done={0: True, 1: True, 2: True, 5: True}, at=raised + 95 * MINUTES)
    with acting_as(*cast_member(PSO)):
        draft = Draft(
            PORT, 1, lowered, "DEMO-2026-09", text="Back to the usual measures (invented).", replaces=first.id
        )
        second = enter_notice(draft=draft, at=lowered, provenance=INVENTED)
    with acting_as(*cast_member(PFSO)):
        acknowledge(second.id, at=lowered + 12 * MINUTES)
        _declare(0, raised + timedelta(hours=5), at=at, facility_level=2, ship_level=1, reason="threat_or_incident")
        _declare(1, at - timedelta(hours=3), at=at, facility_level=1, ship_level=2, reason="ship_at_higher_level")
    return 2 + len(SHIPS)


def _declare(which: int, starts: datetime, *, at: datetime, facility_level: int, ship_level: int, reason: str) -> None:
    """Write a declaration of a day; the one that is over was signed."""
    ship, number = SHIPS[which]
    measures = {one.code: "both" for one in words().measures} | {"access_ship": "ship", "access_facility": "facility"}
    made = declare(
        draft=Declared(
            place=QUAY, ship=ship, imo=number, starts=starts, ends=starts + timedelta(days=1), ship_level=ship_level,
            facility_level=facility_level, reason=reason, activities=("mooring", "cargo"), measures=measures,
            facility_post="pfso", ship_post="sso",
        ),
        at=at, provenance=INVENTED,
    )  # fmt: skip
    if made.ends < at:
        note_signed(made.record_id, signed_on=starts.date(), kept_at="Archive 2, file 14 (invented)", at=at)
