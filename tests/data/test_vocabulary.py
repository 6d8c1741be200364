"""The words of a report: in four languages, and enough for every published incident and demo report."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from port2port.members.data_files import LANGUAGES
from port2port.members.network_data import load_network
from port2port.reports import demo_data, vocabulary

COUNTS = {"DR": 19, "IN": 7, "CY": 10, "UA": 6, "PH": 3}


def test_version_one_has_every_code_of_the_network() -> None:
    codes = [entry.code for entry in vocabulary.modi_operandi()]
    expected = [f"{prefix}{n:02d}" for prefix, count in COUNTS.items() for n in range(1, count + 1)]
    assert codes == expected
    assert vocabulary.vocabulary().head.version == 1


def test_phases_and_severities_stand_in_their_order() -> None:
    phases = ["recruit", "prepare", "load", "transit", "locate", "access", "extract", "exfiltrate"]
    assert [phase.code for phase in vocabulary.phases()] == phases
    assert [phase.rank for phase in vocabulary.phases()] == list(range(8))
    assert [s.code for s in vocabulary.severities()] == ["low", "moderate", "high", "critical"]


def test_every_text_stands_in_four_languages() -> None:
    words = vocabulary.vocabulary()
    for section in vocabulary.SECTIONS:
        for entry in getattr(words, section):
            texts = [entry.names, *([entry.descriptions] if hasattr(entry, "descriptions") else [])]
            for text in texts:
                assert set(text) == set(LANGUAGES), (section, entry.code)


def test_descriptions_are_one_plain_sentence() -> None:
    for entry in vocabulary.modi_operandi():
        for language in LANGUAGES:
            assert re.fullmatch(r"[^.!?]+\.", entry.description(language)), (entry.code, language)


def test_an_insider_report_starts_narrow() -> None:
    insider = vocabulary.threat("insider")
    assert (insider.default_audience, insider.default_tlp) == ("insider-desk", "RED")
    for threat in vocabulary.threats():
        circle = load_network().circle(threat.default_audience)
        assert (circle.of == "persons") == (threat.default_tlp == "RED"), threat.code


def test_every_landmark_kind_has_a_word() -> None:
    for landmark in load_network().landmarks:
        assert vocabulary.landmark_kind(landmark.kind).label("de")


@pytest.mark.parametrize(
    "look_up",
    [
        vocabulary.threat,
        vocabulary.phase,
        vocabulary.modus_operandi,
        vocabulary.modi_operandi,
        vocabulary.substance,
        vocabulary.severity,
        vocabulary.nature,
        vocabulary.landmark_kind,
        vocabulary.place_kind,
        vocabulary.date_precision,
        vocabulary.source,
        vocabulary.state,
        vocabulary.confidence,
    ],
)
def test_an_unknown_code_is_a_key_error(look_up: Callable[[str], Any]) -> None:
    with pytest.raises(KeyError):
        look_up("no_such_code")


def test_modi_operandi_by_threat() -> None:
    assert {entry.code[:2] for entry in vocabulary.modi_operandi("drone_misuse")} == {"UA"}
    assert [entry.code for entry in vocabulary.modi_operandi("sabotage")] == ["PH03"]


def test_every_code_of_the_published_incidents_resolves() -> None:
    network = load_network()
    with demo_data.PUBLISHED_INCIDENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 215
    for row in rows:
        port = network.port(row["port_unlocode"])
        vocabulary.threat(row["threat"])
        vocabulary.date_precision(row["date_precision"])
        vocabulary.confidence(row["confidence"])
        for code in (row["modus_operandi"], row["mo_secondary"]):
            assert not code or vocabulary.modus_operandi(code)
        assert not row["substance"] or vocabulary.substance(row["substance"])
        assert port.country == row["port_unlocode"][:2]
        assert row["source_name"] and row["source_url"].startswith("http")


def test_published_incidents_are_typed() -> None:
    incidents = demo_data.published_incidents()
    assert len(incidents) == 215
    assert len({incident.incident_id for incident in incidents}) == 215
    first = incidents[0]
    assert (first.port_unlocode, first.occurred_on.year, first.quantity_kg) == ("BEANR", 2011, None)


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    lines = demo_data.PUBLISHED_INCIDENTS.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "incidents.csv"
    path.write_text("\n".join([lines[0], lines[1].replace("2011-06-01", "2011-13-01"), lines[2]]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"incidents\.csv: row 2: occurred_on: "):
        demo_data.read_published_incidents(path)


def test_the_demo_covers_the_network_and_the_marks() -> None:
    reports = demo_data.demo_reports()
    assert len(reports) >= 40
    assert {report.tlp for report in reports} >= {"RED", "AMBER", "AMBER+STRICT", "GREEN"}
    assert {report.language for report in reports} == set(LANGUAGES)
    assert {report.place.kind for report in reports} == {term.code for term in vocabulary.place_kinds()}
    assert {report.severity for report in reports} == {term.code for term in vocabulary.severities()}
    assert {report.nature for report in reports} == {term.code for term in vocabulary.natures()}
    assert {report.threat for report in reports} == {term.code for term in vocabulary.threats()}
    ports = {report.port for report in reports}
    assert ports >= {"BEANR", "BEZEE", "BEGNE", "BEOST", "BELGG", "BEBRU", "BEGNK", "NLVLI", "NLTNZ"}


def test_the_demo_holds_no_phone_mail_or_plate() -> None:
    identifiers = re.compile(
        r"@|\+\d{2}|\d{2}[ ./]\d{2}[ ./]\d{2}|\b\d-[A-Z]{3}-\d{3}\b|\b[A-Z]{2}-?\d{3}-?[A-Z]{1,2}\b"
    )
    for report in demo_data.demo_reports():
        assert not identifiers.search(report.title + " " + report.text), report.slug


BROKEN_REPORTS = [
    (
        'reporter = "pso@antwerp.demo"',
        'reporter = "ghost@antwerp.demo"',
        "'drone-kallo-1': reporter: no person",
    ),
    ('modus_operandi = "UA01"', 'modus_operandi = "UA99"', "modus_operandi: no modus operandi 'UA99'"),
    ('landmark = "kallo-lock"', 'landmark = "kalo-lock"', "place.landmark: no landmark 'kalo-lock'"),
    ('{ kind = "port" }', '{ kind = "port", lat = 51.2 }', "place: a port has [], here stands ['lat']"),
    ("km = 77.6", "km = 777.6", "place.km: albert-canal ends before kilometre 777.6"),
    ('port = "BEANR"', 'port = "BEXXX"', "port: no port 'BEXXX'"),
    (
        'audience = ["ports-and-police"]',
        'audience = ["port-begne"]',
        "audience: pso@antwerp.demo is not in port-begne",
    ),
    (
        'audience = ["insider-desk"]',
        'audience = ["all-members"]',
        "audience: RED goes to a circle of persons",
    ),
    ('audience = ["own"]', 'audience = ["port-beanr"]', "AMBER+STRICT and the own organisation go together"),
    ("(verzonnen)", "", "text: must end in (verzonnen)"),
    ("days_ago = 2\n", "days_ago = 0\n", "'drone-kallo-1': days_ago: Expected `int` >= 1"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), BROKEN_REPORTS)
def test_a_broken_demo_report_is_named(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    text = demo_data.DEMO_REPORTS.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "demo_reports.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)) as refused:
        demo_data.read_demo_reports(path, load_network(), vocabulary.vocabulary())
    assert str(refused.value).startswith("demo_reports.toml: reports ")


def test_a_broken_vocabulary_is_named(tmp_path: Path) -> None:
    document = json.loads(vocabulary.VOCABULARY.read_text(encoding="utf-8"))
    document["modi_operandi"][0]["threat"] = "weather"
    document["modi_operandi"][1]["phases"] = ["someday"]
    del document["substances"][0]["names"]["de"]
    document["threats"][0]["default_tlp"] = "PINK"
    path = tmp_path / "words.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError) as refused:
        vocabulary.read_vocabulary(path)
    lines = str(refused.value).splitlines()
    assert "words.json: modi_operandi 'DR01': threat: no threat 'weather'" in lines
    assert "words.json: modi_operandi 'DR02': phases: no phase 'someday'" in lines
    assert "words.json: substances 'cocaine': names.de: the text in this language is missing" in lines
    assert any(line.startswith("words.json: threats 'drug_smuggling': default_tlp: Invalid enum") for line in lines)
