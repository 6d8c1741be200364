"""The simulator keeps its own books, and the trial counts what it says it counts."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from port2port.displacement.methods import simulator, trial
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.methods.simulator import MOVING, QUIET, SCENARIOS


def rates(world, weights=None):
    base = np.full((world.ports, len(world.dependent), world.months), 4.0)
    weights = (np.ones((world.ports, world.ports)) - np.eye(world.ports)) if weights is None else weights
    return base, simulator.attempts(world, base, simulator.rolled_out(world), weights)


def test_the_same_seed_gives_the_same_history():
    one, two = simulator.simulate(MOVING, seed=1), simulator.simulate(MOVING, seed=1)
    assert (one.panel.counts == two.panel.counts).all()
    assert (one.delta, one.displaced) == (two.delta, two.displaced)
    assert (simulator.simulate(MOVING, seed=2).panel.counts != one.panel.counts).any()


def test_facilities_add_up_to_the_panel():
    run = simulator.simulate(MOVING, seed=3)
    assert (run.by_facility.sum(axis=3) == run.panel.counts).all()


def test_nobody_is_lost_when_everybody_goes_elsewhere():
    world = replace(QUIET, to_port=1.0)
    base, after = rates(world)
    assert after.sum(axis=(0, 3)) == pytest.approx(base.sum(axis=0))
    assert (after[0, :, -1].sum(axis=-1) < base[0, :, -1]).all()


def test_nothing_moves_where_everybody_gives_up():
    base, after = rates(QUIET)
    assert after[1:].sum(axis=3) == pytest.approx(base[1:])
    assert after[0, 0, -1].sum() == pytest.approx(4.0 * (1 - QUIET.deterrence), rel=1e-3)
    quiet = simulator.simulate(QUIET, seed=1)
    assert (quiet.delta, quiet.displaced) == (0.0, 0.0)
    assert quiet.tau == pytest.approx(math.log(0.4), abs=0.2)


def test_facility_method_and_time_take_their_shares():
    phased = replace(QUIET, to_facility=1.0, phase=12)
    _base, after = rates(phased)
    mid = after[0, 0, phased.start + 4]
    assert mid[-1] > 1.0 > mid[0]
    switched = replace(QUIET, to_method=1.0, covered_methods=(True, False))
    base, after = rates(switched)
    assert after[0].sum(axis=(0, 2)) == pytest.approx(base[0].sum(axis=0))
    assert after[0, 1, -1].sum() > 4.0
    _base, later = rates(replace(QUIET, to_later=0.5))
    _base, never = rates(QUIET)
    assert later[0, 0, -1].sum() == pytest.approx(never[0, 0, -1].sum() + 0.5 * 0.6 * 4.0, rel=1e-3)


def test_diffusion_lowers_the_neighbours_and_phases_cover_in_steps():
    assert simulator.simulate(SCENARIOS["diffusion"], seed=1).delta < -0.2
    covered = simulator.rolled_out(SCENARIOS["displacement_phased"]).mean(axis=2)[0]
    assert covered[[23, 24, 27, 30, 33]].tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_effort_is_written_down_as_the_world_says():
    exact = simulator.simulate(SCENARIOS["effort_triples"], seed=1).panel.effort
    assert np.isfinite(exact.measured).all()
    missing = simulator.simulate(SCENARIOS["effort_triples_missing"], seed=1).panel.effort.measured
    assert np.isnan(missing).mean() > 0.2
    assert np.isnan(missing[:, 24:]).all(axis=1).any()


@pytest.mark.parametrize("change", [{"deterrence": 1.5}, {"to_port": 0.7, "to_later": 0.7}, {"start": 0}])
def test_impossible_worlds_are_refused(change):
    with pytest.raises(BadInput):
        simulator.simulate(replace(QUIET, **change), seed=1)


def test_the_naive_methods_agree_with_statsmodels():
    data = simulator.simulate(MOVING, seed=5).panel
    p, k, t = data.counts.shape
    cells, months = np.repeat(np.eye(p * k), t, axis=0), np.tile(np.eye(t), (p * k, 1))[:, 1:]
    x = np.concatenate([np.stack([c.ravel() for c in trial.columns(data)], axis=1), cells, months], axis=1)
    plain = sm.OLS(data.counts.ravel(), x).fit()
    assert trial.least_squares(data) == pytest.approx(plain.tvalues[1], rel=1e-2)
    poisson = sm.GLM(data.counts.ravel(), x, family=sm.families.Poisson()).fit()
    assert trial.poisson(data) == pytest.approx((poisson.params[1], poisson.bse[1]), rel=1e-2)


def test_a_port_that_looks_more_fools_the_naive_methods_and_not_the_model():
    """24 histories in which nothing moves and scanning triples at one port."""
    found = {t.method: t for t in trial.trial("effort", SCENARIOS["effort_triples"], runs=24, seed=11)}
    assert found[trial.OURS].claims.value <= 2 / 24
    assert found[trial.POISSON].claims.value > 0.5
    assert found[trial.LEAST_SQUARES].claims.value > 0.4
    assert found[trial.OURS].coverage.value >= 0.85
    assert sum(found[trial.OURS].grades.values()) == pytest.approx(1)


def test_power_is_counted_at_the_quantile_of_the_quiet_scores():
    quiet, moving = list(range(100)), [94.0, 94.1, 200.0, 0.0]
    assert trial.power(quiet, moving).value == 0.5
    assert trial.share([True, False]).error == pytest.approx(math.sqrt(0.125))


def test_a_strong_displacement_is_seen_and_its_delay_is_told():
    loud = replace(MOVING, events=6.0, to_port=0.9, to_facility=0.0, to_later=0.0, deterrence=0.9)
    assert 0 < trial.delay(loud, seed=2) <= 24
    assert trial.delay(replace(QUIET, events=0.3), seed=2) is None
