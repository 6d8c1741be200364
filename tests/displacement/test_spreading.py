"""Work spread over processes and over a Dask cluster: the same numbers to the bit, stopped when told, never stuck."""

import os
import socket
from datetime import date

import distributed
import msgspec
import pytest
from django.test import override_settings

from port2port.displacement.analysis.analyse import analyse
from port2port.displacement.analysis.code import computing
from port2port.displacement.analysis.inputs import Measure, MeasurePhase
from port2port.displacement.methods import spreading
from port2port.displacement.methods.refusal import BadInput, Problem
from port2port.displacement.methods.simulator import SCENARIOS
from port2port.displacement.methods.trial import trial
from port2port.displacement.spreading import spread_for
from tests.displacement.jobs import other_code, refused, slow, stuck_elsewhere, where
from tests.displacement.test_analysis import CHOICES, MEASURE, PORTS, events, moved


def new_cluster(workers: int = 2) -> distributed.LocalCluster:
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )


@pytest.fixture(scope="module")
def address():
    with new_cluster() as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def said():
    return []


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Tests look more often than a person would, and give a cluster that is there all the time a busy machine needs."""
    monkeypatch.setattr(spreading, "TICK", 0.2)
    monkeypatch.setattr(spreading, "ANSWER", 60.0)


def test_numbers_are_the_same_to_the_bit_wherever_they_are_worked_on(address, said):
    measures = [
        MEASURE,
        Measure("M-9", "Other", MEASURE.category, (MeasurePhase(PORTS[1], date(2022, 5, 1), "day", 0.5),)),
    ]
    given = (events(moved, months=30), measures, [], CHOICES)
    one = msgspec.json.encode(analyse(*given))
    with spreading.processes(2) as spread:
        assert msgspec.json.encode(analyse(*given, spread=spread)) == one
    with spreading.cluster(address, mark=computing, say=said.append) as spread:
        assert msgspec.json.encode(analyse(*given, spread=spread)) == one
    assert said == []


def test_simulated_worlds_are_the_same_to_the_bit_and_progress_is_told(address, said):
    given = {"scenario": "effort_triples_missing", "world": SCENARIOS["effort_triples_missing"], "runs": 4, "seed": 3}
    told: list[int] = []
    with spreading.cluster(address, mark=computing, say=said.append) as spread:
        assert trial(**given, spread=spread, told=told.append) == trial(**given)
    assert [n for n in told if n] == sorted(n for n in told if n) and told[-1] == 4
    assert said == []


def test_the_work_is_done_elsewhere(address, said):
    with spreading.cluster(address, mark=computing, say=said.append) as spread:
        assert os.getpid() not in set(spread(where, range(4)))
    with spreading.processes(2) as spread:
        assert os.getpid() not in set(spread(where, range(4)))
    assert said == []


@pytest.mark.parametrize("on", ["processes", "cluster"])
def test_what_is_refused_comes_back_whole(address, said, on):
    opened = (
        spreading.processes(1) if on == "processes" else spreading.cluster(address, mark=computing, say=said.append)
    )
    with opened as spread, pytest.raises(BadInput) as found:
        list(spread(refused, [7]))
    assert found.value.problems == (Problem("row 7", "negative", "-1"),)
    assert said == []


class Stopped(Exception):
    pass


def test_a_stop_is_heard_while_the_cluster_computes_and_calls_the_work_off(address, said):
    def stop():
        raise Stopped

    with spreading.cluster(address, mark=computing, say=said.append) as spread, pytest.raises(Stopped):
        list(spread(slow, range(6), stop))
    with distributed.Client(address, set_as_default=False) as client:
        left = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
    assert left == 0
    assert said == []


def test_a_scheduler_that_is_away_is_said_and_the_work_is_done_here(said, monkeypatch):
    monkeypatch.setattr(spreading, "ANSWER", 1.0)
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with override_settings(DASK_SCHEDULER=nobody), spread_for(2, say=said.append) as spread:
            assert list(spread(where, range(2))) == [os.getpid()] * 2
    assert len(said) == 1 and "does not answer" in said[0]


def test_the_cluster_of_the_settings_is_used(address, said):
    with override_settings(DASK_SCHEDULER=address), spread_for(1, say=said.append) as spread:
        assert list(spread(where, [1])) != [os.getpid()]
    assert said == []


def test_workers_with_other_code_are_not_asked_for_numbers(address, said):
    with spreading.cluster(address, mark=other_code, say=said.append) as spread:
        assert list(spread(where, range(3))) == [os.getpid()] * 3
    assert len(said) == 1 and "other code" in said[0]


def test_a_cluster_that_goes_away_half_way_is_finished_here(said):
    cluster = new_cluster(workers=1)
    with cluster, spreading.cluster(cluster.scheduler_address, mark=computing, say=said.append) as spread:
        each = spread(where, range(3))
        first = next(each)
        cluster.close()
        rest = list(each)
    assert first != os.getpid()
    assert len(rest) == 2 and rest[-1] in {first, os.getpid()}  # what had been sent may have been done


def test_a_cluster_without_workers_is_not_waited_for(said, monkeypatch):
    monkeypatch.setattr(spreading, "ANSWER", 0.3)
    monkeypatch.setattr(spreading, "NOBODY", 1.0)
    cluster = new_cluster(workers=0)
    with cluster, spreading.cluster(cluster.scheduler_address, mark=computing, say=said.append) as spread:
        assert list(spread(where, range(2))) == [os.getpid()] * 2
    assert said == ["nobody works there"]


def test_a_cluster_whose_workers_leave_is_not_waited_for(said, monkeypatch):
    monkeypatch.setattr(spreading, "ANSWER", 0.3)
    monkeypatch.setattr(spreading, "NOBODY", 1.0)
    cluster = new_cluster(workers=1)
    with cluster, spreading.cluster(cluster.scheduler_address, mark=computing, say=said.append) as spread:
        assert list(spread(stuck_elsewhere, [os.getpid()], lambda: cluster.scale(0))) == [os.getpid()]
    assert said == ["nobody works there"]
