"""Is this week's count above what the same weeks of earlier years lead one to expect?

Farrington, Andrews, Beale, Catchpole (1996), "A statistical algorithm for the early detection of outbreaks of
infectious disease", JRSS A 159:547; here with the choices of the R package surveillance (`algo.farrington`), against
which others will check: `alpha` is two-sided, so that the limit is the 1 - alpha/2 quantile (0.995 with the alpha of
0.01 here), and the four weeks that must have five reports include the current one. Where this differs from R:
- the limit is told also where there are too few reports; there is no alarm then. R gives 0 for the limit.
- baseline weeks that are all zero have the limit 0 exactly; R's fit stops on the way there, at about 0.01.
- fewer than half of the baseline weeks, or fewer than three: refused; R goes on with a warning.
- unknown counts (None) are left out of the baseline; R's algorithm stops.
A year is 52 weeks, as with R's series that have no dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from scipy.stats import t as student

from .quasi_poisson import Fit, Floats, fit
from .refusal import BadInput, Pair, check, check_whole, refuse, whole_array

YEAR = 52
LEAST_YEARS_FOR_TREND = 3
LEAST_WEEKS = 3
SIGNIFICANT = 0.05
RESIDUAL = 1.0
FEW_REPORTS, FEW_WEEKS = 5, 4
TWO_THIRDS = 2 / 3


@dataclass(frozen=True)
class Week:
    """What is said of one week."""

    index: int
    observed: int | None  # None: unknown, which is not zero
    expected: float
    limit: float  # inf where the model cannot tell
    alarm: bool
    score: float | None  # (observed - expected) / (limit - expected): above 1 is an alarm
    dispersion: float  # at least 1
    trend: bool  # whether the model has a trend
    baseline: int  # weeks it was fitted to


@dataclass(frozen=True)
class Farrington:
    """The weeks asked for, in their order."""

    weeks: tuple[Week, ...]

    @property
    def limits(self) -> tuple[float, ...]:
        """Return the upper limit of each week."""
        return tuple(week.limit for week in self.weeks)

    @property
    def alarms(self) -> tuple[bool, ...]:
        """Return whether each week's count is above its limit, with enough reports."""
        return tuple(week.alarm for week in self.weeks)


@dataclass(frozen=True)
class Prediction:
    """The mean expected of a week, the standard error of its logarithm, and the model it comes from."""

    mean: float
    error: float
    dispersion: float
    trend: bool


def farrington(
    counts: Sequence[float | None],
    at: Sequence[int],
    *,
    b: int = 5,
    w: int = 3,
    alpha: float = 0.01,
    reweight: bool = True,
    trend: bool = True,
) -> Farrington:
    """Return limit and alarm of weeks, each from the weeks around the same date in earlier years.

    Args:
        counts: weekly, oldest first; None where unknown.
        at: zero-based indices of the weeks to judge.
        b: years back. w: weeks on either side of the same week: b (2w + 1) baseline weeks.
        alpha: two-sided; the limit is the 1 - alpha/2 quantile of (mean^2/3 + z se)^3/2 with
            se = sqrt(4/9 mean^1/3 (dispersion + var(mean) / mean)).
        reweight: fit again with weights ~ 1 / s^2 for weeks whose standardised Anscombe residual s is above 1, so that
            an outbreak in the past does not raise the limit.
        trend: a trend is kept if it is significant at 0.05, there are at least 3 years, and the expectation is no more
            than the greatest baseline count.

    Raises BadInput.
    """
    series = checked_series(counts)
    weeks = checked_weeks(series, at, b, w, alpha)
    short = [f"week {k}" for k in weeks if len(_baseline(series, k, b, w)) < max(LEAST_WEEKS, b * (2 * w + 1) / 2)]
    if short:
        raise BadInput([("at", f"too few baseline weeks for {', '.join(short[:5])}")])
    return Farrington(tuple(_judged(series, k, b, w, alpha, reweight, trend) for k in weeks))


def _judged(series: Floats, k: int, b: int, w: int, alpha: float, reweight: bool, trend: bool) -> Week:
    places = _baseline(series, k, b, w)
    response = series[places]
    design = np.column_stack([np.ones(len(places)), places - k])  # the intercept is the week judged
    predicted = predict(
        design,
        response,
        reweight_above=RESIDUAL if reweight else None,
        trend=trend and b >= LEAST_YEARS_FOR_TREND,
        significant=SIGNIFICANT,
    )
    return week_of(series, k, predicted, power_limit(predicted, float(norm.ppf(1 - alpha / 2))), len(places))


def _baseline(series: Floats, k: int, b: int, w: int) -> npt.NDArray[np.int64]:
    """Return the indices of the known weeks within w of the same week in each of b years before."""
    wanted = np.concatenate([np.arange(k - YEAR * year - w, k - YEAR * year + w + 1) for year in range(b, 0, -1)])
    there: npt.NDArray[np.int64] = wanted[wanted >= 0]
    known: npt.NDArray[np.int64] = there[~np.isnan(series[there])]
    return known


def predict(
    design: Floats, response: Floats, *, reweight_above: float | None, trend: bool, significant: float
) -> Prediction:
    """Return the expectation where all columns of the design but the first are 0. Its second column is time.

    The trend is kept if its p is below `significant` and the expectation no more than the greatest response.
    """
    if not response.any():
        return Prediction(0.0, 0.0, 1.0, False)
    level = np.delete(design, 1, axis=1)
    if trend and len(response) > design.shape[1]:
        model = _reweighted(design, response, reweight_above)
        mean = float(np.exp(model.coefficients[0]))
        if model.converged and _chance_of(model, 1) < significant and mean <= response.max():
            return Prediction(mean, _error(model), max(model.dispersion, 1.0), True)
    model = _reweighted(level, response, reweight_above)
    return Prediction(float(np.exp(model.coefficients[0])), _error(model), max(model.dispersion, 1.0), False)


def _error(model: Fit) -> float:
    return float(np.sqrt(max(model.dispersion, 1.0) * model.unscaled[0, 0]))


def _chance_of(model: Fit, column: int) -> float:
    """Return the two-sided p of a coefficient, by Student's t with the dispersion as it comes."""
    error = np.sqrt(model.dispersion * model.unscaled[column, column])
    if not error:
        return 0.0 if model.coefficients[column] else 1.0
    return float(2 * student.sf(abs(model.coefficients[column]) / error, model.freedom))


def _reweighted(design: Floats, response: Floats, above: float | None) -> Fit:
    """Fit, and fit again with the weights of the residuals of the first."""
    first = fit(design, response, np.ones(len(response)))
    if above is None:
        return first
    return fit(design, response, weights_of(anscombe_residuals(first, response), above))


def anscombe_residuals(model: Fit, response: Floats) -> Floats:
    """Return 3/2 (y^2/3 m^-1/6 - m^1/2) / sqrt(dispersion (1 - leverage)), the dispersion at least 1."""
    raw = 1.5 * (response**TWO_THIRDS * model.means ** (-1 / 6) - np.sqrt(model.means))
    left = np.maximum(1 - model.leverage, np.finfo(np.float64).eps)  # a week that fits itself has no residual
    residuals: Floats = raw / np.sqrt(max(model.dispersion, 1.0) * left)
    return residuals


def weights_of(residuals: Floats, above: float) -> Floats:
    """Return weights in proportion to 1 / s^2 for s above the threshold, else 1; they sum to their number."""
    weights = np.ones(len(residuals))
    large = residuals > above
    weights[large] = residuals[large] ** -2
    weights *= len(weights) / weights.sum()
    return weights


def power_limit(predicted: Prediction, z: float) -> float:
    """Return (mean^2/3 + z se)^3/2, the limit on a scale on which a Poisson count is nearly symmetric."""
    if not predicted.mean:
        return 0.0
    spread = predicted.dispersion + predicted.mean * predicted.error**2  # the error of the mean is mean x error
    se = np.sqrt(4 / 9 * predicted.mean ** (1 / 3) * spread)
    return float((predicted.mean**TWO_THIRDS + z * se) ** 1.5)


def week_of(series: Floats, k: int, predicted: Prediction, limit: float, baseline: int) -> Week:
    """Return what is said of week k, given its limit."""
    observed = None if np.isnan(series[k]) else int(series[k])
    enough = np.nansum(series[max(0, k - FEW_WEEKS + 1) : k + 1]) >= FEW_REPORTS
    above = None if observed is None else observed - predicted.mean
    room = limit - predicted.mean
    return Week(
        index=k,
        observed=observed,
        expected=predicted.mean,
        limit=limit,
        alarm=bool(enough and observed is not None and observed > limit),
        score=None if above is None or not 0 < room < np.inf else above / room,
        dispersion=predicted.dispersion,
        trend=predicted.trend,
        baseline=baseline,
    )


def checked_series(counts: Sequence[float | None]) -> Floats:
    """Return counts as float64 with NaN where unknown. Raises BadInput unless they are whole and not negative."""
    known = [value for value in counts if value is not None and value == value]
    whole_array(known, "counts", least=0)
    return np.array([np.nan if value is None else value for value in counts], dtype=np.float64)


def checked_weeks(series: Floats, at: Sequence[int], b: int, w: int, alpha: float) -> list[int]:
    """Return the weeks to judge, after checking them and the numbers beside them. Raises BadInput."""
    weeks = whole_array(at, "at", least=0)
    problems: list[Pair] = check_whole("b", b, least=1) + check_whole("w", w, least=0, most=(YEAR - 1) // 2)
    problems += check("alpha", alpha, above=0) or ([("alpha", "must be below 1")] if alpha >= 1 else [])
    if len(weeks) and weeks.max() >= len(series):
        problems.append(("at", f"there are {len(series)} weeks, the last is {len(series) - 1}"))
    refuse(problems)
    return [int(week) for week in weeks]
