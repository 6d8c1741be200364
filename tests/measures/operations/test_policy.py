"""Attacks with raw SQL as the serving role: what an injection could try on operations and aid."""

from typing import Any

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.measures.operations import aid_actions
from port2port.measures.operations.models import Participation
from tests.attacks import FORBIDDEN, refused
from tests.measures.operations.writing import GUEST, OUTSIDER, PARTNER, asked, planned, running
from tests.measures.writing import OWNER


@pytest.fixture
def plan(acting: Any, cast: Any) -> Any:
    """A plan of two, before its start."""
    with acting(OWNER):
        return planned(cast)


def test_states_answers_and_sums_are_in_no_grant(enter, plan):
    app = enter(OWNER)
    for sql in (
        "update measures_operation set state = 'running' where record_id = %s",
        "update measures_participation set answer = 'accepted' where operation_id = %s",
        "delete from measures_participation where operation_id = %s",
        "update measures_entry set amount = 1 where operation_id = %s",
        "update measures_aid set covered = 9 where record_id = %s",
        "update measures_offer set state = 'returned' where aid_id = %s",
    ):
        assert refused(app, sql, plan) == FORBIDDEN, sql
    assert refused(app, "delete from measures_operation where record_id = %s", plan) == FORBIDDEN
    assert refused(app, "select measures_operation_exact(%s)", plan) == FORBIDDEN


def test_who_sees_nothing_learns_nothing_from_refusals(enter, plan, acting):
    """A hidden operation and one that never was: the same answer to each statement."""
    with acting(OWNER):
        part = Participation.objects.filter(operation_id=plan).first().id
    app = enter(GUEST)
    for table, key in (("operation", "record_id"), ("participation", "operation_id"), ("entry", "operation_id")):
        assert app.execute(f"select count(*) from measures_{table} where {key} = %s", [plan]).fetchone() == (0,)
    for sql in (
        "select measures_operation_turn(%s, 'called_off', 'x')",
        "select sharing_widen(%s, '{}', '{}', 2::smallint)",
        "insert into measures_entry"
        " (id, operation_id, organisation_id, port_id, person_id, at, day, kind, found, amount)"
        " select new_uuid7(), %s, acting_organisation(), p.id, acting_person(), now(), current_date, 'scans', false, 1"
        " from members_port p limit 1",
        "insert into measures_participation (id, operation_id, organisation_id, port_id, answer)"
        " select new_uuid7(), %s, acting_organisation(), p.id, 'asked' from members_port p limit 1",
        "insert into measures_foundreport (operation_id, report_id, organisation_id, at)"
        " select %s, new_uuid7(), acting_organisation(), now()",
    ):
        assert refused(app, sql, plan) == refused(app, sql, new_id()) != "", sql
    answer = "select measures_operation_answer(%s, true)"
    assert refused(app, answer, part) == refused(app, answer, new_id()) == "PP404"
    for table in ("sharing_record", "sharing_searchable", "sharing_posting", "sharing_event", "sharing_tombstone"):
        key = {"sharing_record": "id", "sharing_event": "record", "sharing_tombstone": "record"}.get(table, "record_id")
        assert app.execute(f"select count(*) from {table} where {key} = %s", [plan]).fetchone() == (0,), table


def test_before_the_start_no_function_lets_anybody_else_in(enter, plan, owner):
    app = enter(OWNER)
    everybody = app.execute("select id from members_circle where slug = 'all-members'").fetchone()[0]
    app.execute("select sharing_widen(%s, %s, %s, 1::smallint)", [plan, [everybody], [everybody]])
    assert refused(app, "set constraints all immediate") == "PP422"
    with pytest.raises(psycopg.Error) as error:
        app.execute("commit")
    assert error.value.sqlstate == "PP422"
    # The owner of the tables is held to it too.
    with pytest.raises(psycopg.Error), owner.transaction():
        owner.execute("update sharing_record set audience = audience || %s where id = %s", [[everybody], plan])


def test_nobody_counts_for_another_port_or_organisation(enter, acting, cast):
    made = running(acting, cast)
    app = enter(PARTNER)
    sql = (
        "insert into measures_entry"
        " (id, operation_id, organisation_id, port_id, person_id, at, day, kind, found, amount)"
        " select new_uuid7(), %s, %s, p.id, acting_person(), now(), current_date, 'scans', false, 1"
        " from members_port p where p.locode = %s"
    )
    mine, theirs = cast[PARTNER].organisation, cast[OWNER].organisation
    assert refused(app, sql, made, mine, "BEANR") == FORBIDDEN
    assert refused(app, sql, made, theirs, "BEANR") == FORBIDDEN
    assert refused(app, "select measures_operation_turn(%s, 'ended', '')", made) == "PP403"
    assert refused(app, "select * from measures_effort('2000-01-01', '2100-01-01')") == "PP403"
    assert refused(app, "select * from measures_operations_remind(7)") == "PP403"


def test_an_offer_is_turned_by_its_two_sides_alone(enter, acting):
    with acting(OWNER):
        aid = asked()
    with acting(PARTNER):
        offer = aid_actions.offer_aid(aid, amount=2, note="", at=now()).id
    turn = "select measures_offer_turn(%s, %s, %s)"
    for stranger in (GUEST, OUTSIDER):
        app = enter(stranger)
        for state in ("accepted", "taken_back", "returned"):
            assert refused(app, turn, offer, state, 1) == refused(app, turn, new_id(), state, 1) == "PP404"
    app = enter(OWNER)
    assert refused(app, turn, offer, "on_way", 0) == "PP409"
    assert refused(app, turn, offer, "accepted", 3) == "PP422"
    assert refused(app, turn, offer, "accepted", None) == "PP422"
    app = enter(PARTNER)
    assert refused(app, turn, offer, "accepted", 1) == "PP409"
