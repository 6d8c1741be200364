"""What may be claimed: the table of grades, tipping points, and a port that only looks more."""

from dataclasses import replace

import numpy as np
import pytest

from port2port.displacement.methods import guard, model, tipping
from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.guard import Grade, graded
from tests.displacement.worlds import made_panel

PLENTY = {"ports": 7, "months": 40, "rate": 10.0}
SURE = {"p_positive": 0.99, "p_matters": 0.9, "found": True, "depends": True, "adjusted": False, "confirmed": None}


@pytest.mark.parametrize(
    ("change", "grade", "reason"),
    [
        ({}, Grade.INDICATED, "effort_not_measured"),
        ({"adjusted": True}, Grade.SUPPORTED, "effort_adjusted"),
        ({"confirmed": True}, Grade.SUPPORTED, "independent_confirms"),
        ({"confirmed": False}, Grade.INDICATED, "effort_not_measured"),
        ({"depends": False}, Grade.SUPPORTED, "independent_only"),
        ({"p_positive": 0.89}, Grade.CANNOT_TELL, "under_threshold"),
        ({"found": False}, Grade.CANNOT_TELL, "false_discoveries"),
        ({"alone": True}, Grade.CANNOT_TELL, "finds_alone"),
        ({"alone": True, "adjusted": True}, Grade.SUPPORTED, "effort_adjusted"),
        ({"disagrees": True, "adjusted": True}, Grade.CANNOT_TELL, "independent_disagrees"),
    ],
)
def test_the_table_of_grades(change, grade, reason):
    assert graded(**(SURE | change)) == (grade, (reason,))


def test_contradicted_needs_that_an_increase_is_unlikely():
    assert graded(**(SURE | {"p_positive": 0.3, "p_matters": 0.04})) == (Grade.CONTRADICTED, ())
    assert graded(**(SURE | {"p_positive": 0.3, "p_matters": 0.06}))[0] is Grade.CANNOT_TELL


def claimed(data, **kwargs):
    return guard.claim(data, model.fit(data, seed=1), **kwargs)


def test_displacement_with_measured_effort_is_supported_with_its_tipping_points():
    data = made_panel(seed=3, delta=0.8, **(PLENTY | {"dependent": (True, True)}))
    found = claimed(data)
    assert found.grade is Grade.SUPPORTED
    assert "effort_adjusted" in found.reasons
    assert found.months is None
    assert found.displaced.low > 0
    together = next(t for t in found.tipping if t.port is None)
    assert 1 < together.multiplier < 8
    assert {t.port for t in found.tipping} == {None, *data.ports[1:]}


def test_at_the_tipping_point_the_claim_falls():
    """Put the multiplier into the effort itself and fit again: P(delta > 0) is the threshold."""
    data = made_panel(seed=3, delta=0.5, **(PLENTY | {"dependent": (True, True)}))
    real = model.fit(data, seed=1)
    points = tipping.tipping_points(data, tipping.looked_harder(data, real), guard.RULES.threshold)
    together = next(t for t in points if t.port is None)
    more = data.effort.measured * np.where(data.spill > 0, together.multiplier, 1.0) ** data.spill
    again = model.fit(replace(data, effort=Effort(more)), seed=1, hyper=real.hyper)
    assert again.delta.p_positive == pytest.approx(0.9, abs=0.02)


def test_the_same_counts_without_effort_are_not_supported():
    data = made_panel(seed=3, delta=1.0, **(PLENTY | {"dependent": (True, True)}))
    with_effort, without = claimed(data, deep=False), claimed(replace(data, effort=None), deep=False)
    assert with_effort.grade is Grade.SUPPORTED
    assert without.grade is Grade.CANNOT_TELL
    assert without.delta.sd > with_effort.delta.sd
    assert (without.adjusted, without.p_independent, without.confirmed) == (False, None, None)


def test_a_claim_that_a_doubling_at_an_unmeasured_port_would_undo_is_not_made():
    data = made_panel(seed=8, jump=2.0, delta=0.5, months=30, rate=6.0)
    measured = data.effort.measured.copy()
    measured[1, 18:] = np.nan
    data = replace(data, effort=Effort(measured))
    assert claimed(data, deep=False, rules=guard.Rules(withstands=1.0)).grade is Grade.INDICATED
    found = claimed(data, deep=False)
    assert (found.grade, found.reasons) == (Grade.CANNOT_TELL, ("tips_too_easily",))
    assert not found.adjusted


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_finds_alone_without_their_effort_claim_nothing_however_sure_they_look(seed):
    data = made_panel(seed=seed, jump=3.0, delta=1.0, months=36, rate=8.0, dependent=(True, True))
    measured = data.effort.measured.copy()
    measured[1, 18:] = np.nan
    data = replace(data, effort=Effort(measured))
    real = model.fit(data, seed=1)
    assert real.delta.p_positive > 0.95
    found = guard.claim(data, real, deep=False, rules=guard.Rules(withstands=1.0))
    assert (found.grade, found.reasons) == (Grade.CANNOT_TELL, ("finds_alone",))
    assert Grade.INDICATED not in {grade for _cell, grade, _reasons in guard.cell_claims(data, real)}


@pytest.mark.parametrize("seed", range(1, 7))
def test_scanning_that_triples_unseen_since_the_measure_hardly_moves_the_model(seed):
    """Not the grades but the model itself: with the finds there taken out, it says about the same."""
    data = made_panel(seed=seed, jump=3.0, months=36, rate=8.0)
    measured = data.effort.measured.copy()
    measured[1, 18:] = np.nan
    unseen = model.fit(replace(data, effort=Effort(measured)), seed=1).delta
    blind = np.where(np.isnan(measured), 0, measured)  # no effort made: the month says nothing about finds
    counts = data.counts.copy()
    counts[1, 0, 18:] = 0
    without = model.fit(replace(data, counts=counts, effort=Effort(blind)), seed=1).delta
    assert abs(unseen.mean - without.mean) < 0.5 * without.sd
    assert model.fit(replace(data, effort=None, dependent=np.zeros(2, dtype=bool)), seed=1).delta.mean > unseen.mean


def test_what_confirms_a_claim_could_make_it_alone():
    assert not guard.confirms(0.93, guard.RULES)
    assert guard.confirms(0.96, guard.RULES)
    assert not guard.confirms(0.96, guard.Rules(threshold=0.97))


def test_scanning_that_triples_is_not_called_displacement():
    data = made_panel(seed=4, jump=3.0, **PLENTY)
    assert claimed(data, deep=False).grade not in (Grade.SUPPORTED, Grade.INDICATED)


def test_too_few_events_cannot_tell_and_say_how_long():
    found = claimed(made_panel(seed=1, rate=0.4, months=24))
    assert found.grade is Grade.CANNOT_TELL
    assert found.tipping == ()
    assert found.months is None or found.months > 0


def test_less_at_the_neighbours_contradicts():
    assert claimed(made_panel(seed=2, delta=-0.8, **PLENTY), deep=False).grade is Grade.CONTRADICTED


def test_cells_are_graded_under_one_rate_of_false_discoveries():
    data = made_panel(seed=3, delta=0.9, **PLENTY)
    real = model.fit(data, seed=1)
    cells = guard.cell_claims(data, real)
    assert len(cells) == 6 * 2
    top = max(cells, key=lambda c: c[0].effect.p_positive)
    assert top[1] is Grade.SUPPORTED
    for cell, grade, _reasons in cells:
        assert grade in (Grade.CANNOT_TELL, Grade.CONTRADICTED) or (cell.effect.p_positive >= 0.9 and cell.found)
    nothing = guard.cell_claims(*(lambda d: (d, model.fit(d, seed=1)))(made_panel(seed=9, **PLENTY)))
    assert sum(g in (Grade.SUPPORTED, Grade.INDICATED) for _c, g, _r in nothing) <= 1
