"""How many false alarms a year an analyst accepts, shared out over all series that are watched.

A threshold per series, each at the usual level, floods whoever watches sixty ports in ten categories. Here the number
of false alarms a year over everything is fixed first; each series gets its share, and from it the chance of an alarm
per period, the run length in control, and the threshold of its cumulative sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .cusum import run_length, seasonal_threshold_for, simulated_run_length, threshold_for
from .refusal import Pair, check, refuse
from .streams import over_threads

LEAST_RUN = 2.0  # periods; a series that may alarm more often than every other one is not watched but read
FOLLOWED = 5  # times the run length, when it is simulated


@dataclass(frozen=True)
class Watched:
    """A series: one port and category. `expected`: the mean per period in control, or a year of them that repeats."""

    key: str
    expected: tuple[float, ...]
    dispersion: float = 0.0  # variance = mean + dispersion x mean^2
    weight: float = 1.0  # a series with twice the weight may alarm twice as often


@dataclass(frozen=True)
class Share:
    """What a series may alarm by itself. `realised` is what its threshold gives, mostly less: counts are whole."""

    key: str
    alarms_per_year: float
    run: float  # periods between false alarms
    alpha: float  # chance per period, for methods that give a p
    threshold: float  # of `likelihood_cusum`
    realised: float  # alarms a year


def shares(
    series: Sequence[Watched],
    *,
    alarms_per_year: float,
    periods_per_year: float = 52.0,
    ratio: float = 2.0,
    seed: int = 0,
) -> tuple[Share, ...]:
    """Share a year's false alarms out over the series, in proportion to their weights.

    Args:
        alarms_per_year: over all series together, above 0.
        periods_per_year: 52 weekly, 365.25 daily.
        ratio: the rise that the sums look for.
        seed: of the simulation, for a series with a season; one mean alone is computed.

    With alarms so seldom as here they hardly coincide, so that their number over all series is the sum of the shares.
    Raises BadInput.
    """
    problems: list[Pair] = check("alarms_per_year", alarms_per_year, above=0)
    problems += check("periods_per_year", periods_per_year, above=0)
    if len({one.key for one in series}) != len(series):
        problems.append(("series", "a key stands twice"))
    for one in series:
        problems += [(f"{one.key}: {where}", what) for where, what in check("weight", one.weight, above=0)]
        if not one.expected or min(one.expected) <= 0:
            problems.append((f"{one.key}: expected", "means above 0 are expected"))
    refuse(problems)
    total = sum(one.weight for one in series)
    runs = [periods_per_year * total / (alarms_per_year * one.weight) for one in series]
    refuse(
        (f"{one.key}: weight", "it would alarm in every other period or more often")
        for one, run in zip(series, runs, strict=True)
        if run < LEAST_RUN
    )
    # Series alike are fitted once.
    different = list({(one.expected, one.dispersion, run): one for one, run in zip(series, runs, strict=True)}.items())
    fitted: dict[tuple[tuple[float, ...], float, float], tuple[float, float]] = {}

    def work(begin: int, end: int) -> None:
        for same, one in different[begin:end]:
            fitted[same] = _fitted(one, same[2], ratio, seed)

    over_threads(work, len(different))
    told = []
    for one, run in zip(series, runs, strict=True):
        threshold, realised = fitted[one.expected, one.dispersion, run]
        told.append(Share(one.key, periods_per_year / run, run, 1 / run, threshold, periods_per_year / realised))
    return tuple(told)


def _fitted(one: Watched, run: float, ratio: float, seed: int) -> tuple[float, float]:
    """Return the threshold of a series for a run length, and the run length that it has."""
    if len(one.expected) == 1:
        mean = one.expected[0]
        threshold = threshold_for(run, mean, ratio=ratio, dispersion=one.dispersion)
        return threshold, run_length(mean, ratio=ratio, dispersion=one.dispersion, threshold=threshold)
    threshold = seasonal_threshold_for(run, one.expected, ratio=ratio, dispersion=one.dispersion, seed=seed)
    length = simulated_run_length(
        one.expected,
        ratio=ratio,
        dispersion=one.dispersion,
        threshold=threshold,
        periods=int(FOLLOWED * run) + 1,
        seed=seed + 1,  # other runs than those that the threshold was fitted to
    )
    return threshold, length.mean
