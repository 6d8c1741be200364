"""The ledger: published checks, weights by hand, and false alarms counted where counts come in waves."""

import math

import numpy as np
import pytest

from port2port.displacement.methods import ledger, ratios
from port2port.displacement.methods.refusal import BadInput

PAPER = {"control": (308, 318), "treated": (207, 110), "control_displacement": (150, 140), "displacement": (178, 157)}


def test_the_example_of_the_paper():
    found = ledger.wdd(**PAPER)
    assert found.wdd == -118
    assert round(found.se, 2) == 39.60
    assert [round(x) for x in found.ci95] == [-196, -40]
    assert round(found.z, 2) == -2.98
    assert (found.local, found.displaced) == (-107, -11)
    assert found.minimum_detectable == pytest.approx((1.959964 + 0.841621) * math.sqrt(1568), rel=1e-5)


def test_area_weights_as_the_authors_publish_them():
    found = ledger.wdd(**PAPER, area_weights=(0.9, 1.2, 1.6, 1.5))
    assert found.wdd == pytest.approx(-99.69444444)
    assert found.se == pytest.approx(35.4280755)
    assert found.ci95 == pytest.approx((-169.1321965, -30.25669241))


def test_time_weights_as_the_authors_publish_them():
    found = ledger.wdd((100, 50), (80, 20), time_weights=(2, 1))
    assert (found.wdd, found.se) == pytest.approx((-20, math.sqrt(115)))


def test_doubling_area_and_events_leaves_the_difference():
    doubled = {area: (2 * a, 2 * b) for area, (a, b) in PAPER.items()}
    assert ledger.wdd(**doubled, area_weights=(2, 2, 2, 2)).wdd == -118


def test_the_time_for_a_halving_is_the_time_at_which_it_is_found():
    """Put the halving in, with that much "after": z is then the reach (2.80)."""
    before = (40, 100, 40, 40)
    needed = ledger.wdd(*((b, b) for b in before), time_weights=(12, 12)).time_for_halving
    rates = np.array(before) / 12 * (1, 0.5, 1, 1)
    se = math.sqrt(sum(before) / 12**2 + rates.sum() / needed)
    assert 100 / 12 / 2 / se == pytest.approx(ledger.reach(), rel=1e-9)
    assert ledger.wdd((5, 5), (4, 4), time_weights=(12, 12)).time_for_halving is None


def test_harm_is_summed_with_its_variance():
    one, two = ledger.wdd((5, 9), (20, 4)), ledger.wdd((3, 3), (10, 12))
    found = ledger.wdd_harm([one, two], (10, 1))
    assert found.wdd == 10 * one.wdd + two.wdd
    assert found.se == pytest.approx(math.sqrt(100 * one.se**2 + two.se**2))


def test_the_quotient_is_read_only_where_the_measure_worked():
    assert ledger.wdq((100, 50), (50, 60), (100, 100)).value == pytest.approx(0.1 / -0.5)
    assert ledger.wdq((100, 120), (50, 60), (100, 100)).value is None


@pytest.mark.parametrize(
    ("arguments", "where", "what"),
    [
        ({"control": (3, -1)}, "control[1]", "negative"),
        ({"treated": (2.5, 1)}, "treated[0]", "not_whole"),
        ({"treated": (1, 2, 3)}, "treated", "shape"),
        ({"treated": ("a", 2)}, "treated", "not_numbers"),
        ({"displacement": (float("nan"), 1)}, "displacement[0]", "not_finite"),
        ({"time_weights": (0, 1)}, "time_weights[0]", "not_positive"),
        ({"area_weights": (1, 1)}, "area_weights", "shape"),
    ],
)
def test_bad_input_says_where_and_what(arguments, where, what):
    with pytest.raises(BadInput) as refused:
        ledger.wdd(**(PAPER | arguments))
    assert (where, what) in [(p.where, p.what) for p in refused.value.problems]


def test_nothing_at_all_is_refused():
    with pytest.raises(BadInput) as refused:
        ledger.wdd((0, 0), (0, 0))
    assert [(p.where, p.what) for p in refused.value.problems] == [("counts", "all_zero")]


def waves(rng, mean, months, alpha, runs):
    """Negative-binomial counts (runs, months)."""
    return rng.poisson(mean * rng.gamma(1 / alpha, alpha, size=(runs, months)))


def test_false_alarms_of_the_ratio_under_waves():
    """Nothing changes, alpha is 0.4: Poisson would cry wolf in about every third row, this interval in about 5 %."""
    rng = np.random.default_rng(11)
    runs = 600
    cells = [waves(rng, 8, 24, 0.4, runs) for _cell in range(4)]
    found = [ratios.rate_ratio(*(c[i] for c in cells)) for i in range(runs)]
    alarms = np.mean([not f.low <= 1 <= f.high for f in found])
    poisson = np.mean(
        [
            abs(math.log(f.ratio)) > 1.96 * math.sqrt(sum(1 / (c[i].sum() + 0.5) for c in cells))
            for i, f in enumerate(found)
        ]
    )
    assert 0.03 <= alarms <= 0.075
    assert 0.2 <= poisson <= 0.45


def test_the_bootstrap_agrees_with_the_ratio_and_with_itself():
    rng = np.random.default_rng(3)
    cells = [waves(rng, 9, 24, 0.1, 1)[0] for _cell in range(4)]
    ratio, low, high = ratios.bootstrap_ratio(*cells, seed=1)
    assert (ratio, low, high) == ratios.bootstrap_ratio(*cells, seed=1)
    found = ratios.rate_ratio(*cells)
    assert ratio == pytest.approx(found.ratio)
    assert math.log(high / low) == pytest.approx(math.log(found.high / found.low), rel=0.35)


def test_effort_is_divided_out():
    """Twice the scans and twice the finds are no change."""
    once, twice = [4] * 12, [8] * 12
    found = ratios.rate_ratio(once, twice, once, once, effort=(1, 2, 1, 1))
    assert found.ratio == pytest.approx(1, abs=0.02)
    assert ratios.rate_ratio(once, twice, once, once).low > 1


def test_months_for_a_halving_shrink_with_events_and_can_be_never():
    many, few = [40] * 24, [0, 1, 0] * 4
    assert ratios.rate_ratio(many, many, many, many).months_for_halving <= 2
    assert ratios.rate_ratio(few, few, few, few).months_for_halving is None


def test_a_row_holds_all_of_it():
    months = {area: ([a // 12] * 12, [b // 12] * 12) for area, (a, b) in PAPER.items()}
    found = ledger.row(months)
    assert found.difference.wdd == pytest.approx((9 - 17) - (26 - 25) + (13 - 14) - (11 - 12))
    assert found.treated.ratio < 0.6
    assert found.quotient.value is not None
    for wrong in (
        {"control": ([1], [1])},
        months | {"treated": ([1] * 12,)},
        months | {"treated": ([1] * 9, [1] * 12)},
    ):
        with pytest.raises(BadInput):
            ledger.row(wrong)
