"""The model: what it recovers, what widens it, what it refuses; placebos and waiting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from port2port.displacement.methods import laplace, model, placebo, waiting
from port2port.displacement.methods.design import DELTA, design, precision
from port2port.displacement.methods.effort import STEP_SD, Effort, log_effort
from port2port.displacement.methods.panel import network_weights, only_methods, panel
from port2port.displacement.methods.refusal import BadInput
from tests.displacement.worlds import made_panel

PLENTY = {"ports": 8, "months": 48, "rate": 12.0, "dependent": (True, True, True, False, False)}


def test_with_plenty_of_counts_the_truth_is_found():
    """1,920 rows; the interval holds the truth and is narrow enough to mean something."""
    found = model.fit(made_panel(seed=3, delta=0.5, tau=-0.7, jump=2.0, **PLENTY), seed=1)
    assert found.delta.low < 0.5 < found.delta.high
    assert found.tau.low < -0.7 < found.tau.high
    assert found.delta.sd < 0.2
    assert found.delta.p_positive > 0.99
    assert 0.7 < found.gamma.low < found.gamma.high < 1.3
    assert found.displaced.low > 0


def test_the_same_seed_gives_the_same_answer():
    data = made_panel(seed=2, delta=0.3)
    one, two = model.fit(data, seed=4), model.fit(data, seed=4)
    assert (one.delta, one.displaced, one.displaced_by_port) == (two.delta, two.displaced, two.displaced_by_port)
    assert one.displaced != model.fit(data, seed=5).displaced


def test_effort_that_triples_is_no_displacement_when_it_is_known_and_looks_like_it_when_ignored():
    data = made_panel(seed=6, jump=3.0, **PLENTY)
    known = model.fit(data, seed=1)
    # Every method taken as free of detection: what a reader of bare counts does.
    ignored = model.fit(replace(data, dependent=np.zeros(5, dtype=bool)), seed=1)
    assert known.delta.low < 0 < known.delta.high
    there = {c.method: c for c in ignored.cells if c.port == "XX001"}
    assert all(there[m].found for m in ("M0", "M1", "M2"))
    assert not any(c.found for c in known.cells)


@pytest.mark.parametrize("seed", range(4))
def test_missing_effort_widens_and_never_narrows(seed):
    """Less is known of effort, step by step, at the same hyperparameters: the sd of delta only grows."""
    data = made_panel(seed=seed, dependent=(True, True))
    measured = data.effort.measured
    hyper = np.array([0.3, 0.03, 0.1])

    def sd(values, error=0.0):
        return model.fit(replace(data, effort=Effort(values, error)), seed=1, hyper=hyper).delta.sd

    few, after = measured.copy(), measured.copy()
    few[2, [3, 4, 20]] = np.nan
    after[1, 15:] = np.nan
    nothing = np.full_like(measured, np.nan)
    assert sd(measured) <= sd(few) * 1.001
    assert sd(measured) < sd(after) < sd(nothing)
    assert sd(measured) < sd(measured, 0.3)


def test_effort_smoothed_between_what_was_measured():
    measured = np.ones((2, 12))
    measured[0, 4:7] = np.nan
    never_touched = np.array([12, 12])
    found = log_effort(Effort(measured), never_touched, 12)
    spread = (found.directions[0] ** 2).sum(axis=1) + found.rest[0]
    assert found.mean[0] == pytest.approx(np.zeros(12), abs=1e-6)
    assert spread[5] > spread[4] > spread[2]
    assert found.known[0].sum() == 9
    never = log_effort(None, np.array([24]), 24)
    wide = (never.directions[0] ** 2).sum(axis=1) + never.rest[0]
    assert wide[0] > 0.2 < wide[-1]


def spread_of(found):
    """Sd of the change of log effort of port 0 between the half before and the half since, as it is known."""
    half = found.mean.shape[1] // 2
    change = found.directions[0][half:].mean(axis=0) - found.directions[0][:half].mean(axis=0)
    return float(np.sqrt((change**2).sum()))


def test_effort_may_have_jumped_when_the_measure_began_unless_it_was_measured_on_both_sides():
    measured = np.exp(np.random.default_rng(1).normal(0, 0.05, size=(2, 24)))
    before, some = measured.copy(), measured.copy()
    before[0, 12:] = np.nan
    some[0, 12:20] = np.nan
    begun, never = np.array([12, 24]), np.array([24, 24])
    assert spread_of(log_effort(Effort(before), begun, 24)) > STEP_SD
    assert spread_of(log_effort(Effort(before), never, 24)) < 0.8
    assert spread_of(log_effort(Effort(some), begun, 24)) < 0.5
    assert spread_of(log_effort(None, begun, 24)) > STEP_SD


def test_a_jump_that_was_measured_is_no_sign_of_a_restless_port():
    steady = np.exp(np.random.default_rng(1).normal(0, 0.05, size=(2, 24)).cumsum(axis=1))
    jumped = steady * np.where(np.arange(24) >= 12, 3.0, 1.0)
    begun = np.array([12, 12])
    walks = [log_effort(Effort(e, 0.1), begun, 24).walk for e in (steady, jumped)]
    assert walks[0] == walks[1] < 0.15


def test_a_month_without_effort_says_nothing_about_finds():
    """No scans, no finds: the month is left out for what scans find, and a find in it is refused."""
    data = made_panel(seed=1, rate=6.0)
    counts, measured = data.counts.copy(), data.effort.measured.copy()
    counts[2, 0, 5:20] = 0
    plain = model.fit(replace(data, counts=counts), seed=1).delta
    measured[2, 5:20] = 0
    told = model.fit(replace(data, counts=counts, effort=Effort(measured)), seed=1)
    assert told.delta != plain
    assert design(replace(data, effort=Effort(measured))).used.reshape(data.counts.shape)[2, 0, 5:20].sum() == 0
    with pytest.raises(BadInput) as refused:
        panel(
            data.counts,
            data.coverage,
            data.weights,
            ports=data.ports,
            methods=data.methods,
            dependent=(True, False),
            effort=Effort(measured),
        )
    assert {p.what for p in refused.value.problems} == {"found_without_effort"}


def refused_for(change):
    data = made_panel(seed=1)
    given = {
        "counts": data.counts,
        "coverage": data.coverage,
        "weights": data.weights,
        "ports": data.ports,
        "methods": data.methods,
        "dependent": (True, False),
        "effort": data.effort,
    } | change(data)
    with pytest.raises(BadInput) as refused:
        panel(given.pop("counts"), given.pop("coverage"), given.pop("weights"), **given)
    return {(p.where, p.what) for p in refused.value.problems}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: {"counts": d.counts - 100}, "negative"),
        (lambda d: {"counts": d.counts + 0.5}, "not_whole"),
        (lambda d: {"counts": d.counts * 0}, "all_zero"),
        (lambda d: {"counts": d.counts[:, :, :4]}, "too_few_months"),
        (lambda d: {"counts": d.counts[:1], "ports": d.ports[:1]}, "one_port"),
        (lambda d: {"coverage": d.coverage * 0}, "all_zero"),
        (lambda d: {"coverage": d.coverage * 1.5}, "out_of_range"),
        (lambda d: {"coverage": np.maximum(d.coverage, 0.1)}, "before_data"),
        (lambda d: {"weights": d.weights + np.eye(5)}, "own_port"),
        (lambda d: {"weights": [["near", "far"]]}, "not_numbers"),
        (lambda d: {"counts": [[[1, 2], [3]]]}, "not_numbers"),
        (lambda d: {"counts": 7}, "shape"),
        (lambda d: {"weights": -d.weights}, "out_of_range"),
        (lambda d: {"dependent": (True,)}, "shape"),
        (lambda d: {"effort": Effort(d.effort.measured - 5)}, "negative"),
        (lambda d: {"effort": Effort(d.effort.measured[:2])}, "shape"),
        (lambda d: {"effort": Effort(d.effort.measured, -1)}, "out_of_range"),
        (lambda d: {"first_month": 13}, "out_of_range"),
    ],
)
def test_a_panel_that_cannot_be_analysed_says_why(change, problem):
    assert problem in {what for _where, what in refused_for(change)}


def test_nobody_exposed_is_refused_not_answered():
    data = made_panel(seed=1)
    with pytest.raises(BadInput) as refused:
        model.fit(replace(data, weights=np.zeros_like(data.weights)), seed=1)
    assert refused.value.problems[0].what == "nobody_exposed"


def test_a_cell_without_events_is_shrunk_not_infinite():
    data = made_panel(seed=1)
    counts = data.counts.copy()
    counts[3, 1] = 0
    found = model.fit(replace(data, counts=counts), seed=1)
    assert all(np.isfinite(c.effect.mean) and c.effect.sd < 1.5 for c in found.cells)


def test_weights_are_by_distance_and_likeness():
    away = np.array([[0, 60, 120], [60, 0, 60], [120, 60, 0]])
    found = network_weights(away, scale=60, commodity=np.array([[1, 1, 0.5], [1, 1, 1], [0.5, 1, 1]]))
    assert found[0, 1] == 1
    assert found[0, 2] == pytest.approx(0.5 * np.exp(-1))
    assert found.diagonal().tolist() == [0, 0, 0]
    with pytest.raises(BadInput):
        network_weights(away, scale=0)
    with pytest.raises(BadInput):
        network_weights(away, scale=60, modus=np.full((3, 3), 2.0))


def test_the_prior_of_the_walk_is_a_walk():
    """Its covariance is sd^2 min(s, t), by inverting the precision."""
    at = design(made_panel(seed=1)).columns
    matrix, half = precision(at, np.array([0.3, 0.1, 0.2]))
    block = slice(at.trend, at.port_slope)
    size = at.port_slope - at.trend
    steps = np.arange(1, size + 1)
    assert np.linalg.inv(matrix[block, block]) == pytest.approx(0.01 * np.minimum.outer(steps, steps))
    assert half == pytest.approx(0.5 * np.linalg.slogdet(matrix)[1])


def test_the_gradient_leads_to_the_top():
    """At the mode no direction is uphill: checked by finite differences of the compiled likelihood."""
    data = made_panel(seed=2, error=0.2)
    rows, hyper = design(data), np.array([0.3, 0.05, 0.2])
    beta, _lower, _marginal = laplace.mode_at(rows, hyper, rows.prior_mean.copy())
    prior, _half = precision(rows.columns, hyper)
    given = laplace.arrays(rows, hyper)
    size = rows.columns.size

    def height(b):
        away = b - rows.prior_mean
        return laplace.passed(b, *given, False, np.empty(size), np.empty((size, size))) - 0.5 * away @ prior @ away

    for column in range(0, size, 7):
        step = np.zeros(size)
        step[column] = 1e-4
        assert abs(height(beta + step) - height(beta - step)) / 2e-4 < 2e-3


def test_false_discoveries_by_the_table_of_benjamini_and_hochberg():
    """Their example of 1995, section 3.2: of fifteen p-values the four smallest stand at 5 %."""
    p = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
    assert model.discoveries([1 - x for x in p]) == (True,) * 4 + (False,) * 11
    assert model.discoveries([]) == ()


def test_displaced_events_are_of_the_size_of_the_truth():
    data = made_panel(seed=3, delta=0.6, **PLENTY)
    found = model.fit(data, seed=1)
    exposed = data.spill[:, None, :]
    expected = (data.counts * -np.expm1(-0.6 * exposed)).sum()
    assert found.displaced.low < expected < found.displaced.high
    assert sum(d.mean for d in found.displaced_by_port) == pytest.approx(found.displaced.mean, rel=1e-6)
    assert found.displaced_by_port[0].mean == 0


def test_placebos_find_nothing_where_there_is_nothing():
    data = made_panel(seed=8, delta=0.8, ports=6, months=40, rate=8.0)
    real = model.fit(data, seed=1)
    dates, ports = placebo.placebo_dates(data, real), placebo.placebo_ports(data, real)
    assert [p.month for p in dates] == [6, 13]
    assert [p.port for p in ports] == list(data.ports[1:])
    assert all(p.delta.low < 0.1 for p in dates)
    assert 1 / 6 <= placebo.rank(real.delta, ports) <= 1
    assert real.delta.mean > max(p.delta.mean for p in dates)


def test_too_little_before_or_beside_gives_no_placebo():
    data = made_panel(seed=8, ports=3, months=16)
    real = model.fit(data, seed=1)
    assert placebo.placebo_dates(data, real) == ()
    assert placebo.placebo_ports(data, real) == ()


def test_the_time_to_wait_shrinks_with_more_events():
    few, many = made_panel(seed=1, rate=0.5, months=30), made_panel(seed=1, rate=10.0, months=30, ports=7)
    waits = [waiting.months_needed(d, model.fit(d, seed=1)) for d in (few, many)]
    longest = waiting.LONGEST + 1
    assert (waits[1] if waits[1] is not None else longest) < (waits[0] if waits[0] is not None else longest)
    fit = model.fit(many, seed=1)
    sds = [waiting.deviation(many, fit, m, waiting.MATTERS) for m in (0, 12, 48)]
    assert sds == sorted(sds, reverse=True)


def test_only_some_methods():
    data = made_panel(seed=1)
    assert only_methods(data, ~data.dependent).methods == ("M1",)
    with pytest.raises(BadInput):
        only_methods(replace(data, counts=data.counts * np.array([0, 1])[None, :, None]), data.dependent)


def test_interval_and_probability_agree():
    parts = laplace.components(design(made_panel(seed=4)))
    effect = model.effect_of(parts, {DELTA: 1.0})
    assert model.probability_above(parts, {DELTA: 1.0}, effect.high) == pytest.approx(0.025, abs=1e-4)
    assert model.probability_above(parts, {DELTA: 1.0}, 0.0) == pytest.approx(effect.p_positive)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    ports=st.integers(2, 4),
    months=st.integers(6, 14),
    most=st.sampled_from([1, 3, 300]),
    missing=st.sampled_from([0.0, 0.4, 1.0]),
    error=st.sampled_from([0.0, 0.5]),
    seed=st.integers(0, 10**6),
)
def test_small_sparse_and_wild_panels_have_an_answer(ports, months, most, missing, error, seed):
    """Two ports, six months, one event: wide, but numbers."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, most + 1, size=(ports, 2, months))
    counts[0, 0, 0] = 1
    covered = np.zeros((ports, months))
    covered[0, rng.integers(1, months) :] = rng.uniform(0.1, 1)
    work = np.exp(rng.normal(0, 1, size=(ports, months)))
    work[rng.random(work.shape) < missing] = np.nan
    data = panel(
        counts,
        covered,
        network_weights(rng.uniform(1, 99, size=(ports, ports)), scale=30),
        ports=tuple("ABCD"[:ports]),
        methods=("x", "y"),
        dependent=(True, False),
        effort=Effort(work, error),
    )
    found = model.fit(data, seed=1, draws=50)
    numbers = [found.delta.mean, found.delta.low, found.delta.high, found.tau.sd, found.displaced.mean]
    assert np.isfinite(numbers).all()
    assert found.delta.low < found.delta.mean < found.delta.high
    assert 0.01 < found.delta.sd <= 1.1
