"""Runs in a real worker: one at a time for a choice, with progress, stopped on request, kept by who tried them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.displacement import run_queries, running, tasks
from port2port.displacement.models import Run
from port2port.displacement.rules import Choice, fingerprint
from port2port.displacement.vocabulary import standing
from port2port.measures.importing import PUBLISHED_MEASURES, import_measures
from port2port.members.acting import acting_as_system
from port2port.reports.demo_data import PUBLISHED_INCIDENTS
from port2port.reports.importing import import_reports
from tests.displacement.monitor.given import stored

ANALYST, PSO, OUTSIDER, POLICE = (
    "analyst@commissioner.demo", "pso@antwerp.demo", "officer@outside.demo", "analyst@police.demo",
)  # fmt: skip
PUBLISHED = Choice(data="published", with_effort=False, placebos=False)


@pytest.fixture
def published() -> None:
    """What was published of incidents stands in the database, and two measures at Antwerp."""
    with acting_as_system("import"):
        import_reports(data=PUBLISHED_INCIDENTS.read_bytes(), at=now())
        lines = PUBLISHED_MEASURES.read_bytes().splitlines()
        few = [line for line in lines[1:] if b",BEANR," in line and b",month," in line][:2]
        import_measures(data=b"\n".join([lines[0], *few]), at=now())


def work() -> None:
    """Let a worker do what is queued, until nothing is."""
    asyncio.run(app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False))


def ask(acting: Any, choice: Choice = PUBLISHED, *, email: str = ANALYST, sight: str = "released") -> Run:
    with acting(email):
        return running.ask_run(choice=choice, sight=sight, at=now())


def seen(acting: Any, run: Run, email: str = ANALYST) -> Run:
    with acting(email):
        return running.own_or_seen(run.id)


def test_a_run_is_computed_by_the_worker_and_read_from_storage(acting, published):
    run = ask(acting)
    assert seen(acting, run).state == "queued"
    tasks.compute(str(run.id))
    found = seen(acting, run)
    assert (found.state, found.progress, found.invented, found.problems) == ("done", 100, False, [])
    result = running.result_of(found)
    assert result is not None
    assert result.summary.incidents > 100
    assert result.method.code_version == found.code_version != ""
    assert tasks.compute(str(run.id)) == "nothing"  # a job that comes twice changes nothing


def test_one_run_at_a_time_for_a_choice(acting, owner):
    first = ask(acting)
    assert ask(acting, email=POLICE).id == first.id
    other = ask(acting, Choice(data="published", scale_km=90.0))
    assert other.id != first.id
    rows = owner.execute(
        "select args->>'request' from procrastinate_jobs where task_name = %s", [running.TASK]
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted([str(first.id), str(other.id)])


def test_progress_is_told_and_a_stop_is_heard_while_it_computes(acting):
    run = ask(acting)
    assert running.claim(run.id, at=now()) is not None
    tell = running.teller(run.id, every=0.0)
    tell(3, 10, "measures")
    found = seen(acting, run)
    assert (found.state, found.progress, found.step) == ("running", 30, "measures")
    with acting(POLICE):  # who analyses may stop it, not only who asked
        running.stop_run(run.id, at=now())
    with pytest.raises(running.Stopped):
        tell(4, 10, "measures")


def test_a_run_stopped_before_its_turn_is_not_computed(acting, owner):
    run = ask(acting)
    with acting(ANALYST):
        running.stop_run(run.id, at=now())
    assert tasks.compute(str(run.id)) == "nothing"
    assert seen(acting, run).state == "cancelled"
    with acting(ANALYST), pytest.raises(Conflict):
        running.stop_run(run.id, at=now())


def test_without_anything_to_count_it_says_why(acting):
    run = ask(acting)
    tasks.compute(str(run.id))
    found = seen(acting, run)
    assert found.state == "failed" or running.result_of(found) is not None
    if found.state == "failed":
        assert found.problems[0]["what"]


def test_every_night_what_was_fixed_beforehand_is_queued_once(acting):
    assert tasks.nightly(0) == 2
    assert tasks.nightly(0) == 0
    with acting(ANALYST):
        assert {run.sight for run in run_queries.runs()} == {"released", "named"}
        assert all(run_queries.is_standing(run) for run in run_queries.runs())


def finished(acting: Any, choice: Choice, **more: Any) -> Run:
    run = ask(acting, choice, **more)
    with acting_as_system("worker"):
        Run.objects.filter(id=run.id).update(state="done", ended_at=now())
    return run


def test_what_was_tried_counts_whether_anybody_kept_it_or_not(acting):
    kept = finished(acting, Choice(scale_km=90.0))
    finished(acting, Choice(scale_km=90.0))
    finished(acting, Choice(scale_km=30.0), email=POLICE)
    finished(acting, standing())
    with acting(ANALYST):
        assert run_queries.variants("released") == 2
        with pytest.raises(Invalid):
            running.keep_run(kept.id, name=" ", at=now())
        assert running.keep_run(kept.id, name="Further reach", at=now()).kept
    with acting(POLICE), pytest.raises(Refused):
        running.keep_run(kept.id, name="Mine", at=now())


def test_old_runs_go_but_not_what_was_kept_or_is_the_newest(acting):
    old = finished(acting, Choice(scale_km=90.0))
    newest = finished(acting, Choice(scale_km=90.0))
    kept = finished(acting, Choice(scale_km=30.0))
    finished(acting, Choice(scale_km=30.0))
    with acting(ANALYST):
        running.keep_run(kept.id, name="Kept", at=now())
    assert running.forget_runs(at=now()) == 0
    assert running.forget_runs(at=now() + timedelta(days=40)) == 1
    with acting(ANALYST):
        assert old.id not in {run.id for run in run_queries.runs()}
        assert {newest.id, kept.id} <= {run.id for run in run_queries.runs()}


def test_who_may_ask_and_who_reads_what(acting):
    named = ask(acting, sight="named")
    released = ask(acting)
    with acting(POLICE):  # an analyst, and not of the circle of the weakest link
        with pytest.raises(NotFound):
            running.ask_run(choice=PUBLISHED, sight="named", at=now())
        with pytest.raises(NotFound):
            running.own_or_seen(named.id)
        assert running.own_or_seen(released.id).id == released.id
    for email in (OUTSIDER, "contact@agent.demo", "admin@antwerp.demo"):
        with acting(email):
            assert run_queries.runs() == [] or email == "admin@antwerp.demo", email
    with acting("director@commissioner.demo"):
        assert {run.id for run in run_queries.runs()} == {named.id, released.id}
        with pytest.raises(Refused):
            running.ask_run(choice=PUBLISHED, sight="released", at=now())
    with acting(PSO), pytest.raises(Invalid) as error:
        running.ask_run(choice=Choice(threshold=2.0, scale_km=-1), sight="released", at=now())
    assert [p.field for p in error.value.problems] == ["threshold", "scale_km"]


def test_a_choice_is_told_by_all_of_it():
    marks = {
        fingerprint("released", Choice()), fingerprint("named", Choice()), fingerprint("released", Choice(scale_km=61)),
        fingerprint("released", Choice(placebos=False)),
    }  # fmt: skip
    assert len(marks) == 4
    assert fingerprint("released", standing()) == fingerprint("released", Choice())


def test_a_result_is_read_once_a_process_and_only_by_who_sees_its_run(acting):
    run = stored(acting, sight="named")
    with acting(ANALYST):
        found = run_queries.newest("named")
        assert found is not None and "result" in found.get_deferred_fields()
        with CaptureQueriesContext(connection) as first:
            result = running.result_of(found)
        again = run_queries.newest("named")
        assert again is not None
        with CaptureQueriesContext(connection) as second:
            assert running.result_of(again) is result
        assert (len(first), len(second)) == (1, 0)
    with acting(POLICE):
        assert run_queries.newest("named") is None
        with pytest.raises(NotFound):
            running.own_or_seen(run.id)
