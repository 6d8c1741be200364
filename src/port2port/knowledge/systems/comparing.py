"""Products compared: confusion tables of sites, added up within a site and pooled between sites. Plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from port2port.knowledge.systems.intervals import Estimate, Pooled, rate, share

DAY_HOURS = 24


@dataclass(frozen=True)
class Confusion:
    """Alarms by what they were. What was missed is set beside the true alarms of the same periods only.

    `true_beside_missed`: true alarms of the periods for which `missed` is known; None: it is known for none.
    """

    alarms: int = 0
    true: int = 0
    false: int = 0
    hours: float = 0.0
    missed: int | None = None
    true_beside_missed: int = 0

    @property
    def checked(self) -> int:
        """How many alarms somebody looked into."""
        return self.true + self.false

    @property
    def unchecked(self) -> int:
        """How many alarms nobody looked into: they may have been either."""
        return self.alarms - self.checked

    @property
    def days(self) -> float:
        """How long was observed, in days of 24 hours."""
        return self.hours / DAY_HOURS

    @property
    def there(self) -> int:
        """How many there were to be seen, where that is known."""
        return self.true_beside_missed + (self.missed or 0)


def one_result(*, alarms: int, true: int, false: int, missed: int | None, hours: float) -> Confusion:
    """Return the table of one period. Raises ValueError for counts that cannot be."""
    if min(alarms, true, false, missed or 0) < 0 or true + false > alarms or hours <= 0:
        raise ValueError("these counts cannot be")
    return Confusion(alarms, true, false, hours, missed, true if missed is not None else 0)


def added(tables: Iterable[Confusion]) -> Confusion:
    """Return the tables of several periods of one site as one."""
    found = list(tables)
    missed = [one.missed for one in found if one.missed is not None]
    return Confusion(
        sum(one.alarms for one in found), sum(one.true for one in found), sum(one.false for one in found),
        sum(one.hours for one in found), sum(missed) if missed else None,
        sum(one.true_beside_missed for one in found),
    )  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What one table tells; None where nothing is known.

    `precision`: true alarms among those checked. `sensitivity`: seen among those there. `false_a_day`: false alarms in
    24 hours. `precision_floor`: the share that was true if none of the unchecked alarms was.
    """

    precision: Estimate | None
    sensitivity: Estimate | None
    false_a_day: Estimate | None
    precision_floor: float | None


def figures(one: Confusion) -> Figures:
    """Return precision, sensitivity and false alarms a day of one site or period, each with its interval."""
    return Figures(
        share(one.true, one.checked),
        share(one.true_beside_missed, one.there) if one.missed is not None else None,
        rate(one.false, one.days),
        one.true / one.alarms if one.alarms and one.unchecked else None,
    )


@dataclass(frozen=True)
class Site:
    """An installation with what was measured there."""

    id: UUID
    port: UUID | None
    table: Confusion
    results: int


@dataclass(frozen=True)
class Together:
    """What the sites that one sees tell of a product; None where fewer than two of them say anything."""

    precision: Pooled | None
    sensitivity: Pooled | None
    false_a_day: Pooled | None


@dataclass(frozen=True)
class Rest:
    """On what a comparison rests."""

    sites: int
    measured: int
    ports: int
    hours: float
    total: Confusion = field(default_factory=Confusion)


def together(sites: Sequence[Site]) -> Together:
    """Return the pooled figures of a product's sites."""
    from port2port.knowledge.systems.pooling import pooled_rate, pooled_share  # heavy

    tables = [site.table for site in sites if site.results]
    known = [one for one in tables if one.missed is not None]
    return Together(
        pooled_share([(one.true, one.checked) for one in tables]),
        pooled_share([(one.true_beside_missed, one.there) for one in known]),
        pooled_rate([(one.false, one.days) for one in tables]),
    )


def rests_on(sites: Sequence[Site]) -> Rest:
    """Return on how many sites, ports and hours a comparison rests."""
    measured = [site for site in sites if site.results]
    total = added(site.table for site in measured)
    return Rest(len(sites), len(measured), len({s.port for s in measured if s.port is not None}), total.hours, total)
