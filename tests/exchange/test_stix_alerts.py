"""Alerts as STIX reports: what stands in them, in which languages, until when, and for whom."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import stix2
from django.test import Client
from jsonschema_rs import Draft202012Validator

from port2port.alerts import actions, sentences
from port2port.alerts.models import Alert
from port2port.base.clock import now
from port2port.exchange.stix import extensions, network
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.markings import TLP_IDS, known_statements
from port2port.exchange.stix.records import project
from port2port.members.areas import PortArea, atlas_of, position_of
from port2port.members.places import Places, Spot
from port2port.reports.observable_actions import hold_matching
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts import test_rules as rules
from tests.alerts.writing import alert, draft
from tests.attacks import FORBIDDEN, refused
from tests.exchange.given import ALERT, NODE, SITE, TERMS
from tests.exchange.given import OWNER as OWNING
from tests.exchange.oasis import ValidationOptions, validate_string
from tests.exchange.rendered import objects, render
from tests.reports.writing import keys, own, report

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
QUAY = UUID("0192f0c1-0000-7000-8000-0000000000fa")
PLACES = Places(
    ports={p.code: Spot(uuid4(), p.code, p.names, p.lat, p.lon, p.code) for p in rules.NETWORK.ports},
    facilities={"BEANR-9901": Spot(QUAY, "BEANR-9901", {"en": "Quay 1 (invented)"}, 51.3, 4.3, "BEANR")},
    landmarks={m.slug: Spot(uuid4(), m.slug, m.names, m.lat, m.lon) for m in rules.NETWORK.landmarks},
    waterways={w.slug: w for w in rules.NETWORK.waterways},
)
MARKS = ("OEFENING", "EXERCICE", "ÜBUNG", "EXERCISE")


def made(**changes: Any) -> list[dict[str, Any]]:
    return project(msgspec.structs.replace(ALERT, **changes), site=SITE, node=NODE, places=PLACES)


def of(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["type"] == kind]


def test_an_alert_is_a_report_in_every_language():
    found = made()
    (said,) = of(found, "report")
    (words,) = of(found, "language-content")
    assert words["object_ref"] == said["id"]
    assert set(words["contents"]) == {"nl", "fr", "de"}
    atlas = atlas_of(PLACES)
    drafted = replace(
        rules.DRAFT, areas=tuple(rules.AREAS[n] for n in (1, 2, 3, 4, 0)), headline=ALERT.headline, text=ALERT.text,
        valid_from=ALERT.valid_from, valid_until=ALERT.valid_until, language="nl",
        instructions=tuple(ALERT.instructions),
    )  # fmt: skip
    for language, body in {**words["contents"], said["lang"]: said}.items():
        assert body["name"] == sentences.headline(drafted, atlas, language)
        assert body["description"].startswith(sentences.description(drafted, atlas, language))
        assert body["description"].endswith(sentences.instruction(drafted, language))
    assert said["lang"] == "en"
    assert said["published"] == said["created"] == "2026-11-20T13:02:03.456Z"
    assert said["labels"] == ["drug_smuggling", "alert", "invented"]
    assert said["report_types"] == ["threat-report"]
    assert said["object_marking_refs"][0] == TLP_IDS[Tlp.AMBER]
    assert [one.get("url") for one in said["external_references"]] == [
        f"{SITE}/alerts/{TERMS.record}/", f"{SITE}/alerts/{TERMS.record}/cap.xml",
    ]  # fmt: skip
    assert "revoked" not in said


def test_each_area_is_a_location():
    found = made()
    (said,) = of(found, "report")
    places = {one["id"]: one for one in of(found, "location")}
    known = [network.place_id("BEANR"), network.place_id(QUAY)]
    assert said["object_refs"] == [*known, *places]
    stretch, square, circle = places.values()
    middle = position_of(rules.AREAS[3], PLACES)
    assert middle is not None
    assert (stretch["latitude"], stretch["longitude"]) == (round(middle[0], 6), round(middle[1], 6))
    assert stretch["precision"] == 7750.0
    assert square["latitude"] == 51.25
    assert 6_000 < square["precision"] < 7_000  # from the middle to a corner
    assert (circle["latitude"], circle["longitude"], circle["precision"]) == (51.264, 4.291, 2000.0)


def test_without_a_place_it_speaks_of_who_raised_it():
    (said,) = of(made(areas=[]), "report")
    assert said["object_refs"] == [network.member_id(OWNING)]
    assert "areas" not in said["extensions"][extensions.ALERT.id]
    (unknown,) = of(project(ALERT, site=SITE, node=NODE), "report")
    assert network.place_id("BEANR") not in unknown["object_refs"]


@pytest.mark.parametrize(("status", "kind"), [("Exercise", "exercise"), ("Test", "test")])
def test_what_is_not_real_is_unmistakable(status, kind):
    found = made(status=status)
    (said,) = of(found, "report")
    assert said["report_types"] == [kind]
    assert kind in said["labels"]
    assert said["extensions"][extensions.ALERT.id]["status"] == status
    (words,) = of(found, "language-content")
    for body in (said, *words["contents"].values()):
        mark = next(word for word in (*MARKS, "TEST") if body["name"].startswith(f"{word} {word} {word} "))
        assert (mark == "TEST") == (status == "Test")
        assert body["description"].startswith(f"{mark} {mark} {mark}\n")
        assert body["description"].endswith(f"\n{mark} {mark} {mark}")
    assert {one["type"] for one in found} == {"report", "language-content", "location"}  # no incident, no sighting


@pytest.mark.parametrize("state", ["updated", "cancelled"])
def test_what_was_followed_is_revoked_whole(state):
    assert all(one["revoked"] for one in made(state=state))
    later = made(message="Cancel", state="cancelled", follows=OWNING, terms=msgspec.structs.replace(TERMS, record=QUAY))
    assert not any("revoked" in one for one in later)
    (tie,) = of(later, "relationship")
    assert (tie["relationship_type"], tie["target_ref"]) == ("derived-from", object_id("report", OWNING, "alert"))
    (said,) = of(later, "report")
    assert "alert-cancelled" in said["labels"]


def test_what_it_is_based_on_is_among_what_it_speaks_of():
    (said,) = of(made(based_on=QUAY), "report")
    assert said["object_refs"][-1] == object_id("incident", QUAY, "incident")


@pytest.mark.parametrize("changes", [{}, {"status": "Exercise"}, {"state": "updated"}, {"areas": []},
                                     {"based_on": QUAY, "follows": OWNING, "message": "Update"}])  # fmt: skip
def test_it_is_valid_and_follows_its_schema(changes):
    found = made(**changes)
    for one in found:
        held = one["extensions"].get(extensions.ALERT.id)
        if held is not None:
            Draft202012Validator(dict(extensions.parsed_schema("alert"))).validate(held)
    whole = [*found, *extensions.definitions(SITE), *known_statements([(TERMS.purpose, TERMS.legal_basis)],
             created=extensions.CREATED)]  # fmt: skip
    whole = [one if "created" not in one or one["type"] == "marking-definition" else one | {"modified": one["created"]}
             for one in whole]  # fmt: skip
    bundle = json.dumps({"type": "bundle", "id": f"bundle--{uuid4()}", "objects": whole})
    result = validate_string(bundle, ValidationOptions(version="2.1"))
    assert result.is_valid, result.errors
    assert len(stix2.parse(bundle, allow_custom=True, version="2.1").objects) == len(whole)


def test_the_schema_refuses_what_is_wrong():
    (said,) = of(made(), "report")
    held = said["extensions"][extensions.ALERT.id]
    wrong = Draft202012Validator(dict(extensions.parsed_schema("alert")))
    assert wrong.is_valid(held)
    for changes in ({"status": "Draft"}, {"areas": [{"kind": "moon"}]}, {"instructions": []}, {"acknowledged": []}):
        assert not wrong.is_valid(held | changes)


# In the database.


def reports(condition: str = "newest") -> list[dict[str, Any]]:
    return [one for one in objects(f"record_id is not null and {condition}") if one["type"] == "report"]


def cited(made: Alert, report_: UUID) -> bool:
    (said,) = [one for one in reports() if one["id"] == object_id("report", made.record_id, "alert")]
    return object_id("incident", report_, "incident") in said["object_refs"]


def test_it_is_stored_and_seen_as_the_alert_is(acting, bearer_for):
    with acting(OWNER):
        alert("ports-and-police")
    render()
    with acting(PARTNER):
        (said,) = reports()
    with acting(OUTSIDER):
        assert objects() == []
    for email, some in ((PARTNER, True), (OUTSIDER, False)):
        client = Client(headers=bearer_for(email))
        got = client.get("/taxii2/p2p/collections/drone_misuse/objects/", {"match[type]": "report"}).json()
        assert (got.get("objects", []) == [said]) == some
        answer = client.get(f"/taxii2/p2p/collections/all/objects/{said['id']}/")
        assert (answer.status_code == 200) == some


def test_red_never_leaves_by_a_machine(acting, owner):
    with acting(OWNER):
        alert("Demo PSO North Sea Port", tlp=Tlp.RED)
    render()
    assert owner.execute("select count(*) from exchange_object where record_id is not null").fetchone() == (0,)


def test_who_acknowledged_what_was_said_in_public_and_who_was_warned_never_leave(acting, owner):
    public = rules.PUBLIC
    with acting(OWNER):
        raised = alert("ports-and-police", public=public)
    render()
    before = owner.execute("select id, body from exchange_object where record_id is not null order by id").fetchall()
    with acting(PARTNER):
        actions.acknowledge(raised.record_id, done="We closed the gate (test).", at=now())
    render()
    after = owner.execute("select id, body from exchange_object where record_id is not null order by id").fetchall()
    assert after == before
    text = str(before)
    assert public.spokesperson not in text
    assert all(line.text not in text for line in public.lines)


def test_an_update_revokes_what_it_follows_and_is_tied_to_it(acting):
    with acting(OWNER):
        first = alert("ports-and-police")
    render()
    with acting(OWNER):
        second = actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    render()
    with acting(PARTNER):
        old, new = sorted(reports(), key=lambda one: one["created"])
        assert old["id"] == object_id("report", first.record_id, "alert")
        assert (old["revoked"], new.get("revoked", False)) == (True, False)
        assert old["modified"] > old["created"]
        assert new["extensions"][extensions.ALERT.id]["series"] == str(first.record_id)
        ties = {(one["relationship_type"], one["source_ref"], one["target_ref"])
                for one in objects("newest") if one["type"] == "relationship"}  # fmt: skip
        assert ties == {("derived-from", new["id"], old["id"])}
        assert len([one for one in reports("true") if one["id"] == old["id"]]) == 2  # it stands as it was, too
    with acting(OWNER):
        actions.cancel_alert(second.record_id, reason="It was ours (test).", at=now())
    render()
    with acting(PARTNER):
        last = max(reports(), key=lambda one: one["created"])
        assert last["name"].startswith("Cancelled")
        assert [one.get("revoked", False) for one in reports()].count(False) == 1


def test_an_exercise_stays_one_on_its_way(acting):
    with acting(OWNER):
        alert("ports-and-police", status="Exercise")
    render()
    with acting(PARTNER):
        (said,) = reports()
        assert said["name"].startswith("EXERCISE EXERCISE EXERCISE ")
        assert not {"incident", "sighting", "indicator", "observed-data"} & {one["type"] for one in objects()}


def test_the_report_it_came_from_is_named_only_to_those_who_see_both(acting):
    with acting(OWNER):
        told = report("ports-and-police").record_id
        same, wider = (alert(to, report=told, tlp=tlp) for to, tlp in (("ports-and-police", Tlp.AMBER),
                                                                       ("all-members", Tlp.GREEN)))  # fmt: skip
    render()
    with acting(PARTNER):
        assert cited(same, told)
        assert not cited(wider, told)


def test_it_is_named_no_more_once_the_report_is_narrowed_or_held(acting):
    with acting(OWNER):
        narrowed, held = report("ports-and-police").record_id, report("ports-and-police").record_id
        raised = {told: alert("ports-and-police", report=told) for told in (narrowed, held)}
    render()
    with acting(PARTNER):
        assert all(cited(one, told) for told, one in raised.items())
    with acting(OWNER):
        record = Record.objects.get(id=narrowed)
        kept = tuple(key for key in (*own(), record.author_id) if key in record.audience) or (record.author_id,)
        sharing.narrow(record, keep=audiences.Audience(kept, kept, Tlp.AMBER), at=now())
        hold_matching(held, until=None, at=now())
    render()
    with acting(PARTNER):
        assert not any(cited(one, told) for told, one in raised.items())


def test_withdrawn_is_told_without_a_word_of_it_and_valid(acting):
    with acting(OWNER):
        raised = alert("ports-and-police", text="Nobody may read this any more (test).")
    render()
    with acting(OWNER):
        actions.withdraw_alert(raised.record_id, reason="mistake", at=now())
    with acting(PARTNER):
        assert objects("true") == []
    render()
    with acting(PARTNER):
        (said,) = objects("gone is not null")
    assert (said["id"], said["revoked"]) == (object_id("report", raised.record_id, "alert"), True)
    assert "Nobody may read" not in str(said)
    assert validate_string(json.dumps(said), ValidationOptions(version="2.1")).is_valid
    with acting(OUTSIDER):
        assert objects("gone is not null") == []


def test_widened_it_is_told_to_the_others_without_its_older_versions(acting):
    with acting(OWNER):
        raised = alert(tlp=Tlp.GREEN, areas=(PortArea("BEANR"),))
    render()
    with acting(OWNER):
        more = audiences.build([*keys(("all-members",)), *own()], Tlp.GREEN)
        sharing.widen(Record.objects.get(id=raised.record_id), more=more, at=now())
    render()
    with acting("pso@liege.demo"):
        assert len(reports("true")) == 1


def test_nobody_asks_for_it_by_hand(enter):
    connection = enter(OWNER)
    assert refused(connection, "select exchange_note_around(new_uuid7())") == FORBIDDEN
    assert refused(connection, "select exchange_beside(r, r.id) from sharing_record r") == FORBIDDEN
