"""Operations and aid of the demo, invented, through the real actions: one over, one planned, one request."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from port2port.measures.operations import actions, aid_actions, queries
from port2port.measures.operations.aid_queries import requests_to_us
from port2port.measures.operations.models import Operation
from port2port.measures.operations.rules import Count, Need, Part, Plan
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

OWNER, LENDER, ASKER = "pso@antwerp.demo", "pso@northsea.demo", "pso@ostend.demo"
TAKING_PART = ((OWNER, "BEANR"), (LENDER, "BEGNE"), (ASKER, "BEOST"))
THREAT = "drug_smuggling"
COUNTED = (
    (
        OWNER,
        "BEANR",
        (("scans", "64"), ("opened", "9"), ("dog_hours", "14"), ("staff_hours", "120"), ("drug_finds", "1")),
    ),
    (LENDER, "BEGNE", (("scans", "31"), ("vehicles", "58"), ("dog_hours", "6.5"), ("seals_broken", "2"))),
    (ASKER, "BEOST", (("persons", "140"), ("vehicles", "36"), ("staff_hours", "22.5"), ("no_access", "3"))),
)
PAST = (
    "Night of the reefers (invented)",
    "From dusk to dawn every refrigerated container on the common list is scanned or opened, at all three ports in"
    " the same hours, so that nothing moves to the port that looks the other way. The duty desks call each other every"
    " hour.",
)
LEARNED = (
    "The list was ready two days late, so that a third of the containers had left. Begin with the cold stores; agree"
    " beforehand on who opens what the scan leaves open. (invented)"
)
COMING = (
    "Gates and badges, early shift (invented)",
    "At the change of shift each badge is compared with its face at all gates, and drivers without a booking wait"
    " outside.",
)


def seed_operations(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many records were made."""
    with acting_as(*cast_member(OWNER)):
        if Operation.objects.exists():
            return 0
    past = _planned(PAST, at - timedelta(days=12), 20, timedelta(hours=10), kind="inspection", at=at)
    _answered(past, at)
    with acting_as(*cast_member(OWNER)):
        actions.turn(past, to="running", at=at)
        window = queries.operation(past, at=at).operation.starts_at
    for who, port, counts in COUNTED:
        with acting_as(*cast_member(who)):
            actions.count(
                past, port=_port(port), day=window.astimezone(ZONE).date(), at=at,
                counts=[Count(kind, Decimal(amount)) for kind, amount in counts],
            )  # fmt: skip
    with acting_as(*cast_member(OWNER)):
        actions.turn(past, to="ended", at=at)
        actions.turn(past, to="evaluated", said=LEARNED, at=at)
    _planned(COMING, at + timedelta(days=6), 5, timedelta(hours=4), kind="access_check", at=at)
    _lent(at)
    return 3


def _port(code: str) -> UUID:
    return known_places().ports[code].id


def _planned(words: tuple[str, str], day: datetime, hour: int, lasts: timedelta, *, kind: str, at: datetime) -> UUID:
    parts = []
    for who, port in TAKING_PART:
        with acting_as(*cast_member(who)) as actor:
            assert actor.organisation is not None  # the cast acts for somebody
            parts.append(Part(actor.organisation, _port(port)))
    begins = day.astimezone(ZONE).replace(hour=hour, minute=0, second=0, microsecond=0)
    with acting_as(*cast_member(OWNER)):
        return actions.plan_operation(
            plan=Plan(kind, *words, begins, begins + lasts, "en"), threat=THREAT, parts=parts, tlp=Tlp.AMBER,
            terms=terms_for(THREAT, reporter()), at=at, provenance="invented",
        ).record_id  # fmt: skip


def _answered(operation: UUID, at: datetime) -> None:
    for who, _port_code in TAKING_PART[1:]:
        with acting_as(*cast_member(who)):
            for part in queries.own_parts(queries.operation(operation, at=at)):
                actions.answer(part.id, accept=True, at=at)


def _lent(at: datetime) -> None:
    """Ask for divers; one port offers a part."""
    begins = (at + timedelta(days=2)).astimezone(ZONE).replace(hour=7, minute=0, second=0, microsecond=0)
    need = Need(
        "divers", "Used to looking under hulls in murky water; with their own boat if possible. (invented)", 4,
        _port("BEOST"), "Montgomery dock", begins, begins + timedelta(days=1),
        "Three ships from the same service came in with fresh marks at the sea chests. (invented)", "en",
    )  # fmt: skip
    with acting_as(*cast_member(ASKER)):
        to = Addressing((Circle.objects.get(slug="ports-and-police").id,), Tlp.AMBER)
        aid_actions.ask_aid(
            need=need, threat=THREAT, to=to, terms=terms_for(THREAT, reporter()), at=at, provenance="invented"
        )
    with acting_as(*cast_member(LENDER)):
        for request in requests_to_us(at=at):
            aid_actions.offer_aid(request.id, amount=2, note="Two divers of the rescue team, by van. (invented)", at=at)
