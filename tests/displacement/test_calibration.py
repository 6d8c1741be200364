"""Intervals hold what they say where the model is true, and a long trial goes on from where it was."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from bench import displacement_simulator as bench
from port2port.displacement.methods import calibration, model, simulator, trial
from port2port.displacement.methods.design import DELTA, TAU, design


def test_intervals_hold_what_was_drawn_from_the_model():
    """60 histories; 57 expected, and a thousandth of such trials stays under 51."""
    found = calibration.calibration(runs=60, seed=5)
    for one in (found.tau, found.delta, found.here):
        assert one.value >= 51 / 60


def test_what_is_drawn_follows_its_parameters():
    many = [calibration.drawn_history(seed) for seed in range(40)]
    rose = [(data.counts[simulator.HUB, :, 24:].sum() + 1) / (data.counts[simulator.HUB, :, :24].sum() + 1)
            for data, _beta in many]  # fmt: skip
    assert np.corrcoef(np.log(rose), [beta[TAU] for _data, beta in many])[0, 1] > 0.7
    assert abs(np.mean([beta[DELTA] for _data, beta in many])) < 0.5
    assert (calibration.drawn_history(3)[0].counts == many[3][0].counts).all()


def test_what_moved_here_is_a_mean_over_the_exposed_cells():
    data = simulator.simulate(simulator.MOVING, seed=2).panel
    found = model.fit(data, seed=2)
    weights, at = trial.weights_here(data, found), design(data).columns
    assert weights[DELTA] == 1
    for begin, end in ((at.port_slope, at.cell_slope), (at.cell_slope, at.effort)):
        assert sum(v for column, v in weights.items() if begin <= column < end) == pytest.approx(1)
    assert at.port_slope + simulator.HUB not in weights  # nobody exposes the port that is covered
    assert trial.effect_here(data, found).sd < found.delta.sd


def test_a_long_trial_goes_on_from_what_is_finished(tmp_path, monkeypatch):
    kept = tmp_path / "trial.json"
    whole = bench.trials(4, ["none", "displacement"], seed=3)
    bench.trials(4, ["none"], seed=3, kept=kept)
    first = kept.read_bytes()
    monkeypatch.setitem(bench.SCENARIOS, "none", replace(simulator.QUIET, events=-1.0))  # could not be done again
    found = bench.trials(4, ["none", "displacement"], seed=3, kept=kept)
    assert msgspec.json.encode(found) == msgspec.json.encode(whole) == kept.read_bytes()
    assert first != kept.read_bytes()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("runs", "seed", "code"), [(5, 3, None), (4, 9, None), (4, 3, "another")])
def test_a_trial_of_something_else_is_not_gone_on_from(tmp_path, runs, seed, code):
    kept = tmp_path / "trial.json"
    found = bench.Found(4, 3, code or bench.computing())
    bench.keep(found, kept)
    with pytest.raises(bench.OtherRun):
        bench.trials(runs, ["none"], seed=seed, kept=kept)


def test_the_command_says_what_is_wrong_with_a_file_and_prints_what_it_holds(tmp_path, capsys):
    kept = tmp_path / "trial.json"
    assert bench.main(["3", "none", "displacement", "--workers", "1", "--keep", str(kept)]) == 0
    told = capsys.readouterr().out
    assert "| none (no displacement) | model |" in told
    assert "Power in %" in told and "Delay of the model in displacement" in told
    with pytest.raises(SystemExit):
        bench.main(["4", "none", "--workers", "1", "--keep", str(kept)])
    assert "runs is 3, not 4" in capsys.readouterr().err
