"""The feed as a MISP reads it: lists, events, times, and who gets what."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from jsonschema_rs import Draft202012Validator

from port2port.base.clock import now
from port2port.exchange.misp import templates
from port2port.exchange.misp.records import event_id
from port2port.exchange.stix.network import member_id
from port2port.reports.actions import withdraw_report
from port2port.reports.grading import Grade, grade_report
from port2port.reports.observable_actions import hold_matching
from port2port.reports.observables.normal import normalised
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.misp.format import EVENT, MANIFEST
from tests.exchange.rendered import render
from tests.knowledge.practices.writing import published
from tests.measures.writing import agreed, measure
from tests.reports.writing import report

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
BOX = normalised("container", "CSQU3054383")
FEED = "/feeds/misp/"


@pytest.fixture
def machine(bearer_for) -> Any:
    """`machine("pso@antwerp.demo")` is a MISP with that person's token."""
    return lambda email, *scopes: Client(headers=bearer_for(email, *([scopes] if scopes else [])))


def manifest(client: Client) -> dict[str, Any]:
    answer = client.get(f"{FEED}manifest.json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def event(client: Client, record: Any) -> Any:
    return client.get(f"{FEED}{event_id(record)}.json")


def test_the_feed_keeps_the_format_and_its_lists_agree(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police", observables=[BOX]).record_id
    agreed(acting, "all-members")
    published(acting, "all-members")
    render()
    client = machine(PARTNER)
    said = manifest(client)
    Draft202012Validator(MANIFEST).validate(said)
    assert len(said) == 3
    for uuid, head in said.items():
        body = client.get(f"{FEED}{uuid}.json").json()
        Draft202012Validator(EVENT).validate(body)
        assert {name: body["Event"][name] for name in head} == head
    lines = client.get(f"{FEED}hashes.csv").content.decode().splitlines()
    assert f"{hashlib.md5(BOX.value.encode(), usedforsecurity=False).hexdigest()},{event_id(made)}" in lines
    assert {line.partition(",")[2] for line in lines} == set(said)


def test_who_does_not_see_it_gets_what_absent_gets(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police", observables=[BOX]).record_id
    render()
    stranger = machine(OUTSIDER)
    assert manifest(stranger) == {}
    assert stranger.get(f"{FEED}hashes.csv").content == b""
    hidden, absent = event(stranger, made), event(stranger, uuid4())
    assert (hidden.status_code, hidden.json() | {"instance": ""}) == (404, absent.json() | {"instance": ""})
    assert event(machine(PARTNER), made).status_code == 200


def test_a_token_and_its_scope_are_needed(machine):
    assert Client().get(f"{FEED}manifest.json").status_code == 401
    for name in ("manifest.json", "hashes.csv", f"{uuid4()}.json"):
        assert machine(OWNER, "report").get(FEED + name).status_code == 403


def test_the_sharing_group_names_the_readers_own_circles(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    body = event(machine(PARTNER), made).json()["Event"]
    assert (body["distribution"], body["sharing_group_id"]) == ("4", "0")
    group = body["SharingGroup"]
    assert group["name"] == "Ports and police"
    assert not group["roaming"]
    with acting(OWNER) as actor:
        antwerp = actor.organisation
    assert member_id(antwerp).partition("--")[2] in {one["Organisation"]["uuid"] for one in group["SharingGroupOrg"]}


def test_green_goes_to_the_community_and_no_further(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police", tlp=Tlp.GREEN).record_id
    render()
    body = event(machine(PARTNER), made).json()["Event"]
    assert body["distribution"] == "1"
    assert "SharingGroup" not in body


def test_a_change_is_later_and_the_same_is_not_fetched_again(machine, acting):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    client = machine(PARTNER)
    first = client.get(f"{FEED}manifest.json")
    assert client.get(f"{FEED}manifest.json", headers={"if-none-match": first["ETag"]}).status_code == 304
    with acting(OWNER):
        grade_report(made, grade=Grade("admiralty:B", "admiralty:2", "H3", "Ask first (test)."), expected=1, at=now())
    render()
    answer = client.get(f"{FEED}manifest.json", headers={"if-none-match": first["ETag"]})
    assert answer.status_code == 200
    key = str(event_id(made))
    assert int(answer.json()[key]["timestamp"]) > int(first.json()[key]["timestamp"])
    assert 'admiralty-scale:source-reliability="b"' in {one["name"] for one in answer.json()[key]["Tag"]}
    again = client.get(f"{FEED}manifest.json")
    render()
    assert client.get(f"{FEED}manifest.json").content == again.content


def test_what_is_withdrawn_or_held_is_gone_before_anything_is_rendered(machine, acting, owner):
    with acting(OWNER):
        gone, held, stays = (report("ports-and-police", observables=[BOX]).record_id for _ in range(3))
    render()
    client = machine(PARTNER)
    assert len(manifest(client)) == 3
    with acting(OWNER):
        withdraw_report(gone, reason="mistake", at=now())
        hold_matching(held, until=None, at=now())
    assert set(manifest(client)) == {str(event_id(stays))}
    assert event(client, gone).status_code == event(client, held).status_code == 404
    assert owner.execute("select count(*) from exchange_mispevent where body <> ''").fetchone() == (1,)
    render()
    assert set(manifest(client)) == {str(event_id(stays))}


def test_red_and_proposals_never_leave(machine, acting, cast):
    with acting(OWNER):
        report(tlp=Tlp.RED, to=(cast[PARTNER].person,))
        measure("all-members")
    render()
    assert manifest(machine(PARTNER)) == {}
    assert manifest(machine(OWNER)) == {}


def test_templates_are_for_everybody():
    for name in templates.NAMES:
        answer = Client().get(f"/schemas/misp/v1/objects/{name}.json")
        assert answer.status_code == 200
        assert json.loads(answer.content)["name"] == name
    assert Client().get("/schemas/misp/v1/objects/other.json").status_code == 404


def test_nobody_but_the_worker_writes(acting, enter):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    connection = enter(PARTNER)
    assert connection.execute("select count(*) from exchange_mispevent").fetchone() == (1,)
    assert refused(connection, "update exchange_mispevent set body = '{}'") == FORBIDDEN
    assert refused(connection, "delete from exchange_mispevent") == FORBIDDEN
    assert refused(connection, "select digest from exchange_mispevent") == FORBIDDEN
    store = "select exchange_store_misp(%s, %s, now(), '', '', '{}', '{}')"
    assert refused(connection, store, made, uuid4()) == "PP403"
    assert enter(OUTSIDER).execute("select count(*) from exchange_mispevent").fetchone() == (0,)
