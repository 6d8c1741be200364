"""A year against what is owed: which days of drills, exercises and sessions would meet it. Pure: no clock, no tables.

Nothing of the law is written here. What is owed, and until when, the rules of obligations say (`compliance.deadlines`):
a day that is chosen is held as if it had happened, and they are asked again what is owed then. So a proposal can be
neither too early to count nor too late, and the next one follows from it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from port2port.compliance.calendar import local_day
from port2port.compliance.deadlines import WAITING, computed
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.owed import Obligation
from port2port.training.days import IsWorkingDay, Window, proposed

MEETS = {"drill_held": "drill", "exercise_held": "exercise"}
"""What was held, by the size of exercise that holds it."""
NOTICE = {"drill": 14, "exercise": 45, "session": 14}
"""Days to prepare in. The committee is told of a yearly exercise a month before; two weeks more to write it."""
EARLY: dict[str, int | None] = {"drill": 14, "exercise": None, "session": 14}
TOGETHER = timedelta(days=60)
"""Who must take a course within so many days of each other takes it together."""
MOST_SLOTS = 40
NOON = time(12)


@dataclass(frozen=True)
class Slot:
    """A thing owed with the day that would meet it: one that is planned, or one that is proposed.

    `on` None: no working day is left in its window. `planned`: the exercise that is planned for it.
    """

    rule: str
    what: str
    due: date
    window: Window
    on: date | None
    planned: UUID | None = None


@dataclass(frozen=True)
class Wish:
    """That somebody must take a course by a day: since it was asked (`asked`), or since the pass ends (`ends`)."""

    person: UUID
    course: str
    by: date
    why: str


@dataclass(frozen=True)
class Class:
    """People who take a course together, and the day that would be in time for all of them."""

    course: str
    wishes: tuple[Wish, ...]
    window: Window
    on: date | None

    @property
    def due(self) -> date:
        """The day by which the first of them must have taken it."""
        return self.wishes[0].by


def rules_that_ask(book: Rulebook, kind: str, parties: Collection[str]) -> list[tuple[str, str]]:
    """Return the rules of a kind of subject that a drill or exercise meets and these parties owe, with its size."""
    found = []
    for versions in book.for_subject.get(kind, ()):
        newest = versions.rules[-1]
        sizes = [MEETS[one] for one in newest.fulfilled_by if one in MEETS]
        if sizes and newest.owed_by in parties:
            found.append((versions.code, sizes[0]))
    return found


def slots(
    subject: Subject,
    events: Iterable[Event],
    book: Rulebook,
    rule: str,
    *,
    planned: Sequence[tuple[date, UUID]],
    at: datetime,
    until: date,
    taken: Collection[date],
    working: IsWorkingDay,
) -> list[Slot]:
    """Return what a subject owes under a rule until a day, in order, each with a day that meets it.

    What is planned meets what is owed when it lies before it is due; a plan after that meets the next thing owed.
    """
    what = next(size for code, size in rules_that_ask(book, subject.kind, _parties(book)) if code == rule)
    kind = next(one for one, size in MEETS.items() if size == what)
    alone = replace(
        book, rules=tuple(one for one in book.rules if one.code == rule)
    )  # the rest would be worked out too
    known, left, busy = list(events), sorted(planned), set(taken)
    today, moment, found = local_day(at, book.zone), at, list[Slot]()
    for _n in range(MOST_SLOTS):
        held = computed(subject, known, alone, at=moment)
        owed = _first(held.owed.get(rule, ()), moment)
        if owed is None or owed.until is None:
            if held.wakes is None or local_day(held.wakes, book.zone) > until:
                break
            moment = held.wakes
            continue
        slot = _slot(owed, rule, what, left, today=today, moment=moment, book=book, busy=busy, working=working)
        if slot.due > until:
            break
        found.append(slot)
        left = [one for one in left if one[1] != slot.planned]
        day = slot.on or slot.due
        busy.add(day)
        moment = max(moment, datetime.combine(day, NOON, book.zone))
        known.append(Event(kind, moment, {}))
    return found


def _parties(book: Rulebook) -> frozenset[str]:
    return frozenset(one.code for one in book.parties)


def _first(owed: Iterable[Obligation], moment: datetime) -> Obligation | None:
    waiting = [one for one in owed if one.state(moment) in WAITING and one.until is not None]
    return min(waiting, key=lambda one: (one.until, one.key), default=None)


def _slot(
    owed: Obligation,
    rule: str,
    what: str,
    left: Sequence[tuple[date, UUID]],
    *,
    today: date,
    moment: datetime,
    book: Rulebook,
    busy: Collection[date],
    working: IsWorkingDay,
) -> Slot:
    assert owed.until is not None  # `_first` leaves out what has no time
    due = local_day(owed.until, book.zone)
    since = local_day(moment, book.zone)
    opens = max(since, local_day(owed.opens, book.zone)) if owed.opens is not None else since
    of, day = proposed(
        opens=opens, due=due, today=today, notice=NOTICE[what], early=EARLY[what], taken=busy, working=working
    )
    met = next(((held, one) for held, one in left if opens <= held <= max(due, of.last)), None)
    if met is not None:
        return Slot(rule, what, due, of, met[0], met[1])
    return Slot(rule, what, due, of, day)


def classes(wishes: Iterable[Wish], *, today: date, taken: Collection[date], working: IsWorkingDay) -> list[Class]:
    """Return who takes which course together and when, in time for the first of them, the earliest first."""
    by_course: dict[str, list[Wish]] = {}
    for one in sorted(wishes, key=lambda one: (one.by, one.course, one.person)):
        by_course.setdefault(one.course, []).append(one)
    grouped: list[tuple[Wish, ...]] = []
    for told in by_course.values():
        rest = told
        while rest:
            together = tuple(one for one in rest if one.by - rest[0].by <= TOGETHER)
            grouped.append(together)
            rest = rest[len(together) :]
    found, busy = list[Class](), set(taken)
    for group in sorted(grouped, key=lambda group: (group[0].by, group[0].course)):
        of, day = proposed(
            opens=today, due=group[0].by, today=today, notice=NOTICE["session"], early=EARLY["session"], taken=busy,
            working=working,
        )  # fmt: skip
        busy |= {day} if day is not None else set()
        found.append(Class(group[0].course, group, of, day))
    return found
