"""Each starting rule with a report that meets it and reports that do not; pure in every case."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.members.data_files import LANGUAGES
from port2port.members.network_data import load_network
from port2port.reports.routing.evaluate import Condition, Facts, explain, may_apply, routings, tried
from port2port.reports.routing.rules import Conditions, Rule, ruleset
from port2port.reports.vocabulary import vocabulary
from tests.reports.routing.writing import QUIET

DAY = date(2026, 11, 20)
RULES = ruleset()
WORDS = vocabulary()

AT_QUAY = replace(QUIET, threat="physical_intrusion", place="facility", port="BEANR", reporter_kind="terminal_operator")
BY_PORT = replace(AT_QUAY, reporter_kind="port_authority", nature="incident")
DRUGS = replace(QUIET, threat="drug_smuggling")
DRONE = replace(QUIET, threat="drone_misuse", place="port", port="BEOST")
CYBER = replace(QUIET, threat="cyber_attack", nature="incident", severity="moderate", nis2_scope=True)
CRITICAL = replace(QUIET, nature="incident", severity="high", critical_entity=True)
BREACH = replace(QUIET, personal_data_breach="yes")
MAYBE_BREACH = replace(QUIET, threat="cyber_attack", nature="incident", personal_data_breach="unknown")
GHENT = replace(AT_QUAY, port="BEGNE", nature="incident")
FLUSHING = replace(GHENT, port="NLVLI", reporter_country="NL")


def codes(facts: Facts, on: date = DAY) -> list[str]:
    return [routing.rule.code for routing in routings(facts, RULES, on=on)]


def wanting(**wanted) -> Rule:
    """Return a rule with these conditions only."""
    return msgspec.structs.replace(RULES.rule("drugs", 1), when=Conditions(**wanted))


def test_a_quiet_report_goes_nowhere_by_rule():
    assert codes(QUIET) == []


DRUG_PARTNERS = ["federal_police", "customs", "drug_commissioner"]
INSIDER_CYBER = replace(CYBER, threat="insider", modi_operandi=frozenset({"CY05"}))


@pytest.mark.parametrize(
    ("rule", "facts", "recipients"),
    [
        ("security_incident", AT_QUAY, ["port_committee"]),
        ("security_incident", replace(AT_QUAY, reporter_kind="company", threat="drug_smuggling"), ["port_committee"]),
        ("port_incident", BY_PORT, ["port_committee"]),
        ("port_incident", replace(BY_PORT, reporter_kind="waterway_manager", nature="near_miss"), ["port_committee"]),
        ("drugs", DRUGS, DRUG_PARTNERS),
        # extractors on the quay: an intrusion by its threat, drugs by how it was done
        ("drugs", replace(AT_QUAY, modi_operandi=frozenset({"PH01", "DR06"})), DRUG_PARTNERS),
        ("drone", DRONE, ["port_police", "airspace_authority"]),
        ("nis2", CYBER, ["centre_for_cybersecurity"]),
        ("nis2", INSIDER_CYBER, ["centre_for_cybersecurity"]),
        ("critical_entity", CRITICAL, ["critical_entities_authority"]),
        ("personal_data_breach", BREACH, ["data_protection_authority"]),
        ("personal_data_breach_unknown", MAYBE_BREACH, ["data_protection_authority"]),
        ("north_sea_port_be", GHENT, ["port_authority"]),
        ("north_sea_port_nl", FLUSHING, ["port_authority_nl"]),
        ("north_sea_port_nl", replace(FLUSHING, port="NLTNZ"), ["port_authority_nl"]),
    ],
)  # fmt: skip
def test_a_report_that_meets_a_rule_goes_to_its_recipients(rule, facts, recipients):
    found = {routing.rule.code: routing for routing in routings(facts, RULES, on=DAY)}
    assert [recipient.code for recipient in found[rule].recipients] == recipients
    assert all(condition.met for condition in explain(facts, found[rule].rule, DAY))


@pytest.mark.parametrize(
    ("rule", "facts", "fields"),
    [
        ("security_incident", replace(AT_QUAY, threat="insider"), ["not_about"]),
        ("security_incident", replace(AT_QUAY, port="NLVLI"), ["port_countries"]),
        ("security_incident", replace(AT_QUAY, port=""), ["port_countries"]),
        ("security_incident", replace(AT_QUAY, source="published"), ["sources"]),
        ("security_incident", replace(AT_QUAY, reporter_kind="customs"), ["reporter_kinds"]),
        ("port_incident", replace(BY_PORT, nature="suspicious"), ["natures"]),
        ("drugs", replace(DRUGS, threat="insider", modi_operandi=frozenset({"DR14"})), ["not_about"]),
        ("drugs", replace(DRUGS, threat="physical_intrusion", modi_operandi=frozenset({"PH01"})), ["about"]),
        ("drugs", replace(DRUGS, reporter_country="ZZ"), ["reporter_countries"]),
        ("drone", replace(DRONE, port=""), ["port_countries"]),
        ("nis2", replace(CYBER, nis2_scope=False), ["nis2_scope"]),
        ("nis2", replace(CYBER, nis2_scope=None), ["nis2_scope"]),
        ("nis2", replace(CYBER, severity="low"), ["severity_at_least"]),
        (
            "critical_entity",
            replace(CRITICAL, critical_entity=None, severity="moderate"),
            ["severity_at_least", "critical_entity"],
        ),
        ("personal_data_breach", replace(BREACH, personal_data_breach=""), ["personal_data_breach"]),
        ("personal_data_breach", replace(BREACH, reporter_country="NL"), ["reporter_countries"]),
        ("personal_data_breach", replace(BREACH, personal_data_breach="no"), ["personal_data_breach"]),
        ("personal_data_breach", MAYBE_BREACH, ["personal_data_breach"]),
        ("personal_data_breach_unknown", replace(MAYBE_BREACH, nature="suspicious"), ["natures"]),
        ("personal_data_breach_unknown", replace(MAYBE_BREACH, personal_data_breach="no"), ["personal_data_breach"]),
        ("north_sea_port_be", replace(GHENT, port="BEANR"), ["ports"]),
        ("north_sea_port_nl", replace(FLUSHING, port="NLRTM"), ["ports"]),
    ],
)
def test_a_report_that_does_not_meet_a_rule_says_where_it_fails(rule, facts, fields):
    assert rule not in codes(facts)
    assert [c.field for c in explain(facts, RULES.rule(rule, 1), DAY) if not c.met] == fields


def test_an_explanation_names_what_was_wanted_and_found():
    found = explain(
        replace(CYBER, nis2_scope=None, modi_operandi=frozenset({"CY06", "CY01"})), RULES.rule("nis2", 1), DAY
    )
    assert found[0] == Condition("valid", ("2025-11-21", ""), ("2026-11-20",), True)
    assert Condition("about", ("cyber_attack", "CY"), ("cyber_attack", "CY01", "CY06"), True) in found
    assert found[-1] == Condition("nis2_scope", ("yes",), ("unknown",), False)


def test_several_rules_stand_in_the_order_of_the_file():
    facts = replace(GHENT, threat="drug_smuggling", personal_data_breach="yes")
    assert codes(facts) == ["security_incident", "drugs", "personal_data_breach", "north_sea_port_be"]


def test_nis2_has_three_steps_and_says_why_in_each_language():
    (routing,) = routings(CYBER, RULES, on=DAY)
    assert [(s.code, s.obligations, s.after) for s in routing.steps] == [
        ("early_warning", ("nis2_early_warning",), ""),
        ("notification", ("nis2_notification",), ""),
        ("final_report", ("nis2_final_report",), "notification"),
    ]
    assert set(routing.why) == set(LANGUAGES)


def test_the_dutch_side_is_a_release_outside():
    (routing,) = routings(FLUSHING, RULES, on=DAY)
    assert [(r.country, r.relation) for r in routing.recipients] == [("NL", "port")]


def test_a_rule_holds_from_its_first_day_to_its_last_and_its_next_version_after():
    """The first version for 2026 only, the second from 2027 on to the police alone."""
    drugs = RULES.rule("drugs", 1)
    first = msgspec.structs.replace(drugs, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    second = msgspec.structs.replace(drugs, version=2, valid_from=date(2027, 1, 1), recipients=("federal_police",))
    versions = msgspec.structs.replace(RULES, rules=(first, second))

    def version_on(day: date) -> list[int]:
        return [routing.rule.version for routing in routings(DRUGS, versions, on=day)]

    assert version_on(date(2025, 12, 31)) == []
    assert version_on(date(2026, 1, 1)) == version_on(date(2026, 12, 31)) == [1]
    assert version_on(date(2027, 1, 1)) == version_on(date(2099, 1, 1)) == [2]
    assert [c.field for c in explain(DRUGS, first, date(2027, 1, 1)) if not c.met] == ["valid"]
    assert explain(DRUGS, first, DAY)[0].wanted == ("2026-01-01", "2026-12-31")


def test_the_rule_for_critical_entities_waits_for_its_law():
    assert codes(CRITICAL, on=date(2025, 12, 31)) == []
    assert codes(CRITICAL, on=date(2026, 1, 1)) == ["critical_entity"]


def test_trying_out_counts_who_would_have_got_what_whatever_the_date():
    later = msgspec.structs.replace(RULES.rule("drone", 1), valid_from=date(2999, 1, 1))
    counted, other = tried(
        msgspec.structs.replace(RULES, rules=(later, RULES.rule("nis2", 1))),
        iter([DRONE, DRONE, replace(DRONE, port="BEANR"), DRUGS]),
    )
    assert (counted.seen, counted.routed) == (4, 3)
    assert counted.where == {("airspace_authority", ""): 3, ("port_police", "BEANR"): 1, ("port_police", "BEOST"): 2}
    assert (other.seen, other.routed, other.where) == (4, 0, {})


def test_an_unknown_severity_is_an_error_not_silence():
    with pytest.raises(KeyError, match="huge"):
        routings(replace(CYBER, severity="huge"), RULES, on=DAY)


@pytest.mark.parametrize(
    ("wanted", "facts"),
    [
        ({"phases": ("extract", "access")}, {"phase": "extract"}),
        ({"place_kinds": ("waterway",)}, {"place": "waterway"}),
        ({"observables": ("plate", "phone")}, {"observables": frozenset({"phone", "email"})}),
        ({"about": ("DR11",)}, {"modi_operandi": frozenset({"DR11"})}),
        ({"personal_data_breach": ("no",)}, {"personal_data_breach": "no"}),
    ],
)
def test_conditions_that_no_starting_rule_has(wanted, facts):
    rule = wanting(**wanted)
    assert all(c.met for c in explain(replace(QUIET, **facts), rule, DAY))
    assert [c.field for c in explain(QUIET, rule, DAY) if not c.met] == list(wanted)


def test_a_modus_operandi_is_not_a_family():
    """DR11 does not stand for DR01, nor a threat for one that begins like it."""
    rule = wanting(about=("DR11",))
    facts = replace(DRUGS, modi_operandi=frozenset({"DR01", "DR10", "DR12"}))
    assert [c.field for c in explain(facts, rule, DAY) if not c.met] == ["about"]


def one_of(entries) -> st.SearchStrategy[str]:
    return st.sampled_from([entry.code for entry in entries])


maybe = st.sampled_from([True, False, None])
any_facts = st.builds(
    Facts,
    threat=one_of(WORDS.threats),
    nature=one_of(WORDS.natures),
    severity=one_of(WORDS.severities),
    source=one_of(WORDS.sources),
    place=one_of(WORDS.place_kinds),
    reporter_kind=st.sampled_from(sorted({entry.kind for entry in load_network().organisations})),
    reporter_country=st.sampled_from(["BE", "NL", "ZZ"]),
    port=st.sampled_from(["", *(port.code for port in load_network().ports)]),
    modi_operandi=st.frozensets(one_of(WORDS.modi_operandi), max_size=4),
    phase=st.one_of(st.just(""), one_of(WORDS.phases)),
    nis2_scope=maybe,
    critical_entity=maybe,
    personal_data_breach=st.sampled_from(["", "yes", "no", "unknown"]),
)
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@given(facts=any_facts, on=days)
def test_the_same_report_on_the_same_day_goes_the_same_way(facts, on):
    first = routings(facts, RULES, on=on)
    assert routings(replace(facts), RULES, on=on) == first
    for rule in RULES.rules:
        assert (rule in [r.rule for r in first]) == all(c.met for c in explain(facts, rule, on))


@given(facts=any_facts, on=days, observables=st.frozensets(st.sampled_from(["phone", "plate", "imo"])))
def test_a_fact_that_no_rule_names_changes_nothing(facts, on, observables):
    """No starting rule looks at observables, at the phase or at the kind of place."""
    assert all(not (r.when.observables or r.when.phases or r.when.place_kinds) for r in RULES.rules)
    before = routings(facts, RULES, on=on)
    other = replace(facts, observables=observables, phase="extract", place="point")
    assert routings(other, RULES, on=on) == before


@given(facts=any_facts, on=days)
def test_what_stands_on_a_report_never_leaves_out_a_rule_that_applies(facts, on):
    stated = replace(facts, observables=frozenset(), nis2_scope=None, critical_entity=None)
    assert all(may_apply(stated, met.rule) for met in routings(facts, RULES, on=on))
    assert not may_apply(QUIET, next(rule for rule in RULES.rules if rule.code == "nis2"))


@given(history=st.lists(any_facts, max_size=12))
def test_trying_out_agrees_with_routing(history):
    on = max(rule.valid_from for rule in RULES.rules) + timedelta(days=1)
    for summary in tried(RULES, history):
        through = [facts for facts in history if summary.rule.code in codes(facts, on)]
        assert summary.routed == len(through)
        assert sum(summary.where.values()) == len(through) * len(summary.rule.recipients)
