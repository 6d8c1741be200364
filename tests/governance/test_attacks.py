"""Attacks with raw SQL as the serving role on the tables and functions of the desk."""

import pytest

from port2port.base.clock import now
from port2port.governance.desk import actions, queries
from tests.attacks import FORBIDDEN, refused
from tests.governance.asking import DPO, OTHER, breach, checked, second_desk
from tests.governance.test_requests import PSO, WORD, told

STRANGERS = (PSO, "admin@antwerp.demo", "contact@agent.demo", OTHER)
TABLES = (
    "governance_request",
    "governance_requeststep",
    "governance_trace",
    "governance_breach",
    "governance_breachstep",
)


@pytest.fixture
def held(acting, cast, owner):
    """A request with traces and a breach at the desk of Antwerp; the commissioner has a desk too."""
    second_desk(owner, cast)
    with acting(PSO):
        told("ports-and-police")
    with acting(DPO):
        request = checked()
        actions.search(request.id, terms=[WORD], at=now())
        assert queries.traces(request.id)
        return request.id, breach().id


@pytest.mark.parametrize("email", STRANGERS)
def test_nobody_else_reads_or_changes_a_row(enter, held, email):
    session = enter(email)
    for table in TABLES:
        assert session.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert session.execute("update governance_request set due = now()").rowcount == 0
    assert session.execute("update governance_trace set decision = 'given'").rowcount == 0
    for call in ("governance_retention()", "governance_kept()", "governance_transfers()"):
        if email != OTHER:
            assert session.execute(f"select * from {call}").fetchall() == [], call


@pytest.mark.parametrize("email", STRANGERS)
def test_nobody_else_searches_takes_over_or_tells(enter, held, cast, email):
    request, breached = held
    session = enter(email)
    mine = cast[email].organisation
    state = refused(session, "select governance_search(%s, array['zeld'], '{}', 10)", request)
    assert state in ("PP404", FORBIDDEN)
    assert refused(session, "select governance_hand_request(%s, %s)", request, mine) in ("PP404", "PP422")
    tell = "select governance_tell_breach(%s, %s, new_uuid7(), now())"
    assert refused(session, tell, breached, mine) in ("PP404", "PP422")
    assert refused(session, "select * from governance_forget()") == "PP403"


def test_the_officer_forges_nothing(enter, held, cast):
    request, breached = held
    session, other = enter(DPO), cast[OTHER].organisation
    for sql in (
        "update governance_requeststep set act = 'answered'",
        "update governance_breachstep set text = ''",
        "delete from governance_request",
        "delete from governance_breach",
        f"update governance_request set organisation_id = '{other}'",
        "update governance_request set sealed = null, erased_at = now()",
        "update governance_request set received_at = now()",
        "update governance_breach set aware_at = now()",
        f"update governance_breach set told = array['{other}']::uuid[]",
        "insert into governance_trace (id, request_id, place, row, number, decision, ground)"
        f" values (new_uuid7(), '{request}', 'x', '', 1, '', '')",
        "insert into governance_requeststep (id, request_id, at, act, code, person_id, organisation_id)"
        f" values (new_uuid7(), '{request}', now(), 'answered', '', '{cast[PSO].person}', '{cast[DPO].organisation}')",
        "insert into governance_breachstep (id, breach_id, at, act, code, text, person_id, organisation_id)"
        f" values (new_uuid7(), '{breached}', now(), 'noted', '', '', '{cast[DPO].person}', '{other}')",
    ):
        session.execute("savepoint attack")
        try:
            changed = session.execute(sql).rowcount
        except Exception as error:  # noqa: BLE001 - whatever the database says, nothing may have changed
            assert getattr(error, "sqlstate", "") == FORBIDDEN, (sql, error)
            changed = 0
        session.execute("rollback to savepoint attack")
        assert changed == 0, sql


def test_a_closed_request_is_not_touched(enter, acting, held):
    request, _breach = held
    with acting(DPO):
        actions.close(request, act="withdrawn", at=now())
    session = enter(DPO)
    assert session.execute("update governance_request set state = 'open', closed_at = null").rowcount == 0
    assert session.execute("update governance_trace set decision = 'given'").rowcount == 0
    assert refused(session, "select governance_search(%s, array['zeld'], '{}', 10)", request) == "PP404"


def test_the_helper_that_knows_what_is_narrow_is_closed(enter, held):
    assert refused(enter(DPO), "select governance_narrow(%s)", held[0]) == FORBIDDEN
