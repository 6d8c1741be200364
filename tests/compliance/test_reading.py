"""What is wrong with obligations is named by rule and field; what administrators write joins what ships."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from port2port.compliance.holidays import read_holidays
from port2port.compliance.obligations import Event, Subject, problems_of
from port2port.compliance.reading import (
    OBLIGATIONS,
    checked_rulebook,
    document_of,
    extended,
    read_rulebook,
    rulebook,
)
from tests.compliance.told import events, held, local, of, shown

Document = dict[str, Any]
SHIPPED = document_of(rulebook())


def rule(document: Document, code: str) -> Document:
    return next(entry for entry in document["rules"] if entry["code"] == code)


def problems(change: Callable[[Document], object]) -> list[str]:
    """Return why the shipped rules are refused after a change."""
    document = copy.deepcopy(SHIPPED)
    change(document)
    with pytest.raises(ValueError) as caught:
        checked_rulebook("changed", document)
    return str(caught.value).splitlines()


def setting(code: str, path: str, value: object) -> Callable[[Document], object]:
    """Return a change that sets a field of a rule; "due.within" is a field within one."""

    def change(document: Document) -> None:
        entry = rule(document, code)
        *outer, last = path.split(".")
        for name in outer:
            entry = entry[name]
        entry[last] = value

    return change


DRILL = "changed: rules 'drill' version 1"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (setting("drill", "subject", "ship"), f"{DRILL}: subject: no kind of subject 'ship'"),
        (setting("drill", "owed_by", "nobody"), f"{DRILL}: owed_by: no party 'nobody'"),
        (setting("drill", "seen_by", ["nobody"]), f"{DRILL}: seen_by: no party 'nobody'"),
        (setting("drill", "decided_by", "nobody"), f"{DRILL}: decided_by: no party 'nobody'"),
        (setting("drill", "triggers", ["launched"]), f"{DRILL}: events: no kind of event 'launched'"),
        (
            setting("drill", "triggers", ["port_opened"]),
            f"{DRILL}: events: 'port_opened' does not happen to a facility",
        ),
        (setting("drill", "triggers", []), f"{DRILL}: triggers: Expected `array` of length >= 1"),
        (setting("drill", "fulfilled_by", []), f"{DRILL}: fulfilled_by: is needed with due.kind 'after'"),
        (setting("drill", "broken_by", ["drill_held"]), f"{DRILL}: broken_by: is not used with due.kind 'after'"),
        (setting("drill", "undone_by", ["drill_held"]), f"{DRILL}: undone_by: is not used with due.kind 'after'"),
        (setting("drill", "restored_by", ["drill_held"]), f"{DRILL}: restored_by: goes with due.lapses"),
        (setting("drill", "ended_by", ["pfsp_approved"]), f"{DRILL}: ended_by: cannot be a trigger too"),
        (
            setting("drill", "replaced", True),
            f"{DRILL}: due.again: goes without `replaced`, `requires`, `counted_from`, `due.already`",
        ),
        (setting("drill", "same", "drill"), f"{DRILL}: same: 'pfsp_approved' need not carry 'drill'"),
        (setting("drill", "when.proof", {"kind": ["a"]}), f"{DRILL}: when.proof: 'drill_held' has no detail 'kind'"),
        (setting("drill", "when.subject", {"colour": ["a"]}), f"{DRILL}: when.subject: no attribute 'colour'"),
        (
            setting("drill", "when.trigger", {"reason": ["a"]}),
            f"{DRILL}: when.trigger: 'pfsp_approved' has no detail 'reason'",
        ),
        (setting("drill", "due.within", {"unit": "unstated"}), f"{DRILL}: due.again: goes with a stated time only"),
        (
            setting("drill", "due.within", {"unit": "unstated", "amount": 3}),
            f"{DRILL}: due.within: 'unstated' goes without an amount",
        ),
        (
            setting("drill", "due.within.unit", "moons"),
            f"{DRILL}: due.within.unit: Invalid enum value 'moons'",
        ),
        (setting("drill", "due.within.amount", -1), f"{DRILL}: due.within.amount: Expected `int` >= 0"),
        (setting("drill", "due.kind", "sometimes"), f"{DRILL}: due.kind: Invalid value 'sometimes'"),
        (setting("drill", "due.withing", 3), f"{DRILL}: due: Object contains unknown field `withing`"),
        (setting("drill", "leads.late", {"unit": "unstated"}), f"{DRILL}: leads.late: must be stated; 0 days: at once"),
        (setting("drill", "names.fr", " "), f"{DRILL}: names.fr: the text in this language is missing"),
        (setting("drill", "names", {"en": "Drill"}), f"{DRILL}: names.de: the text in this language is missing"),
        (
            setting("drill", "verified", False),
            f"{DRILL}: to_verify: says what is to be verified, and goes with verified = false",
        ),
        (
            setting("drill", "basis.rests_on", "charter"),
            f"{DRILL}: basis.rests_on: 'charter' and the legal basis 'members_charter' go together",
        ),
        (setting("drill", "basis.legal_basis", "x"), f"{DRILL}: basis.legal_basis: no legal basis 'x'"),
        (
            setting("drill", "basis.legal_basis", "nis2_law"),
            f"{DRILL}: valid_from: 'nis2_law' holds from 2024-10-18 only",
        ),
        (setting("drill", "valid_until", "2022-01-01"), f"{DRILL}: valid_until: lies before 2023-01-01"),
        (setting("drill", "covers", True), f"{DRILL}: entry: Object contains unknown field `covers`"),
        (
            setting("interim_evaluation", "due.opens.amount", 35),
            "changed: rules 'interim_evaluation' version 1: due.opens: lies after due.within",
        ),
        (
            setting("pfso_refresher", "due.lapses.amount", 59),
            "changed: rules 'pfso_refresher' version 1: due.lapses: lies before due.within",
        ),
        (
            setting("pfso_refresher", "restored_by", ["function_taken"]),
            "changed: rules 'pfso_refresher' version 1: restored_by: must stand in fulfilled_by too",
        ),
        (
            setting("exercise_notice", "counted_from", None),
            "changed: rules 'exercise_notice' version 1: counted_from: is needed with due.kind 'before'",
        ),
        (
            setting("exercise_notice", "counted_from", "day"),
            "changed: rules 'exercise_notice' version 1: counted_from: 'exercise_planned' need not carry 'day'",
        ),
        (
            setting("exercise_notice", "on_rest_day", "next_working_day"),
            "changed: rules 'exercise_notice' version 1: on_rest_day: is not used with due.kind 'before'",
        ),
        (
            setting("dos_kept", "due.during", {"unit": "unstated"}),
            "changed: rules 'dos_kept' version 1: due.during: must be stated",
        ),
        (
            setting("staff_verification", "due.at_least", 2),
            "changed: rules 'staff_verification' version 1: same: is needed to tell several holders apart",
        ),
        (
            lambda d: d["head"].update(time_zone="Europe/Brugge"),
            "changed: head: time_zone: no time zone 'Europe/Brugge'",
        ),
        (lambda d: d.update(rule=[]), "changed: file: rule: unknown section"),
        (lambda d: d.update(rules={}), "changed: file: rules: must be a list of entries"),
        (lambda d: d["events"].append(d["events"][0]), "changed: events 'facility_opened': code: stands here twice"),
        (
            lambda d: d["events"][0].update(subjects=["ship"]),
            "changed: events 'facility_opened': subjects: no kind of subject 'ship'",
        ),
        (
            lambda d: d["events"][0].update(details=["a"], optional=["a"]),
            "changed: events 'facility_opened': optional: 'a' is in details already",
        ),
        (lambda d: d["rules"].append(rule(d, "drill")), f"{DRILL}: version: stands here twice"),
        (
            lambda d: d["rules"].append(rule(d, "drill") | {"version": 2, "covers_earlier": False}),
            "changed: rules 'drill' version 1: valid_until: is needed, since version 2 follows",
        ),
        (
            lambda d: d["rules"].append(rule(d, "drill") | {"version": 2}),
            "changed: rules 'drill' version 2: covers_earlier: only the first version may",
        ),
        (
            lambda d: d["rules"].append(rule(d, "drill") | {"version": 2, "due": rule(d, "exercise")["due"]}),
            "changed: rules 'drill' version 2: due.kind: another shape or subject is another rule: give it a new code",
        ),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[Document], object], problem: str) -> None:
    found = problems(change)
    assert any(line.startswith(problem) for line in found), found


def test_all_problems_are_named_at_once() -> None:
    def change(document: Document) -> None:
        setting("drill", "owed_by", "nobody")(document)
        setting("exercise", "decided_by", "nobody")(document)

    assert len(problems(change)) == 2


def test_the_document_of_the_rules_reads_back_the_same() -> None:
    document = msgspec.json.decode(msgspec.json.encode(document_of(rulebook())))
    assert checked_rulebook("again", document) == rulebook() == read_rulebook(OBLIGATIONS)


def test_what_is_from_memory_says_so() -> None:
    from_memory = {rule.code for rule in rulebook().rules if not rule.verified}
    assert {
        "camera_images",
        "data_breach",
        "cer_notification",
        "cer_report",
        "staff_verification_renewal",
    } <= from_memory
    assert not {"drill", "exercise", "pfsp_renewal", "nis2_notification", "pfso_refresher"} & from_memory
    assert all((rule.to_verify is None) == rule.verified for rule in rulebook().rules)


def test_no_event_carries_anything_of_a_port_ban_or_a_person() -> None:
    details = {name for kind in rulebook().events for name in (*kind.details, *kind.optional)}
    assert details == {
        *("act", "audit", "batch", "contract", "decision", "drill", "exercise", "finding", "holder", "level"),
        *("occasion", "on", "priority", "reason", "request"),
    }
    assert not rulebook().event_kinds["port_ban_list_changed"].details


NEW_RULE: Document = {
    "code": "fence_inspection",
    "names": {"nl": "Omheining nakijken", "fr": "Contrôler la clôture", "de": "Zaun prüfen", "en": "Inspect the fence"},
    "version": 1,
    "valid_from": "2026-01-01",
    "active": True,
    "verified": True,
    "subject": "facility",
    "triggers": ["facility_opened"],
    "due": {"kind": "each", "calendar": "quarter", "apart": {"amount": 4, "unit": "months"}},
    "fulfilled_by": ["fence_inspected"],
    "ended_by": ["facility_closed"],
    "leads": {"soon": {"amount": 3, "unit": "weeks"}, "late": {"amount": 1, "unit": "days"}},
    "owed_by": "facility_operator",
    "seen_by": ["facility_security_officer"],
    "decided_by": "port_security_officer",
    "basis": {"rests_on": "charter", "citation": "Agreed", "legal_basis": "members_charter"},
}
NEW_EVENT: Document = {
    "code": "fence_inspected",
    "subjects": ["facility"],
    "names": {"nl": "Nagekeken", "fr": "Contrôlé", "de": "Geprüft", "en": "Inspected"},
}


def test_an_administrator_adds_a_rule_and_its_event() -> None:
    book = extended(rulebook(), {"rules": [NEW_RULE], "events": [NEW_EVENT]}, name="administrators")
    told = [("facility_opened", "2026-02-10 08:00"), ("fence_inspected", "2026-03-31 23:59:59")]
    owed = of(held("facility", told, "2026-07-05 00:00", book=book), "fence_inspection")
    assert [shown(one.until) for one in owed][-1] == "2026-07-31 23:59:59"  # four months after the last one
    assert [one.state(local("2026-07-05 00:00")) for one in owed] == ["fulfilled", "late", "open"]
    assert len(book.rules) == len(rulebook().rules) + 1


def test_what_an_administrator_writes_is_checked() -> None:
    with pytest.raises(
        ValueError, match="administrators: rules 'fence_inspection' version 1: events: no kind of event"
    ):
        extended(rulebook(), {"rules": [NEW_RULE]}, name="administrators")


def test_an_administrator_corrects_a_rule_by_a_new_version() -> None:
    first = rule(copy.deepcopy(SHIPPED), "drill")
    second = copy.deepcopy(first) | {"version": 2, "valid_from": "2026-07-01", "covers_earlier": False}
    second["due"]["within"]["amount"] = 2
    first["valid_until"] = "2026-06-30"
    book = extended(rulebook(), {"rules": [first, second]}, name="administrators")
    told = [
        ("pfsp_approved", "2026-03-10 08:00"),
        ("drill_held", "2026-06-05 08:00"),
        ("drill_held", "2026-07-10 08:00"),
    ]
    owed = of(held("facility", told, "2026-08-01 00:00", book=book), "drill")
    assert [(one.rule.version, one.until) for one in owed] == [
        (1, local("2026-06-10 23:59:59.999999")),
        (1, local("2026-09-05 23:59:59.999999")),
        (2, local("2026-09-10 23:59:59.999999")),
    ]


@pytest.mark.parametrize(
    ("event", "subject", "found"),
    [
        (Event("drill_held", local("2026-01-01"), {}), "facility", []),
        (Event("drill_held", local("2026-01-01"), {"drill": "d"}), "facility", []),
        (Event("launched", local("2026-01-01"), {}), "facility", ["no kind of event 'launched'"]),
        (Event("drill_held", local("2026-01-01"), {}), "port", ["drill_held does not happen to a port"]),
        (Event("drill_held", datetime(2026, 1, 1), {}), "facility", ["at: without a time zone"]),
        (Event("drill_held", local("2026-01-01"), {"name": "x"}), "facility", ["name: unknown"]),
        (Event("exercise_held", local("2026-01-01"), {}), "facility", ["exercise: is missing"]),
        (
            Event("exercise_planned", local("2026-01-01"), {"exercise": "e", "on": "31 March"}),
            "facility",
            ["on: no day or moment '31 March'"],
        ),
    ],
)
def test_an_event_is_checked_before_it_is_kept(event: Event, subject: str, found: list[str]) -> None:
    assert problems_of(event, Subject(subject, "s", {}), rulebook()) == found


def test_a_broken_event_is_named_when_it_got_in_all_the_same() -> None:
    with pytest.raises(ValueError, match=r"rule 'exercise_notice': exercise_planned at .*: on: 'soon'"):
        held(
            "facility", [("exercise_planned", "2026-01-01 10:00", {"exercise": "e", "on": "soon"})], "2026-02-01 10:00"
        )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('day = "02-30"', "no day '02-30'"),
        ('day = "02-29"', "does not come every year"),
        ('day = "01-01"\nfrom_easter = 1', "either `day` or `from_easter`"),
        ("", "either `day` or `from_easter`"),
    ],
)
def test_a_holiday_is_one_day_of_every_year(tmp_path: Any, line: str, problem: str) -> None:
    path = tmp_path / "holidays.toml"
    head = '[head]\nversion = 1\nvalid_from = 2026-01-01\ncountry = "BE"\ncitation = "x"\nverified = false\n'
    names = 'names = { nl = "x", fr = "x", de = "x", en = "x" }'
    path.write_text(f'{head}[[holidays]]\ncode = "x"\n{line}\n{names}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        read_holidays(path)


def test_histories_are_told_in_local_time() -> None:
    assert events([("drill_held", "2026-07-01 10:00")])[0].at == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert rulebook().rule("drill", 1).in_force(date(2023, 1, 1))
