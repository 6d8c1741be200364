"""What if, from plain data: coverage that does not change moves nothing, what is learnt is applied where it is felt."""

from datetime import date

import numpy as np
import pytest

from port2port.displacement.analysis import supposing
from port2port.displacement.analysis.inputs import Choices, Incident, Measure, MeasurePhase, Network
from port2port.displacement.analysis.prepared import month_at
from port2port.displacement.analysis.supposed import Supposed
from port2port.displacement.analysis.supposing import STEPS, suppose
from port2port.displacement.methods.refusal import BadInput

PORTS = ("BEANR", "BEGNE", "BEZEE", "BELGG")
FAR = 5000.0
KM = ((0.0, 20.0, 60.0, FAR), (20.0, 0.0, 40.0, FAR), (60.0, 40.0, 0.0, FAR), (FAR, FAR, FAR, 0.0))
CHOICES = Choices(Network(PORTS, KM), as_of=date(2026, 10, 31), placebos=False)
FALL, RISE = 0.3, 1.8


@pytest.fixture(autouse=True)
def few_adversaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each best split takes a second or so: two draws say as much here as eight."""
    monkeypatch.setattr(supposing, "ADVERSARIES", 1)


def incidents() -> list[Incident]:
    """Return five years in which a measure at Antwerp made intrusions fall there and rise at Ghent."""
    rng = np.random.default_rng(7)
    found = []
    for month in range(60):
        for port in PORTS:
            covered = month >= 36
            times = FALL if covered and port == "BEANR" else RISE if covered and port == "BEGNE" else 1.0
            for n in range(rng.poisson(6 * times)):
                on = month_at(date(2021, 11, 1), month)
                found.append(Incident(f"{port}:{month}:{n}", port, "physical_intrusion", on, "month"))
    return found


MEASURE = Measure("M1", "Cameras", "camera_ai", (MeasurePhase("BEANR", date(2024, 11, 1), "month"),))
GIVEN = incidents()


def asked(*cells: tuple[str, float], **more: object):
    return suppose(GIVEN, [MEASURE], (), CHOICES, [Supposed("M1", port, share) for port, share in cells], **more)


def test_what_was_learnt_is_supposed_elsewhere_and_felt_by_the_neighbours():
    found = asked(("BEGNE", 1.0))
    change = {one.port: one for one in found.ports}
    assert change["BEGNE"].interval[1] < 0 and change["BEGNE"].p_more < 0.05
    assert change["BEZEE"].change > 0 and change["BEZEE"].p_more > 0.5
    assert change["BELGG"].interval == (0.0, 0.0)  # too far away to feel anything
    [measure] = found.measures
    assert measure.here_interval[0] < FALL < measure.here_interval[1]
    assert found.network.change == pytest.approx(sum(one.change for one in found.ports), abs=1.0)
    assert {(w.source, w.port) for w in found.weights} == {("BEGNE", "BEANR"), ("BEGNE", "BEZEE")}


def test_taking_a_measure_away_is_the_other_way_round():
    found = {one.port: one for one in asked(("BEANR", 0.0)).ports}
    assert found["BEANR"].interval[0] > 0 and found["BEANR"].p_more > 0.95
    assert found["BEGNE"].change < 0


def test_half_a_port_changes_less_than_all_of_it():
    half, whole = ({o.port: o.change for o in asked(("BEGNE", share)).ports}["BEGNE"] for share in (0.5, 1.0))
    assert whole < half < 0


def test_the_same_seed_gives_the_same_answer_and_progress_ends_at_all_of_it():
    told = []
    one = asked(("BEGNE", 1.0), progress=lambda done, total, what: told.append((done, total, what)))
    assert told[0][2] == "fitting" and told[-1][0] == told[-1][1]
    assert [done for done, _total, _what in told] == list(range(1, len(told) + 1))
    assert one == asked(("BEGNE", 1.0))


def test_other_splits_keep_the_coverage_that_is_asked_and_go_where_it_may():
    [measure] = asked(("BEGNE", 0.5), movable=("BEANR", "BEGNE")).measures
    assert sum(row.supposed for row in measure.ports) == sum(row.robust for row in measure.ports) == STEPS + 2
    assert all(row.most == 0 for row in measure.ports if row.port in ("BEZEE", "BELGG"))
    assert measure.regret >= 0 and measure.regret_supposed >= 0
    assert measure.best.least <= measure.harm.least


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ((), "empty"),
        ((("BEANR", 1.0),), "nothing_changes"),
        ((("BEOST", 1.0),), "not_chosen"),
        ((("BEGNE", 1.5),), "out_of_range"),
        ((("BEGNE", 1.0), ("BEGNE", 0.5)), "twice"),
    ],
)
def test_what_cannot_be_supposed_is_refused(cells, what):
    with pytest.raises(BadInput) as refused:
        asked(*cells)
    assert what in [problem.what for problem in refused.value.problems]


def test_a_measure_of_which_nothing_can_be_learnt_is_refused_with_the_reason():
    late = Measure("M2", "Late", "camera_ai", (MeasurePhase("BEANR", date(2026, 10, 1), "month"),))
    with pytest.raises(BadInput) as refused:
        suppose(GIVEN, [MEASURE, late], (), CHOICES, [Supposed("M2", "BEGNE", 1.0)])
    assert [(p.where, p.what) for p in refused.value.problems] == [("measures M2", "after_too_short")]
    with pytest.raises(BadInput):
        suppose(GIVEN, [MEASURE], (), CHOICES, [Supposed("M3", "BEGNE", 1.0)])
