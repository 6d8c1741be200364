"""Alerts as MISP events: what stands in them, what a drill is, and that MISP's own library reads the feed."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.test import Client
from jsonschema_rs import Draft202012Validator
from pymisp import MISPEvent

from port2port.alerts import actions
from port2port.base.clock import now
from port2port.exchange.misp import records, templates
from port2port.exchange.misp.records import event_id
from port2port.sharing import actions as sharing
from port2port.sharing import queries as sharing_queries
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert, draft
from tests.exchange.given import ALERT, AT, OWNER, SITE, TERMS
from tests.exchange.misp.format import EVENT, MANIFEST
from tests.exchange.misp.given import KNOWN
from tests.exchange.rendered import render
from tests.exchange.test_stix_alerts import PLACES

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
FEED = "/feeds/misp/"
MARKS = ("OEFENING", "EXERCICE", "ÜBUNG", "EXERCISE", "TEST")


def event(**changes: Any) -> dict[str, Any]:
    source = msgspec.structs.replace(ALERT, **changes)
    return records.dated(records.event(source, known=replace(KNOWN, places=PLACES), site=SITE), AT)


def names(made: dict[str, Any]) -> set[str]:
    return {one["name"] for one in made["Tag"]}


def codes(made: dict[str, Any]) -> dict[str, str]:
    (found,) = [one for one in made["Object"] if one["name"] == templates.ALERT]
    return {one["object_relation"]: one["value"] for one in found["Attribute"]}


def test_it_says_in_every_language_what_it_warns_of_and_is_no_indicator():
    made = event(based_on=OWNER)
    Draft202012Validator(EVENT).validate({"Event": made})
    assert (made["threat_level_id"], made["analysis"], made["extends_uuid"]) == ("2", "1", "")
    assert made["EventReport"][0]["name"] == made["info"]
    assert len({one["uuid"] for one in made["EventReport"]}) == len({one["name"] for one in made["EventReport"]}) == 4
    assert {'port2port:kind="alert"', 'port2port:alert-status="actual"', "tlp:amber"} <= names(made)
    assert codes(made).items() >= {"event": "drone_over_port", "urgency": "Immediate", "state": "raised"}.items()
    assert {one["value"] for one in made["Attribute"]} == {
        f"{SITE}/alerts/{TERMS.record}/", f"{SITE}/reports/{OWNER}/",
    }  # fmt: skip
    parts = [*made["Attribute"], *(part for one in made["Object"] for part in one["Attribute"])]
    assert not any(one["to_ids"] or "Sighting" in one for one in parts)


def test_each_area_is_a_place_also_about_the_same_middle():
    near = {"kind": "circle", "lat": 51.264, "lon": 4.291, "km": 2.0, "landmark": "kallo-lock"}
    made = event(areas=[*ALERT.areas, near | {"km": 5.0}, near])
    places = [one for one in made["Object"] if one["name"] == templates.FACILITY]
    assert len(places) == len({one["uuid"] for one in places}) == 6
    said = [{one["object_relation"]: one["value"] for one in place["Attribute"]} for place in places]
    assert [one.get("locode") for one in said] == ["BEANR", "BEANR", None, None, None, None]
    assert said[1]["name"] == "Quay 1 (invented)"
    assert (said[4]["latitude"], said[4]["longitude"]) == ("51.264", "4.291")
    assert all(one["place"] for one in said)
    (alone,) = [one for one in event(areas=[{"kind": "port", "port": "NLZZZ"}])["Object"]
                if one["name"] == templates.FACILITY]  # fmt: skip
    assert [one["object_relation"] for one in alone["Attribute"]] == ["place"]


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_what_is_not_real_is_unmistakable_and_no_threat(status):
    made = event(status=status, severity="Extreme")
    assert made["threat_level_id"] == "4"
    assert f'port2port:alert-status="{status.lower()}"' in names(made)
    assert made["info"].startswith(tuple(f"{one} {one} {one} " for one in MARKS))
    for one in made["EventReport"]:
        assert one["name"].startswith(tuple(f"{mark} {mark} {mark} " for mark in MARKS))
        assert one["content"].startswith(tuple(f"{mark} {mark} {mark}\n" for mark in MARKS))


def test_what_was_followed_is_complete_and_what_follows_extends_it():
    first = event(state="updated")
    assert (first["analysis"], codes(first)["state"]) == ("2", "updated")
    later = UUID("0192f0c1-0000-7000-8000-0000000000fb")
    made = event(message="Update", follows=TERMS.record, terms=msgspec.structs.replace(TERMS, record=later))
    assert (made["analysis"], made["extends_uuid"]) == ("1", first["uuid"])
    assert event(message="Cancel", state="cancelled")["analysis"] == "2"
    assert codes(made)["series"] == codes(first)["series"]


def fetched(client: Client, record: UUID) -> dict[str, Any]:
    answer = client.get(f"{FEED}{event_id(record)}.json")
    assert answer.status_code == 200
    return answer.json()


def test_misps_own_library_reads_the_feed(acting, bearer_for):
    with acting(AUTHOR):
        first = alert("all-members", tlp=Tlp.GREEN, text="Above the lock (test).")
        narrow = alert("ports-and-police", tlp=Tlp.AMBER)
        later = actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    render()
    client = Client(headers=bearer_for(PARTNER))
    manifest = client.get(f"{FEED}manifest.json").json()
    Draft202012Validator(MANIFEST).validate(manifest)
    assert set(manifest) == {str(event_id(one.record_id)) for one in (first, narrow, later)}
    hashed = client.get(f"{FEED}hashes.csv").content.decode().splitlines()
    for record in (first, narrow, later):
        said = fetched(client, record.record_id)
        Draft202012Validator(EVENT).validate(said)
        read = MISPEvent()
        read.load(json.dumps(said))  # it takes what it is given apart
        assert (read.uuid, read.info) == (said["Event"]["uuid"], said["Event"]["info"])
        head = json.loads(json.dumps(read.manifest, default=str))[read.uuid]
        ours = manifest[read.uuid]
        assert (head["info"], head["date"], head["Orgc"]["uuid"]) == (ours["info"], ours["date"], ours["Orgc"]["uuid"])
        assert {one["name"] for one in head["Tag"]} == {one["name"] for one in ours["Tag"]}
        assert [one.name for one in read.objects] == [templates.ALERT, templates.FACILITY]
        assert {line.partition(",")[0] for line in hashed if line.endswith(read.uuid)} <= set(
            read.attributes_hashes("md5")
        )
    assert fetched(client, later.record_id)["Event"]["extends_uuid"] == str(event_id(first.record_id))
    assert codes(fetched(client, first.record_id)["Event"])["state"] == "updated"
    assert fetched(client, narrow.record_id)["Event"]["distribution"] == "4"
    assert Client(headers=bearer_for(OUTSIDER)).get(f"{FEED}{event_id(narrow.record_id)}.json").status_code == 404


def test_what_is_withdrawn_is_gone_at_once_and_red_never_there(acting, bearer_for):
    with acting(AUTHOR):
        gone = alert("all-members", tlp=Tlp.GREEN)
        stays = alert("all-members", tlp=Tlp.GREEN)
        alert("Demo PSO North Sea Port", tlp=Tlp.RED)
    render()
    client = Client(headers=bearer_for(PARTNER))
    assert len(client.get(f"{FEED}manifest.json").json()) == 2
    with acting(AUTHOR):
        sharing.withdraw(sharing_queries.record(gone.record_id, "alert"), reason="mistake", at=now())
    assert set(client.get(f"{FEED}manifest.json").json()) == {str(event_id(stays.record_id))}
    assert client.get(f"{FEED}{event_id(gone.record_id)}.json").status_code == 404
