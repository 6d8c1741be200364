"""What if: the split against all splits there are, and the range over what is only judged."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from port2port.displacement.methods import model
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.methods.what_if import Adversary, Means, adversaries, best_split, outcome, what_if
from tests.displacement.worlds import made_panel


def means(budget, ports, **kwargs):
    return Means(budget, np.full(ports, 3.0), np.full(ports, budget), np.ones(ports), **kwargs)


def every_split(budget, ports):
    return [n for n in itertools.product(range(budget + 1), repeat=ports) if sum(n) == budget]


@pytest.mark.parametrize("seed", range(12))
def test_no_split_is_better_by_trying_all(seed):
    rng = np.random.default_rng(seed)
    ports, budget = int(rng.integers(2, 5)), int(rng.integers(1, 7))
    given = Means(
        budget,
        rng.uniform(1, 5, ports),
        np.full(ports, budget),
        rng.uniform(0.2, 4, ports),
        remaining=float(rng.choice([0.0, 0.3, 1.0])),
    )
    other = Adversary(rng.uniform(0.2, 9, ports), float(rng.uniform(-2, -0.1)), float(rng.uniform(0.5, 2)), 0.3)
    best = min(outcome(given, other, n).loss for n in every_split(budget, ports))
    found = best_split(given, other)
    assert found.loss == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert found.loss * (1 - found.gap) <= best * (1 + 1e-9) + 1e-12


def test_without_units_everything_is_as_it_was():
    other = Adversary(np.array([4.0, 2.0, 1.0]), -1.0, 1.0, 0.4)
    found = outcome(means(3, 3), other, (0, 0, 0))
    assert found.displaced == pytest.approx((0, 0, 0))
    assert found.loss == pytest.approx(7.0)


def test_what_leaves_a_covered_port_comes_to_the_others_less_what_gives_up():
    other = Adversary(np.array([4.0, 2.0, 1.0]), -1.0, 1.0, 0.4)
    found = outcome(means(3, 3), other, (3, 0, 0))
    assert found.displaced[0] == 0 < found.displaced[2] < found.displaced[1]
    assert found.displaced[1] == pytest.approx(2 * found.displaced[2])
    faithful = outcome(means(3, 3), replace(other, giving_up=0.01), (3, 0, 0))
    assert sum(faithful.displaced) > sum(found.displaced)


def test_caps_and_the_whole_budget_are_kept():
    given = Means(5, np.full(3, 2.0), np.array([1, 2, 4]), np.ones(3))
    found = best_split(given, Adversary(np.array([9.0, 1.0, 1.0]), -1.5, 1.0, 0.5))
    assert sum(found.units) == 5
    assert all(u <= c for u, c in zip(found.units, (1, 2, 4), strict=True))


def test_the_range_holds_every_answer_and_its_robust_split_is_least_wrong():
    data = made_panel(seed=3, delta=0.4)
    fitted = model.fit(data, seed=1)
    others = adversaries(data, fitted, draws=2, reaction=(0.5, 1.5), giving_up=(0.2, 0.6), seed=1)
    assert len(others) == 8
    mean = np.mean([o.base for o in others], axis=0)
    seen = data.counts[:, :, -12:].sum(axis=1).mean(axis=1)
    assert mean[1:] == pytest.approx(seen[1:] * np.exp(-0.4 * data.spill[1:, -1]), rel=0.6)
    given = means(4, 5)
    found = what_if(given, others)
    splits = [best_split(given, other) for other in others]
    for split in splits:
        assert all(a <= u <= b for a, u, b in zip(found.least, split.units, found.most, strict=True))
    assert sum(found.robust) == 4
    worst = max(outcome(given, o, found.robust).loss - s.loss for o, s in zip(others, splits, strict=True))
    assert worst == pytest.approx(found.regret, abs=1e-9)
    assert found.loss[0] <= found.loss[1] <= found.loss[2] <= found.untouched * 3
    assert what_if(given, others[:2]) == what_if(given, others[:2])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"budget": 99}, ("budget", "out_of_range")),
        ({"need": np.array([1.0, 0.0])}, ("need[1]", "not_positive")),
        ({"harm": np.ones(3)}, ("harm", "shape")),
        ({"caps": np.array([-1, 3])}, ("caps[0]", "negative")),
        ({"remaining": -1.0}, ("remaining", "out_of_range")),
    ],
)
def test_what_cannot_be_split_is_refused(change, problem):
    with pytest.raises(BadInput) as refused:
        best_split(replace(means(2, 2), **change), Adversary(np.ones(2), -1.0, 1.0, 0.3))
    assert problem in [(p.where, p.what) for p in refused.value.problems]
    with pytest.raises(BadInput):
        what_if(means(2, 2), [])
