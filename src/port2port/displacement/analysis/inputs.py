"""What an analysis is given: incidents, measures in phases, effort, and choices fixed before the counts were seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True)
class Incident:
    """One incident. `category` is a code of `categories`; `group` binds rows of one event (one of them counts)."""

    identifier: str
    port: str
    category: str
    on: date
    precision: Precision
    group: str = ""
    row: int | None = None


@dataclass(frozen=True)
class MeasurePhase:
    """From `starts` (until `ends`, when it is over) a measure covers this share (0 to 1) of a port."""

    port: str
    starts: date
    precision: Precision = "day"
    coverage: float = 1.0
    ends: date | None = None
    row: int | None = None


@dataclass(frozen=True)
class Measure:
    """A measure and its phases at one port or several. `category`: a code of data/categories.v1.toml `measures`."""

    identifier: str
    name: str
    category: str
    phases: tuple[MeasurePhase, ...]


@dataclass(frozen=True)
class EffortMonth:
    """Effort of one kind (scans, hours ...) at a port in a month (its first day); 0 is none made, absent is unknown."""

    port: str
    month: date
    kind: str
    amount: float
    row: int | None = None


@dataclass(frozen=True)
class Network:
    """The ports compared and the distance between each two in km along the waterways; infinite: no way."""

    ports: tuple[str, ...]
    km: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Choices:
    """What is decided before the counts are looked at. Empty `measures`, `ports`, `categories`: all that there are.

    `ports`: else those with an event or a measure; a port that nobody reports from is unknown, not quiet. `as_of`: the
    day up to which everything is known; None: the end of the last incident's month. `scale_km`: weights fall by e each
    so many km; below `least_exposure` a port is no neighbour, and may be a control. `months_before`, `months_after`:
    what is looked at of each measure. `placebos`: before a claim, ask also where the answer must be no.
    """

    network: Network
    measures: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    threshold: float = 0.9
    seed: int = 20260101
    permutations: int = 999
    scale_km: float = 60.0
    least_exposure: float = 0.1
    months_before: int = 24
    months_after: int = 24
    alarms_a_year: float = 12.0
    placebos: bool = True
    as_of: date | None = None


Progress = Callable[[int, int, str], None]  # done, of how many, what
