"""Records as MISP events: what stands in them, what never does, and that they keep the format.

`FORMAT` is written from draft-dulaunoy-misp-core-format and draft-dulaunoy-misp-object-template-format.
"""

import hashlib
import json
from datetime import timedelta
from itertools import chain
from typing import Any

import msgspec
import pytest
from jsonschema_rs import Draft202012Validator

from port2port.alerts.sentences import headline
from port2port.exchange.misp import records, tags, templates
from port2port.exchange.stix.alerts import drafted
from port2port.exchange.stix.network import member_id
from port2port.exchange.stix.source import Grade, Seen
from port2port.members.areas import atlas_of
from port2port.members.places import Places
from port2port.sharing.tlp import Tlp
from tests.exchange.given import ALERT, AT, MEASURE, PRACTICE, REPORT, SITE, TERMS
from tests.exchange.misp.format import EVENT, MANIFEST, TEMPLATE
from tests.exchange.misp.given import KNOWN

ALL = (REPORT, MEASURE, PRACTICE, ALERT)
HEADLINE = headline(drafted(ALERT), atlas_of(Places()), "en")


def event(source: Any = REPORT) -> dict[str, Any]:
    return records.dated(records.event(source, known=KNOWN, site=SITE), AT)


def names(made: dict[str, Any]) -> set[str]:
    return {one["name"] for one in made["Tag"]}


def changed(source: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(source, **changes)


def values(made: dict[str, Any]) -> dict[str, str]:
    parts = chain(made["Attribute"], *(one["Attribute"] for one in made["Object"]))
    return {one["value"]: one["type"] for one in parts}


@pytest.mark.parametrize("source", ALL, ids=lambda one: type(one).__name__)
def test_an_event_keeps_the_format(source):
    made = event(source)
    Draft202012Validator(EVENT).validate({"Event": made})
    Draft202012Validator(MANIFEST).validate({made["uuid"]: records.manifest(made) | {"timestamp": made["timestamp"]}})
    assert made["info"] == (HEADLINE if source is ALERT else source.title)
    assert made["EventReport"][0]["content"].strip()
    assert made["timestamp"] == str(int(AT.timestamp()))
    assert made["Orgc"] == {"uuid": member_id(TERMS.owner).partition("--")[2], "name": "Port of Test"}


@pytest.mark.parametrize("name", templates.NAMES)
def test_a_template_keeps_the_format_and_an_object_keeps_its_template(name):
    document = json.loads(templates.document(name))
    Draft202012Validator(TEMPLATE).validate(document)
    assert set(document["requiredOneOf"]) <= set(document["attributes"])
    for made in [*event()["Object"], *event(ALERT)["Object"]]:
        if made["name"] == name:
            by = templates.template(name)
            assert (made["template_uuid"], made["template_version"]) == (by.uuid, str(by.version))
            for one in made["Attribute"]:
                assert by.types[one["object_relation"]] == one["type"]
            assert {one["object_relation"] for one in made["Attribute"]} & set(by.required)


def test_all_templates_are_used():
    found = {one["name"] for source in (REPORT, ALERT) for one in event(source)["Object"]}
    assert found == set(templates.NAMES)


def test_marks_stand_as_the_taxonomies_write_them():
    said = names(event())
    assert {"tlp:amber", "PAP:AMBER"} <= said
    assert {'admiralty-scale:source-reliability="b"', 'admiralty-scale:information-credibility="2"'} <= said
    assert {'port2port:handling="H3"', 'port2port:provenance="invented"', 'port2port:threat="drug_smuggling"'} <= said
    strict = changed(REPORT, terms=changed(TERMS, tlp=int(Tlp.AMBER_STRICT)))
    assert "tlp:amber+strict" in names(event(strict))
    police = changed(REPORT, grade=Grade("4x4", "A", "1", "", ""))
    assert not [one for one in names(event(police)) if one.startswith("admiralty-scale")]


@pytest.mark.parametrize(
    ("tlp", "far"), [(Tlp.CLEAR, "3"), (Tlp.GREEN, "1"), (Tlp.AMBER, "0"), (Tlp.AMBER_STRICT, "0")]
)
def test_how_far_it_goes_follows_the_mark(tlp, far):
    made = event(changed(REPORT, terms=changed(TERMS, tlp=int(tlp))))
    assert made["distribution"] == far
    parts = [
        *made["Attribute"],
        *made["Object"],
        *made["EventReport"],
        *(a for o in made["Object"] for a in o["Attribute"]),
    ]
    assert {one["distribution"] for one in parts} == {"5"}


def test_tlp_red_is_no_event():
    with pytest.raises(ValueError, match="RED"):
        event(changed(REPORT, terms=changed(TERMS, tlp=int(Tlp.RED))))


def test_ways_of_acting_are_clusters_with_their_tags():
    made = event()
    (galaxy,) = made["Galaxy"]
    assert [one["meta"]["external_id"] for one in galaxy["GalaxyCluster"]] == [["DR01"], ["DR18"]]
    assert {one["tag_name"] for one in galaxy["GalaxyCluster"]} <= names(made)
    assert event(PRACTICE)["Galaxy"] == []


def test_observables_are_attributes_and_objects_and_were_seen():
    made = event()
    assert {
        "CSQU3054383": "text", "TST0001234": "text", "1234567": "text", "205999999": "text", "192.0.2.17": "ip-dst",
        "2001:db8::1": "ip-dst", "login.example": "domain", "https://login.example/form": "url",
        "00112233445566778899aabbccddeeff": "md5",
    }.items() <= values(made).items()  # fmt: skip
    (box,) = [one for one in made["Object"] if one["name"] == templates.CONTAINER]
    (sighting,) = box["Attribute"][0]["Sighting"]
    assert (sighting["type"], sighting["date_sighting"]) == ("0", str(int(AT.timestamp())))
    (incident,) = [one for one in made["Object"] if one["name"] == templates.INCIDENT]
    assert box["ObjectReference"][0]["referenced_uuid"] == incident["uuid"]
    assert {one["to_ids"] for one in made["Attribute"] if one["type"] == "ip-dst"} == {True}


def test_pap_red_is_not_looked_for_by_machines():
    made = event(changed(REPORT, terms=changed(TERMS, pap=int(Tlp.RED))))
    assert not any(one["to_ids"] for one in made["Attribute"])


def test_what_leads_to_a_person_is_no_part_of_it():
    seen = [Seen("plate", "1-ABC-234"), Seen("phone", "+32470000001"), Seen("email", "x@login.example")]
    text = json.dumps(event(changed(REPORT, observables=seen)))
    assert not any(one.value in text for one in seen)


def test_ids_stay_and_differ():
    first, again = event(), event()
    assert first == again
    found = _uuids(first)
    assert len(found) == len(set(found))
    other = event(changed(REPORT, terms=changed(TERMS, record=TERMS.owner)))
    assert not set(_uuids(first)) & set(_uuids(other))


def _uuids(made: dict[str, Any]) -> list[str]:
    parts = [made, *made["Attribute"], *made["Object"], *made["EventReport"]]
    for one in made["Object"]:
        parts += [*one["Attribute"], *one["ObjectReference"]]
    return [one["uuid"] for one in parts] + [s["uuid"] for one in parts for s in one.get("Sighting", [])]


def test_a_later_change_shows_in_each_part():
    made = records.dated(records.event(REPORT, known=KNOWN, site=SITE), AT + timedelta(days=1))
    later = str(int(AT.timestamp()) + 86_400)
    assert {made["timestamp"], *(one["timestamp"] for one in made["Object"])} == {later}


def test_hashes_are_of_what_can_be_found_again():
    found = records.hashes(event())
    assert len(found) == len(set(found))
    assert hashlib.md5(b"CSQU3054383", usedforsecurity=False).hexdigest() in found
    assert hashlib.md5(b"incident", usedforsecurity=False).hexdigest() not in found


@pytest.mark.parametrize(
    ("given", "tlp"),
    [
        (["tlp:amber+strict"], Tlp.AMBER_STRICT), (["tlp:white"], Tlp.CLEAR), (["TLP:GREEN", "tlp:amber"], Tlp.AMBER),
        (["tlp:red", "tlp:clear"], Tlp.RED), (["tlp:ex:chr"], Tlp.AMBER_STRICT), (["osint:source-type"], None),
        ([' tlp:"amber" '], Tlp.AMBER), ([], None),
    ],
)  # fmt: skip
def test_the_narrowest_mark_counts(given, tlp):
    assert tags.tlp_of(given) == tlp
