"""What is computed once and used again is, to the last bit, what it would have been."""

from dataclasses import replace

import numpy as np
import pytest

from port2port.displacement.methods import effort, laplace, model, tipping, waiting
from port2port.displacement.methods.design import GAMMA, design
from port2port.displacement.methods.effort import Effort
from tests.displacement.worlds import made_panel


def unmeasured(**kwargs):
    """Return a panel in which one port stopped writing down its effort when the measure began."""
    data = made_panel(**kwargs)
    measured = data.effort.measured.copy()
    measured[1, 15:] = np.nan
    return replace(data, effort=Effort(measured))


def forget():
    for kept in (effort._known, effort._led, effort._against):
        kept.cache_clear()


def test_a_refit_with_more_detection_is_done_once_and_is_what_it_was_alone():
    data = made_panel(seed=3, delta=0.9)
    real = model.fit(data, seed=1)
    looked = tipping.looked_harder(data, real)
    (found,) = looked("XX001", 0.5)
    rows = design(data)
    value = rows.value.copy()
    value[:, GAMMA] += 0.5 * tipping.felt_at(data)["XX001"]
    (alone,) = laplace.components(replace(rows, value=value), real.hyper)
    assert (found.mean == alone.mean).all() and (found.lower == alone.lower).all()
    assert looked("XX001", 0.5)[0] is found
    assert looked("XX002", 0.5)[0] is not found
    assert looked("XX001", 0.0) is looked(None, 0.0)


def test_a_mode_that_was_found_is_found_again_to_the_bit():
    """So a point of the hyperparameters that was looked at is not looked for again."""
    rows = design(unmeasured(seed=4))
    for logs in (laplace.START, laplace.START + 0.4, laplace.START - 0.4):
        beta, lower, marginal = laplace.mode_at(rows, np.exp(logs), rows.prior_mean.copy())
        again = laplace.mode_at(rows, np.exp(logs), beta)
        assert (again[0] == beta).all() and (again[1] == lower).all() and again[2] == marginal


def test_effort_kept_from_other_measures_is_the_same_to_the_bit():
    one, two = unmeasured(seed=5, error=0.2), unmeasured(seed=6)
    since = np.full(5, 15)
    fresh = []
    for data in (one, two):
        forget()
        fresh.append(effort.log_effort(data.effort, since, 30))
    forget()
    # The rows of both in other orders and companies first.
    for data in (one, two):
        effort.log_effort(Effort(data.effort.measured[::-1].copy(), data.effort.error_sd), since, 30)
        effort.log_effort(Effort(data.effort.measured[:3].copy(), data.effort.error_sd), since[:3], 30)
    for data, was in zip((one, two), fresh, strict=True):
        now = effort.log_effort(data.effort, since, 30)
        assert now.walk == was.walk
        for name in ("mean", "directions", "rest"):
            assert (getattr(now, name) == getattr(was, name)).all()


def test_the_deviation_of_what_there_is_comes_from_the_fit_and_that_of_more_months_from_any_start():
    data = unmeasured(seed=7)
    real = model.fit(data, seed=1)
    best = waiting.best_of(real)
    alone = model.delta_at(data, best.hyper).sd
    assert waiting.deviation_at(best.lower) == pytest.approx(alone, rel=1e-6)
    assert waiting.deviation(data, real, 0, waiting.MATTERS) == pytest.approx(alone, rel=1e-6)
    elsewhere = replace(real, components=(replace(best, mean=np.zeros(len(best.mean))),))
    for months in (12, 120):
        sds = [
            waiting.deviation(data, replace(one, delta=real.delta), months, waiting.MATTERS)
            for one in (real, elsewhere)
        ]
        assert sds[0] == pytest.approx(sds[1], rel=1e-6)
