"""Grading of source and information: one scheme at a time, by stewards, seen with the report."""

from contextlib import contextmanager

import psycopg
import pytest
from django.test import Client
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.reports import queries
from port2port.reports.grading import Grade, code_of, grade_report, grade_words, grading_of, gradings, handling_words
from port2port.reports.models import Grading
from port2port.sharing.tlp import Tlp
from tests.reports.writing import own, report

OWNER, READER, OUTSIDE = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
B2 = Grade(source="admiralty:B", information="admiralty:2", handling="H1")


@pytest.fixture
def made(acting):
    """A report of Antwerp to ports and police."""
    with acting(OWNER):
        return report(title="Drone over the lock")


@pytest.fixture
def as_(app, cast):
    @contextmanager
    def entered(email):
        with app.transaction():
            app.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
            yield app

    return entered


def test_the_schemes_are_whole():
    known = gradings()
    for scheme, source, information in (("admiralty", "ABCDEF", "123456"), ("4x4", "ABCX", "1234")):
        assert "".join(one.code[-1] for one in known.of(scheme, information=False)) == source
        assert "".join(one.code[-1] for one in known.of(scheme, information=True)) == information
    assert [one.code for one in known.handling] == ["H0", "H1", "H2", "H3"]


def test_graded_by_a_steward_and_read_with_the_report(acting, made):
    with acting(OWNER):
        grade_report(made.record_id, grade=B2, expected=1, at=now())
        grade_report(made.record_id, grade=Grade(source="4x4:B", information="4x4:2"), expected=2, at=now())
        with pytest.raises(Conflict):
            grade_report(made.record_id, grade=B2, expected=2, at=now())
    with acting(READER), override("en"):
        graded = grading_of(made.record_id)
        assert code_of(graded) == "4x4 B2" and handling_words(graded) == ""
        assert grade_words(graded).startswith("4x4 B2: proved reliable in most instances, known to the source")
        changes = queries.history(queries.report(made.record_id, at=now()))
        assert [(c.act, c.version, c.before) for c in changes[:2]] == [
            ("graded", 3, {"grade": "B2 H1"}),
            ("graded", 2, {}),
        ]
        with pytest.raises(Refused):
            grade_report(made.record_id, grade=B2, expected=3, at=now())
    with acting(OUTSIDE):
        assert grading_of(made.record_id) is None
        with pytest.raises(NotFound):
            grade_report(made.record_id, grade=B2, expected=3, at=now())


def test_who_only_reports_does_not_grade_the_own_report(acting):
    with acting("contact@agent.demo"):
        mine = report(to=own(), tlp=Tlp.AMBER_STRICT)
        with pytest.raises(Refused):
            grade_report(mine.record_id, grade=B2, expected=1, at=now())


@pytest.mark.parametrize(
    ("grade", "fields"),
    [
        (Grade(), {"source"}),
        (Grade(source="admiralty:B"), {"information"}),
        (Grade(information="admiralty:2"), {"source"}),
        (Grade(source="admiralty:B", information="4x4:2"), {"information"}),
        (Grade(source="4x4:F", information="4x4:6"), {"source", "information"}),
        (Grade(source="admiralty:2", information="admiralty:B"), {"source", "information"}),
        (Grade(handling="H4"), {"handling"}),
        (Grade(handling="H3"), {"handling_text"}),
        (Grade(handling="H1", handling_text="Ask first."), {"handling_text"}),
        (Grade(handling="H3", handling_text="x" * 401), {"handling_text"}),
    ],
)
def test_what_is_no_grade_is_refused(acting, made, grade, fields):
    with acting(OWNER), pytest.raises(Invalid) as wrong:
        grade_report(made.record_id, grade=grade, expected=1, at=now())
    assert {problem.field for problem in wrong.value.problems} == fields


def test_handling_stands_alone_too(acting, made):
    with acting(OWNER), override("en"):
        only = Grade(handling="H3", handling_text="Ask the liaison officer first.")
        graded = grade_report(made.record_id, grade=only, expected=1, at=now())
        assert (code_of(graded), grade_words(graded)) == ("H3", "")
        assert handling_words(graded) == "H3: other restrictions, as stated: Ask the liaison officer first."


def test_on_the_page_and_in_the_form(client_for, made):
    client, at = client_for(OWNER), f"/reports/{made.record_id}/"
    assert f"{at}grading/" in client.get(at).content.decode()
    sent = {
        "source": "admiralty:B",
        "information": "admiralty:2",
        "handling": "H2",
        "handling_text": "",
        "version": "1",
    }
    wrong = client.post(f"{at}grading/", sent | {"information": "4x4:2"})
    assert wrong.status_code == 422 and "by the same scheme" in wrong.content.decode()
    assert client.post(f"{at}grading/", sent).status_code == 302
    assert client.post(f"{at}grading/", sent).status_code == 409
    page = client_for(READER).get(at).content.decode()
    assert "B2: usually reliable, probably true" in page and "H2: not to be passed on" in page
    assert f"{at}grading/" not in page
    assert 'value="admiralty:B" selected' in client.get(f"{at}grading/").content.decode()


def test_the_api_gives_it_with_the_report(acting, made, bearer_for):
    client = Client(headers=bearer_for(READER, ("read",)))
    before = client.get(f"/api/v1/reports/{made.record_id}")
    assert before.json()["grading"] is None
    with acting(OWNER):
        grade_report(made.record_id, grade=B2, expected=1, at=now())
    after = client.get(f"/api/v1/reports/{made.record_id}", headers={"If-None-Match": before["ETag"]})
    expected = {"scheme": "admiralty", "source": "B", "information": "2", "handling": "H1", "handling_text": ""}
    assert after.status_code == 200 and after.json()["grading"] == expected
    assert client.get("/api/v1/reports").json()["items"][0]["grading"] == expected


@pytest.mark.parametrize(
    ("email", "attack", "state"),
    [
        (READER, "update reports_grading set handling = 'H2', graded_by_id = acting_person()", "0 rows"),
        (OWNER, "update reports_grading set source = 'X'", "23514"),
        (OWNER, "update reports_grading set handling_text = ''", "23514"),
        (OWNER, "update reports_grading set graded_by_id = new_uuid7()", "42501"),
        (OWNER, "update reports_grading set report_id = new_uuid7()", "42501"),
        (OWNER, "delete from reports_grading", "42501"),
        (OUTSIDE, "select 1 from reports_grading", "0 rows"),
    ],
)  # fmt: skip
def test_raw_sql_gets_no_further(acting, as_, made, email, attack, state):
    with acting(OWNER):
        text = "Ask first."
        grade = Grade(source="admiralty:B", information="admiralty:2", handling="H3", handling_text=text)
        grade_report(made.record_id, grade=grade, expected=1, at=now())
    if state == "0 rows":
        with as_(email) as sql:
            assert sql.execute(attack).rowcount == 0
        return
    with pytest.raises(psycopg.Error) as refused, as_(email) as sql:
        sql.execute(attack)
    assert refused.value.sqlstate == state


def test_a_reader_cannot_grade_by_raw_sql(as_, made):
    insert = (
        "insert into reports_grading (report_id, scheme, source, information, handling, handling_text, graded_by_id,"
        " at) values (%s, 'admiralty', 'A', '1', '', '', acting_person(), now())"
    )
    for email in (READER, OUTSIDE):
        with pytest.raises(psycopg.Error) as refused, as_(email) as sql:
            sql.execute(insert, [made.record_id])
        assert refused.value.sqlstate == "42501"
    with as_(OWNER) as sql:
        assert sql.execute(insert, [made.record_id]).rowcount == 1


def test_it_goes_with_its_report(acting, made, owner):
    with acting(OWNER):
        grade_report(made.record_id, grade=B2, expected=1, at=now())
    owner.execute("delete from sharing_record where id = %s", [made.record_id])
    assert owner.execute(f"select count(*) from {Grading._meta.db_table}").fetchone()[0] == 0
