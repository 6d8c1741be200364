"""Records as STIX 2.1 objects: what stands in them, what never does, and identifiers that stay."""

from itertools import chain
from typing import Any

import msgspec
import pytest
from jsonschema_rs import Draft202012Validator

from port2port.exchange.stix import extensions, network
from port2port.exchange.stix.ids import observable_id
from port2port.exchange.stix.made import moment
from port2port.exchange.stix.markings import TLP_IDS, known_statements, tlp_markings
from port2port.exchange.stix.records import project
from port2port.exchange.stix.source import Grade, Seen
from port2port.reports.observables.kinds import kinds
from port2port.sharing.tlp import Tlp
from tests.exchange.given import AT, MEASURE, NODE, PRACTICE, REPORT, SITE, TERMS

ALL = (REPORT, MEASURE, PRACTICE)
STATEMENTS = known_statements([(TERMS.purpose, TERMS.legal_basis)], created=extensions.CREATED)


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == kind]


def changed(source: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(source, **changes)


def test_a_report_is_an_incident_with_all_it_says():
    objects = project(REPORT, site=SITE, node=NODE)
    (incident,) = of(objects, "incident")
    assert incident["name"] == REPORT.title
    assert incident["description"] == REPORT.text
    assert incident["created"] == "2026-11-20T13:02:03.456Z"
    assert incident["confidence"] == 70
    assert incident["labels"] == ["drug_smuggling", "invented"]
    core = incident["extensions"][extensions.INCIDENT_CORE]
    assert (core["determination"], core["investigation_status"], core["criticality"]) == ("blocked", "open", 85)
    maritime = incident["extensions"][extensions.MARITIME.id]
    assert (maritime["substance"], maritime["quantity_kg"], maritime["port"]) == ("cocaine", 12.5, "BEANR")
    assert maritime["grading"] == {"scheme": "admiralty", "source": "B", "information": "2"}
    ties = {(one["relationship_type"], one["target_ref"]) for one in of(objects, "relationship")}
    assert ("uses", network.modus_id("DR18")) in ties
    assert ("targets", network.port_id("BEANR")) in ties
    (opinion,) = of(objects, "opinion")
    assert (opinion["opinion"], opinion["object_refs"]) == ("agree", [incident["id"]])
    said = [one["definition"]["statement"] for one in of(objects, "marking-definition")]
    assert said == ["Europol handling code H3. Ask before it is used in court."]
    known = {one["id"]: one["definition"]["statement"] for one in STATEMENTS}
    tlp, pap, terms, handling = incident["object_marking_refs"]
    assert tlp == TLP_IDS[Tlp.AMBER]
    assert known[pap] == "PAP:AMBER"
    assert known[terms] == "Purpose: prevent_and_detect_crime. Legal basis: gdpr_public_task."
    assert handling == of(objects, "marking-definition")[0]["id"]


def test_observables_are_objects_of_their_own_that_the_incident_is_tied_to():
    objects = project(REPORT, site=SITE, node=NODE)
    (box,) = of(objects, "shipping-container")
    assert box["number"] == "CSQU3054383"
    tied = {one["target_ref"] for one in of(objects, "relationship") if one["relationship_type"] == "related-to"}
    seen = [one for one in objects if "created" not in one]
    assert {one["id"] for one in seen} == tied
    assert len(seen) == len(REPORT.observables)
    assert {one["type"] for one in seen} == {
        "shipping-container", "container-seal", "vessel", "ipv4-addr", "ipv6-addr", "domain-name", "url", "file",
    }  # fmt: skip


def test_the_identifier_of_an_observable_is_the_one_of_the_standard():
    # what the OASIS library stix2 3.0.2 gives these
    assert observable_id("ipv4-addr", {"value": "198.51.100.3"}) == "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    hashes = {"hashes": {"MD5": "00112233445566778899aabbccddeeff"}}
    assert observable_id("file", hashes) == "file--5ac52635-4d6f-5093-abf9-54e9fafc8691"


def test_what_leads_to_a_person_is_never_an_object():
    personal = [Seen(one.code, one.example) for one in kinds() if one.personal_data != "none"]
    assert {one.kind for one in personal} >= {"plate", "phone", "email", "drone_operator", "drone_serial", "badge"}
    objects = project(changed(REPORT, observables=personal), site=SITE, node=NODE)
    text = msgspec.json.encode(objects).decode()
    assert all(one.value not in text for one in personal)
    assert not [one for one in of(objects, "relationship") if one["relationship_type"] == "related-to"]


def test_tlp_red_is_no_projection():
    with pytest.raises(ValueError, match="RED"):
        project(changed(REPORT, terms=changed(TERMS, tlp=4)), site=SITE, node=NODE)


def test_a_grade_of_another_scheme_is_never_converted():
    objects = project(changed(REPORT, grade=Grade("4x4", "A", "1", "", "")), site=SITE, node=NODE)
    (incident,) = of(objects, "incident")
    assert "confidence" not in incident
    assert not of(objects, "opinion")
    assert incident["extensions"][extensions.MARITIME.id]["grading"]["scheme"] == "4x4"


def test_a_measure_mitigates_and_says_nothing_of_who_adopted_it():
    objects = project(MEASURE, site=SITE, node=NODE)
    (action,) = of(objects, "course-of-action")
    assert action["description"].startswith("Codes are stolen.")
    (tie,) = of(objects, "relationship")
    assert (tie["relationship_type"], tie["target_ref"]) == ("mitigates", network.modus_id("DR02"))
    assert {one["type"] for one in objects} == {"course-of-action", "relationship"}


def test_a_practice_is_a_note_about_its_ways_of_acting_or_its_owner():
    (note,) = of(project(PRACTICE, site=SITE, node=NODE), "note")
    assert note["object_refs"] == [network.member_id(TERMS.owner)]
    (other,) = of(project(changed(PRACTICE, modi=["DR02"]), site=SITE, node=NODE), "note")
    assert other["object_refs"] == [network.modus_id("DR02")]
    assert note["content"] == "Laat opgehaald.\n\nDe poort belt terug.\n\nOude nummers."


@pytest.mark.parametrize("source", ALL)
def test_identifiers_stay_when_words_change(source):
    before = {one["id"] for one in project(source, site=SITE, node=NODE)}
    after = {one["id"] for one in project(changed(source, title="Another title (test)"), site=SITE, node=NODE)}
    assert before == after
    other = changed(source, terms=changed(TERMS, record=TERMS.owner))
    theirs = {
        one["id"]
        for one in project(other, site=SITE, node=NODE)
        if one["type"] != "marking-definition" and "created" in one
    }
    assert not theirs & before


@pytest.mark.parametrize("source", ALL)
def test_no_reference_leads_out_of_the_record_but_to_what_everybody_knows(source):
    objects = project(source, site=SITE, node=NODE)
    own = {one["id"] for one in objects} | set(TLP_IDS.values()) | {one["id"] for one in STATEMENTS}
    known = {network.member_id(TERMS.owner), network.port_id("BEANR"), network.place_id("BEANR")}
    known |= {network.modus_id(code) for code in ("DR01", "DR02", "DR18")}
    for one in objects:
        refs = [value for name, value in one.items() if name.endswith("_ref")]
        refs += chain.from_iterable(value for name, value in one.items() if name.endswith("_refs"))
        assert set(refs) <= own | known


@pytest.mark.parametrize("source", ALL)
def test_our_extensions_follow_their_schemas(source):
    for one in project(source, site=SITE, node=NODE):
        for extension in extensions.EXTENSIONS:
            held = one.get("extensions", {}).get(extension.id)
            if held is not None:
                checked = one if extension.kind == "new-sco" else held
                Draft202012Validator(dict(extensions.parsed_schema(extension.name))).validate(checked)


def test_the_schemas_refuse_what_is_wrong():
    wrong = Draft202012Validator(dict(extensions.parsed_schema("shipping-container")))
    assert not wrong.is_valid({"type": "shipping-container", "spec_version": "2.1", "number": "x"})
    with pytest.raises(KeyError):
        extensions.schema("../records")


def test_tlp_markings_are_those_of_first():
    assert [one["name"] for one in tlp_markings()] == [
        "TLP:CLEAR",
        "TLP:GREEN",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "TLP:RED",
    ]
    assert tlp_markings()[3]["extensions"].popitem()[1]["tlp_2_0"] == "amber+strict"


def test_moments_have_milliseconds_and_are_in_utc():
    assert moment(AT) == "2026-11-20T13:02:03.456Z"
