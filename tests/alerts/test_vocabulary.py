"""The words of an alert: CAP's codes as CAP spells them, four languages, and a file that is wrong fails loudly."""

import json
import re
import tomllib
from copy import deepcopy

import pytest

from port2port.alerts.vocabulary import (
    TEMPLATES,
    TERMS,
    by_code,
    read_templates,
    read_vocabulary,
    templates,
    templates_of,
    vocabulary,
)
from port2port.members.data_files import LANGUAGES
from port2port.reports.vocabulary import threats

WORDS = vocabulary()
SECTIONS = [name for name in type(WORDS).__struct_fields__ if name != "head"]
DOCUMENT = json.loads(TERMS.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("urgencies", "Immediate Expected Future Past Unknown"),
        ("severities", "Extreme Severe Moderate Minor Unknown"),
        ("certainties", "Observed Likely Possible Unlikely Unknown"),
        ("categories", "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other"),
        ("response_types", "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None"),
        ("statuses", "Actual Exercise Test"),
        ("message_types", "Alert Update Cancel Ack Error"),
    ],
)
def test_codes_and_their_order_are_those_of_cap(section, codes):
    assert [entry.code for entry in getattr(WORDS, section)] == codes.split()


def test_every_text_stands_in_four_languages():
    for section in SECTIONS:
        for entry in getattr(WORDS, section):
            assert set(entry.names) == set(LANGUAGES), (section, entry.code)
            assert set(getattr(entry, "descriptions", entry.names)) == set(LANGUAGES), (section, entry.code)
    for template in templates():
        assert set(template.names) == set(LANGUAGES), template.code


def test_meanings_and_instructions_are_one_whole_sentence():
    described = [entry for section in SECTIONS for entry in getattr(WORDS, section) if hasattr(entry, "descriptions")]
    sentences = [entry.descriptions for entry in described] + [entry.names for entry in WORDS.instructions]
    for sentence in sentences:
        for language in LANGUAGES:
            assert re.fullmatch(r"[A-ZÀ-Ý][^.!?]+\.", sentence[language]), sentence[language]


def test_no_two_instructions_or_events_say_the_same():
    for section in (WORDS.instructions, WORDS.events):
        for language in LANGUAGES:
            said = [entry.label(language) for entry in section]
            assert len(set(said)) == len(said)


def test_every_threat_has_an_event_and_all_but_the_other_a_template():
    known = {threat.code for threat in threats()}
    assert {event.threat for event in WORDS.events} == known
    for threat in known - {"other"}:
        assert templates_of(threat), threat
    assert templates_of("other") == ()


def test_every_instruction_is_used_or_ends_an_alert():
    used = {code for event in WORDS.events for code in event.instructions}
    assert {entry.code for entry in WORDS.instructions} - used == {"all_clear"}


def test_only_what_is_real_goes_without_a_mark():
    marks = {status.code: status.mark for status in WORDS.statuses}
    assert marks["Actual"] is None
    assert marks["Exercise"] == {"nl": "OEFENING", "fr": "EXERCICE", "de": "ÜBUNG", "en": "EXERCISE"}
    assert marks["Test"] == dict.fromkeys(LANGUAGES, "TEST")


def test_a_template_for_an_exercise_says_so_in_its_name():
    marks = by_code(WORDS.statuses, "Exercise").mark
    found = [template for template in templates() if template.status == "Exercise"]
    assert found
    for template in found:
        assert all(template.label(language).startswith(marks[language]) for language in LANGUAGES)


def test_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        by_code(WORDS.events, "witchcraft")


def broken(section, code, /, **changes):
    document = deepcopy(DOCUMENT)
    entry = next(entry for entry in document[section] if entry["code"] == code)
    entry.update(changes)
    return document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (broken("events", "sabotage", category="Magic"), "events 'sabotage': category: no category 'Magic'"),
        (broken("events", "sabotage", urgency="Now"), "events 'sabotage': urgency: no urgency 'Now'"),
        (broken("events", "sabotage", instructions=["fly"]), "events 'sabotage': instructions: no instruction 'fly'"),
        (broken("events", "sabotage", instructions=[]), "events 'sabotage': instructions: must name at least one"),
        (broken("events", "sabotage", instructions=["patrol"] * 2), "each once"),
        (broken("instructions", "patrol", response_type="Walk"), "no response type 'Walk'"),
        (broken("instructions", "patrol", names={"en": "Patrol."}), "instructions 'patrol': names.nl"),
        (broken("statuses", "Exercise", mark=None), "statuses 'Exercise': mark.nl: must be one word in capitals"),
        (
            broken("statuses", "Exercise", mark={"nl": "OEFENING", "fr": "exercice", "de": "ÜBUNG", "en": "EXERCISE"}),
            "mark.fr",
        ),
        (broken("statuses", "Actual", mark=dict.fromkeys(LANGUAGES, "ECHT")), "what is real has no mark"),
        (broken("statuses", "Test", code="Actual"), "stands here twice"),
        (
            broken("phrases", "when", names=dict.fromkeys(LANGUAGES, "From {start} on.") | {"en": "{start}, {end}"}),
            "phrases 'when': names.nl: has other gaps",
        ),
        (DOCUMENT | {"rumours": []}, "rumours: unknown section"),
        (DOCUMENT | {"terms": DOCUMENT["terms"] | {"longest_valid_days": 0}}, "longest_valid_days"),
    ],
)
def test_a_broken_file_names_entry_and_field(tmp_path, document, said):
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        read_vocabulary(path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('event = "extraction_team"', 'event = "picnic"', "templates 'extractors_seen': event: no event 'picnic'"),
        ("valid_hours = 336", "valid_hours = 721", "templates 'staff_approached': valid_hours: is more than 30 days"),
        ('status = "Exercise"', 'status = "Draft"', "templates 'exercise_drone': status"),
        ('certainty = "Possible"', 'certainty = "Sure"', "no certainty 'Sure'"),
        ('"stop_diving", ', '"swim", ', "no instruction 'swim'"),
    ],
)
def test_a_broken_template_names_entry_and_field(tmp_path, old, new, said):
    text = TEMPLATES.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "templates.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        read_templates(path, WORDS)
    assert said in str(error.value)


def test_the_files_say_which_version_they_are():
    heads = (DOCUMENT["terms"], tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["head"])
    assert [head["version"] for head in heads] == [1, 1]
    assert WORDS.head.longest_valid_days == 30
