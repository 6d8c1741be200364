"""The TAXII 2.1 server as its clients see it: resources, filters, pages, media types, errors, and what was sent."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.base.rows import insert_many
from port2port.exchange.inbound.actions import forget_old, receive
from port2port.exchange.models import Inbound
from port2port.exchange.store import rendering
from port2port.members.acting import acting_as, acting_as_system
from port2port.reports.actions import withdraw_report
from port2port.reports.grading import Grade, grade_report
from port2port.reports.observables.normal import normalised
from tests.exchange.rendered import render
from tests.reports.writing import report

OWNER, PARTNER, OUTSIDER, COMPANY = (
    "pso@antwerp.demo",
    "pso@northsea.demo",
    "officer@outside.demo",
    "contact@agent.demo",
)
ROOT = "/taxii2/p2p/"
ALL = f"{ROOT}collections/all/"
INBOX = f"{ROOT}collections/inbox/"
TYPE = "application/taxii+json;version=2.1"
BOX = normalised("container", "CSQU3054383")


@pytest.fixture
def machine(bearer_for) -> Any:
    """`machine("pso@antwerp.demo")` is a client of TAXII with that person's token."""
    return lambda email, *scopes: Client(headers=bearer_for(email, *([scopes] if scopes else [])) | {"Accept": TYPE})


def pages(client: Client, address: str, **asked: Any) -> Iterator[dict[str, Any]]:
    following: dict[str, str] = {}
    while True:
        answer = client.get(address, asked | following)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        yield body
        if not body["more"]:
            return
        following = {"next": body["next"]}


def objects(client: Client, address: str = ALL, **asked: Any) -> list[dict[str, Any]]:
    return [one for body in pages(client, f"{address}objects/", **asked) for one in body.get("objects", [])]


def incident(**changes: Any) -> dict[str, Any]:
    made = {
        "type": "incident", "spec_version": "2.1", "id": f"incident--{uuid4()}", "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z", "name": "A box was opened (test)", "x_theirs": {"kept": [1, 2.50, "ü"]},
    }  # fmt: skip
    return made | changes


def send(client: Client, *sent: Any, address: str = INBOX) -> Any:
    return client.post(f"{address}objects/", json.dumps({"objects": list(sent)}), content_type=TYPE)


def test_discovery_leads_to_the_collections(machine):
    client = machine(OWNER)
    found = client.get("/taxii2/")
    assert found["Content-Type"] == TYPE
    assert found.json()["default"].endswith(ROOT)
    assert client.get(ROOT).json()["versions"] == [TYPE]
    listed = client.get(f"{ROOT}collections/").json()["collections"]
    assert {"all", "inbox", "drug_smuggling"} <= {one["alias"] for one in listed}
    assert [one["alias"] for one in listed if one["can_write"]] == ["inbox"]
    for one in listed:
        assert client.get(f"{ROOT}collections/{one['id']}/").json() == one


def test_a_client_without_a_token_or_scope_gets_an_error_of_taxii(machine):
    nobody = Client().get("/taxii2/")
    assert nobody.status_code == 401
    assert nobody["WWW-Authenticate"].startswith("Bearer")
    assert nobody.json()["http_status"] == "401"
    assert machine(OWNER, "report").get("/taxii2/").status_code == 403
    assert send(machine(OWNER, "read"), incident()).status_code == 403


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json;version=2.1", 200), ("application/taxii+json; version=2.1", 200),
        ("application/taxii+json", 200), ("*/*", 200), ("text/html, application/taxii+json;q=0.5", 200),
        ("application/taxii+json;version=2.0", 406), ("application/json", 406), ("text/html", 406),
        ("application/taxii+json;q=0", 406), ("application/vnd.oasis.taxii+json; version=2.0", 406),
    ],
)  # fmt: skip
def test_media_types(machine, accept, status):
    answer = machine(OWNER).get("/taxii2/", headers={"accept": accept})
    assert answer.status_code == status
    assert answer["Content-Type"] == TYPE


def test_objects_come_as_they_are_stored_and_only_to_those_who_see_them(machine, acting, owner):
    with acting(OWNER):
        made = report("ports-and-police", observables=[BOX]).record_id
    render()
    stored = owner.execute("select body from exchange_object where record_id = %s order by added", [made]).fetchall()
    answer = machine(PARTNER).get(f"{ALL}objects/")
    assert answer.content == b'{"more":false,"objects":[%s]}' % b",".join(row[0].encode() for row in stored)
    assert answer["X-TAXII-Date-Added-First"] < answer["X-TAXII-Date-Added-Last"]
    assert machine(OUTSIDER).get(f"{ALL}objects/").json() == {"more": False}
    assert objects(machine(PARTNER), f"{ROOT}collections/cyber_attack/") == []
    assert len(objects(machine(PARTNER), f"{ROOT}collections/drone_misuse/")) == len(stored)


def test_hidden_and_absent_objects_are_the_same_answer(machine, acting):
    with acting(OWNER):
        report("ports-and-police")
    render()
    seen = next(one["id"] for one in objects(machine(PARTNER)) if one["type"] == "incident")
    absent = f"incident--{uuid4()}"
    outsider = machine(OUTSIDER)
    for address in ("objects/{}/", "objects/{}/versions/"):
        hidden, none = (outsider.get(ALL + address.format(one)) for one in (seen, absent))
        assert (hidden.status_code, none.status_code) == (404, 404)
        assert hidden.content == none.content
    assert machine(PARTNER).get(f"{ALL}objects/{seen}/").json()["objects"][0]["id"] == seen
    assert machine(PARTNER).get(f"{ROOT}collections/cyber_attack/objects/{seen}/").status_code == 404
    assert machine(PARTNER).get(f"{ROOT}collections/nothing/objects/").status_code == 404


@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
def test_pages_hold_everything_once_in_the_order_in_which_it_came(machine, acting, limit):
    with acting(OWNER):
        for _ in range(3):
            report("ports-and-police", "all-members")
    render()
    client = machine(OWNER)
    manifest = [one for body in pages(client, f"{ALL}manifest/", limit=limit) for one in body.get("objects", [])]
    assert len(manifest) > 9
    assert all(a["date_added"] < b["date_added"] for a, b in pairwise(manifest))
    found = objects(client, limit=limit)
    assert [one["id"] for one in found] == [one["id"] for one in manifest]
    assert len({one["id"] for one in found}) == len(found)
    later = manifest[4]["date_added"]
    assert [one["id"] for one in objects(client, added_after=later)] == [one["id"] for one in manifest[5:]]


def test_filters(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police", observables=[BOX]).record_id
    render()
    with acting(OWNER):
        grade_report(made, grade=Grade("admiralty:B", "admiralty:2", "", ""), expected=1, at=now())
    render()
    client = machine(PARTNER)
    types = {one["type"] for one in objects(client, **{"match[type]": "incident,shipping-container"})}
    assert types == {"incident", "shipping-container"}
    (last,) = objects(client, **{"match[type]": "incident"})
    assert last["confidence"] == 70
    (first,) = objects(client, **{"match[type]": "incident", "match[version]": "first"})
    assert "confidence" not in first
    both = objects(client, **{"match[id]": last["id"], "match[version]": "all"})
    assert [one["modified"] for one in both] == [first["modified"], last["modified"]]
    one = objects(client, **{"match[id]": last["id"], "match[version]": first["modified"]})
    assert one == [first]
    assert objects(client, **{"match[spec_version]": "2.0"}) == []
    assert objects(client, **{"match[spec_version]": "2.1,2.0"}) == objects(client)
    versions = client.get(f"{ALL}objects/{last['id']}/versions/").json()["versions"]
    assert [one[:23] for one in versions] == [first["modified"][:23], last["modified"][:23]]
    assert objects(client, **{"match[id]": first["id"], "match[type]": "note"}) == []


def test_the_same_container_in_two_reports_is_one_object(machine, acting):
    with acting(OWNER):
        report("ports-and-police", observables=[BOX])
        second = report("ports-and-police", observables=[BOX]).record_id
    render()
    boxes = objects(machine(PARTNER), **{"match[type]": "shipping-container"})
    assert len(boxes) == 1
    with acting(OWNER):
        withdraw_report(second, reason="mistake", at=now())
    assert len(objects(machine(PARTNER), **{"match[type]": "shipping-container"})) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"}, {"limit": "x"}, {"next": "?"}, {"next": "aGVsbG8"}, {"added_after": "yesterday"},
        {"added_after": "2026-02-30T00:00:00Z"}, {"match[version]": "newest"}, {"matchid": "x"},
        {"match[type]": ",".join(map(str, range(101)))},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_bad_request(machine, asked):
    answer = machine(OWNER).get(f"{ALL}objects/", asked)
    assert answer.status_code == 400
    assert answer.json()["http_status"] == "400"


def test_reading_amber_is_journalled_once_for_a_page(machine, acting, journalled):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    machine(PARTNER).get(f"{ALL}objects/")
    (entry,) = journalled("stix.read")
    assert entry["details"]["records"] == [str(made)]


def test_the_facts_of_the_network_are_there_for_everybody(machine):
    with acting_as_system("worker"):
        rendering.render_network(at=now())
    for email in (OWNER, OUTSIDER, COMPANY):
        found = objects(machine(email), **{"match[type]": "attack-pattern"})
        assert {"DR01", "UA01"} <= {one["external_references"][0]["external_id"] for one in found}


def test_what_is_sent_comes_back_as_it_was(machine, owner):
    client = machine(OWNER)
    sent = incident()
    answer = send(client, sent)
    assert answer.status_code == 202
    status = answer.json()
    assert (status["status"], status["success_count"], status["failure_count"]) == ("complete", 1, 0)
    assert client.get(f"{ROOT}status/{status['id']}/").json() == status
    assert objects(client, INBOX) == [sent]
    raw = client.get(f"{INBOX}objects/{sent['id']}/").content
    assert json.dumps(sent).encode() in raw
    assert objects(machine(PARTNER), INBOX) == []
    assert objects(client) == []
    assert machine(PARTNER).get(f"{ROOT}status/{status['id']}/").status_code == 404
    assert send(client, sent).json()["success_count"] == 1
    assert owner.execute("select count(*) from exchange_inbound").fetchone() == (1,)


def test_versions_of_what_was_sent(machine):
    client = machine(OWNER)
    first = incident()
    second = first | {"modified": "2026-11-21T10:00:00.000Z", "name": "Two boxes (test)"}
    send(client, first, second)
    assert objects(client, INBOX) == [second]
    assert objects(client, INBOX, **{"match[version]": "first"}) == [first]
    assert objects(client, INBOX, **{"match[version]": "all"}) == [first, second]
    manifest = client.get(f"{INBOX}manifest/").json()["objects"]
    assert [one["version"] for one in manifest] == ["2026-11-21T10:00:00.000000Z"]
    assert client.delete(f"{INBOX}objects/{first['id']}/?match[version]=2026-11-21T10:00:00Z").status_code == 200
    assert objects(client, INBOX) == [first]
    assert client.delete(f"{INBOX}objects/{first['id']}/").status_code == 200
    assert client.delete(f"{INBOX}objects/{first['id']}/").status_code == 404


def test_what_comes_later_stands_later_also_after_what_one_does_not_see(acting, cast, owner):
    """Who reads the whole inbox goes by `added_after`: what another system sent meanwhile stands after that."""
    colleague = cast["analyst@police.demo"]  # with a second hat
    (hat,) = owner.execute(
        "insert into members_membership (id, person_id, organisation_id, roles, since, verified_until, shielded)"
        " values (new_uuid7(), %s, %s, array['duty_desk'], now(), current_date + 300, false) returning id",
        [colleague.person, cast[OWNER].organisation],
    ).fetchone()
    first, second = (json.dumps({"objects": [incident(), incident()]}).encode() for _number in range(2))
    at = now()
    with acting(OWNER):
        receive(first, at=at)
    with acting_as(colleague.person, hat):
        assert Inbound.objects.count() == 0
        receive(second, at=at - timedelta(seconds=1))  # it waited for the first to end
        assert Inbound.objects.count() == 2
    rows = owner.execute("select added, person_id from exchange_inbound order by added").fetchall()
    assert len({added for added, _person in rows}) == 4
    assert [person for _added, person in rows] == [cast[OWNER].person] * 2 + [colleague.person] * 2


def test_an_id_longer_than_it_may_be_is_refused_and_not_cut(acting, owner):
    with acting(OWNER):
        receive(json.dumps({"objects": [incident()]}).encode(), at=now())
        (row,) = Inbound.objects.all()
        row.id, row.stix_id = new_id(), "x" * 121
        with pytest.raises(DataError):
            insert_many([row])


def test_only_the_inbox_takes_and_gives_back(machine, acting):
    with acting(OWNER):
        report("ports-and-police")
    render()
    client = machine(OWNER)
    assert send(client, incident(), address=ALL).status_code == 403
    seen = objects(client)[0]["id"]
    assert client.delete(f"{ALL}objects/{seen}/").status_code == 403
    assert client.post(f"{INBOX}objects/", "{}", content_type="application/json").status_code == 415
    assert client.put(f"{INBOX}objects/", "{}", content_type=TYPE).status_code == 405


def test_a_bad_object_is_refused_with_a_reason_and_the_rest_is_kept(machine, owner):
    client = machine(OWNER)
    good, other = incident(), incident()
    answer = send(
        client, good, other, other | {"name": "Another (test)"}, incident(spec_version="2.0"),
        incident(id="incident--1"), incident(type="report"), incident(created="yesterday"),
        incident(modified="2020-01-01T00:00:00Z"), 7,
    ).json()  # fmt: skip
    assert (answer["success_count"], answer["failure_count"]) == (2, 7)
    assert all(one["message"] for one in answer["failures"])
    assert owner.execute("select count(*) from exchange_inbound").fetchone() == (2,)
    changed = send(client, good | {"name": "Changed without a new version (test)"}).json()
    assert changed["failure_count"] == 1
    assert next(one for one in objects(client, INBOX) if one["id"] == good["id"]) == good


@pytest.mark.parametrize(
    "raw",
    [
        b"[]", b"{", b'{"objects": 3}', b"\xff\xfe", b'{"objects": [' + b"[" * 100_000 + b"]}",
        b'{"objects": [{"id": "x", "a": ' + b"[" * 5000 + b"]" * 5000 + b"}]}", b'{"objects": [NaN]}',
    ],
)  # fmt: skip
def test_hostile_envelopes_are_refused_and_nothing_is_kept(machine, owner, raw):
    answer = machine(OWNER).post(f"{INBOX}objects/", raw, content_type=TYPE)
    assert answer.status_code in (202, 400)
    assert answer.status_code == 400 or answer.json()["success_count"] == 0
    assert owner.execute("select count(*) from exchange_inbound").fetchone() == (0,)


def test_too_many_too_long_too_deep(machine, owner):
    client = machine(OWNER)
    assert send(client, *([1] * 5001)).status_code == 413
    deep: Any = "x"
    for _ in range(40):
        deep = [deep]
    answer = send(client, incident(x=deep), incident(x="a" * 300_000)).json()
    assert (answer["success_count"], answer["failure_count"]) == (0, 2)


def test_what_carries_no_mark_is_amber_strict(machine, owner):
    green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
    part = [{"marking_ref": red, "selectors": ["name"]}]
    send(
        machine(OWNER), incident(), incident(object_marking_refs=[green]),
        incident(object_marking_refs=[green], granular_markings=part),
    )  # fmt: skip
    rows = owner.execute("select tlp from exchange_inbound order by added").fetchall()
    assert [row[0] for row in rows] == [3, 1, 4]


def test_schemas_are_for_everybody(db):
    client = Client()
    answer = client.get("/schemas/stix/v1/maritime.json")
    assert answer.status_code == 200
    assert answer.json()["title"] == "Port 2 Port: incident in a port"
    assert client.get("/schemas/stix/v1/none.json").status_code == 404


def test_what_was_sent_is_forgotten_in_time(machine, owner):
    send(machine(OWNER), incident(), incident(spec_version="2.0"))
    with acting_as_system("worker"):
        assert forget_old() == 0
    owner.execute("update exchange_inbound set added = added - interval '91 days'")
    owner.execute("update exchange_delivery set at = at - interval '91 days'")
    with acting_as_system("worker"):
        assert forget_old() == 1
    assert owner.execute("select count(*) from exchange_delivery").fetchone() == (0,)


def test_a_token_may_stand_behind_the_word_that_clients_of_taxii_write(bearer_for):
    secret = bearer_for(OWNER)["Authorization"].removeprefix("Bearer ")
    client = Client(headers={"Authorization": f"Token {secret}", "Accept": TYPE})
    assert client.get("/taxii2/").status_code == 200
    assert client.get("/api/v1/exchange/inbound").status_code == 401
