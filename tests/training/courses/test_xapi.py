"""Statements of a learning system: understood or refused with their place, of own people alone, each id once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.training.courses import xapi
from port2port.training.courses.models import Completion, TakenStatement
from tests.attacks import FORBIDDEN, refused
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER

PATH = "/api/v1/courses/xapi/statements"
SPEAKS = {"X-Experience-API-Version": "1.0.3"}
SITE, PERSON = "https://port.example", UUID(int=5)


def told(**more):
    values = {
        "id": UUID(int=1), "home_page": SITE, "name": str(PERSON), "verb": xapi.VERBS[0],
        "activity": f"{SITE}/training/courses/{COURSE}/", "at": datetime(2026, 11, 1, 10, tzinfo=UTC),
    }  # fmt: skip
    return xapi.Statement(**values | more)


def understood(*statements):
    return xapi.understood(statements, site=SITE, people={PERSON}, courses={COURSE}, day_of=lambda at: at.date())


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": str(UUID(int=6))}, "actor"),
        ({"name": "guard@antwerp.demo"}, "actor"),
        ({"home_page": "https://other.example"}, "actor"),
        ({"verb": "http://adlnet.gov/expapi/verbs/failed"}, "verb"),
        ({"success": False}, "result"),
        ({"completion": False}, "result"),
        ({"activity": f"{SITE}/training/courses/none/"}, "object"),
        ({"activity": f"https://port.example.evil/training/courses/{COURSE}/"}, "object"),
        ({"activity": f"{SITE}/training/courses/{COURSE}/?as=other"}, "object"),
        ({"activity": f"{SITE}/other/{COURSE}"}, "object"),
        ({"activity": COURSE}, "object"),
    ],
)
def test_what_is_not_understood_is_named_by_its_place(more, field):
    found, problems = understood(told(), told(id=UUID(int=2), **more))
    assert len(found) == 1
    assert [(one.row, one.field) for one in problems] == [(2, field)]


def test_nothing_too_much_and_one_id_with_other_words_are_refused():
    assert [one.field for one in understood()[1]] == ["statements"]
    assert understood(*[told(id=UUID(int=n)) for n in range(1, xapi.MOST_STATEMENTS + 2)])[1]
    assert [(one.row, one.field) for one in understood(told(), told(success=True))[1]] == [(2, "id")]
    assert understood(told(), told())[1] == []


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_sent_is_answered_and_names_nobody_else(home, name, activity):
    found, problems = understood(told(home_page=home, name=name, activity=activity))
    assert found == [] and {one.row for one in problems} == {1}


def test_versions():
    assert [xapi.known_version(one) for one in ("1.0", "1.0.3", "1.0.0", "1.1", "2.0.0", "", "1.0evil")] == [
        True, True, True, False, False, False, False
    ]  # fmt: skip


@pytest.fixture
def statement(cast):
    def made(email=GUARD, **more):
        account = {"homePage": settings.SITE_URL, "name": str(cast[email].person)}
        return {
            "id": str(uuid4()), "actor": {"objectType": "Agent", "name": "Somebody", "account": account},
            "verb": {"id": xapi.VERBS[1], "display": {"en": "passed"}},
            "object": {"id": f"{settings.SITE_URL}/training/courses/{COURSE}/"},
            "result": {"success": True, "completion": True, "score": {"scaled": 0.9}, "duration": "PT10M"},
            "timestamp": (now() - timedelta(days=3)).isoformat(), "context": {"platform": "LMS"},
        } | more  # fmt: skip

    return made


def post(client, sent, **headers):
    return client.post(PATH, sent, content_type="application/json", headers=SPEAKS | headers)


def test_a_statement_becomes_a_result_once(acting, bearer_for, statement):
    machine, sent = Client(headers=bearer_for(TRAINER)), statement()
    first = post(machine, sent)
    assert (first.status_code, first.json(), first["X-Experience-API-Version"]) == (200, [sent["id"]], "1.0.3")
    assert post(machine, [sent]).json() == [sent["id"]]
    assert post(machine, statement(timestamp=sent["timestamp"])).status_code == 200, "of a day that is known"
    with acting(GUARD):
        row = Completion.objects.get()
        assert row.how == "noted"
    assert post(machine, sent | {"verb": {"id": xapi.VERBS[0]}}).status_code == 409
    with acting(TRAINER):
        assert TakenStatement.objects.count() == 2


def test_all_or_none_and_own_people_alone(acting, bearer_for, statement):
    machine = Client(headers=bearer_for(TRAINER))
    wrong = post(machine, [statement(), statement(OTHER)])
    assert wrong.status_code == 422
    assert [(one["row"], one["field"]) for one in wrong.json()["errors"]] == [(2, "actor")]
    later = (now() + timedelta(days=2)).isoformat()
    wrong = post(machine, [statement(), statement(timestamp=later)])
    assert [(one["row"], one["field"]) for one in wrong.json()["errors"]] == [(2, "timestamp")]
    with acting(TRAINER):
        assert not Completion.objects.exists() and not TakenStatement.objects.exists()
    assert post(Client(headers=bearer_for(GUARD)), statement()).status_code == 403
    assert post(machine, statement(), **{"X-Experience-API-Version": "2.0.0"}).status_code == 422
    assert post(machine, statement(actor={"mbox": "mailto:guard@antwerp.demo"})).status_code == 422


def test_what_was_taken_is_the_organisations(enter, cast, bearer_for, statement):
    assert post(Client(headers=bearer_for(TRAINER)), statement()).status_code == 200
    for email, number in ((TRAINER, 1), (GUARD, 0), (OTHER, 0), ("admin@antwerp.demo", 0)):
        assert len(enter(email).execute("select * from training_takenstatement").fetchall()) == number, email
    for attack in ("update training_takenstatement set digest = 'a'", "delete from training_takenstatement"):
        assert refused(enter(TRAINER), attack) == FORBIDDEN
