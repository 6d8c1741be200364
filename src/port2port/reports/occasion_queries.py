"""Reading ties of place, time and method: what a report or a draft shares with reports that the actor sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.members.places import Places
from port2port.reports.models import Report
from port2port.reports.observable_queries import COUNTED, KIND, LATEST
from port2port.reports.occasions import Occasion, data_limits, occasion_of, occasion_of_draft
from port2port.reports.rules import Draft, place_problems
from port2port.reports.shown import Shown, shown
from port2port.sharing import queries as sharing


@dataclass(frozen=True)
class Tie:
    """A report that the actor sees, of nearly the same place, time and method. `named`: the same lock or facility."""

    report: UUID
    at: datetime
    apart: timedelta
    method: str
    km: float | None
    named: bool
    port: UUID | None


@dataclass(frozen=True)
class Met:
    """What the occasion of a report meets, ranked as a near match of one of its observables is."""

    ties: Sequence[Tie]
    hidden: int

    exact = 0

    @property
    def near(self) -> int:
        """How many reports."""
        return len(self.ties)

    @property
    def ports(self) -> int:
        """At how many ports."""
        return len({tie.port for tie in self.ties if tie.port})

    @property
    def last_at(self) -> datetime | None:
        """When the newest of them happened."""
        return max((tie.at for tie in self.ties), default=None)

    @property
    def any(self) -> bool:
        """Tell whether it meets anything."""
        return bool(self.ties or self.hidden)


def met_by(report: Report, *, ask: bool) -> Met | None:
    """Return what a stored report's occasion meets, nearest in time first; None when it has none.

    `ask`: also look how many members have one that the actor does not see, and let that be known.
    """
    occasion = occasion_of(report)
    if occasion is None:
        return None
    ties = ties_of(occasion, without=report.record_id)
    return Met(ties, _hidden(report.record_id) if ask else 0)


def ties_of(occasion: Occasion, *, without: UUID | None = None, most: int = COUNTED) -> list[Tie]:
    """Return the reports that the actor sees and that tie with an occasion, the nearest in time first."""
    where: list[Any] = [occasion.facility, occasion.landmark, occasion.lat, occasion.lon]
    arguments = [list(occasion.methods), occasion.at, occasion.reach, *where, *data_limits(), without, most]
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from reports_occasions(row(%s::text[], %s::timestamptz, %s::interval, %s::uuid, %s::uuid,"
            " %s::float8, %s::float8, %s::text[], %s::interval[], %s::float8)::reports_occasion, %s::uuid, %s::int)",
            arguments,
        )
        return [Tie(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Alike:
    """A tie with its report."""

    tie: Tie
    shown: Shown


def alike(ties: Sequence[Tie], *, at: datetime, most: int = LATEST) -> list[Alike]:
    """Return the nearest of these with their reports. Reading AMBER is journalled, once."""
    by_id = {tie.report: tie for tie in ties[:most]}
    found = shown(list(by_id))
    sharing.note_reading(KIND, [one.record for one in found], at=at, act="listed")
    return [Alike(by_id[one.record.id], one) for one in found]


def possible_duplicates(draft: Draft, places: Places, *, at: datetime, most: int = LATEST) -> list[Alike]:
    """Return the reports that the actor sees and that may tell of the same event as a draft, the nearest first.

    Empty while method, place or time say too little or are wrong. What the actor does not see is not looked for.
    """
    if place_problems(draft, places):
        return []
    occasion = occasion_of_draft(draft, places)
    return alike(ties_of(occasion, most=most), at=at, most=most) if occasion is not None else []


def _hidden(report: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select reports_occasions_hidden(%s::uuid, %s::text[], %s::interval[], %s::float8)",
            [report, *data_limits()],
        )
        found: Any = cursor.fetchone()
    return int(found[0])
