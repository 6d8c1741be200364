"""Occasions: where, when and how something happened, as far as two reports can share it without being the same. Pure.

The limits are data (`data/near_occasions.v1.toml`); what ties with what is looked up in the database, by index.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal
from uuid import UUID

from port2port.members.data_files import Entry, Named, Reader
from port2port.members.places import Places
from port2port.reports.defaults import DATA
from port2port.reports.models import Report
from port2port.reports.places import Located
from port2port.reports.rules import Draft, located

MOST_KM = 4.0  # the cells of the index are 5.5 km wide: a neighbour may not lie beyond the next one
MOST_HOURS = 72


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the limits this is, where they come from, and how far apart the same place may be."""

    version: int
    valid_from: date
    source: str
    km: float


class Window(Named, frozen=True, kw_only=True):
    """How many hours may lie between two reports that state their time with a precision."""

    precision: Literal["minute", "hour", "day"]
    hours: int


@dataclass(frozen=True)
class Limits:
    """The file, checked."""

    km: float
    windows: Mapping[str, timedelta]

    def reach(self, precision: str, margin: int | None) -> timedelta | None:
        """Return how far from its moment a report may tie; None: it states its time too loosely."""
        window = self.windows.get(precision)
        return None if window is None else window + timedelta(minutes=margin or 0)


@cache
def limits() -> Limits:
    """Return the limits. Raises ValueError with a line per problem of the file."""
    reader = Reader(DATA / "near_occasions.v1.toml")
    head = reader.single("near_occasions", Head)
    windows = reader.entries("windows", Window, "precision")
    reader.check_sections(("near_occasions", "windows"))
    if not 0 < head.km <= MOST_KM:
        reader.problem("near_occasions", "km", f"must lie between 0 and {MOST_KM:g}")
    for window in windows:
        if not 0 < window.hours <= MOST_HOURS:
            reader.problem(f"windows {window.precision!r}", "hours", f"must lie between 1 and {MOST_HOURS}")
    reader.finish()
    return Limits(head.km, {one.precision: timedelta(hours=one.hours) for one in windows})


def data_limits() -> tuple[list[str], list[timedelta], float]:
    """Return the limits as the functions of the database take them: precisions, their windows, kilometres."""
    known = limits()
    return list(known.windows), list(known.windows.values()), known.km


@dataclass(frozen=True)
class Occasion:
    """Place, time and method of a report, of which all are known well enough to be compared."""

    methods: tuple[str, ...]
    at: datetime
    reach: timedelta
    facility: UUID | None = None
    landmark: UUID | None = None
    lat: float | None = None
    lon: float | None = None


def occasion_of(report: Report) -> Occasion | None:
    """Return the occasion of a stored report; None when method, place or time say too little."""
    where = Located(facility=report.facility_id, landmark=report.landmark_id, lat=report.lat, lon=report.lon)
    return _occasion(report, where)


def occasion_of_draft(draft: Draft, places: Places) -> Occasion | None:
    """Return the occasion of a report that is being written and whose place has no problems; None as above."""
    return _occasion(draft, located(draft, places))


def _occasion(of: Report | Draft, where: Located) -> Occasion | None:
    methods = tuple(dict.fromkeys(code for code in (of.modus_operandi, *of.modus_operandi_also) if code))
    reach = limits().reach(of.occurred_precision, of.occurred_margin)
    placed = where.facility or where.landmark or (where.lat is not None and where.lon is not None)
    if not methods or reach is None or not placed:
        return None
    return Occasion(methods, of.occurred_at, reach, where.facility, where.landmark, where.lat, where.lon)
