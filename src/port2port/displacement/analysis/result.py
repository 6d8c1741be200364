"""What an analysis answers. Frozen values and codes; `sentences` words them, `msgspec.json.encode` writes them.

Rates are ratios (1 is no change). An interval is (low, high) at 95 %. Port None is the whole network, category None
all categories together. Grades: `supported`, `indicated`, `cannot_tell`, `contradicted` (see methods/guard.py).
"""

from dataclasses import dataclass
from datetime import date

from port2port.displacement.analysis.found import EarlyWarning, NearRepeats

Interval = tuple[float, float]


@dataclass(frozen=True)
class Dropped:
    """Something that a method did not get. `file`: incidents, measures, effort. `field` and `why` are codes; `value`
    what stood there; `left_out_of`: `all`, `day_level` (scan, near repeats, alarms), `monthly` (ledger, model) or
    `ports` (port not given: counted for the country, never for a port).
    """

    file: str
    row: int | None
    identifier: str
    field: str
    why: str
    value: str
    left_out_of: str


@dataclass(frozen=True)
class LedgerRow:
    """One measure, one category, one exposed neighbour, before and after. `why_not`: a code where it cannot be told.

    `counts`: events [before, after] by area: treated, control, displacement, control_displacement; `months` the lengths
    of both periods. `difference` is the weighted displacement difference in events a month. `treated_change` and
    `neighbour_change` are rate ratios against their controls. `minimum_detectable`: the smallest fall at the treated
    ports (a ratio below 1) that would be found four times in five; `months_for_halving`: months of "after" until a
    halving would be, None: never with this "before". `quotient`: only where the measure itself worked.
    """

    measure: str
    category: str
    treated: tuple[str, ...]
    neighbour: str
    controls: tuple[str, ...]
    months: tuple[int, int]
    counts: dict[str, tuple[int, int]]
    difference: float | None
    difference_se: float | None
    difference_z: float | None
    difference_interval: Interval | None
    treated_change: float | None
    treated_interval: Interval | None
    neighbour_change: float | None
    neighbour_interval: Interval | None
    minimum_detectable: float | None
    months_for_halving: int | None
    quotient: float | None
    effort_adjusted: bool
    why_not: str


@dataclass(frozen=True)
class TippingPoint:
    """The claim disappears if detection at this port (None: at all exposed ports together) is now at least this many
    times what was assumed. None: no growth up to 32 times does that.
    """

    port: str | None
    multiplier: float | None


@dataclass(frozen=True)
class Claim:
    """What may be said of one measure, port and category.

    `ratio` and `interval`: events at the port under its exposure, over those without the measure (exp of delta S).
    `probability`: that it is above 1, against `threshold`. `displaced` and `displaced_interval`: events that would
    not have been counted there (network-wide and whole ports only). `months`: with `cannot_tell`, months more until a
    doubling would be told; None is not within ten years, or not asked. `confirmed_by`: categories that do not depend on
    detection and say the same. `reasons`: codes of `guard.graded`, and `no_events`, `few_events`,
    `before_too_short`, `after_too_short`, `fails_placebo`. `effort_known`: share of exposed port-months with measured
    effort. `depends_on_detection`: whether finding such an event takes somebody who looks.
    """

    key: str
    measure: str
    port: str | None
    category: str | None
    grade: str
    reasons: tuple[str, ...]
    ratio: float | None
    interval: Interval | None
    probability: float | None
    threshold: float
    exposure: float | None
    displaced: float | None
    displaced_interval: Interval | None
    depends_on_detection: bool
    effort_known: float
    adjusted: bool
    confirmed_by: tuple[str, ...]
    tipping: tuple[TippingPoint, ...]
    months: int | None
    events: tuple[int, int]


@dataclass(frozen=True)
class PlaceboResult:
    """The same question where the answer must be no: a pretended start (months into the data) or a pretended port."""

    start: date | None
    port: str | None
    ratio: float
    interval: Interval
    probability: float


@dataclass(frozen=True)
class LocalEffect:
    """What the measure did where it is: rate ratio at full coverage, and the probability of a fall."""

    ratio: float
    interval: Interval
    probability_of_fall: float


@dataclass(frozen=True)
class Phase:
    """A step of a measure at a port."""

    port: str
    starts: date
    precision: str
    coverage: float


@dataclass(frozen=True)
class MeasureResult:
    """One measure as it was analysed. `why_not`: a code where it was not (`year_only`, `before_data`, `after_data`,
    `port_not_given`, `nobody_exposed`, `before_too_short`, `after_too_short`, `no_events` ...), then no claims.

    `first`, `months`: the window of months looked at. `overlapping`: other measures at these ports that begin within
    the window, so that what is seen may be theirs. `placebo_rank`: share of real and pretended that look as strong.
    """

    identifier: str
    name: str
    category: str
    phases: tuple[Phase, ...]
    first: date | None
    months: int
    why_not: str
    local: LocalEffect | None
    overlapping: tuple[str, ...]
    placebos: tuple[PlaceboResult, ...]
    placebo_rank: float | None


@dataclass(frozen=True)
class Series:
    """Counts a month at a port, what would be expected, and the band that holds 95 of 100 such months.

    Each month is forecast from the months before it alone: None where fewer than a year of them is known.
    `unknown_effort`: months (by index) whose effort was not measured, of a category that depends on detection.
    """

    port: str
    category: str
    first: date
    counts: tuple[int, ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    unknown_effort: tuple[int, ...]


@dataclass(frozen=True)
class EffortSummary:
    """What is known of effort at a port: months with a measurement of those looked at."""

    port: str
    known: int
    months: int


@dataclass(frozen=True)
class Summary:
    """The data. `by_precision`: incidents by how well the date is known. `effort_cost`: by how much lacking effort
    widens the interval of the network-wide effect, on average over the measures (1.2 is a fifth wider); None: it lacks
    nowhere or nothing could be told.
    """

    incidents: int
    first: date | None
    last: date | None
    by_precision: dict[str, int]
    by_category: dict[str, int]
    by_port: dict[str, int]
    port_not_given: int
    events: int
    measures: int
    measures_analysed: int
    effort: tuple[EffortSummary, ...]
    effort_cost: float | None


@dataclass(frozen=True)
class Method:
    """How it was done, so that it can be done again."""

    code_version: str
    result_version: int
    seed: int
    permutations: int
    threshold: float
    scale_km: float
    least_exposure: float
    months_before: int
    months_after: int
    false_discoveries: float
    placebos: bool
    categories_version: int
    as_of: date


@dataclass(frozen=True)
class Result:
    """The whole answer."""

    ledger: tuple[LedgerRow, ...]
    claims: tuple[Claim, ...]
    early_warning: EarlyWarning
    near_repeat: NearRepeats
    dropped: tuple[Dropped, ...]
    measures: tuple[MeasureResult, ...]
    series: tuple[Series, ...]
    summary: Summary
    method: Method
