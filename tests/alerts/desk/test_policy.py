"""Attacks with raw SQL as the serving role: the book of shifts and the duty numbers."""

from typing import Any

import psycopg
import pytest

from port2port.alerts.desk import actions, queries
from port2port.base.clock import now
from port2port.reports.threats import Told, tell_threat
from tests.alerts.desk.writing import entry
from tests.attacks import FORBIDDEN, refused
from tests.reports.writing import report

AUTHOR, COLLEAGUE, PARTNER, OUTSIDER = (
    "pso@antwerp.demo", "analyst@police.demo", "pso@northsea.demo", "officer@outside.demo",
)  # fmt: skip
WRITE = (
    "insert into alerts_handover (id, organisation_id, facility_id, by_id, at, text, open_items, taken_by_id, taken_at,"
    " remark) values (new_uuid7(), %s, %s, %s, now(), 'forged', '{}', %s, %s, '')"
)
SIGN = "update alerts_handover set taken_by_id = %s, taken_at = now(), remark = 'seen'"
ADD = (
    "insert into alerts_dutynumber (id, organisation_id, facility_id, label, number, hours, position, changed_by_id,"
    " changed_at) values (new_uuid7(), %s, %s, 'Desk', %s, '', 1, %s, now())"
)


@pytest.fixture
def deputy(owner: psycopg.Connection[Any], cast: dict[str, Any]) -> str:
    """The director of Antwerp, who works at the desk of Antwerp too for this test."""
    owner.execute(
        "update members_membership set roles = '{duty_desk}' where id = %s", [cast["director@antwerp.demo"].hat]
    )
    owner.execute(
        "update members_membership set verified_until = current_date + 1 where id = %s",
        [cast["director@antwerp.demo"].hat],
    )
    return "director@antwerp.demo"


@pytest.fixture
def given(acting: Any) -> Any:
    with acting(AUTHOR):
        return actions.give(text="The left gate sticks.", at=now()).id


def test_nobody_writes_into_anothers_book_or_name(enter, cast):
    author, partner = cast[AUTHOR], cast[PARTNER]
    db = enter(AUTHOR)
    facility = db.execute("select id from members_facility limit 1").fetchone()[0]
    assert refused(db, WRITE, partner.organisation, None, author.person, None, None) == FORBIDDEN
    assert refused(db, WRITE, author.organisation, None, partner.person, None, None) == FORBIDDEN
    assert refused(db, WRITE, author.organisation, facility, author.person, None, None) == FORBIDDEN
    assert refused(db, WRITE, author.organisation, None, author.person, partner.person, now()) == FORBIDDEN
    db.execute(WRITE, [author.organisation, None, author.person, None, None])


def test_who_does_not_work_at_the_desk_neither_reads_nor_writes(enter, given, cast):
    for email in ("admin@antwerp.demo", "dpo@antwerp.demo", "director@antwerp.demo", PARTNER, OUTSIDER, COLLEAGUE):
        db = enter(email)
        assert db.execute("select count(*) from alerts_handover").fetchone() == (0,), email
        assert db.execute(SIGN, [cast[email].person]).rowcount == 0, email
    for email in ("admin@antwerp.demo", "dpo@antwerp.demo", "director@antwerp.demo"):
        one = cast[email]
        assert refused(enter(email), WRITE, one.organisation, None, one.person, None, None) == FORBIDDEN, email


def test_another_countersigns_once_and_in_the_own_name(enter, given, cast, deputy):
    db = enter(AUTHOR)
    assert db.execute(SIGN, [cast[AUTHOR].person]).rowcount == 0  # not who wrote it
    db = enter(deputy)
    assert refused(db, SIGN, cast[AUTHOR].person) == FORBIDDEN
    assert refused(db, "update alerts_handover set taken_by_id = null, remark = 'x'") == FORBIDDEN
    assert refused(db, "update alerts_handover set remark = 'x'") == FORBIDDEN
    assert db.execute(SIGN, [cast[deputy].person]).rowcount == 1
    assert db.execute(SIGN, [cast[deputy].person]).rowcount == 0


def test_a_page_of_the_book_stays_as_it_was_written(enter, given, cast, deputy):
    db = enter(deputy)
    for column in ("id", "organisation_id", "facility_id", "by_id", "at", "text", "open_items"):
        assert refused(db, f"update alerts_handover set {column} = {column}") == FORBIDDEN, column
    assert refused(db, "delete from alerts_handover") == FORBIDDEN
    assert refused(db, "truncate alerts_handover") == FORBIDDEN


def test_a_facility_has_a_book_of_its_own(enter, given, cast, owner, deputy):
    owner.execute(
        "update members_membership set facility_id = (select id from members_facility limit 1) where id = %s",
        [cast[deputy].hat],
    )
    assert enter(deputy).execute("select count(*) from alerts_handover").fetchone() == (0,)


def test_the_book_keeps_ninety_days(given, owner, acting):
    owner.execute("update alerts_handover set at = now() - interval '91 days'")
    with acting(AUTHOR):
        kept = actions.give(text="All quiet.", at=now()).id
    assert owner.execute("select id from alerts_handover").fetchall() == [(kept,)]


@pytest.fixture
def numbered(acting: Any) -> Any:
    with acting(AUTHOR):
        return actions.keep_number(entry(), at=now()).id


def test_numbers_are_seen_through_an_open_operational_circle_and_by_nobody_else(enter, numbered):
    seen = {
        email: enter(email).execute("select count(*) from alerts_dutynumber").fetchone()[0]
        for email in (
            AUTHOR,
            "admin@antwerp.demo",
            PARTNER,
            "analyst@police.demo",
            "pfso@quay1.demo",
            "contact@agent.demo",
            OUTSIDER,
            "operator@platform.demo",
            "director@commissioner.demo",
        )
    }
    assert seen == {
        AUTHOR: 1, "admin@antwerp.demo": 1, PARTNER: 1, "analyst@police.demo": 1, "pfso@quay1.demo": 1,
        "contact@agent.demo": 0, OUTSIDER: 0, "operator@platform.demo": 0, "director@commissioner.demo": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "update members_circle set membership = 'confidential' where kind in ('standing', 'port')",
        "update members_circle set closed_at = now() where kind in ('standing', 'port')",
        "update members_circlemember set until = now()",
        "update members_membership set verified_until = null",
    ],
)
def test_without_the_circle_its_openness_or_a_verification_they_are_not(change, enter, numbered, owner):
    assert enter(PARTNER).execute("select count(*) from alerts_dutynumber").fetchone() == (1,)
    owner.execute(change)
    assert enter(PARTNER).execute("select count(*) from alerts_dutynumber").fetchone() == (0,)


def test_numbers_are_kept_by_whom_they_call(enter, numbered, cast):
    author, partner = cast[AUTHOR], cast[PARTNER]
    db = enter(PARTNER)
    assert refused(db, ADD, author.organisation, None, "+3232052099", partner.person) == FORBIDDEN
    assert refused(db, ADD, partner.organisation, None, "+3232052099", author.person) == FORBIDDEN
    facility = db.execute(
        "select id from members_facility where operator_id is distinct from %s limit 1", [partner.organisation]
    ).fetchone()[0]
    assert refused(db, ADD, partner.organisation, facility, "+3232052099", partner.person) == FORBIDDEN
    assert refused(db, ADD, partner.organisation, None, "112", partner.person) == "23514"
    assert db.execute("update alerts_dutynumber set label = 'stolen'").rowcount == 0
    assert db.execute("delete from alerts_dutynumber").rowcount == 0
    db = enter(AUTHOR)
    assert refused(db, "update alerts_dutynumber set organisation_id = organisation_id") == FORBIDDEN
    assert refused(db, "update alerts_dutynumber set changed_by_id = %s", partner.person) == FORBIDDEN
    db = enter("director@antwerp.demo")  # of the organisation, without the act
    assert db.execute("delete from alerts_dutynumber").rowcount == 0
    assert refused(db, ADD, author.organisation, None, "+3232052099", cast["director@antwerp.demo"].person) == FORBIDDEN


def test_a_threat_to_a_person_is_on_no_screen_and_in_no_book_of_a_desk(acting: Any) -> None:
    at = now()
    with acting("pso@antwerp.demo"):
        threat = tell_threat(
            Told(kind="bribed", text="A man offered money at the gate.", occurred_at=at, contact=""), at=at
        )
        seen = report(text="A van at the gate.")
        on_screen = {row.record.id for row in queries.open_now(at=at).reports}
        _alerts, left = queries.left_open(at=at)
        assert seen.record_id in on_screen and threat.record_id not in on_screen
        assert seen.record_id in {row.record.id for row in left} and threat.record_id not in {
            row.record.id for row in left
        }
    with acting("analyst@police.demo"):  # who reads it, but not on the wall
        assert threat.record_id not in {row.record.id for row in queries.open_now(at=at).reports}
