"""What is found by the day: clusters, alarms, and near repeats. Parts of `result.Result`."""

from dataclasses import dataclass
from datetime import date

Interval = tuple[float, float]


@dataclass(frozen=True)
class ClusterFound:
    """Events closer together in place and time than the place and the day explain. `recurrence_days`: how often
    chance alone gives one as strong when one looks daily; None: looked back over all days, not only to the last.
    """

    category: str | None
    ports: tuple[str, ...]
    start: date
    end: date
    observed: int
    expected: float
    p: float
    recurrence_days: float | None
    incidents: tuple[str, ...]


@dataclass(frozen=True)
class Alarm:
    """A week above its limit. `method`: `farrington` or `cusum`. `expected_false_a_year`: of this series alone."""

    method: str
    port: str
    category: str
    week: date
    observed: int
    expected: float
    limit: float
    expected_false_a_year: float


@dataclass(frozen=True)
class NotWatched:
    """A series without alarms, and why: `too_few_years`, `too_few_events`."""

    port: str
    category: str
    why: str


@dataclass(frozen=True)
class EarlyWarning:
    """What is going on now. `alarms_a_year`: the budget over everything together, which was fixed first."""

    alarms_a_year: float
    clusters: tuple[ClusterFound, ...]
    past_clusters: tuple[ClusterFound, ...]
    alarms: tuple[Alarm, ...]
    watched: int
    not_watched: tuple[NotWatched, ...]
    events: int
    why_none: str


@dataclass(frozen=True)
class Band:
    """Pairs of events in a band of distance (km) and days. `p_adjusted`: for all bands looked at."""

    km: Interval
    days: Interval
    observed: int
    expected: float
    ratio: float | None
    p: float
    p_adjusted: float


@dataclass(frozen=True)
class NearRepeats:
    """How long and how far to be vigilant after an event; None: the data do not show any. `why_none`: a code."""

    events: int
    bands: tuple[Band, ...]
    vigilance_days: float | None
    vigilance_km: float | None
    why_none: str
