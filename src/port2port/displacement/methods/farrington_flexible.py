"""The improved algorithm: all weeks of the past years, a level per season, and limits of a negative binomial.

Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett (2013), "An improved algorithm for outbreak detection in
multiple surveillance systems", Statistics in Medicine 32:1206; as `farringtonFlexible` of the R package surveillance
(Salmon, Schumacher, Höhle 2016, J Stat Software 70:10) with noPeriods = 10, pastWeeksNotIncluded = 26,
weightsThreshold = 2.58, pThresholdTrend = 1. Where this differs from R:
- the score is computed from the expected count; R takes its logarithm for the limits "nbPlugin" and "muan". Alarms are
  the same.
- the limit is told also where there are too few reports; there is no alarm then. R gives NA.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom, norm, poisson

from .farrington import (
    LEAST_YEARS_FOR_TREND,
    YEAR,
    Farrington,
    Prediction,
    Week,
    checked_series,
    checked_weeks,
    power_limit,
    predict,
    week_of,
)
from .quasi_poisson import Floats
from .refusal import BadInput, check, check_whole, refuse

Limit = Literal["nb_plugin", "muan", "power"]
NO_SEASON = 0


def farrington_flexible(
    counts: Sequence[float | None],
    at: Sequence[int],
    *,
    b: int = 5,
    w: int = 3,
    alpha: float = 0.005,
    periods: int = 10,
    weeks_left_out: int = 26,
    reweight_above: float = 2.58,
    limit: Limit = "nb_plugin",
    trend: bool = True,
) -> Farrington:
    """Return limit and alarm of weeks, each from all weeks of the b years before.

    Args:
        counts: weekly, oldest first; None where unknown. at: zero-based indices of the weeks to judge.
        b, w: years back, and weeks on either side of the same week that form the season judged.
        alpha: one-sided; the limit is the 1 - alpha quantile.
        periods: seasons of the year; each has its level. 1: only the weeks around the same date are used.
        weeks_left_out: the last weeks, so that an outbreak that begins does not become what is expected.
        reweight_above: weeks with a standardised Anscombe residual above it weigh less.
        limit: "nb_plugin" the quantile of a negative binomial with the expected mean and the dispersion; "muan" the
            same at the 1 - alpha quantile of the mean; "power" the 2/3-power limit of 1996.
        trend: kept whatever its significance, with at least 3 years and no expectation above the greatest count.

    Raises BadInput, also where a year of the baseline is missing.
    """
    series = checked_series(counts)
    weeks = checked_weeks(series, at, b, w, alpha)
    problems = check_whole("periods", periods, least=1, most=YEAR - 2 * w)
    problems += check_whole("weeks_left_out", weeks_left_out, least=0) + check(
        "reweight_above", reweight_above, above=0
    )
    early = [f"week {k}" for k in weeks if k - YEAR * b - w < 0]
    if early:
        problems.append(("at", f"no {b} years before {', '.join(early[:5])}"))
    refuse(problems)
    told = []
    for k in weeks:
        places, season = _baseline(series, k, b, w, periods, weeks_left_out)
        design = _design(places - k, season, periods)
        if len(places) <= design.shape[1]:
            raise BadInput([("counts", f"too few known weeks before week {k}")])
        predicted = predict(
            design,
            series[places],
            reweight_above=reweight_above,
            trend=trend and b >= LEAST_YEARS_FOR_TREND,
            significant=np.inf,
        )
        told.append(_judged(series, k, predicted, limit, alpha, len(places)))
    return Farrington(tuple(told))


def _judged(series: Floats, k: int, predicted: Prediction, limit: Limit, alpha: float, baseline: int) -> Week:
    if limit == "power":
        top = power_limit(predicted, float(norm.ppf(1 - alpha)))
    else:
        top = count_limit(predicted, alpha, certain_mean=limit == "nb_plugin")
    return week_of(series, k, predicted, top, baseline)


def count_limit(predicted: Prediction, alpha: float, *, certain_mean: bool) -> float:
    """Return the 1 - alpha quantile of the count: negative binomial with variance dispersion x mean, or Poisson.

    certain_mean: take the expected mean as it is; else its own 1 - alpha quantile (inf where that is).
    """
    mean = predicted.mean
    if not certain_mean and mean:
        with np.errstate(over="ignore"):
            mean = float(np.exp(np.log(mean) + norm.ppf(1 - alpha) * predicted.error))
    if not mean or np.isinf(mean):
        return mean
    if predicted.dispersion > 1:
        return float(nbinom.ppf(1 - alpha, mean / (predicted.dispersion - 1), 1 / predicted.dispersion))
    return float(poisson.ppf(1 - alpha, mean))


def seasons(k: int, b: int, w: int, periods: int) -> npt.NDArray[np.int64]:
    """Return the season of each week from 0 to k: `periods` around the week of each year, 1 to periods - 1 between.

    0 before all years. The weeks between two windows are shared out in order; where they do not divide, the first
    seasons are longer.
    """
    season = np.full(k + 1, NO_SEASON, dtype=np.int64)
    season[max(0, k - w) :] = periods
    for year in range(1, b + 1):
        middle = k - YEAR * year
        season[middle - w : middle + w + 1] = periods
        if periods > 1:
            lengths = np.full(periods - 1, (YEAR - 2 * w - 1) // (periods - 1))
            lengths[: (YEAR - 2 * w - 1) % (periods - 1)] += 1
            season[middle + w + 1 : middle + w + 1 + lengths.sum()] = np.repeat(np.arange(1, periods), lengths)
    return season


def _baseline(
    series: Floats, k: int, b: int, w: int, periods: int, weeks_left_out: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the indices of the known weeks to fit, and the season of each."""
    season = seasons(k, b, w, periods)
    season[max(0, k - weeks_left_out) :] = NO_SEASON
    places = np.flatnonzero((season != NO_SEASON) & ~np.isnan(series[: k + 1]))
    return places, season[places]


def _design(time: npt.NDArray[np.int64], season: npt.NDArray[np.int64], periods: int) -> Floats:
    """Return an intercept, time from the week judged, and a column per season but the one judged, if it occurs."""
    columns = [np.ones(len(time)), time.astype(np.float64)]
    columns += [(season == one).astype(np.float64) for one in range(1, periods) if (season == one).any()]
    return np.column_stack(columns)
