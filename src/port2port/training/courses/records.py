"""Rosters and results from a file: who should take what by when, who took part in what where. All rows or none.

A person is named as the list of the own people names them, or by id; nobody else can be named. A second run of the
same file changes nothing. What the file does not name stays.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import action
from port2port.sharing.references import ZONE
from port2port.sharing.rows_in import named_rows
from port2port.training.courses import queries
from port2port.training.courses.actions import KIND, LATEST_DUE, enrol
from port2port.training.courses.contents import Course
from port2port.training.courses.queries import newest, offered, team, trainer

ROSTER = ("person", "course", "due")
RESULTS = ("person", "course", "on")
MOST_ROWS = 2000
NOON = time(12)  # a result is of a day: at its noon no zone makes another day of it


@dataclass(frozen=True)
class Row:
    """A row of a file: its number (the head is 1), who, which course, and the day it is due or was taken."""

    row: int
    person: UUID
    name: str
    course: str
    day: date


@dataclass(frozen=True)
class Plan:
    """What a file would do: rows that are new, those that are there with another day, and those that are there."""

    new: list[Row]
    changed: list[Row]
    same: list[Row]


@dataclass(frozen=True)
class Team:
    """The own people, by what a file may call them."""

    names: Mapping[UUID, str]
    by_name: Mapping[str, UUID]
    shared: frozenset[str]

    def problem(self, text: str) -> Problem | None:
        """Return why nobody, or not exactly one, is called so."""
        if text.casefold() in self.shared:
            return Problem("person", _("Two people carry this name: write the id instead, as the API lists it."))
        return None if self.found(text) else Problem("person", _("Nobody of your organisation is listed by this name."))

    def found(self, text: str) -> UUID | None:
        """Return who is called so."""
        try:
            known = UUID(text)
        except ValueError:
            return self.by_name.get(text.casefold())
        return known if known in self.names else None


def own_team() -> Team:
    """Return the people whom the actor trains, by name and id."""
    names = team()
    counted = Counter(name.casefold() for name in names.values())
    shared = frozenset(name for name, number in counted.items() if number > 1)
    return Team(names, {name.casefold(): one for one, name in names.items() if name.casefold() not in shared}, shared)


def plan_roster(data: bytes, *, at: datetime) -> Plan:
    """Return what a roster would do, without doing it. Raises Refused, TooLarge, Invalid with every problem by row."""
    today = timezone.localdate(at)

    def problem(day: date, _course: Course) -> Problem | None:
        if 0 <= (day - today).days <= LATEST_DUE:
            return None
        return Problem("due", _("Choose a day from today to two years ahead."))

    there = {(one.person_id, one.slug): one.due for one in queries.enrolments()}
    return _sorted(_read(data, ROSTER, problem), there)


@action
def import_roster(*, data: bytes, at: datetime) -> Plan:
    """Ask everybody whom a roster names to take their courses, all rows or none. Raises as `plan_roster` does."""
    planned = plan_roster(data, at=at)
    asked: dict[tuple[str, date], list[UUID]] = {}
    for one in (*planned.new, *planned.changed):
        asked.setdefault((one.course, one.day), []).append(one.person)
    for (course, day), people in asked.items():
        enrol(course, people=people, due=day, at=at)
    return planned


def plan_results(data: bytes, *, at: datetime) -> Plan:
    """Return what a file of results would do, without doing it. Raises as `plan_roster` does.

    A result counts as a session does: from its day on, as long as the course says. One that counts no longer is a
    problem, and so is a day to come. One of a day on which the person took part already is there.
    """
    today = timezone.localdate(at)

    def problem(day: date, course: Course) -> Problem | None:
        why = result_problem(day, course, today)
        return Problem("on", why) if why is not None else None

    there = {
        (one.completion.person_id, one.slug, timezone.localdate(one.completion.at)): True
        for one in queries.team_passes(on=today)
    }
    rows = _read(data, RESULTS, problem)
    known = [one for one in rows if (one.person, one.course, one.day) in there]
    return Plan([one for one in rows if one not in known], [], known)


@action
def import_results(*, data: bytes, at: datetime) -> Plan:
    """Write down who took part by the organisation's own records, all rows or none. Raises as `plan_results` does."""
    planned = plan_results(data, at=at)
    for one in planned.new:
        note(one.person, one.course, on=one.day, at=at)
    if planned.new:
        journal.write("course.results_imported", kind=KIND, at=at, count=len(planned.new))
    return planned


def result_problem(day: date, course: Course, today: date) -> str | None:
    """Return why a course taken on a day is no result today; None when it is one."""
    if day > today:
        return _("This day is still to come.")
    if months_later(day, course.head.valid_months) < today:
        return _("This is so long ago that it counts no more.")
    return None


def note(person: UUID, course: str, *, on: date, at: datetime) -> None:
    """Write down that somebody of the own organisation took part elsewhere on a day. Raises Refused, Conflict."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select training_note(%s, %s, %s, %s)",
            [newest(course).id, person, datetime.combine(on, NOON, ZONE), at],
        )


def months_later(day: date, months: int) -> date:
    """Return the day so many months later, as the database counts it: the last of a month that lacks the number."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise ValueError(f"no month has no day of {day}")


def _read(data: bytes, columns: tuple[str, str, str], check: Callable[[date, Course], Problem | None]) -> list[Row]:
    trainer()
    known, courses, problems, rows, last = own_team(), offered(), [], [], columns[-1]
    seen: set[tuple[UUID, str]] = set()
    for number, cells in named_rows(data, needed=columns, known=columns, most=MOST_ROWS):
        found = [known.problem(cells["person"])]
        course = cells["course"]
        if course not in courses:
            found.append(Problem("course", _("This code is not known here.")))
        day = _day(cells[last])
        if day is None:
            found.append(Problem(last, _("Write a day as 2026-11-28.")))
        elif course in courses:
            found.append(check(day, courses[course]))
        person = known.found(cells["person"])
        if person is not None and (person, course) in seen:
            found.append(Problem("person", _("This person stands in the file twice for this course.")))
        wrong = [replace(one, row=number) for one in found if one is not None]
        problems += wrong
        if person is not None and day is not None and not wrong:
            seen.add((person, course))
            rows.append(Row(number, person, known.names[person], course, day))
    if problems:
        raise Invalid(problems)
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sorted(rows: list[Row], there: Mapping[tuple[UUID, str], date]) -> Plan:
    new = [one for one in rows if (one.person, one.course) not in there]
    same = [one for one in rows if there.get((one.person, one.course)) == one.day]
    changed = [one for one in rows if one not in new and one not in same]
    return Plan(new, changed, same)
