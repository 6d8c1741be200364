"""Cumulative sums by hand, their run lengths by two ways, and the budget of alarms over many series."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from port2port.displacement.methods.alarm_budget import Watched, shares
from port2port.displacement.methods.cusum import (
    likelihood_cusum,
    log_ratio,
    page_cusum,
    run_length,
    seasonal_threshold_for,
    simulated_run_length,
    threshold_for,
)
from port2port.displacement.methods.refusal import BadInput


@pytest.mark.parametrize("dispersion", [0.0, 0.1, 1.5])
@pytest.mark.parametrize("mean", [0.05, 3.0, 60.0])
def test_steps_are_the_log_ratio_of_the_two_distributions(mean: float, dispersion: float) -> None:
    counts = np.arange(0, 40)

    def log_chance(m: float) -> np.ndarray:
        if dispersion == 0:
            return poisson.logpmf(counts, m)
        return nbinom.logpmf(counts, 1 / dispersion, 1 / (1 + dispersion * m))

    steps = log_ratio(counts.astype(float), np.full(40, mean), 1.8, dispersion)
    assert steps == pytest.approx(log_chance(1.8 * mean) - log_chance(mean), abs=1e-8)


def test_sums_by_hand() -> None:
    up, down = math.log(2), 1.5  # Poisson of mean 1.5, doubled
    result = likelihood_cusum([1, 4, 4, None, 0, 9], 1.5, ratio=2, dispersion=0, threshold=2.0)
    second = 4 * up - down
    assert result.values == pytest.approx([0, second, 2 * second, 0, 0, 9 * up - down])
    assert result.alarms == (False, False, True, False, False, True)
    unknown = likelihood_cusum([4, None, 4], 1.5, ratio=2, dispersion=0, threshold=99)
    assert unknown.values == pytest.approx([second, second, 2 * second])
    page = page_cusum([1, 3, None, 4, 0], reference=2, threshold=3)
    assert (page.values, page.alarms) == ((0, 1, 1, 3, 0), (False, False, False, True, False))


def test_a_season_is_no_rise() -> None:
    season = [5.0, 20.0] * 30
    quiet = likelihood_cusum([5, 20] * 30, season, ratio=1.5, dispersion=0.05, threshold=3)
    assert not any(quiet.alarms)
    risen = likelihood_cusum([5, 20] * 15 + [8, 32] * 15, season, ratio=1.5, dispersion=0.05, threshold=3)
    assert 30 <= risen.alarms.index(True) < 40


@pytest.mark.parametrize("mean", [0.01, 0.1, 0.5])
def test_run_length_of_one_case_is_exact(mean: float) -> None:
    """Any case reaches the threshold from 0, and without one the sum stays 0: a geometric time."""
    threshold = (math.log(3) - mean * 2) * (1 - 1e-9)
    assert run_length(mean, ratio=3.0, dispersion=0.0, threshold=threshold) == pytest.approx(1 / -math.expm1(-mean))


def test_run_length_of_two_cases_is_exact() -> None:
    """Two cases in one period, or one in each of two that follow each other: two states, solved by hand.

    A case moves the sum from 0 to log 20 - 1.9 = 1.0957; a period without moves it back to 0. The threshold lies just
    above twice the way up from there, less than what two cases give.
    """
    up, down = math.log(20), 0.1 * 19
    none, one = poisson.pmf(0, 0.1), poisson.pmf(1, 0.1)
    one_case, threshold = up - down, 2 * (up - down) * (1 - 1e-9)
    assert one_case - down < 0 and 2 * up - down > threshold > one_case
    # a = 1 + none a + one b from 0, b = 1 + none a from one case
    by_hand = (1 + one) / (1 - none - one * none)
    chain = run_length(0.1, ratio=20.0, dispersion=0.0, threshold=threshold)
    assert chain == pytest.approx(by_hand, rel=0.02)


@pytest.mark.parametrize("true_ratio", [1.0, 2.0])
@pytest.mark.parametrize(
    ("mean", "dispersion", "threshold"),
    [(0.05, 0.5, 2.5), (0.3, 0.0, 2.0), (2.0, 0.2, 3.0), (20.0, 0.1, 3.0), (100.0, 0.0, 2.0)],
)
def test_chain_and_simulation_agree(mean: float, dispersion: float, threshold: float, true_ratio: float) -> None:
    asked = {"ratio": 2.0, "dispersion": dispersion, "threshold": threshold, "true_ratio": true_ratio}
    chain = run_length(mean, **asked)
    periods = int(min(3 * chain + 50, 4000))
    simulated = simulated_run_length([mean], periods=periods, runs=1200, seed=4, **asked)
    assert abs(chain - simulated.mean) < 5 * simulated.error + 0.03 * chain


def test_what_is_looked_for_is_found_soon() -> None:
    threshold = threshold_for(520, 2.0, ratio=2.0, dispersion=0.2)
    asked = {"ratio": 2.0, "dispersion": 0.2, "threshold": threshold}
    assert 520 <= run_length(2.0, **asked) < 545
    assert run_length(2.0, true_ratio=2.0, **asked) < 12


def test_threshold_is_the_least_that_is_enough() -> None:
    threshold = threshold_for(300, 0.4, ratio=2.0, dispersion=0.0)
    assert run_length(0.4, ratio=2.0, dispersion=0.0, threshold=threshold) >= 300
    assert run_length(0.4, ratio=2.0, dispersion=0.0, threshold=threshold - 0.01) < 300


def test_seasonal_threshold_of_a_flat_year_is_the_plain_one() -> None:
    flat = seasonal_threshold_for(100, [2.0] * 52, ratio=2.0, dispersion=0.2, runs=2000, seed=1)
    asked = {"ratio": 2.0, "dispersion": 0.2}
    assert run_length(2.0, threshold=flat, **asked) == pytest.approx(100, rel=0.12)
    assert seasonal_threshold_for(100, [2.0] * 52, ratio=2.0, dispersion=0.2, runs=2000, seed=1) == flat


def test_unfinished_runs_do_not_shorten_the_run_length() -> None:
    asked = {"ratio": 2.0, "dispersion": 0.2, "threshold": 3.0, "runs": 4000}
    whole = simulated_run_length([2.0], periods=1200, **asked)
    cut = simulated_run_length([2.0], periods=80, **asked)
    assert cut.unfinished > 1000 > 10 > whole.unfinished
    assert cut.mean == pytest.approx(whole.mean, rel=0.1)
    assert simulated_run_length([2.0], periods=1, **(asked | {"threshold": 50.0})).mean == math.inf


def test_the_budget_is_shared_by_weight_and_kept() -> None:
    year = tuple(3 + 2 * math.sin(2 * math.pi * week / 52) for week in range(52))
    series = [
        Watched("antwerp containers", (4.0,), 0.3),
        Watched("liege barges", (0.5,), 0.0),
        Watched("ghent containers", year, 0.2, weight=2.0),
        Watched("ostend ferries", (4.0,), 0.3),
    ]
    told = shares(series, alarms_per_year=2.0)
    assert [one.alarms_per_year for one in told] == pytest.approx([0.4, 0.4, 0.8, 0.4])
    assert sum(one.alarms_per_year for one in told) == pytest.approx(2.0)
    assert [one.alpha * 52 for one in told] == pytest.approx([one.alarms_per_year for one in told])
    assert all(one.realised <= one.alarms_per_year for one in told if one.key != "ghent containers")
    assert told[2].realised == pytest.approx(0.8, rel=0.25)
    assert told[0].threshold == told[3].threshold
    fewer = shares(series[:2], alarms_per_year=0.2)
    assert fewer[0].threshold > told[0].threshold


def test_the_alarms_of_a_simulated_year_stay_within_the_budget() -> None:
    """Forty ports watched for thirty years without any rise: about as many alarms as were accepted."""
    told = shares([Watched(f"port {n}", (1.0 + n / 4,), 0.2) for n in range(40)], alarms_per_year=6.0)
    random = np.random.default_rng(3)
    alarms = 0
    for number, one in enumerate(told):
        mean = 1.0 + number / 4
        counts = random.negative_binomial(5, 5 / (5 + mean), 52 * 30)
        alarms += sum(
            likelihood_cusum(counts.tolist(), mean, ratio=2.0, dispersion=0.2, threshold=one.threshold).alarms
        )
    assert 140 < alarms < 225  # 180 accepted


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=40),
    st.floats(0.01, 30),
    st.floats(1.05, 5),
    st.floats(0, 3),
    st.floats(0.1, 9),
)
def test_sums_are_never_negative_and_alarm_at_the_threshold(
    counts: list[int], mean: float, ratio: float, dispersion: float, threshold: float
) -> None:
    result = likelihood_cusum(counts, mean, ratio=ratio, dispersion=dispersion, threshold=threshold)
    assert min(result.values) >= 0
    assert result.alarms == tuple(value >= threshold for value in result.values)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"counts": [-1]}, "counts"),
        ({"counts": [0.5]}, "counts"),
        ({"expected": 0.0}, "expected"),
        ({"expected": [1.0, 2.0]}, "expected"),
        ({"ratio": 1.0}, "ratio"),
        ({"dispersion": -0.1}, "dispersion"),
        ({"threshold": 0.0}, "threshold"),
    ],
)
def test_bad_input_says_where(changes: dict[str, object], where: str) -> None:
    asked: dict[str, object] = {"counts": [1], "expected": 1.0, "ratio": 2.0, "dispersion": 0.1, "threshold": 3.0}
    asked |= changes
    with pytest.raises(BadInput) as told:
        likelihood_cusum(asked.pop("counts"), asked.pop("expected"), **asked)
    assert where in [one.where for one in told.value.problems]


def test_budgets_that_cannot_be() -> None:
    with pytest.raises(BadInput, match="twice"):
        shares([Watched("a", (1.0,)), Watched("a", (1.0,))], alarms_per_year=1)
    with pytest.raises(BadInput, match="every other period"):
        shares([Watched("a", (1.0,))], alarms_per_year=30)
    with pytest.raises(BadInput, match="above 0"):
        shares([Watched("a", (0.0,))], alarms_per_year=1)
    with pytest.raises(BadInput, match="alarms_per_year"):
        shares([], alarms_per_year=0)
    assert shares([], alarms_per_year=1) == ()
