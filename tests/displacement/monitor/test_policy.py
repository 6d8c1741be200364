"""Attacks with raw SQL as the serving role on results, warnings, effort and signals; what the counts give away."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest

from port2port.base.clock import now
from port2port.displacement.effort_actions import tell_effort
from port2port.displacement.feeding import feed
from port2port.displacement.rules import Choice, Told, last_months
from port2port.members.acting import acting_as_system
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.displacement.monitor.given import ANALYST, DIRECTOR, OUTSIDER, PARTNER, POLICE, PSO, signal, stored
from tests.measures.writing import agreed, tells
from tests.reports.writing import report


def test_nobody_but_the_worker_writes_a_result_or_a_warning(acting, enter):
    run = stored(acting)
    db = enter(ANALYST)
    assert refused(db, "update displacement_run set result = '{}' where id = %s", run.id) == "PP403"
    assert refused(db, "update displacement_run set state = 'queued' where id = %s", run.id) == "PP403"
    for column in ("sight", "choice", "fingerprint", "person_id", "asked_at"):
        assert refused(db, f"update displacement_run set {column} = {column}") == FORBIDDEN, column
    insert = (
        "insert into displacement_run (id, sight, choice, fingerprint, name, kept, state, step, progress, stop,"
        " person_id, organisation_id, asked_at, problems, code_version, invented) select new_uuid7(), sight, choice,"
        " 'x', '', false, 'done', '', 100, false, person_id, organisation_id, asked_at, problems, '', false"
        " from displacement_run limit 1"
    )
    assert refused(db, insert) == FORBIDDEN
    assert refused(
        db,
        "insert into displacement_warning (id, run_id, sight, port_id, method, month, evidence, at, state, reason,"
        " outcome, outcome_why) select new_uuid7(), run_id, sight, port_id, 'x', month, evidence, at, 'waiting', '',"
        " '', ''"
        " from displacement_warning limit 1",
    ) == FORBIDDEN  # fmt: skip
    assert db.execute("delete from displacement_run").rowcount == 0
    assert refused(db, "delete from displacement_warning") == FORBIDDEN
    for call in ("displacement_counts()", "displacement_coverage(true)", "displacement_coverage(false)"):
        assert refused(db, f"select * from {call}") == "PP403", call
    for name in ("evidence", "run_id", "sight", "port_id"):
        assert refused(db, f"update displacement_warning set {name} = {name}") == FORBIDDEN, name
    someone = "update displacement_warning set state = 'released', reason = 'x', decided_at = now(), decided_by_id = %s"
    other = db.execute("select id from members_person where id <> acting_person() limit 1").fetchone()
    assert other is not None
    assert refused(db, someone, other[0]) == FORBIDDEN


def test_a_named_result_is_read_by_one_circle(acting, enter):
    run = stored(acting, sight="named")
    for email, sees in ((PSO, 1), (DIRECTOR, 1), (ANALYST, 1), (POLICE, 0), (OUTSIDER, 0), ("admin@antwerp.demo", 0)):
        db = enter(email)
        for table in ("run", "warning"):
            found = db.execute(f"select count(*) from displacement_{table} where sight = 'named'").fetchone()
            assert found is not None
            assert (found[0] > 0) == bool(sees), (email, table)
    assert run.sight == "named"


def test_effort_is_written_for_own_ports_in_the_own_name(acting, enter, cast):
    month = last_months(now().astimezone(ZONE).date())[-1]
    with acting(PARTNER):
        tell_effort([Told("BEGNE", month, "scans", 5)], at=now())
    insert = (
        "insert into displacement_effort (id, port_id, month, kind, amount, source, organisation_id, person_id, at,"
        " invented) select new_uuid7(), p.id, '2026-01-01', 'scans', 1, 'typed', acting_organisation(), %s, now(),"
        " false"
        " from members_port p where p.locode = %s"
    )
    db = enter(PSO)
    assert refused(db, insert, cast[PSO].person, "BEGNE") == FORBIDDEN
    assert refused(db, insert, cast[PARTNER].person, "BEANR") == FORBIDDEN
    assert db.execute(insert, [cast[PSO].person, "BEANR"]).rowcount == 1
    assert db.execute("select count(*) from displacement_effort").fetchone() == (1,)


def test_a_signal_stands_as_it_was_given(acting, enter, cast):
    with acting(PARTNER):
        given = signal()
    db = enter(PARTNER)
    assert refused(db, "update displacement_signal set probability = 1") == FORBIDDEN
    assert refused(db, "delete from displacement_signal") == FORBIDDEN
    score = (
        "insert into displacement_score (signal_id, outcome, why, person_id, organisation_id, at)"
        " values (%s, 'confirmed', 'as I said (test)', acting_person(), acting_organisation(), now())"
    )
    assert refused(db, score, given) == FORBIDDEN
    assert refused(enter(OUTSIDER), score, given) == FORBIDDEN
    assert enter(POLICE).execute(score, [given]).rowcount == 1


def counted() -> dict[tuple[str, str], int]:
    """Return the counts that go into a run, by port and category."""
    with acting_as_system("worker"):
        given = feed(Choice(), sight="released", as_of=now().date())
    found: dict[tuple[str, str], int] = {}
    for one in given.incidents:
        assert one.precision != "day"  # nothing of members comes known to the day
        found[one.port, one.category] = found.get((one.port, one.category), 0) + 1
    return found


@pytest.fixture
def two_months_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared now has an identifier of two months ago, as if it had been written then."""

    def old_id() -> UUID:
        moment = int((now() - timedelta(days=60)).timestamp() * 1000)
        return UUID(int=moment << 80 | 7 << 76 | 2 << 62 | secrets.randbits(60))

    monkeypatch.setattr("port2port.sharing.actions.new_id", old_id)


def test_a_cell_that_would_single_something_out_is_not_counted(acting, two_months_ago):
    then = now() - timedelta(days=60)
    with acting(PSO):
        report("ports-and-police", occurred_at=then)
        report("ports-and-police", occurred_at=then)
    assert counted() == {}
    with acting(PSO):
        report("ports-and-police", occurred_at=then)
    assert counted() == {}  # three, of one organisation
    with acting(POLICE):
        report("ports-and-police", occurred_at=then)
    assert set(counted().values()) == {4}


def test_what_all_members_read_is_counted_as_it_is(acting, two_months_ago):
    with acting(PSO):
        report("all-members", tlp=Tlp.GREEN, occurred_at=now() - timedelta(days=60))
    assert set(counted().values()) == {1}


def test_what_arrives_this_month_is_counted_when_the_next_begins(acting):
    with acting(PSO):
        report("all-members", tlp=Tlp.GREEN, occurred_at=now() - timedelta(days=60))
    assert counted() == {}


def test_what_a_port_told_by_name_goes_into_named_results_only(acting):
    made = agreed(acting, "all-members")
    with acting(PARTNER):
        tells(made, "in_place", place="BEGNE")
    with acting_as_system("worker"):
        assert feed(Choice(), sight="released", as_of=now().date()).measures == ()
        assert feed(Choice(data="published"), sight="named", as_of=now().date()).measures == ()
        [named] = feed(Choice(), sight="named", as_of=now().date()).measures
    assert [phase.port for phase in named.phases] == ["BEGNE"]
    assert named.name == ""
