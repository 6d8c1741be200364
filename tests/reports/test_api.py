"""The API of reports: scopes, problems by path, ETags, cursors, and a key that does the work once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from port2port.base.clock import now
from tests.reports.writing import report

SENT = {
    "threat": "drone_misuse",
    "text": "A drone hung above the inner gate for four minutes.",
    "place": {"kind": "landmark", "landmark": "kallo-lock"},
    "occurred_at": "2026-11-20T03:05:00+01:00",
}


@pytest.fixture
def api(bearer_for):
    """`api("pso@antwerp.demo")` is a client with that person's token; `scopes` narrows it."""

    def client(email: str, *scopes: str) -> Client:
        made = Client(headers=bearer_for(email, scopes or ("read", "report", "export")))
        made.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"  # else the language of the token's holder
        return made

    return client


def post(client: Client, path: str, sent: object, **headers: str):
    body = sent if isinstance(sent, bytes) else json.dumps(sent)
    return client.post(path, body, content_type="application/json", headers=headers)


def patch(client: Client, path: str, sent: object, **headers: str):
    return client.patch(path, json.dumps(sent), content_type="application/json", headers=headers)


def fields(response) -> set[str]:
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return {one["field"] for one in response.json().get("errors", [])}


def test_a_report_is_made_read_and_listed(api):
    client = api("pso@antwerp.demo")
    made = post(client, "/api/v1/reports", SENT)
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"] == body["url"] == f"/api/v1/reports/{body['id']}"
    assert made["ETag"] == '"1"'
    assert body["title"] == "A drone hung above the inner gate for four minutes"
    assert (body["tlp"], body["audience"], body["purpose"]) == ("AMBER", ["Ports and police"], "drone_safety")
    assert body["place"]["port"] == "BEANR" and body["place"]["lat"] is not None
    assert body["occurred_at"] == "2026-11-20T02:05:00Z"
    one = client.get(body["url"])
    assert one.json() | {"flights": []} == body and one["ETag"] == '"1"'
    listed = client.get("/api/v1/reports").json()
    assert listed == {"items": [one.json()], "next": None, "previous": None, "count": 1}
    found = api("pso@northsea.demo").get("/api/v1/search?q=gate").json()["items"]
    assert [f["id"] for f in found] == [body["id"]]


def test_without_or_with_a_wrong_token_nothing_is_told(api, acting):
    for client in (Client(), Client(headers={"Authorization": "Bearer nonsense"})):
        answer = client.get("/api/v1/reports")
        assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
        assert fields(answer) == set()


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [("get", "/api/v1/reports", "read"), ("post", "/api/v1/reports", "report"), ("get", "/api/v1/search?q=x", "read")],
)
def test_a_token_does_no_more_than_its_scopes(api, method, path, scope):
    others = {"read", "report", "export"} - {scope}
    client = api("pso@antwerp.demo", *sorted(others))
    answer = client.get(path) if method == "get" else post(client, path, SENT)
    assert answer.status_code == 403


def test_an_outsider_finds_nothing_and_hidden_is_absent(api):
    made = post(api("pso@antwerp.demo"), "/api/v1/reports", SENT).json()
    client = api("officer@outside.demo")
    assert client.get("/api/v1/reports").json()["items"] == []
    assert client.get("/api/v1/search?q=gate").json()["items"] == []
    hidden, absent = client.get(made["url"]), client.get(f"/api/v1/reports/{uuid4()}")
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json(), "instance": ""} == {**absent.json(), "instance": ""}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"place": {"kind": "landmark", "landmark": "kallo-lock", "deck": 3}}, {"place.deck"}),
        ({"text": None}, {"text"}),
        ({"occurred_at": "2026-11-20T03:05:00"}, {"occurred_at"}),
        ({"occurred_at": "yesterday"}, {"occurred_at"}),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, {"occurred_at"}),
        ({"threat": "witchcraft", "severity": "huge"}, {"threat", "severity"}),
        ({"place": {"kind": "facility"}}, {"place.facility"}),
        ({"place": {"kind": "waterway", "waterway": "albert-canal", "km": 9000}}, {"place.km"}),
        ({"place": {"kind": "sea", "lat": 50.85, "lon": 4.35}}, {"place.lat"}),
        ({"place": {"kind": "port", "port": "BEANR", "lat": 54.0, "lon": 3.0}}, {"place.lat"}),
        ({"audience": {"choice": "everybody-else"}}, {"audience"}),
        ({"audience": {"circles": ["no-such-circle"]}}, {"audience.circles"}),
        ({"audience": {"circles": ["insider-desk"], "tlp": "PINK"}}, {"audience.tlp"}),
        ({"audience": {"choice": "my-organisation", "circles": ["all-members"]}}, {"audience.choice"}),
        ({"audience": {"circles": ["all-members"], "tlp": "RED"}}, {"audience"}),
        ({"audience": {"persons": [str(uuid4())]}}, {"audience"}),
        ({"legal_basis": "because"}, {"legal_basis"}),
        ({"quantity_kg": 1e9}, {"quantity_kg"}),
        ({"text": "with \u0000 inside it"}, {"text"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(api, changes, expected):
    client = api("pso@antwerp.demo")
    answer = post(client, "/api/v1/reports", SENT | changes)
    assert answer.status_code == 422, answer.content
    assert fields(answer) == expected
    assert client.get("/api/v1/reports").json()["count"] == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe{}", b'{"text": "\\ud800 half a character"}', b"null"]
)
def test_a_body_that_cannot_be_read_is_refused(api, body):
    answer = post(api("pso@antwerp.demo"), "/api/v1/reports", body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_method_it_does_not_know_is_a_problem_too(api):
    answer = api("pso@antwerp.demo").delete("/api/v1/reports")
    assert answer.status_code == 405 and answer["Content-Type"] == "application/problem+json"


def test_the_list_pages_by_cursor_and_filters(api, acting):
    with acting("pso@antwerp.demo"):
        for number in range(5):
            report(title=f"Report {number}", severity="high" if number % 2 else "low")
    client = api("pso@northsea.demo")
    first = client.get("/api/v1/reports?size=2").json()
    assert [r["title"] for r in first["items"]] == ["Report 4", "Report 3"] and first["count"] == 5
    second = client.get(first["next"]).json()
    assert [r["title"] for r in second["items"]] == ["Report 2", "Report 1"]
    assert [r["title"] for r in client.get(second["previous"]).json()["items"]] == ["Report 4", "Report 3"]
    high = client.get("/api/v1/reports?severity=high&threat=drone_misuse&port=BEANR").json()
    assert {r["title"] for r in high["items"]} == {"Report 1", "Report 3"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("size=0", "size"), ("size=101", "size"), ("size=x", "size"), ("cursor=abc", "cursor"), ("port=ZZZZZ", "port"),
        ("threat=x", "threat"), ("since=never", "since"), ("colour=red", "colour"), ("provenance=x", "provenance"),
        ("since=2026-02-02&until=2026-01-01", "until"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api, query, field):
    answer = api("pso@antwerp.demo").get(f"/api/v1/reports?{query}")
    assert answer.status_code == 422 and fields(answer) == {field}


def test_an_etag_saves_the_body_and_guards_the_change(api):
    client = api("pso@antwerp.demo")
    made = post(client, "/api/v1/reports", SENT).json()
    assert client.get(made["url"], headers={"If-None-Match": '"1"'}).status_code == 304
    assert client.get(made["url"], headers={"If-None-Match": '"7"'}).status_code == 200
    assert patch(client, made["url"], {"severity": "high"}).status_code == 428
    assert patch(client, made["url"], {"severity": "high"}, **{"If-Match": '"7"'}).status_code == 412
    changed = patch(
        client, made["url"], {"severity": "high", "text": "It was a kite, seen again today."}, **{"If-Match": '"1"'}
    )
    assert changed.status_code == 200 and changed["ETag"] == '"2"'
    assert changed.json()["severity"] == "high" and changed.json()["title"] == "It was a kite, seen again today"
    assert fields(patch(client, made["url"], {"severity": "x"}, **{"If-Match": '"2"'})) == {"severity"}
    closed = patch(client, made["url"], {"state": "closed", "outcome": "A kite."}, **{"If-Match": '"2"'}).json()
    assert (closed["state"], closed["outcome"], closed["version"]) == ("closed", "A kite.", 3)
    assert patch(client, made["url"], {"state": "closed"}, **{"If-Match": '"3"'}).status_code == 409
    reader = api("pso@northsea.demo")
    assert patch(reader, made["url"], {"severity": "low"}, **{"If-Match": '"3"'}).status_code == 403


def test_withdrawn_is_gone_for_those_who_had_it(api):
    client = api("pso@antwerp.demo")
    made = post(client, "/api/v1/reports", SENT).json()
    reader = api("pso@northsea.demo")
    assert reader.get(made["url"]).status_code == 200
    assert post(reader, made["url"] + "/withdrawal", {"reason": "mistake"}).status_code == 403
    assert post(client, made["url"] + "/withdrawal", {"reason": "boredom"}).status_code == 422
    withdrawn = post(client, made["url"] + "/withdrawal", {"reason": "mistake"})
    assert withdrawn.status_code == 200 and withdrawn.json()["withdrawn_at"]
    assert reader.get(made["url"]).status_code == 410
    assert api("officer@outside.demo").get(made["url"]).status_code == 404


def test_shared_with_more_and_fewer(api):
    client = api("pso@antwerp.demo")
    made = post(client, "/api/v1/reports", SENT | {"audience": {"circles": ["port-beanr"]}}).json()
    other = api("pso@northsea.demo")
    assert other.get(made["url"]).status_code == 404
    wider = post(client, made["url"] + "/audience", {"act": "widen", "circles": ["ports-and-police"]})
    assert wider.status_code == 200, wider.content
    assert other.get(made["url"]).status_code == 200
    assert post(client, made["url"] + "/audience", {"act": "narrow", "circles": ["port-beanr"]}).status_code == 200
    assert other.get(made["url"]).status_code == 410
    stricter = post(client, made["url"] + "/audience", {"act": "widen", "circles": ["ports-and-police"], "tlp": "RED"})
    assert fields(stricter) == {"tlp"}


def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(api):
    client = api("pso@antwerp.demo")
    first = post(client, "/api/v1/reports", SENT, **{"Idempotency-Key": "k1"})
    again = post(client, "/api/v1/reports", SENT, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again["Location"] == first["Location"] and again["ETag"] == first["ETag"]
    assert again["Idempotency-Replayed"] == "true"
    other = post(client, "/api/v1/reports", SENT | {"severity": "high"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422 and fields(other) == {"Idempotency-Key"}
    assert (
        post(api("pso@northsea.demo"), "/api/v1/reports", SENT, **{"Idempotency-Key": "k1"}).json()["id"]
        != first.json()["id"]
    )
    assert client.get("/api/v1/reports").json()["count"] == 2


def test_a_refused_request_leaves_its_key_free(api):
    client = api("pso@antwerp.demo")
    assert post(client, "/api/v1/reports", SENT | {"text": "short"}, **{"Idempotency-Key": "k2"}).status_code == 422
    assert post(client, "/api/v1/reports", SENT, **{"Idempotency-Key": "k2"}).status_code == 201
    for key in ("", "x" * 256, "schlüssel".encode().decode("latin-1")):
        assert post(client, "/api/v1/reports", SENT, **{"Idempotency-Key": key}).status_code == 422


def test_two_at_the_same_moment_with_one_key_make_one_report(api):
    clients = [api("pso@antwerp.demo") for _ in range(2)]
    start = Barrier(2)

    def send(client: Client):
        start.wait()
        try:
            return post(client, "/api/v1/reports", SENT, **{"Idempotency-Key": "both"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, clients))
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert api("pso@antwerp.demo").get("/api/v1/reports").json()["count"] == 1


def test_words_and_places_are_told(api):
    client = api("pfso@quay1.demo")
    words = client.get("/api/v1/vocabulary").json()
    assert {t["code"] for t in words["threats"]} >= {"drug_smuggling", "cyber_attack", "drone_misuse"}
    network = client.get("/api/v1/network").json()
    assert "kallo-lock" in {m["code"] for m in network["landmarks"]}
    assert {c["choice"] for c in network["choices"]} >= {"ports-and-police", "insider-desk", "my-organisation"}
    assert "ports-and-police" in {c["slug"] for c in network["circles"]}


def test_the_document_is_complete_and_open_to_all(db):
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
            names = {p["name"] for p in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) == (method == "post")


def test_errors_speak_the_readers_language(api):
    answer = post(api("pso@antwerp.demo"), "/api/v1/reports", SENT | {"text": "short"})
    assert answer.json()["errors"][0]["message"] == "Say a little more: at least 10 characters."


def test_reading_since_a_day(api, acting):
    with acting("pso@antwerp.demo"):
        report(title="Old", occurred_at=now() - timedelta(days=40))
        report(title="New", occurred_at=now() - timedelta(days=1))
    day = (now() - timedelta(days=7)).date().isoformat()
    found = api("pso@antwerp.demo").get(f"/api/v1/reports?since={day}").json()
    assert [r["title"] for r in found["items"]] == ["New"]
