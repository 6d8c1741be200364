"""What the outbox of a phone asks of the page that takes reports: who am I, and what became of it."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.reports.test_pages import SENT

PSO = "pso@antwerp.demo"
JSON = {"accept": "application/json"}


def shared(owner) -> int:
    return int(owner.execute("select count(*) from reports_report").fetchone()[0])


def test_it_learns_who_it_is_and_the_secret_of_the_form(client_for, cast):
    answer = client_for(PSO).get("/reports/new/", headers=JSON)
    assert answer.status_code == 200 and answer.json()["person"] == str(cast[PSO].person)
    assert len(answer.json()["csrf"]) == 64
    assert answer.headers["Cache-Control"] == "no-store"


def test_its_secret_is_taken_and_no_other(client_for, cast):
    cookies = client_for(PSO).cookies
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = cookies
    secret = strict.get("/reports/new/", headers=JSON).json()["csrf"]
    assert strict.post("/reports/new/", SENT, headers=JSON).status_code == 403
    assert strict.post("/reports/new/", SENT, headers={**JSON, "x-csrftoken": secret}).status_code == 201


def test_sent_twice_both_answers_name_the_one_report(client_for, owner):
    client, sent = client_for(PSO), SENT | {"key": str(uuid4())}
    first = client.post("/reports/new/", sent, headers=JSON)
    second = client.post("/reports/new/", sent, headers=JSON)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["url"] == second.json()["url"] and first.json()["at"] == second.json()["at"]
    assert "people" in first.json()["people"]
    assert shared(owner) == 1
    assert client.get(first.json()["url"]).content.decode().count("data-toast") == 0, "the outbox says it itself"


@pytest.mark.parametrize(("field", "value"), [("text", ""), ("where", "point"), ("threat", "weather")])
def test_what_must_be_put_right_is_named_by_its_field(client_for, owner, field, value):
    answer = client_for(PSO).post("/reports/new/", SENT | {field: value}, headers=JSON)
    assert answer.status_code == 422
    fields = {one["field"] for one in answer.json()["errors"]}
    assert fields <= {field, "lat", "lon"} and fields and all(one["message"] for one in answer.json()["errors"])
    assert shared(owner) == 0


def test_a_refused_one_may_be_sent_again_with_its_key(client_for, owner):
    client, key = client_for(PSO), str(uuid4())
    assert client.post("/reports/new/", SENT | {"key": key, "text": ""}, headers=JSON).status_code == 422
    assert client.post("/reports/new/", SENT | {"key": key}, headers=JSON).status_code == 201
    assert shared(owner) == 1


@pytest.mark.parametrize("headers", [JSON, {}])
def test_what_was_written_under_another_hat_is_not_sent_under_this_one(client_for, cast, owner, headers):
    client = client_for(PSO)
    answer = client.post("/reports/new/", SENT | {"hat": str(cast["pso@northsea.demo"].hat)}, headers=headers)
    assert answer.status_code == 409 and "another of your organisations" in answer.content.decode()
    assert shared(owner) == 0
    assert client.post("/reports/new/", SENT | {"hat": str(cast[PSO].hat)}, headers=JSON).status_code == 201


def test_without_a_session_or_a_role_it_is_told_so(client_for):
    assert Client().get("/reports/new/", headers=JSON).status_code == 401
    assert Client().post("/reports/new/", SENT, headers=JSON).status_code == 401
    answer = client_for("operator@platform.demo").get("/reports/new/", headers=JSON)
    assert answer.status_code == 403 and answer.json()["detail"]
