"""Bad input to the API: each is refused with a problem document that names the field, and nothing is written."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.config.api import api
from tests.reports.writing import report

PSO = "pso@antwerp.demo"
SENT = {
    "threat": "drone_misuse",
    "text": "A drone hung above the inner gate for four minutes.",
    "place": {"kind": "landmark", "landmark": "kallo-lock"},
    "occurred_at": "2026-11-20T03:05:00+01:00",
}
WRITTEN = (
    "reports_report", "reports_revision", "sharing_record", "sharing_posting", "sharing_event", "sharing_searchable",
    "sharing_tombstone", "base_idempotency", "base_journal_entry", "procrastinate_jobs",
)  # fmt: skip
MEGABYTE = 1024 * 1024
NOBODY = UUID(int=7)


def with_changes(**changes: Any) -> bytes:
    return json.dumps(SENT | changes).encode()


def with_text(raw: bytes) -> bytes:
    """The report with these bytes between the quotes of its text."""
    return with_changes(text="HERE").replace(b"HERE", raw)


TOMORROW = (now() + timedelta(days=1)).isoformat()
BAD: dict[str, tuple[bytes, int, set[str]]] = {
    "nothing": (b"", 422, set()),
    "malformed": (b'{"threat": "drone_misuse",', 400, set()),
    "not JSON": (b"threat=drone_misuse&text=hello", 400, set()),
    "no object": (b'["drone_misuse"]', 422, set()),
    "only a number": (b"1", 422, set()),
    "Latin-1": (with_text("Une drone survolait l'écluse très tôt".encode("latin-1")), 400, set()),
    "UTF-16": (json.dumps(SENT).encode("utf-16"), 400, set()),
    "half a surrogate": (with_text(b"A drone hung above the gate \\ud800 for minutes"), 422, {"text"}),
    "a null byte": (with_text(b"A drone hung above \\u0000 the gate"), 422, {"text"}),
    "a null byte in a code": (with_changes(threat="drone\x00misuse"), 422, {"threat"}),
    "a null byte in a place": (with_changes(place={"kind": "port", "port": "BE\x00NR"}), 422, {"place.port"}),
    "NaN": (with_changes(quantity_kg=float("nan")), 422, {"quantity_kg"}),
    "infinity": (with_changes(quantity_kg=float("inf")), 422, {"quantity_kg"}),
    "minus infinity": (with_changes(place={"kind": "sea", "lat": float("-inf"), "lon": 3.0}), 422, {"place.lat"}),
    "a number beyond all": (with_text(b'x", "quantity_kg": 1e999, "title": "x'), 422, {"quantity_kg", "text"}),
    "more digits than a number has": (
        with_changes().replace(b'"threat"', b'"occurred_margin": ' + b"9" * 5000 + b', "threat"'),
        400,
        set(),
    ),
    "deep nesting": (b'{"place": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, set()),
    "deep objects": (
        with_changes().replace(b'"threat"', b'"x": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b', "threat"'),
        400,
        set(),
    ),
    "oversized": (with_text(b"a" * 11 * MEGABYTE), 400, set()),  # the front before it says 413
    "a long text": (with_text(b"a" * 8001), 422, {"text"}),
    "a short text": (with_changes(text="Drone"), 422, {"text"}),
    "from the future": (with_changes(occurred_at=TOMORROW), 422, {"occurred_at"}),
    "before all time": (with_changes(occurred_at="0001-01-01T00:00:00+14:00"), 422, {"occurred_at"}),
    "no such day": (with_changes(occurred_at="2026-02-30T00:00:00Z"), 422, {"occurred_at"}),
    "no time zone": (with_changes(occurred_at="2026-11-20T03:05:00"), 422, {"occurred_at"}),
    "an unknown code": (with_changes(threat="piracy"), 422, {"threat"}),
    "a code in capitals": (with_changes(threat="DRONE_MISUSE"), 422, {"threat"}),
    "at sea when it says port": (
        with_changes(place={"kind": "port", "port": "BEANR", "lat": 51.6, "lon": 2.5}), 422, {"place.lat"},
    ),
    "in the city when it says sea": (
        with_changes(place={"kind": "sea", "lat": 50.85, "lon": 4.35}), 422, {"place.lat"},
    ),
    "half a position": (with_changes(place={"kind": "sea", "lat": 51.5}), 422, {"place.lon"}),
    "beyond the pole": (with_changes(place={"kind": "sea", "lat": 91, "lon": 3}), 422, {"place.lat"}),
    "an unknown field": (with_changes(colour="red"), 422, {"colour"}),
    "truth as text": (with_changes(text=True), 422, {"text"}),
    "null": (with_changes(place=None), 422, {"place"}),
    "an audience nobody has": (with_changes(audience={"circles": ["nobody"]}), 422, {"audience.circles"}),
    "a null byte in a circle": (with_changes(audience={"circles": ["all\x00"]}), 422, {"audience.circles"}),
    "too many circles": (with_changes(audience={"circles": ["all-members"] * 51}), 422, {"audience.circles"}),
    "no id": (with_changes(audience={"persons": ["PSO Antwerp"]}), 422, {"audience.persons.0"}),
}  # fmt: skip

BAD |= {
    f"a null byte in {name}": (with_changes(**{name: "one\x00two"}), 422, {name})
    for name in (
        "title", "nature", "severity", "modus_operandi", "phase", "substance", "origin_country", "source",
        "source_name", "source_url", "occurred_precision", "purpose", "legal_basis", "language",
    )
}  # fmt: skip


@pytest.fixture
def client(bearer_for, db) -> Client:
    return Client(headers=bearer_for(PSO), raise_request_exception=False)


def rows(owner: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of every table that a report touches."""
    found = {}
    for table in WRITTEN:
        row = owner.execute(f"select count(*) from {table}").fetchone()  # type: ignore[arg-type]
        found[table] = row[0] if row else -1
    return found


def send(client: Client, path: str, body: bytes, verb: str = "post", **headers: str) -> Any:
    return getattr(client, verb)(path, body, content_type="application/json", headers=headers)


def named(answer: Any, status: int) -> set[str]:
    """Return the fields an answer names; it is a problem document with this status."""
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status and said["title"] and said["type"].startswith("urn:port2port:problem:")
    assert all(one["message"] for one in said.get("errors", []))
    return {one["field"] for one in said.get("errors", [])}


def test_a_good_one_is_taken(client, owner):
    before = rows(owner)
    assert send(client, "/api/v1/reports", with_changes()).status_code == 201
    after = rows(owner)
    for table in ("reports_report", "sharing_record", "sharing_searchable", "base_journal_entry"):
        assert after[table] == before[table] + 1, table


@pytest.mark.parametrize("which", BAD)
def test_a_bad_report_is_refused_by_its_field_and_leaves_nothing(which, client, owner):
    body, status, fields = BAD[which]
    before = rows(owner)
    answer = send(client, "/api/v1/reports", body, **{"Idempotency-Key": "bad"})
    found = named(answer, status)
    assert fields <= found, f"{which}: {answer.json()}"
    assert status != 422 or found, "whoever sends it learns which field it is"
    assert rows(owner) == before
    assert send(client, "/api/v1/reports", with_changes(), **{"Idempotency-Key": "bad"}).status_code == 201, (
        "a refused request does not use its key up"
    )


# Null leaves a field as it is, and the audience is changed elsewhere.
OF_CHANGES = [name for name in BAD if name not in ("null", "no id") and "audience" not in name and "circle" not in name]


@pytest.mark.parametrize("which", OF_CHANGES)
def test_a_bad_change_is_refused_and_leaves_nothing(which, client, owner, acting):
    with acting(PSO):
        made = report("ports-and-police")
    body, status, fields = BAD[which]
    before = rows(owner)
    answer = send(client, f"/api/v1/reports/{made.record_id}", body, "patch", **{"If-Match": '"1"'})
    assert fields <= named(answer, status), answer.json()
    assert rows(owner) == before


@pytest.mark.parametrize("outcome", ["one\x00two", "a" * 10_000, 7])
def test_a_bad_outcome_is_refused(outcome, client, owner, acting):
    with acting(PSO):
        made = report("ports-and-police")
    before = rows(owner)
    body = json.dumps({"state": "closed", "outcome": outcome}).encode()
    answer = send(client, f"/api/v1/reports/{made.record_id}", body, "patch", **{"If-Match": '"1"'})
    assert named(answer, 422) == {"outcome"}
    assert rows(owner) == before


def test_a_key_that_stands_twice_counts_once_and_the_last(client, owner):
    """JSON leaves it open (RFC 8259 section 4); what counts is what is checked and stored, never a mixture."""
    twice = with_changes().replace(b'"threat"', b'"threat": "piracy", "threat"', 1)
    assert send(client, "/api/v1/reports", twice).json()["threat"] == "drone_misuse"
    before = rows(owner)
    twice = with_changes().replace(b'"occurred_at"', b'"threat": "piracy", "occurred_at"', 1)
    assert named(send(client, "/api/v1/reports", twice), 422) == {"threat"}
    assert rows(owner) == before


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("threat=piracy", "threat"), ("port=XXXXX", "port"), ("size=0", "size"), ("size=101", "size"),
        ("size=1e3", "size"), ("cursor=nonsense", "cursor"), ("cursor=%00", "cursor"), ("since=yesterday", "since"),
        ("since=2026-11-02&until=2026-11-01", "until"), ("colour=red", "colour"), ("threat=%00", "threat"),
        ("q=" + "a" * 201, "q"), ("port=%ff", "port"), ("since=0000-00-00", "since"),
    ],
)  # fmt: skip
def test_a_bad_filter_is_named(query, field, client):
    assert field in named(client.get(f"/api/v1/reports?{query}"), 422)


@pytest.mark.parametrize("path", ["/api/v1/reports/%00", "/knowledge/systems/products/a%00b/"])
def test_a_null_byte_in_a_path_leads_nowhere(path, client, client_for):
    for who in (client, client_for(PSO)):
        assert who.get(path).status_code == 404


@pytest.mark.parametrize("words", ["%00", "%ff", "'", "&|!()", "a" * 200, ":*", "\\", "%F0%9F%9B%B3"])
def test_no_words_break_the_search(words, client):
    assert client.get(f"/api/v1/search?q={words}").status_code in (200, 422)


def test_a_null_byte_in_any_parameter_of_any_address_is_refused_by_its_name(client):
    sent, let_in = 0, []
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        parameters = operations.get("get", {}).get("parameters", ())
        address = path
        for one in parameters:
            value = "1" if one["schema"].get("type") == "integer" else str(NOBODY)
            address = address.replace(f"{{{one['name']}}}", value)
        for one in parameters:
            if one["in"] != "query" or one["schema"].get("type", "string") != "string":
                continue
            sent += 1
            for given in ("%00", "zqno%00thing"):
                answer = client.get(f"{address}?{one['name']}={given}")
                let_in += [] if one["name"] in named(answer, 422) else [f"{path} {one['name']}"]
    assert let_in == []
    assert sent > 60, "the document names them"


def test_search_needs_words(client):
    assert named(client.get("/api/v1/search?q=%20"), 422) == {"q"}
    assert named(client.get("/api/v1/search"), 422) == {"q"}


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\tb"])
def test_a_bad_idempotency_key_is_named(key, client, owner):
    before = rows(owner)
    answer = send(client, "/api/v1/reports", with_changes(), **{"Idempotency-Key": key})
    assert named(answer, 422) == {"Idempotency-Key"}
    assert rows(owner) == before


def test_a_key_of_another_request_is_named(client, owner):
    assert send(client, "/api/v1/reports", with_changes(), **{"Idempotency-Key": "one"}).status_code == 201
    before = rows(owner)
    answer = send(client, "/api/v1/reports", with_changes(severity="low"), **{"Idempotency-Key": "one"})
    assert named(answer, 422) == {"Idempotency-Key"}
    assert rows(owner) == before


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Bearer p2p_\xe9", "Bearer " + "x" * 5000]
)
def test_a_bad_token_opens_nothing(token, db):
    answer = Client(headers={"Authorization": token}, raise_request_exception=False).get("/api/v1/reports")
    assert named(answer, 401) == set() and answer["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_method_names_the_right_ones(client):
    """RFC 9110 section 15.5.6: a 405 carries Allow."""
    answer = client.delete("/api/v1/reports")
    assert named(answer, 405) == set()
    assert {one.strip() for one in answer["Allow"].split(",")} == {"GET", "POST"}
