"""Reads of levels: notices, the state at a moment, answers and checklists. The policy filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from port2port.base.errors import NotFound
from port2port.compliance.queries import Sight, sight
from port2port.levels.models import Answer, Checklist, Notice, Order, Tick
from port2port.levels.rules import (
    SHIPS_TOLD,
    Entry,
    PortStanding,
    Span,
    Standing,
    overdue,
    port_standing,
    spans,
    standing,
)
from port2port.members.places import Spot, known_places

KIND = "level"
MOST_NOTICES = 5000
SHOWN = 50
ANSWERED_WITHIN = timedelta(days=30)


def entry_of(row: Notice) -> Entry:
    """Return a notice as the rules take it."""
    return Entry(
        id=row.id, port=row.port_id, level=row.level, starts=row.starts, entered_at=row.entered_at,
        facilities=frozenset(row.facilities), until=row.until, replaces=row.replaces_id, corrects=row.corrects_id,
        void=row.void, exercise=row.exercise,
    )  # fmt: skip


def entries(port: UUID | None = None) -> list[Entry]:
    """Return the notices one sees, of a port or of all. One query."""
    found = Notice.objects.order_by("-entered_at")
    if port is not None:
        found = found.filter(port_id=port)
    return [entry_of(row) for row in found[:MOST_NOTICES]]


@dataclass(frozen=True)
class PortState:
    """The level of a port at a moment; `spot` is the port. `then`: as it was known then, where that was another one."""

    spot: Spot
    now: PortStanding
    then: PortStanding


def reads() -> bool:
    """Whether the actor learns the levels of ports at all: members do, and those whose port or facility it is."""
    with connection.cursor() as cursor:
        cursor.execute("select levels_community() or compliance_national() or cardinality(levels_ports()) > 0")
        return bool(cursor.fetchone()[0])


def state(*, at: datetime) -> list[PortState]:
    """Return the level of each port of the network at a moment; of no port for who learns none. Two queries."""
    if not reads():
        return []
    told = entries()
    now_known, then_known = spans(told), spans(told, known=at)
    return [
        PortState(spot, port_standing(now_known, port=spot.id, at=at), port_standing(then_known, port=spot.id, at=at))
        for spot in known_places().ports.values()
        if spot.member
    ]


def port(code: str) -> Spot:
    """Return a port whose level one may know. Raises NotFound."""
    spot = known_places().ports.get(code.upper())
    if spot is None or not spot.member or not reads():
        raise NotFound()
    return spot


def facilities_of(spot: Spot) -> list[Spot]:
    """Return the facilities of a port, by number."""
    return [one for one in known_places().facilities.values() if one.port == spot.code]


@dataclass(frozen=True)
class FacilityState:
    """The level of a facility at a moment."""

    spot: Spot
    now: Standing


def facility_states(spot: Spot, *, at: datetime) -> list[FacilityState]:
    """Return the level of each facility of a port at a moment, the highest first."""
    told = spans(entries(spot.id))
    found = [FacilityState(one, standing(told, port=spot.id, facility=one.id, at=at)) for one in facilities_of(spot)]
    return sorted(found, key=lambda one: (-one.now.level, one.spot.code))


def facility_level(code: str, *, at: datetime) -> int:
    """Return the level of a facility, or the highest of a port, by its code. Raises NotFound."""
    places = known_places()
    found = places.facilities.get(code.upper())
    if found is None:
        spot = port(code)
        return port_standing(spans(entries(spot.id)), port=spot.id, at=at).level
    of_port = port(found.port)
    return standing(spans(entries(of_port.id)), port=of_port.id, facility=found.id, at=at).level


def notices(*, port: UUID | None = None, start: int = 0, size: int = SHOWN) -> list[Notice]:
    """Return notices, the newest entry first."""
    found = Notice.objects.select_related("port", "organisation", "corrected_by").order_by("-entered_at", "-id")
    if port is not None:
        found = found.filter(port_id=port)
    return list(found[start : start + size])


def notice(identifier: UUID) -> Notice:
    """Return one notice. Raises NotFound, the same for absent and hidden."""
    related = ("port", "organisation", "corrected_by", "corrects", "replaces")
    found = Notice.objects.select_related(*related).filter(id=identifier).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return found


def order(identifier: UUID) -> Order | None:
    """Return what those concerned are asked, None for others."""
    return Order.objects.filter(notice_id=identifier).first()


def span_of(row: Notice) -> Span | None:
    """Return a notice with its end, None once it was corrected or when it corrects to nothing."""
    return next((span for span in spans(entries(row.port_id)) if span.entry.id == row.id), None)


def held_now(port: UUID, *, exercise: bool | None = None) -> list[Span]:
    """Return the notices of a port that count and that nothing has replaced yet."""
    told = spans(entries(port))
    replaced = {span.entry.replaces for span in told}
    return [
        span for span in told
        if span.entry.id not in replaced and (exercise is None or span.entry.exercise == exercise)
    ]  # fmt: skip


def desks() -> frozenset[UUID]:
    """Return the facilities whose desk the actor is. One query."""
    with connection.cursor() as cursor:
        cursor.execute("select levels_desks()")
        return frozenset(cursor.fetchone()[0])


@dataclass(frozen=True)
class FacilityAnswer:
    """What a facility answered to a notice: whether and when it acknowledged, and its checklist by number."""

    spot: Spot
    answer: Answer | None
    ticks: dict[int, Tick]
    late: bool

    def done(self, numbers: Iterable[int]) -> int:
        """Return how many of these numbers are done."""
        return sum(1 for number in numbers if number in self.ticks and self.ticks[number].done)


def answers(row: Notice, asked: Order | None, *, at: datetime) -> list[FacilityAnswer]:
    """Return the answers of the facilities concerned that one reads: those without one first. Two queries."""
    if asked is None:
        return []
    seen, own = sight(), desks()
    given = {one.facility_id: one for one in Answer.objects.filter(notice=row).select_related("organisation")}
    ticks: dict[UUID, dict[int, Tick]] = {}
    for tick in Tick.objects.filter(notice=row).order_by("id"):
        ticks.setdefault(tick.facility_id, {})[tick.number] = tick
    concerned = set(row.concerned)
    found = [
        FacilityAnswer(
            spot, given.get(spot.id), ticks.get(spot.id, {}), spot.id not in given and overdue(asked.answer_by, at=at)
        )
        for spot in known_places().facilities.values()
        if spot.id in concerned and (seen.place(spot) or spot.id in own)
    ]
    return sorted(found, key=lambda one: (one.answer is not None, one.spot.code))


def numbers_asked(asked: Order) -> list[int]:
    """Return the numbers of the checklist of a notice: that ships were told, then those of the port."""
    return [SHIPS_TOLD, *asked.numbers]


def to_answer(*, at: datetime) -> QuerySet[Order]:
    """Return what is asked by notices that count, are not over, and are not so old that nobody needs to answer."""
    rows = Order.objects.filter(
        Q(notice__until=None) | Q(notice__until__gt=at), notice__void=False, notice__corrected_by=None,
        notice__replaced_by=None, notice__entered_at__gt=at - ANSWERED_WITHIN,
    )  # fmt: skip
    return rows.select_related("notice", "notice__port").order_by("answer_by", "notice_id")


def waiting(facilities: Sequence[UUID], *, at: datetime) -> list[tuple[Order, list[UUID]]]:
    """Return what these facilities have not acknowledged of the notices that count, the earliest due first."""
    wanted = set(facilities)
    found = []
    rows = to_answer(at=at).filter(notice__concerned__overlap=list(wanted))
    given: dict[UUID, set[UUID]] = {}
    for notice_id, facility_id in Answer.objects.filter(facility_id__in=wanted).values_list("notice_id", "facility_id"):
        given.setdefault(notice_id, set()).add(facility_id)
    for one in rows[:MOST_NOTICES]:
        left = [f for f in one.notice.concerned if f in wanted and f not in given.get(one.notice_id, set())]
        if left:
            found.append((one, left))
    return found


def checklists(port: UUID) -> dict[int, Checklist]:
    """Return the newest checklist of each level of a port, as far as one reads them. One query."""
    return {one.level: one for one in Checklist.objects.filter(port_id=port).order_by("id")}


def entering(seen: Sight) -> list[Spot]:
    """Return the ports whose levels the actor enters, if their role may report."""
    return [spot for spot in known_places().ports.values() if spot.member and seen.place(spot)]
