"""When reading or exporting is far above a person's own habit: decided on plain numbers, from `data/misuse.toml`.

A person is compared with nobody but themselves. What is counted is different records within an hour: to refresh a list
all shift long is no more than to read it once. An hour is unusual above mean + 4 standard deviations of the person's
own hours of use. Counts of reading are bursty and fit no textbook distribution (a Poisson or negative-binomial tail
would promise a precision that is not there), so the rule rests on Cantelli's inequality, which asks nothing of the
distribution, and on a floor below which nobody is ever reported.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import fmean, pstdev

import msgspec

DATA = Path(__file__).parent / "data" / "misuse.toml"


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of reading; see the data file."""

    floor: int
    newcomer: int
    deviations: float
    known_hours: int
    days: int


class Exporting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many exports, and how many records in them, within 24 hours raise no alarm."""

    exports: int
    records: int


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days exports and alarms are remembered."""

    days: int


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the file."""

    version: int
    source: str
    reading: Reading
    exporting: Exporting
    keeping: Keeping


def read(data: bytes) -> Limits:
    """Return the limits. Raises ValueError for a limit that could never, or would always, raise an alarm."""
    found = msgspec.toml.decode(data, type=Limits)
    r, e = found.reading, found.exporting
    if min(r.floor, r.deviations, r.known_hours, r.days, e.exports, e.records, found.keeping.days) <= 0:
        raise ValueError("every limit is above 0")
    if r.newcomer < r.floor or found.keeping.days < r.days or not found.source:
        raise ValueError("newcomer is not below floor, keeping not shorter than a habit, and a source is named")
    return found


@cache
def limits() -> Limits:
    """Return the limits that hold."""
    return read(DATA.read_bytes())


def limit(history: Sequence[int], rule: Reading) -> float:
    """Return how many different records within an hour are still usual; `history`: the person's own hours of use."""
    if len(history) < rule.known_hours:
        return float(rule.newcomer)
    return max(float(rule.floor), fmean(history) + rule.deviations * pstdev(history))


def unusual(count: int, history: Sequence[int], rule: Reading | None = None) -> bool:
    """Say whether an hour with `count` different records is far above the habit."""
    return count > limit(history, rule or limits().reading)


def over_quota(exports: int, records: int, rule: Exporting | None = None) -> bool:
    """Say whether a day with so many exports, holding so many records together, is above the quota."""
    rule = rule or limits().exporting
    return exports > rule.exports or records > rule.records
