"""Attacks with raw SQL as the serving role: what an injection could try on alerts and acknowledgements."""

from typing import Any

import pytest

from port2port.base.ids import new_id
from tests.alerts.writing import alert
from tests.attacks import FORBIDDEN, refused

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"


@pytest.fixture
def raised(acting: Any) -> Any:
    with acting(AUTHOR):
        return alert().record_id


ACKNOWLEDGE = (
    "insert into alerts_acknowledgement (id, alert_id, organisation_id, facility_id, person_id, at, done)"
    " values (new_uuid7(), %s, %s, %s, %s, now(), 'forged')"
)


def test_nobody_acknowledges_for_another(enter, raised, cast):
    partner, author = cast[PARTNER], cast[AUTHOR]
    db = enter(PARTNER)
    assert refused(db, ACKNOWLEDGE, raised, author.organisation, None, partner.person) == FORBIDDEN
    assert refused(db, ACKNOWLEDGE, raised, partner.organisation, None, author.person) == FORBIDDEN
    facility = db.execute("select id from members_facility limit 1").fetchone()[0]
    assert refused(db, ACKNOWLEDGE, raised, partner.organisation, facility, partner.person) == FORBIDDEN
    assert refused(db, ACKNOWLEDGE, new_id(), partner.organisation, None, partner.person) == FORBIDDEN
    db.execute(ACKNOWLEDGE, [raised, partner.organisation, None, partner.person])
    assert refused(db, ACKNOWLEDGE, raised, partner.organisation, None, partner.person) == "23505"


def test_who_does_not_see_it_does_not_acknowledge_it(enter, raised, cast):
    outsider = cast[OUTSIDER]
    db = enter(OUTSIDER)
    assert refused(db, ACKNOWLEDGE, raised, outsider.organisation, None, outsider.person) == FORBIDDEN


def test_an_answer_is_the_desks_own_and_when_it_came_stays(enter, raised, cast):
    db = enter(PARTNER)
    db.execute(ACKNOWLEDGE, [raised, cast[PARTNER].organisation, None, cast[PARTNER].person])
    assert refused(db, "update alerts_acknowledgement set at = now() - interval '1 hour'") == FORBIDDEN
    assert refused(db, "update alerts_acknowledgement set person_id = %s", cast[AUTHOR].person) == FORBIDDEN
    assert refused(db, "update alerts_acknowledgement set organisation_id = %s", cast[AUTHOR].organisation) == FORBIDDEN
    assert refused(db, "delete from alerts_acknowledgement") == FORBIDDEN
    db.execute("commit")
    for email in (AUTHOR, OUTSIDER, "analyst@police.demo"):
        db = enter(email)
        assert db.execute("select count(*) from alerts_acknowledgement").fetchone() == (0,), email
        assert db.execute("update alerts_acknowledgement set done = 'stolen'").rowcount == 0, email


def test_a_raised_alert_stays_as_it_is(enter, raised, owner):
    rows = owner.execute("select attname from pg_attribute where attrelid = 'alerts_alert'::regclass and attnum > 0")
    columns = [row[0] for row in rows.fetchall()]
    db = enter(AUTHOR)
    for column in columns:
        assert refused(db, f"update alerts_alert set {column} = {column}") == FORBIDDEN, column
    assert refused(db, "delete from alerts_alert") == FORBIDDEN
    assert refused(db, "truncate alerts_alert") == FORBIDDEN


COPY = (
    "insert into alerts_alert select %s, event, urgency, severity, certainty, %s, %s, %s, instructions, areas,"
    " language, headline, text, valid_from, valid_until, template, public, %s, %s, report_id, systems from alerts_alert"
    " where record_id = %s"
)


@pytest.fixture
def columns(owner: Any) -> None:
    """The statement above names no columns: they stand in this order."""
    found = owner.execute("select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid ="
                          " 'alerts_alert'::regclass and attnum > 0").fetchone()[0]  # fmt: skip
    assert found == (
        "record_id event urgency severity certainty status message state instructions areas language headline text"
        " valid_from valid_until template public follows series report_id systems"
    )


def envelope(db: Any, cast: Any, email: str, raised: Any, kind: str = "alert") -> Any:
    made = new_id()
    db.execute(
        "insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose,"
        " legal_basis, personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)"
        " values (%s, %s, %s, %s, array[%s]::uuid[], array[%s]::uuid[], 2, 2, 'x', 'x', 'none', 'member', '', '', '',"
        " now(), now(), now() + interval '1 year', 1)",
        [made, kind, cast[email].organisation, cast[email].person, cast[email].person, cast[email].person],
    )
    return made


def test_nobody_follows_the_alert_of_another(enter, raised, cast, columns):
    db = enter(PARTNER)
    mine = envelope(db, cast, PARTNER, raised)
    attack = (mine, "Actual", "Cancel", "cancelled", raised, raised, raised)
    assert refused(db, COPY, *attack) == "PP403"
    db.execute("rollback")
    db = enter(OUTSIDER)
    assert db.execute("select count(*) from alerts_alert").fetchone() == (0,)


def test_what_follows_reaches_all_who_were_warned_whatever_its_sender_wanted(enter, raised, cast, columns):
    db = enter(AUTHOR)
    wanted = db.execute("select audience from sharing_record where id = %s", [raised]).fetchone()[0]
    mine = envelope(db, cast, AUTHOR, raised)  # to its author alone
    assert refused(db, COPY, mine, "Exercise", "Update", "raised", raised, raised, raised) == "PP422"
    assert refused(db, COPY, mine, "Actual", "Update", "raised", raised, mine, raised) == "PP422"
    assert refused(db, COPY, mine, "Actual", "Update", "cancelled", raised, raised, raised) == "PP422"
    assert refused(db, COPY, mine, "Actual", "Alert", "raised", raised, raised, raised) == "23514"
    db.execute(COPY, [mine, "Actual", "Update", "raised", raised, raised, raised])
    reached = db.execute("select audience from sharing_record where id = %s", [mine]).fetchone()[0]
    assert set(reached) == set(wanted)
    again = envelope(db, cast, AUTHOR, raised)
    assert refused(db, COPY, again, "Actual", "Cancel", "cancelled", raised, raised, raised) in ("PP409", "23505")


def test_an_alert_needs_an_envelope_of_its_kind_and_its_own(enter, raised, cast, columns):
    db = enter(AUTHOR)
    other = envelope(db, cast, AUTHOR, raised, kind="report")
    assert refused(db, COPY, other, "Actual", "Alert", "raised", None, other, raised) == FORBIDDEN
    db = enter(PARTNER)
    assert refused(db, COPY, raised, "Actual", "Alert", "raised", None, raised, raised) in (FORBIDDEN, "23505")


def test_the_answers_of_others_come_only_to_who_raised_it(enter, raised, cast):
    db = enter(PARTNER)
    db.execute(ACKNOWLEDGE, [raised, cast[PARTNER].organisation, None, cast[PARTNER].person])
    db.execute("commit")
    for email, answers in (
        (AUTHOR, 1),
        (PARTNER, 1),
        ("analyst@police.demo", 0),
        (OUTSIDER, 0),
        ("admin@antwerp.demo", 0),
    ):
        db = enter(email)
        found = db.execute("select count(at) from alerts_recipients(%s)", [raised]).fetchone()
        assert found == (answers,), email


def test_functions_of_triggers_are_nobodys_to_call(enter, raised):
    db = enter(AUTHOR)
    for name in ("alerts_follow", "alerts_tell"):
        assert refused(db, f"select {name}()") == FORBIDDEN


def test_expiry_takes_the_alert_and_its_answers_along(enter, raised, cast, owner):
    db = enter(PARTNER)
    db.execute(ACKNOWLEDGE, [raised, cast[PARTNER].organisation, None, cast[PARTNER].person])
    db.execute("commit")
    owner.execute("delete from sharing_record where id = %s", [raised])
    for table in ("alerts_alert", "alerts_acknowledgement"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,)
