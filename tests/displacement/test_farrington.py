"""Both algorithms against published values, cases derived by hand, and statsmodels as a second way of fitting."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, norm

from port2port.displacement.methods.farrington import Prediction, farrington, power_limit, weights_of
from port2port.displacement.methods.farrington_flexible import count_limit, farrington_flexible, seasons
from port2port.displacement.methods.quasi_poisson import fit
from port2port.displacement.methods.refusal import BadInput

Floats = npt.NDArray[np.float64]


def some_counts(seed: int, weeks: int = 400, level: float = 9, slope: float = 0.0) -> list[int]:
    """Return overdispersed weekly counts with a season, a trend and two old outbreaks."""
    random = np.random.default_rng(seed)
    time = np.arange(weeks)
    mean = level * np.exp(0.4 * np.sin(2 * np.pi * time / 52) + slope * time)
    counts = random.negative_binomial(6, 6 / (6 + mean))
    counts[150:154] += 25
    counts[251:254] += 30
    return [int(value) for value in counts]


def oracle(design: Floats, response: Floats, weights: Floats) -> sm.GLM:
    """Return statsmodels' quasi-Poisson fit."""
    return sm.GLM(response, design, family=sm.families.Poisson(), var_weights=weights).fit(scale="X2", tol=1e-12)


def by_statsmodels(design: Floats, response: Floats, above: float, always: bool) -> tuple[float, float, float, bool]:
    """Return mean, error of its logarithm, dispersion and whether there is a trend, fitted by statsmodels."""

    def reweighted(columns: Floats) -> sm.GLM:
        model = oracle(columns, response, np.ones(len(response)))
        phi = max(model.scale, 1)
        leverage = model.get_hat_matrix_diag()
        residual = 1.5 * (response ** (2 / 3) * model.mu ** (-1 / 6) - model.mu**0.5) / np.sqrt(phi * (1 - leverage))
        inverse = np.where(residual > above, residual**-2.0, 1.0)
        return oracle(columns, response, inverse * len(inverse) / inverse.sum())

    model = reweighted(design)
    at = np.zeros(design.shape[1])
    at[0] = 1
    mean = float(model.predict(at[None, :])[0])
    p = 2 * float(sm.stats.stattools.stats.t.sf(abs(model.params[1] / model.bse[1]), model.df_resid))
    trend = (always or p < 0.05) and mean <= response.max()
    if not trend:
        model = reweighted(np.delete(design, 1, axis=1))
        mean = float(np.exp(model.params[0]))
    phi = max(model.scale, 1)
    return mean, math.sqrt(model.cov_params()[0, 0] / model.scale * phi), phi, trend


def test_power_limit_as_published() -> None:
    """Mean 5 with error 0.2, dispersion 1: from the tests of the R package surveillance (one-sided there)."""
    predicted = Prediction(mean=5.0, error=0.2 / 5.0, dispersion=1.0, trend=False)
    assert power_limit(predicted, float(norm.ppf(0.95))) == pytest.approx(9.1154825, abs=1e-6)
    assert power_limit(predicted, float(norm.ppf(0.05))) == pytest.approx(1.8084477, abs=1e-6)


@pytest.mark.parametrize(
    ("dispersion", "certain", "limit"), [(1.5, False, 24), (1.0, False, 22), (1.5, True, 10), (1.0, True, 9)]
)
def test_count_limit_as_published(dispersion: float, certain: bool, limit: float) -> None:
    """Mean 5, error log 2 of its logarithm, at 0.95: from the tests of the R package surveillance."""
    predicted = Prediction(mean=5.0, error=math.log(2), dispersion=dispersion, trend=False)
    assert count_limit(predicted, 0.05, certain_mean=certain) == limit


def test_weights_as_published() -> None:
    """Half the residuals 2, half below the threshold: from the tests of the R package surveillance."""
    weights = weights_of(np.array([0.0] * 5 + [2.0] * 5), 1.0)
    assert weights == pytest.approx([1.6] * 5 + [0.4] * 5)
    assert weights_of(np.zeros(4), 0.0).tolist() == [1.0] * 4


@pytest.mark.parametrize("seed", range(6))
def test_fit_as_statsmodels(seed: int) -> None:
    random = np.random.default_rng(seed)
    design = np.column_stack([np.ones(60), random.normal(size=(60, 3))])
    response = random.negative_binomial(3, 0.2, 60).astype(np.float64)
    weights = random.uniform(0.2, 2, 60)
    ours, theirs = fit(design, response, weights), oracle(design, response, weights)
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-7)
    assert ours.dispersion == pytest.approx(theirs.scale, rel=1e-7)
    assert ours.unscaled * ours.dispersion == pytest.approx(theirs.cov_params(), abs=1e-8)
    assert ours.leverage == pytest.approx(theirs.get_hat_matrix_diag(), abs=1e-7)
    assert ours.converged


def test_constant_baseline_by_hand() -> None:
    """35 weeks of 10: mean 10, dispersion 1, variance of the mean 10/35."""
    se = math.sqrt(4 / 9 * 10 ** (1 / 3) * (1 + 1 / 35))
    limit = (10 ** (2 / 3) + norm.ppf(0.975) * se) ** 1.5
    result = farrington([10] * 300 + [16, 17], [300, 301], b=5, w=3, alpha=0.05)
    assert result.limits == pytest.approx((limit, limit), abs=1e-6)
    assert 16 < limit < 17 and result.alarms == (False, True)
    assert result.weeks[1].score == pytest.approx(7 / (limit - 10))
    assert (result.weeks[0].baseline, result.weeks[0].trend, result.weeks[0].dispersion) == (35, False, 1.0)


@pytest.mark.parametrize("slope", [0.0, 0.003])
@pytest.mark.parametrize("seed", range(5))
def test_limits_as_statsmodels(seed: int, slope: float) -> None:
    counts = some_counts(seed, slope=slope)
    at = [270, 299, 320, 355, 399]
    result = farrington(counts, at, b=5, w=3, alpha=0.05)
    for k, week in zip(at, result.weeks, strict=True):
        places = np.array([k - 52 * year + shift for year in range(5, 0, -1) for shift in range(-3, 4)])
        response = np.array(counts, dtype=np.float64)[places]
        design = np.column_stack([np.ones(35), places - k])
        mean, error, phi, trend = by_statsmodels(design, response, 1.0, always=False)
        se = math.sqrt(4 / 9 * mean ** (1 / 3) * (phi + mean * error**2))
        assert week.trend == trend
        assert week.limit == pytest.approx((mean ** (2 / 3) + norm.ppf(0.975) * se) ** 1.5, rel=1e-6)
        assert week.alarm == (counts[k] > week.limit and sum(counts[k - 3 : k + 1]) >= 5)


def test_trend_is_kept_by_the_rule_of_the_paper() -> None:
    falling = some_counts(1, slope=-0.005, level=40)
    assert farrington(falling, [330]).weeks[0].trend
    assert not farrington(falling, [330], b=2).weeks[0].trend  # under three years
    assert not farrington(falling, [330], trend=False).weeks[0].trend
    rising = [round(5 * math.exp(0.01 * week)) for week in range(400)]
    assert not farrington(rising, [399], b=5).weeks[0].trend  # it would expect more than there ever was


def test_an_old_outbreak_does_not_raise_the_limit_by_much() -> None:
    calm = [8, 9, 10, 11, 12] * 80
    struck = list(calm)
    struck[300 - 52 : 300 - 49] = [60, 60, 60]
    plain = farrington(struck, [300], reweight=False).limits[0]
    weighted = farrington(struck, [300]).limits[0]
    assert farrington(calm, [300]).limits[0] < weighted < (plain + farrington(calm, [300]).limits[0]) / 2


def test_few_reports_never_alarm() -> None:
    counts = [0] * 350
    counts[300] = 4
    counts[320:324] = [1, 1, 1, 3]
    result = farrington(counts, [300, 323, 340])
    assert result.limits == (0.0, 0.0, 0.0)
    assert result.alarms == (False, True, False)
    assert result.weeks[1].score is None


def test_unknown_weeks_are_not_zero() -> None:
    counts: list[float | None] = [10.0] * 350
    gone = list(counts)
    for week in range(300 - 104 - 3, 300 - 104 + 4):
        gone[week] = None
    result = farrington(gone, [300])
    assert result.weeks[0].baseline == 28 and result.weeks[0].expected == pytest.approx(10)
    gone[300] = None
    unknown = farrington(gone, [300]).weeks[0]
    assert (unknown.observed, unknown.alarm, unknown.score) == (None, False, None)


@pytest.mark.parametrize(("limit", "alpha"), [("nb_plugin", 0.005), ("muan", 0.05), ("power", 0.025)])
@pytest.mark.parametrize("seed", range(3))
def test_flexible_as_statsmodels(seed: int, limit: str, alpha: float) -> None:
    counts = some_counts(seed)
    at = [263, 300, 377]
    result = farrington_flexible(counts, at, b=5, w=3, alpha=alpha, limit=limit)
    for k, week in zip(at, result.weeks, strict=True):
        season = hand_seasons(k, 5, 3, 10)
        places = np.array([place for place in range(k - 26) if season[place]])
        levels = np.array([season[place] for place in places])
        design = np.column_stack(
            [np.ones(len(places)), places - k, *((levels == one).astype(float) for one in range(1, 10))]
        )
        response = np.array(counts, dtype=np.float64)[places]
        mean, error, phi, trend = by_statsmodels(design, response, 2.58, always=True)
        assert week.trend == trend
        assert week.expected == pytest.approx(mean, rel=1e-5)
        if limit == "power":
            se = math.sqrt(4 / 9 * mean ** (1 / 3) * (phi + mean * error**2))
            assert week.limit == pytest.approx((mean ** (2 / 3) + norm.ppf(1 - alpha) * se) ** 1.5, rel=1e-5)
        else:
            top = mean if limit == "nb_plugin" else mean * math.exp(norm.ppf(1 - alpha) * error)
            assert week.limit == nbinom.ppf(1 - alpha, top / (phi - 1), 1 / phi)


def hand_seasons(k: int, b: int, w: int, periods: int) -> list[int]:
    """Return the season of each week, walking from year to year; the 45 weeks between are nine seasons of five."""
    season = [0] * (k + 1)
    for week in range(k - 52 * b - w, k + 1):
        since = (week - (k - 52 * b - w)) % 52
        season[week] = periods if since < 2 * w + 1 else 1 + (since - 2 * w - 1) * (periods - 1) // (52 - 2 * w - 1)
    return season


def test_seasons() -> None:
    assert seasons(300, 5, 3, 10).tolist() == hand_seasons(300, 5, 3, 10)
    uneven = seasons(300, 2, 3, 8)  # 45 weeks in seven seasons: three of seven weeks, then four of six
    sizes = [int((uneven[300 - 104 : 300 - 52] == one).sum()) for one in range(1, 9)]
    assert sizes == [7, 7, 7, 6, 6, 6, 6, 7]
    only = seasons(300, 5, 3, 1)
    assert np.flatnonzero(only)[:7].tolist() == list(range(300 - 263, 300 - 256))
    assert only.sum() == 5 * 7 + 4


def test_one_period_with_the_old_weights_is_the_old_algorithm() -> None:
    counts = some_counts(4)
    old = farrington(counts, [320], alpha=0.05, trend=False)
    new = farrington_flexible(
        counts, [320], alpha=0.025, periods=1, reweight_above=1.0, limit="power", trend=False, weeks_left_out=3
    )
    assert new.limits == pytest.approx(old.limits)


def test_flexible_with_nothing_to_go_by() -> None:
    zeros = farrington_flexible([0] * 330 + [3, 3], [331])
    assert (zeros.limits, zeros.alarms) == ((0.0,), (True,))
    rare = [0] * 332
    rare[331 - 52 * 2 - 20] = 3  # only another season ever had any
    rare[330:332] = [3, 3]
    week = farrington_flexible(rare, [331]).weeks[0]
    assert week.expected < 0.01 and week.alarm
    unsure = farrington_flexible(rare, [331], limit="muan").weeks[0]
    assert unsure.limit == math.inf and not unsure.alarm and unsure.score is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=280, max_size=290), st.integers(1, 5), st.integers(0, 4))
def test_any_counts_have_a_limit(counts: Sequence[int], b: int, w: int) -> None:
    for result in (
        farrington(counts, [len(counts) - 1], b=b, w=max(w, 1)),
        farrington_flexible(counts, [len(counts) - 1], b=b, w=w),
    ):
        week = result.weeks[0]
        assert week.limit >= 0 and week.expected >= 0 and week.dispersion >= 1
        assert not week.alarm or counts[-1] > week.limit


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"at": [100]}, "at"),
        ({"at": [300]}, "at"),
        ({"at": [-1]}, "at"),
        ({"at": [1.5]}, "at"),
        ({"counts": [1.5] * 300}, "counts"),
        ({"counts": [-1] * 300}, "counts"),
        ({"b": 0}, "b"),
        ({"w": -1}, "w"),
        ({"w": 26}, "w"),
        ({"alpha": 1}, "alpha"),
        ({"b": 2.5}, "b"),
        ({"alpha": 0}, "alpha"),
    ],
)
@pytest.mark.parametrize("method", [farrington, farrington_flexible])
def test_bad_input_says_where(method: object, changes: dict[str, object], where: str) -> None:
    asked: dict[str, object] = {"counts": [1] * 300, "at": [299]} | changes
    with pytest.raises(BadInput) as told:
        method(asked.pop("counts"), asked.pop("at"), **asked)  # type: ignore[operator]
    assert where in [one.where for one in told.value.problems]


def test_too_many_seasons_or_too_little_known() -> None:
    with pytest.raises(BadInput, match="periods: must be at most 46"):
        farrington_flexible([1] * 300, [299], periods=60)
    gone: list[float | None] = [None] * 300
    gone[20:30] = [1.0] * 10
    with pytest.raises(BadInput, match="too few known"):
        farrington_flexible(gone, [299])
    with pytest.raises(BadInput, match="too few baseline"):
        farrington(gone, [299])
