"""The API of alerts: raise, read, acknowledge, update, cancel; and that what is sent twice is done once."""

import json
from typing import Any

import pytest
from django.test import Client

from port2port.alerts.models import Acknowledgement, Alert

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
SENT = {
    "template": "drone_seen",
    "areas": [{"kind": "landmark", "landmark": "kallo-lock"}],
    "audience": {"choice": "ports-and-police"},
}


@pytest.fixture
def ask(bearer_for: Any) -> Any:
    """`ask(AUTHOR, "POST", "/alerts", {...})` answers status, headers and what came back."""
    client = Client()

    def asked(email: str, verb: str, path: str, body: Any = None, scopes: Any = None, **headers: str) -> Any:
        bearer = bearer_for(email, scopes) if scopes else bearer_for(email)
        options: dict[str, Any] = {"headers": bearer | {name.replace("_", "-"): v for name, v in headers.items()}}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, verb.lower())(f"/api/v1{path}", **options)
        return answer.status_code, answer.headers, json.loads(answer.content) if answer.content else {}

    return asked


@pytest.fixture
def raised(ask: Any) -> str:
    status, headers, made = ask(AUTHOR, "POST", "/alerts", SENT)
    assert status == 201 and headers["Location"] == made["url"] and headers["ETag"] == '"1"', made
    return str(made["id"])


def test_a_template_and_a_place_are_enough(ask, raised):
    status, headers, read = ask(PARTNER, "GET", f"/alerts/{raised}")
    assert status == 200 and headers["ETag"] == '"1"'
    assert (read["event"], read["threat"], read["status"]) == ("drone_over_port", "drone_misuse", "Actual")
    assert read["in_force"] and not read["acknowledged"] and read["instructions"]
    assert set(read["texts"]) == {"nl", "fr", "de", "en"} and "Kallo" in read["texts"]["en"]["headline"]
    assert read["areas"][0]["landmark"] == "kallo-lock" and len(read["audience"]) == 1
    assert ask(PARTNER, "GET", f"/alerts/{raised}", If_None_Match='"1"')[0] == 304
    assert ask(OUTSIDER, "GET", f"/alerts/{raised}")[0] == 404


def test_the_list_is_paged_and_narrowed(ask, raised):
    for _ in range(2):
        ask(AUTHOR, "POST", "/alerts", SENT | {"template": "exercise_drone"})
    _status, _headers, page = ask(PARTNER, "GET", "/alerts?size=2")
    assert page["count"] == 3 and len(page["items"]) == 2 and page["next"]
    _status, _headers, rest = ask(PARTNER, "GET", page["next"].removeprefix("/api/v1"))
    assert [one["id"] for one in rest["items"]] == [raised] and rest["next"] is None
    _status, _headers, real = ask(PARTNER, "GET", "/alerts?status=Actual&state=raised")
    assert [one["id"] for one in real["items"]] == [raised]
    assert ask(PARTNER, "GET", "/alerts?state=nonsense")[0] == 422
    assert ask(PARTNER, "GET", "/alerts?stat=raised")[0] == 422
    assert ask(OUTSIDER, "GET", "/alerts")[2]["items"] == []


def test_what_is_sent_twice_is_raised_once(ask, acting):
    first = ask(AUTHOR, "POST", "/alerts", SENT, Idempotency_Key="once")
    again = ask(AUTHOR, "POST", "/alerts", SENT, Idempotency_Key="once")
    assert first[0] == again[0] == 201 and first[2] == again[2] and again[1]["Idempotency-Replayed"] == "true"
    assert ask(AUTHOR, "POST", "/alerts", SENT | {"text": "Other."}, Idempotency_Key="once")[0] == 422
    with acting(AUTHOR):
        assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"areas": [{"kind": "port"}]}, "areas.0.port"),
        ({"areas": [{"kind": "port", "port": "XXXXX"}]}, "areas.0.port"),
        ({"areas": [{"kind": "landmark", "landmark": "nowhere"}]}, "areas.0.landmark"),
        ({"areas": [{"kind": "circle", "lat": 51.0, "lon": 4.0, "km": 1000}]}, "areas.0.km"),
        ({"areas": []}, "areas"),
        ({"template": "", "event": "nothing"}, "event"),
        ({"instructions": ["dance"]}, "instructions"),
        ({"valid_until": 1}, "valid_until"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "valid_until"),
        ({"audience": {"choice": "nobody"}}, "audience"),
        ({"report": "00000000-0000-7000-8000-000000000000"}, "report"),
        ({"headlin": "x"}, "headlin"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(ask, change, field):
    status, _headers, problem = ask(AUTHOR, "POST", "/alerts", SENT | change)
    assert status == 422 and field in {one["field"] for one in problem["errors"]}, problem


def test_a_desk_answers_and_who_raised_it_reads_it(ask, raised, acting):
    path = f"/alerts/{raised}/acknowledgement"
    for _ in range(2):
        status, _headers, answer = ask(PARTNER, "POST", path, {"done": "Patrol sent."}, Idempotency_Key="ack")
        assert status == 200 and answer["acknowledged"]
    _status, _headers, theirs = ask(AUTHOR, "GET", f"/alerts/{raised}")
    answered = [one for one in theirs["acknowledgements"] if one["acknowledged_at"]]
    assert [one["done"] for one in answered] == ["Patrol sent."] and len(theirs["acknowledgements"]) > 2
    assert ask("analyst@police.demo", "GET", f"/alerts/{raised}")[2]["acknowledgements"] == []
    assert ask(OUTSIDER, "POST", path, {})[0] == 404
    with acting(PARTNER):
        assert Acknowledgement.objects.count() == 1


def test_updated_and_cancelled_as_messages_of_their_own(ask, raised):
    change = {name: value for name, value in SENT.items() if name != "audience"} | {"certainty": "Likely"}
    assert ask(AUTHOR, "POST", f"/alerts/{raised}/update", change, If_Match='"7"')[0] == 412
    status, _headers, newer = ask(AUTHOR, "POST", f"/alerts/{raised}/update", change, If_Match='"1"')
    assert status == 201 and newer["follows"] == raised and newer["series"] == raised and newer["message"] == "Update"
    assert ask(PARTNER, "GET", f"/alerts/{raised}")[2]["state"] == "updated"
    assert ask(AUTHOR, "POST", f"/alerts/{raised}/update", change)[0] == 409
    assert ask(PARTNER, "POST", f"/alerts/{newer['id']}/cancellation", {"reason": "No."})[0] == 403
    assert ask(AUTHOR, "POST", f"/alerts/{newer['id']}/cancellation", {"reason": " "})[0] == 422
    status, _headers, over = ask(AUTHOR, "POST", f"/alerts/{newer['id']}/cancellation", {"reason": "It was ours."})
    assert status == 201 and over["state"] == "cancelled" and not over["in_force"]
    assert "It was ours." in ask(PARTNER, "GET", f"/alerts/{over['id']}")[2]["texts"]["en"]["description"]
    assert ask(PARTNER, "GET", "/alerts?state=raised")[2]["items"] == []


def test_an_update_of_an_exercise_is_one_without_being_told(ask):
    _status, _headers, made = ask(AUTHOR, "POST", "/alerts", SENT | {"template": "exercise_drone"})
    change = {name: value for name, value in SENT.items() if name != "audience"}
    status, _headers, newer = ask(AUTHOR, "POST", f"/alerts/{made['id']}/update", change)
    assert status == 201 and newer["status"] == "Exercise"
    refused = ask(AUTHOR, "POST", f"/alerts/{newer['id']}/update", change | {"status": "Actual"})
    assert refused[0] == 422


def test_a_scope_that_is_missing_is_said(ask, raised):
    assert ask(PARTNER, "GET", f"/alerts/{raised}", scopes=("report",))[0] == 403
    assert ask(PARTNER, "POST", f"/alerts/{raised}/acknowledgement", {}, scopes=("read",))[0] == 403
    assert ask(AUTHOR, "POST", "/alerts", SENT, scopes=("read",))[0] == 403
