"""Attacks with raw SQL as the serving role on security verifications and their numbers."""

import pytest

from port2port.base.errors import Invalid
from port2port.compliance.models import Owed, Subject
from port2port.compliance.screening.models import Screening
from tests.attacks import FORBIDDEN, refused
from tests.compliance.files.given import ANSM, COMPANY, OUTSIDER, PARTNER, PFSO, POLICE, PSO, QUAY
from tests.compliance.screening.given import kept

OTHERS = (PSO, ANSM, PARTNER, POLICE, COMPANY, OUTSIDER, "admin@antwerp.demo", "operator@platform.demo")
SUBJECT = (
    "insert into compliance_subject (id, kind, organisation_id, facility_id, function, holder, attributes, invented,"
    " book) values (new_uuid7(), 'screening', %s, null, '', '', '{}', false, '')"
)
ROW = (
    "insert into compliance_screening (subject_id, organisation_id, number, function, changed_at, changed_by_id)"
    " values (%s, %s, %s, 'guard', now(), %s)"
)


@pytest.fixture
def row(acting):
    with acting(PFSO):
        return kept("PG-1", since=300, verified_on=200)


def test_a_row_is_the_employers_alone(acting, cast, row):
    for email in set(cast) - {PFSO}:
        with acting(email):
            for model in (Screening, Subject, Owed):
                assert not model.objects.exists(), (email, model)


def test_nobody_else_changes_or_deletes_it(enter, row):
    for email in OTHERS:
        connection = enter(email)
        for sql in (
            "update compliance_screening set refused_on = current_date",
            "delete from compliance_subject",
            "update compliance_subject set wakes = null",
            "delete from compliance_owed",
        ):
            assert connection.execute(sql).rowcount == 0, (email, sql)
        assert refused(connection, "select compliance_screened_at(%s, null)", row.subject_id) == "PP404", email
    for column in ("organisation_id = null", "subject_id = null"):
        assert refused(enter(PFSO), f"update compliance_screening set {column}") == FORBIDDEN
    assert refused(enter(PFSO), "delete from compliance_screening") == FORBIDDEN
    assert refused(enter(PFSO), "update compliance_subject set facility_id = null") == FORBIDDEN


def test_nothing_is_written_for_another_or_in_another_name(enter, cast, row):
    mine, other = cast[PFSO], cast[PSO]
    assert refused(enter(PFSO), SUBJECT, other.organisation) == FORBIDDEN
    for email in (ANSM, POLICE, "dpo@antwerp.demo", "operator@platform.demo"):  # no employer, or no keeper
        assert refused(enter(email), SUBJECT, cast[email].organisation) == FORBIDDEN, email
    connection = enter(PFSO)
    connection.execute(SUBJECT, [mine.organisation])
    (made,) = connection.execute("select id from compliance_subject where id <> %s", [row.subject_id]).fetchone()
    assert refused(connection, ROW, made, mine.organisation, "PG-2", other.person) == FORBIDDEN
    assert refused(connection, ROW, made, other.organisation, "PG-2", mine.person) == FORBIDDEN
    for name in ("JANSSEN", "85073003328", "PG-1 X", "0470123456"):
        assert refused(connection, ROW, made, mine.organisation, name, mine.person) == "23514", name
    connection.execute(ROW, [made, mine.organisation, "PG-2", mine.person])


def test_no_event_is_written_of_a_number(enter, cast, row):
    sql = (
        "insert into compliance_happening (id, subject_id, kind, at, details, reference, origin, source_id, void,"
        " narrow, organisation_id, person_id, entered_at)"
        " values (new_uuid7(), %s, 'verification_positive', now(), '{}', '', 'reminder', '', false, true, %s, %s,"
        " now())"
    )
    one = cast[PFSO]
    assert refused(enter(PFSO), sql, row.subject_id, one.organisation, one.person) == FORBIDDEN


def test_an_officer_of_one_facility_sees_that_one(enter, owner, cast, acting, row):
    another = (  # an organisation keeps an administrator
        "insert into members_membership select r.* from members_membership m, jsonb_populate_record(m,"
        " jsonb_build_object('id', new_uuid7(), 'person_id', %s::text, 'facility_id', null, 'roles',"
        " jsonb_build_array('administrator'))) r"
        " where m.id = %s"
    )
    owner.execute(another, [str(cast[PSO].person), cast[PFSO].hat])
    owner.execute("update members_membership set roles = '{facility_security_officer}' where id = %s", [cast[PFSO].hat])
    (other,) = owner.execute("select id from members_facility where number = 'BEANR-9903'").fetchone()
    with acting(PFSO):
        assert Screening.objects.count() == 1
        kept("PG-2", "")
    owner.execute("update compliance_subject set facility_id = %s where id = %s", [other, row.subject_id])
    with acting(PFSO):
        assert [one.number for one in Screening.objects.all()] == ["PG-2"]
        with pytest.raises(Invalid):
            kept("PG-3", "BEANR-9903")
    (mine,) = owner.execute("select subject_id from compliance_screening where number = 'PG-2'").fetchone()
    assert refused(enter(PFSO), "select compliance_screened_at(%s, %s)", mine, other) == "PP404"


def test_whose_verification_lapsed_reads_none(acting, owner, cast, row):
    owner.execute("update members_membership set verified_until = current_date - 1 where id = %s", [cast[PFSO].hat])
    with acting(PFSO):
        assert not Screening.objects.exists()


def test_numbers_are_written_by_the_worker_alone(enter, owner, cast):
    sql = (
        "insert into compliance_screeningfigure (id, month, organisation_id, staff, verified, invented)"
        " values (new_uuid7(), current_date, %s, 9, 3, false)"
    )
    owner.execute(sql, [cast[PFSO].organisation])
    owner.execute(
        "update compliance_screeningfigure set facility_id = (select id from members_facility where number = %s)",
        [QUAY],
    )
    for email in cast:
        connection = enter(email)
        assert refused(connection, sql, cast[email].organisation) == FORBIDDEN, email
        assert refused(connection, "update compliance_screeningfigure set staff = 1") == FORBIDDEN, email
        assert connection.execute("delete from compliance_screeningfigure").rowcount == 0, email
        seen = connection.execute("select count(*) from compliance_screeningfigure").fetchone()
        assert seen == ((1,) if email in (ANSM, PSO) else (0,)), email
