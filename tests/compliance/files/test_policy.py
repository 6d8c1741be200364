"""Attacks with raw SQL as the serving role on files, what is owed and rules; what the aggregate gives away."""

from datetime import timedelta
from typing import Any

import pytest

from port2port.base.clock import now
from port2port.compliance import queries
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.screening.actions import keep_screening
from port2port.compliance.screening.rules import Line
from tests.attacks import FORBIDDEN, refused
from tests.compliance.files.given import (
    ANSM,
    COMPANY,
    OPERATOR,
    OTHER,
    OUTSIDER,
    PARTNER,
    PFSO,
    POLICE,
    PORT,
    PSO,
    QUAY,
    ago,
    happened,
    holder,
    late_plan,
)  # fmt: skip

ADMIN = "admin@antwerp.demo"


@pytest.fixture
def files(acting: Any) -> None:
    """Files of two facilities of Antwerp, of the port, and of a facility of another port."""
    with acting(PFSO):
        late_plan()
    with acting(PSO):
        happened("drill_held", 1, OTHER)
        happened("port_opened", 900, PORT)
    with acting(PARTNER):
        code = next(spot.code for spot in queries.known_places().facilities.values() if queries.sight().place(spot))
        late_plan(code)


def seen(acting: Any, email: str) -> set[str]:
    with acting(email):
        codes = {queries.code_of(one) for one in queries.files()}
        assert set(Owed.objects.values_list("subject_id", flat=True)) <= {one.id for one in queries.files()}
        assert {one.subject_id for one in Happening.objects.all()} <= {one.id for one in queries.files()}
    return codes


def test_the_law_says_who_sees_which_file(acting, cast, files):
    every = seen(acting, ANSM)
    assert {QUAY, OTHER, PORT} < every and len(every) == 4
    assert seen(acting, PFSO) == {QUAY}
    assert seen(acting, PSO) == {QUAY, OTHER, PORT}
    assert seen(acting, PARTNER) == every - {QUAY, OTHER, PORT}
    for email in set(cast) - {ANSM, PFSO, PSO, PARTNER}:
        assert seen(acting, email) == set(), email


def test_a_lapsed_verification_closes_the_file(acting, owner, cast, files):
    owner.execute("update members_membership set verified_until = current_date - 1 where id = %s", [cast[PSO].hat])
    assert seen(acting, PSO) == set()


def test_what_only_the_employer_reads_stays_there(acting, owner, files):
    with acting(PFSO):
        one = holder()
        happened("function_taken", 100, str(one.id))
        happened("certificate_issued", 80, str(one.id))
        happened("refresher_completed", 70, str(one.id))
    # as a rule of an administrator would make it that is seen by the employer alone
    owner.execute("update compliance_happening set narrow = true where kind = 'refresher_completed'")
    owner.execute("update compliance_owed set narrow = true where rule = 'pfso_refresher'")
    with acting(PFSO):
        assert Owed.objects.filter(narrow=True).exists() and Happening.objects.filter(narrow=True).exists()
    for email in (PSO, ANSM):
        with acting(email):
            assert {e.kind for e in queries.events_of(one.id)} == {"function_taken", "certificate_issued"}, email
            assert not Owed.objects.filter(narrow=True).exists()
    with acting(PARTNER):
        assert not Subject.objects.filter(id=one.id).exists()


def test_history_cannot_be_changed_by_anybody(enter, files):
    for email in (PFSO, PSO, ANSM):
        connection = enter(email)
        for column in ("kind = 'x'", "at = now()", "void = true", "person_id = null"):
            assert refused(connection, f"update compliance_happening set {column}") == FORBIDDEN, (email, column)
        assert refused(connection, "delete from compliance_happening") == FORBIDDEN
        assert connection.execute("delete from compliance_subject").rowcount == 0  # staff numbers alone go
        assert refused(connection, "update compliance_subject set facility_id = null") == FORBIDDEN


INSERT = (
    "insert into compliance_happening (id, subject_id, kind, at, details, reference, origin, source_id, void, narrow,"
    " organisation_id, person_id, entered_at, corrects_id)"
    " values (new_uuid7(), %s, 'drill_held', now(), '{}', '', 'reminder', '', false, false, %s, %s, now(), %s)"
)


def test_nothing_is_written_into_another_file_or_in_another_name(enter, owner, cast, files):
    (quay,) = owner.execute(
        "select s.id from compliance_subject s join members_facility f on f.id = s.facility_id where f.number = %s",
        [QUAY],
    ).fetchone()
    (drill,) = owner.execute("select id from compliance_happening where kind = 'drill_held'").fetchone()
    for email in (PARTNER, POLICE, COMPANY, OUTSIDER, ADMIN, OPERATOR):
        one = cast[email]
        assert refused(enter(email), INSERT, quay, one.organisation, one.person, None) == FORBIDDEN, email
        changed = enter(email).execute("update compliance_owed set outcome = 'fulfilled' where subject_id = %s", [quay])
        assert changed.rowcount == 0, email
    mine, other = cast[PFSO], cast[PSO]
    assert refused(enter(PFSO), INSERT, quay, other.organisation, mine.person, None) == FORBIDDEN
    assert refused(enter(PFSO), INSERT, quay, mine.organisation, other.person, None) == FORBIDDEN
    # a correction of an entry of another file, which one does not see
    assert refused(enter(PFSO), INSERT, quay, mine.organisation, mine.person, drill) == FORBIDDEN


def test_a_statement_that_reads_nothing_reaches_no_file_of_others(enter, owner, files):
    for email in (PARTNER, POLICE, COMPANY, OUTSIDER, ADMIN, PFSO):
        changed = enter(email).execute("update compliance_subject set wakes = null").rowcount
        assert changed == {PFSO: 1, PARTNER: 1}.get(email, 0), email
    assert owner.execute("select count(*) from compliance_subject").fetchone() == (4,)


def test_no_file_is_begun_for_another(enter, owner, cast):
    sql = (
        "insert into compliance_subject (id, kind, facility_id, organisation_id, function, holder, attributes,"
        " invented, book) values (new_uuid7(), %s, %s, %s, %s, %s, '{}', false, '')"
    )
    (other,) = owner.execute("select id from members_facility where number = %s", [OTHER]).fetchone()
    for email in (PFSO, PARTNER, POLICE, COMPANY, OUTSIDER):
        assert refused(enter(email), sql, "facility", other, None, "", "") == FORBIDDEN, email
    strange = cast[PARTNER].organisation
    assert refused(enter(PFSO), sql, "company", None, strange, "", "") == FORBIDDEN
    assert refused(enter(PFSO), sql, "function_holder", None, strange, "pfso", "A") == FORBIDDEN
    assert refused(enter(PFSO), sql, "function_holder", other, cast[PFSO].organisation, "pfso", "A") == FORBIDDEN


RULE = (
    "insert into compliance_rulechange (id, code, version, entry, events, why, state, organisation_id, proposed_by_id,"
    " proposed_at, decided_by_id, decided_at) values (new_uuid7(), 'x', 1, '{}', '[]', 'w', %s, %s, %s, now(), %s, %s)"
)


def test_nobody_switches_a_rule_on_alone(enter, cast):
    one = cast[ANSM]
    connection = enter(ANSM)
    assert refused(connection, RULE, "on", one.organisation, one.person, one.person, now()) == FORBIDDEN
    connection.execute(RULE, ["proposed", one.organisation, one.person, None, None])
    sql = "update compliance_rulechange set state = 'on', decided_by_id = %s, decided_at = now()"
    assert refused(connection, sql, one.person) == FORBIDDEN
    assert refused(connection, sql, cast[OPERATOR].person) == FORBIDDEN
    assert refused(connection, "update compliance_rulechange set entry = '[]'") == FORBIDDEN
    for email in (PFSO, PSO, PARTNER, ADMIN, COMPANY):
        own = cast[email]
        assert refused(enter(email), RULE, "proposed", own.organisation, own.person, None, None) == FORBIDDEN, email


def test_histories_are_for_who_keeps_rules_and_name_nobody(enter, acting, cast, files):
    with acting(PFSO):
        one = holder()
        happened("certificate_issued", 90, str(one.id))
        kept = keep_screening(Line("PG-7", "guard", QUAY, verified_on=ago(90).date()), at=now())
    for email in set(cast) - {ANSM, OPERATOR, "operator@standby.demo"}:
        assert enter(email).execute("select count(*) from compliance_histories()").fetchone() == (0,), email
    for email in (ANSM, OPERATOR):
        rows = enter(email).execute("select subject, kind, attributes::text, events::text from compliance_histories()")
        found = rows.fetchall()
        assert len(found) == 5
        said = " ".join(str(row) for row in found)
        assert not any(word in said for word in ("verification_positive", str(kept.subject_id), str(one.id), "Post 1"))
    assert enter(ANSM).execute("select array_agg(subject) from compliance_histories()").fetchone() != (
        enter(ANSM).execute("select array_agg(subject) from compliance_histories()").fetchone()
    )


def test_the_aggregate_tells_no_small_number(acting, owner, files):
    with acting(POLICE):
        assert queries.figures() == []  # two facilities owe a drill: too few
    month = owner.execute("select date_trunc('month', now() at time zone 'Europe/Brussels')").fetchone()[0]
    places = owner.execute("select id, port_id from members_facility order by number").fetchall()
    owner.execute("delete from compliance_owed")
    owner.execute("delete from compliance_happening")
    owner.execute("delete from compliance_subject")

    def given(late: set[int], number: int) -> None:
        owner.execute("delete from compliance_subject")
        for place, (facility, _port) in enumerate(places[:number]):
            owner.execute(
                "insert into compliance_subject (id, kind, facility_id, function, holder, attributes, invented, book)"
                " values (new_uuid7(), 'facility', %s, '', '', '{}', false, '')", [facility],
            )  # fmt: skip
            due = month + timedelta(days=-2 if place in late else 90)
            owner.execute(
                'insert into compliance_owed (subject_id, key, rule, version, "case", keeps, narrow, owed_by,'
                " decided_by, since, due, outcome, \"trigger\", state, computed_at) select id, 'k', 'drill', 1, '',"
                " false, false, 'x', 'x', %s, %s, 'pending', new_uuid7(), 'open', now() from compliance_subject"
                " where facility_id = %s",
                [month - timedelta(days=60), due, facility],
            )

    number = len(places)
    assert number >= 8
    for late, told in ((set(), None), ({0}, None), ({0, 1}, None), (set(range(number)), None)):
        given(late, number)
        with acting(POLICE):
            assert [one.late for one in queries.figures()] == [told], late
    half = {place for place in range(number) if place % 2}
    given(half, number)
    with acting(POLICE):
        [figure] = queries.figures()
        assert (figure.subjects, figure.late) == (number, len(half))
    with acting(PSO):  # the own ones are left out
        assert all(one.subjects < number for one in queries.figures())
    for email in (COMPANY, OUTSIDER):
        with acting(email):
            assert queries.figures() == [], email


def test_an_administrator_learns_by_rule_and_in_time_only(enter, owner, files):
    ask = "select rule, number from compliance_escalated(now())"
    assert ("drill", 1) in enter(PFSO).execute(ask).fetchall()  # who administers the operator too
    assert enter(ADMIN).execute(ask).fetchall() == [("port_exercise", 1)]  # the port's own, never the facilities'
    assert enter(POLICE).execute(ask).fetchall() == []
    owner.execute("update compliance_owed set administrator_at = now() + interval '1 day'")
    assert enter(PFSO).execute(ask).fetchall() == []
