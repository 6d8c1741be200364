"""Reading observables: those of a report, what they match, what is hidden but known to exist, questions and answers."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import connection

from port2port.base.errors import NotFound
from port2port.reports.marks import blinded, marks_of
from port2port.reports.models import Annex, Ask, Hold, MatchNote, MatchRule
from port2port.reports.models import Observable as Row
from port2port.reports.observables.near import exact_key
from port2port.reports.observables.normal import Observable
from port2port.reports.shown import Shown, shown
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record

KIND = "report"
OCCASION = "occasion"  # kind of a question about a report's place, time and method
LATEST = 25
COUNTED = 1000
NEAR_WEIGHT = 0.25
HALF_LIFE_DAYS = 90.0


def of_report(report: UUID) -> list[Row]:
    """Return the observables of a report that the actor sees, in the order in which they were added."""
    return list(Row.objects.filter(report_id=report, answer=False).order_by("id"))


def observable(identifier: UUID) -> Row:
    """Return one observable that the actor sees. Raises NotFound, the same for absent and hidden."""
    row = Row.objects.filter(id=identifier).first()
    if row is None:
        raise NotFound(kind="observable", record=identifier)
    return row


def value_of(row: Row) -> Observable:
    """Return a stored observable as a plain value."""
    return Observable(row.kind, row.value, row.checked)


def envelope_of(row: Row) -> Record:
    """Return the envelope that decides who sees an observable."""
    return Record.objects.get(id=row.record_id)


@dataclass(frozen=True)
class Match:
    """What an observable meets: reports and ports that the actor sees, and how many members it may ask.

    `near`: reports that hold something close to it, and not the value itself.
    """

    observable: Row
    exact: int
    near: int
    ports: int
    last_at: datetime | None
    hidden: int

    @property
    def any(self) -> bool:
        """Tell whether it meets anything."""
        return bool(self.exact or self.near or self.hidden)


def matches(rows: Sequence[Row], *, at: datetime) -> list[Match]:
    """Return what each of these observables meets, what is rarest, newest and at most ports first."""
    told = {row.id: Match(row, 0, 0, 0, None, 0) for row in rows}
    for report in {row.report_id for row in rows}:  # a report's own marks are left out of what it meets
        asked = [(row, mark) for row in rows if row.report_id == report for mark in marks_of(value_of(row))]
        ours = list({row.id: row for row, _mark in asked}.values())
        place = {row.id: number for number, row in enumerate(ours)}
        with connection.cursor() as cursor:
            cursor.execute(
                "select * from reports_match_counts(%s::int[], %s::bytea[], %s::boolean[], %s::boolean[], %s::uuid)",
                [
                    [place[row.id] for row, _mark in asked],
                    [mark.key for _row, mark in asked],
                    [not mark.near for _row, mark in asked],
                    [mark.strong for _row, mark in asked],
                    report,
                ],
            )
            for one, *counted in cursor.fetchall():
                told[ours[one].id] = Match(ours[one], *counted)
    return sorted(told.values(), key=lambda match: rank(match, at=at), reverse=True)


class Weighed(Protocol):
    """What a match is ranked by: an observable's, or that of a place, time and method."""

    @property
    def exact(self) -> int:
        """Reports with the same."""

    @property
    def near(self) -> int:
        """Reports with something close to it."""

    @property
    def ports(self) -> int:
        """Ports at which it was."""

    @property
    def last_at(self) -> datetime | None:
        """When it was seen last."""

    @property
    def hidden(self) -> int:
        """Members one may ask."""


def rank(match: Weighed, *, at: datetime) -> float:
    """Return how much a match says: rare values more than frequent ones, new more than old, many ports more than one.

    The weight of a value falls with the logarithm of how often it is seen (inverse document frequency, Sparck Jones
    1972), by half with each ninety days since it was last seen, and grows with the logarithm of the ports.
    """
    seen = match.exact + match.near * NEAR_WEIGHT
    if not seen:
        return 0.5 if match.hidden else 0.0
    rarity = math.log(1 + COUNTED / seen) / math.log(1 + COUNTED)
    age = max(0.0, (at - match.last_at) / timedelta(days=1)) if match.last_at else 0.0
    return 1 + rarity * math.exp2(-age / HALF_LIFE_DAYS) * math.log2(1 + match.ports)


@dataclass(frozen=True)
class Sighting:
    """A report that the actor sees and that holds the value, or (`near`) something close to it."""

    shown: Shown
    near: str


def sightings(row: Row, *, at: datetime, most: int = LATEST) -> list[Sighting]:
    """Return the newest reports with this value or a near one, its own left out. Reading AMBER is journalled, once."""
    own = {mark.key: mark.near for mark in marks_of(value_of(row))}
    ties: dict[UUID, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, near, report from reports_matches(%s::bytea[], %s::uuid, %s::int) order by at desc, report",
            [list(own), row.report_id, most],
        )
        for key, near, report in cursor.fetchall():
            tie = own[bytes(key)] or near
            ties[report] = "" if not tie else ties.get(report, tie)
    found = shown(list(ties))
    found.sort(key=lambda one: one.report.occurred_at, reverse=True)
    sharing.note_reading(KIND, [one.record for one in found], at=at, act="listed")
    return [Sighting(one, ties[one.record.id]) for one in found[:most]]


def found_by_value(observables: Iterable[Observable], *, most: int = LATEST) -> list[UUID]:
    """Return the ids of the newest reports that the actor sees with exactly one of these values."""
    keys = [blinded(exact_key(one)) for one in observables]
    with connection.cursor() as cursor:
        cursor.execute(
            "select report from reports_matches(%s::bytea[], null, %s::int) where near = '' order by at desc",
            [keys, most],
        )
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def hold_of(report: UUID) -> Hold | None:
    """Return the judicial hold on a report of one's own organisation that is in force or was released."""
    return Hold.objects.filter(report_id=report, released_at=None).first()


def tells_matches() -> bool:
    """Tell whether the own organisation lets others know that a match exists."""
    rule = MatchRule.objects.first()  # the policy shows one's own only
    return rule is None or rule.tells


def tells_occasions() -> bool:
    """Tell the same of a report of nearly the same place, time and method: not unless it was said."""
    rule = MatchRule.objects.first()
    return rule is not None and rule.tells_occasions


def open_notes() -> list[MatchNote]:
    """Return the notes of later matches that the organisation has not looked at, newest first."""
    notes = MatchNote.objects.select_related("observable", "report").defer("key").order_by("-last_at")
    return [note for note in notes[:LATEST] if note.seen_at is None or note.last_at > note.seen_at]


@dataclass(frozen=True)
class Asked:
    """A question put to the actor's organisation about something of its own.

    `target`: its observable, or with the kind OCCASION its report.
    """

    id: UUID
    organisation: UUID
    asked_at: datetime
    kind: str
    reason: str
    legal_basis: str
    target: UUID
    state: str
    answer: str
    answered_at: datetime | None


def asks_to_us() -> list[Asked]:
    """Return the questions put to the own organisation about what the actor sees, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select * from reports_asks_to_us()")
        return [Asked(*row) for row in cursor.fetchall()]


def asked(identifier: UUID) -> Asked:
    """Return one question put to the own organisation. Raises NotFound, the same for absent and not for us."""
    found = next((one for one in asks_to_us() if one.id == identifier), None)
    if found is None:
        raise NotFound(kind="ask", record=identifier)
    return found


def asks_of_ours(*, observable: UUID | None = None, report: UUID | None = None) -> list[Ask]:
    """Return the own organisation's questions, newest first; to whom they went is not known before the answer.

    `observable`, `report`: only those about it (about a report: about its place, time and method).
    """
    asks = (
        Ask.objects.select_related("observable", "report").defer("owner", "target", "answered_by").order_by("-asked_at")
    )
    if observable is not None:
        asks = asks.filter(observable_id=observable)
    if report is not None:
        asks = asks.filter(report_id=report)
    return list(asks[:200])


def answers_to(asks: Iterable[UUID]) -> dict[UUID, tuple[Annex, list[Row]]]:
    """Return the answers that were given with something to see: the words, and the observables that came with them."""
    annexes = list(Annex.objects.select_related("record").filter(answers__in=list(asks)))
    given: dict[UUID, list[Row]] = {}
    for row in Row.objects.filter(record_id__in=[annex.record_id for annex in annexes]):
        given.setdefault(row.record_id, []).append(row)
    return {annex.answers: (annex, given.get(annex.record_id, [])) for annex in annexes if annex.answers}
