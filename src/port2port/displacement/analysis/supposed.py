"""What an answer to "what if" holds: where crime would go if measures were in force elsewhere. Frozen values and codes.

A range over what is estimated and what is only judged, never a forecast. Events are counted events a month. An interval
is (low, high) at 95 %; a `Spread` over judged adversaries is their least, median and most.
"""

from dataclasses import dataclass
from datetime import date

from port2port.displacement.analysis.result import Interval

STEPS = 4  # coverage is split in quarters of a port: finer would say more than anybody knows


@dataclass(frozen=True)
class Supposed:
    """One measure at one port, in force for this share of it (0 to 1); 0 is not at all."""

    measure: str
    port: str
    coverage: float


@dataclass(frozen=True)
class Spread:
    """The least, the median and the most of something over all adversaries that were judged possible."""

    least: float
    median: float
    most: float


@dataclass(frozen=True)
class PortChange:
    """One port. `now`: counted events a month over the last year; `change`: how many more a month, with its interval;
    `ratio`: events over those without the change; `p_more`: the probability that it is more.
    """

    port: str
    now: float
    change: float
    interval: Interval
    ratio: float
    ratio_interval: Interval
    p_more: float


@dataclass(frozen=True)
class PortSplit:
    """One port under one measure, in steps of coverage. `supposed`: as asked; `least`, `median`, `most`: of the best
    splits over all adversaries; `robust`: of the split that is least wrong; `moved`: events a month that would come
    there beyond those before, if it is as was asked.
    """

    port: str
    supposed: int
    least: int
    median: float
    most: int
    robust: int
    moved: Spread


@dataclass(frozen=True)
class MeasureSupposed:
    """What was learnt of one measure, and how the same coverage could be split otherwise.

    `here`, `next_door`: rate ratios at full coverage, and at exposure 1. `harm`: of what was asked, as events a month,
    those that moved counted twice; `best`: of the best split for each adversary; `regret`: how much worse than the best
    the robust split is at worst, `regret_supposed` the same of what was asked. `gap`: how far the search may be from
    the best, as a share. `effort_known`: share of exposed months with measured effort.
    """

    measure: str
    category: str
    acts_on: tuple[str, ...]
    first: date
    months: int
    here: float
    here_interval: Interval
    next_door: float
    next_door_interval: Interval
    effort_known: float
    ports: tuple[PortSplit, ...]
    harm: Spread
    best: Spread
    regret: float
    regret_supposed: float
    gap: float
    adversaries: int


@dataclass(frozen=True)
class Weight:
    """How much of what leaves one port would come to the other: fixed before the counts, by distance alone."""

    source: str
    port: str
    weight: float


@dataclass(frozen=True)
class Answer:
    """What would be, with everything it was made of. `network`: the change over all ports together."""

    ports: tuple[PortChange, ...]
    network: PortChange
    measures: tuple[MeasureSupposed, ...]
    weights: tuple[Weight, ...]
    scale_km: float
    reaction: tuple[float, ...]
    giving_up: tuple[float, ...]
    draws: int
    seed: int
    as_of: date
    code_version: str
