"""Small rises that last: cumulative sums of counts, and how often they alarm by themselves.

Page (1954), "Continuous inspection schemes", Biometrika 41:100; the likelihood ratio of a negative binomial with a
baseline that may change with the season: Höhle and Paul (2008), "Count data regression charts for the monitoring of
surveillance time series", Computational Statistics and Data Analysis 52:4357. Run lengths by a Markov chain: Brook and
Evans (1972), Biometrika 59:539.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isinf, log

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom, poisson

from .cusum_kernels import mean_run as chain_run
from .refusal import BadInput, Pair, check, check_drawing, check_whole, real_array, refuse

Floats = npt.NDArray[np.float64]

STATES = 200  # of the chain; four times as many change a run length by about a fiftieth
HIGHEST = 1e3  # a threshold that nothing reaches: e^1000 to one
HALF, EDGE = 0.5, 0.05  # where a threshold is tried next: never at the very edge of what is left
NEAR = 1e-3  # of a threshold that is searched for


@dataclass(frozen=True)
class Cusum:
    """The sum after each count, and where it reached the threshold; after an alarm it starts again from 0."""

    values: tuple[float, ...]
    alarms: tuple[bool, ...]


@dataclass(frozen=True)
class RunLength:
    """Periods until the first alarm, from runs that were followed for a limited time."""

    mean: float  # all periods followed / alarms seen; inf without any
    error: float  # its standard error
    unfinished: int  # runs without an alarm in that time


def likelihood_cusum(
    counts: Sequence[float | None],
    expected: npt.ArrayLike,
    *,
    ratio: float,
    dispersion: float,
    threshold: float,
) -> Cusum:
    """Return C(t) = max(0, C(t-1) + log f1(x) / f0(x)), with an alarm where C(t) >= threshold.

    Args:
        counts: (T,) one per period; None where unknown: the sum then stays.
        expected: (T,) mean in control, above 0; or one number for all.
        ratio: the mean out of control is ratio x expected; above 1.
        dispersion: variance = mean + dispersion x mean^2; 0 is Poisson.
    """
    known, steps = _steps(counts, expected, ratio, dispersion)
    return _summed(np.where(known, steps, 0.0), known, threshold)


def page_cusum(counts: Sequence[float | None], *, reference: float, threshold: float) -> Cusum:
    """Return C(t) = max(0, C(t-1) + x(t) - reference), with an alarm where C(t) >= threshold."""
    values = np.array([np.nan if value is None else value for value in counts], dtype=np.float64)
    known = ~np.isnan(values)
    refuse(check("reference", reference, least=0))
    return _summed(np.where(known, values - reference, 0.0), known, threshold)


def log_ratio(counts: Floats, expected: Floats, ratio: float, dispersion: float) -> Floats:
    """Return log f1(x) / f0(x) for negative binomial counts: x (log r - log((1+d r m)/(1+d m))) - log(...) / d."""
    if not dispersion:
        poisson_steps: Floats = counts * np.log(ratio) - expected * (ratio - 1)
        return poisson_steps
    grown = np.log1p(dispersion * ratio * expected) - np.log1p(dispersion * expected)
    steps: Floats = counts * (np.log(ratio) - grown) - grown / dispersion
    return steps


def run_length(expected: float, *, ratio: float, dispersion: float, threshold: float, true_ratio: float = 1.0) -> float:
    """Return the mean number of periods until the first alarm, by a Markov chain.

    expected: the mean in control, the same in every period. true_ratio: what the mean really is, over `expected`: 1 in
    control, `ratio` when what is looked for has happened.
    """
    refuse(_problems(ratio, dispersion) + check("expected", expected, above=0) + check("threshold", threshold, above=0))
    up, down = _line(expected, ratio, dispersion)
    counts = np.arange(int(np.ceil((threshold + down) / up)) + 1)
    return float(chain_run(up, down, threshold, _chances(counts, expected * true_ratio, dispersion), STATES))


def simulated_run_length(
    expected: npt.ArrayLike,
    *,
    ratio: float,
    dispersion: float,
    threshold: float,
    periods: int,
    runs: int = 1000,
    seed: int = 0,
    true_ratio: float = 1.0,
) -> RunLength:
    """Return the run length for an expectation that repeats, as over a year: (P,) means, each run from a random one.

    periods: how long each run is followed at most.
    """
    highest = _highest(expected, ratio, dispersion, periods, runs, seed, true_ratio)
    return _length_of(highest, threshold)


def threshold_for(mean_run: float, expected: float, *, ratio: float, dispersion: float) -> float:
    """Return the least threshold (to 0.001) whose run length in control is `mean_run` periods or more."""
    refuse(check("mean_run", mean_run, least=1))
    return _least(lambda height: run_length(expected, ratio=ratio, dispersion=dispersion, threshold=height), mean_run)


def seasonal_threshold_for(
    mean_run: float,
    expected: npt.ArrayLike,
    *,
    ratio: float,
    dispersion: float,
    runs: int = 500,
    seed: int = 0,
) -> float:
    """Return the same for an expectation that repeats (P,), by simulated runs of three times `mean_run` periods."""
    refuse(check("mean_run", mean_run, least=1))
    highest = _highest(expected, ratio, dispersion, int(np.ceil(3 * mean_run)), runs, seed, 1.0)
    return _least(lambda height: _length_of(highest, height).mean, mean_run)


def _problems(ratio: float, dispersion: float) -> list[Pair]:
    return check("ratio", ratio, above=1) + check("dispersion", dispersion, least=0)


def _line(expected: float, ratio: float, dispersion: float) -> tuple[float, float]:
    """Return how far one more case moves the sum up, and how far a period without cases moves it down."""
    none, one = log_ratio(np.array([0.0, 1.0]), np.array([expected, expected]), ratio, dispersion)
    return float(one - none), float(-none)


def _chances(counts: npt.NDArray[np.int64], mean: float, dispersion: float) -> Floats:
    if not dispersion:
        return np.asarray(poisson.pmf(counts, mean), dtype=np.float64)
    return np.asarray(nbinom.pmf(counts, 1 / dispersion, 1 / (1 + dispersion * mean)), dtype=np.float64)


def _steps(
    counts: Sequence[float | None], expected: npt.ArrayLike, ratio: float, dispersion: float
) -> tuple[npt.NDArray[np.bool_], Floats]:
    values = np.array([np.nan if value is None else value for value in counts], dtype=np.float64)
    known = ~np.isnan(values)
    means = np.full(len(values), expected) if np.ndim(expected) == 0 else real_array(expected, "expected")
    problems = _problems(ratio, dispersion)
    if (values[known] < 0).any() or (values[known] != np.floor(values[known])).any():
        problems.append(("counts", "whole numbers from 0 are expected"))
    if means.shape != values.shape or not (means > 0).all():
        problems.append(("expected", "a mean above 0 for each count is expected"))
    refuse(problems)
    return known, log_ratio(np.where(known, values, 0.0), means.astype(np.float64), ratio, dispersion)


def _summed(steps: Floats, known: npt.NDArray[np.bool_], threshold: float) -> Cusum:
    refuse(check("threshold", threshold, above=0))
    values, alarms, now = [], [], 0.0
    for step, seen in zip(steps.tolist(), known.tolist(), strict=True):
        now = max(0.0, now + step)
        values.append(now)
        alarms.append(seen and now >= threshold)
        if alarms[-1]:
            now = 0.0
    return Cusum(tuple(values), tuple(alarms))


def _highest(
    expected: npt.ArrayLike,
    ratio: float,
    dispersion: float,
    periods: int,
    runs: int,
    seed: int,
    true_ratio: float,
) -> Floats:
    """Return the greatest sum so far in each period of each run (runs, periods), without ever starting again.

    A threshold is first reached where this is: one set of runs tells the run length of every threshold.
    """
    means = real_array(expected, "expected")
    problems = _problems(ratio, dispersion) + check_whole("periods", periods, least=1)
    problems += check("true_ratio", true_ratio, above=0) + check_drawing("runs", runs, seed, least=1)
    if not len(means) or (means <= 0).any():
        problems.append(("expected", "means above 0 are expected"))
    refuse(problems)
    random = np.random.default_rng(seed)
    phase = random.integers(0, len(means), runs)
    now, top = np.zeros(runs), np.zeros(runs)
    highest = np.empty((periods, runs))
    for period in range(periods):
        mean = means[(phase + period) % len(means)]
        actual = mean * true_ratio
        if dispersion:
            counts = random.negative_binomial(1 / dispersion, 1 / (1 + dispersion * actual))
        else:
            counts = random.poisson(actual)
        now = np.maximum(0.0, now + log_ratio(counts.astype(np.float64), mean, ratio, dispersion))
        top = np.maximum(top, now)
        highest[period] = top
    return highest.T


def _length_of(highest: Floats, threshold: float) -> RunLength:
    """Return the run length as the mean of a geometric time, of which only the first periods are seen."""
    refuse(check("threshold", threshold, above=0))
    reached = highest >= threshold
    finished = reached[:, -1]
    lengths = np.where(finished, reached.argmax(axis=1) + 1, highest.shape[1])
    alarms = int(finished.sum())
    if not alarms:
        return RunLength(float("inf"), float("inf"), len(highest))
    mean = float(lengths.sum()) / alarms
    return RunLength(mean, mean / float(np.sqrt(alarms)), len(highest) - alarms)


def _least(run_of: Callable[[float], float], wanted: float) -> float:
    """Return the least threshold whose run is long enough. Its logarithm is nearly a line in the threshold."""
    low, high, below, above = 0.0, 1.0, 0.0, log(run_of(1.0))
    while above < log(wanted):
        low, high, below = high, 2 * high, above
        if high > HIGHEST:
            raise BadInput([("mean_run", "no threshold is as seldom reached")])
        above = log(run_of(high))
    halve = False
    while high - low > NEAR:
        part = HALF if halve or isinf(above) else (log(wanted) - below) / (above - below)
        middle = low + (high - low) * min(max(part, EDGE), 1 - EDGE)
        here = log(run_of(middle))
        if here >= log(wanted):
            high, above = middle, here
        else:
            low, below = middle, here
        halve = not halve  # a line alone would come near from one side only
    return high
