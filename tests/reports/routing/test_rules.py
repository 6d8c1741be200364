"""The rules as data: what ships holds together, and what is wrong in a file is named by file, rule and field."""

from datetime import date

import pytest

from port2port.reports.routing.rules import RULES, read_ruleset, ruleset
from port2port.sharing.legal_basis import legal_basis
from tests.reports.routing.writing import changed

NIS2_BASIS = 'citation = "Loi du 26 avril 2024 / Wet van 26 april 2024 (NIS2)"\nlegal_basis = "nis2_law"'


def test_what_is_from_memory_says_so_and_nothing_is_sent_by_itself():
    rules = ruleset().rules
    assert {rule.code for rule in rules if rule.verified} == {"nis2", "north_sea_port_be", "north_sea_port_nl"}
    assert not any(rule.automatic_allowed for rule in rules)
    assert all((rule.to_verify is None) == rule.verified for rule in rules)


def test_each_rule_says_whether_a_law_obliges_and_cites_it():
    ground = {rule.code: rule.basis.rests_on for rule in ruleset().rules}
    assert ground == {
        "security_incident": "law",
        "port_incident": "charter",
        "drugs": "charter",
        "drone": "charter",
        "nis2": "law",
        "critical_entity": "law",
        "personal_data_breach": "law",
        "personal_data_breach_unknown": "law",
        "north_sea_port_be": "request",
        "north_sea_port_nl": "request",
    }
    for rule in ruleset().rules:
        if rule.basis.rests_on == "law":
            assert rule.basis.legal_basis is not None
            assert legal_basis(rule.basis.legal_basis).valid_from <= rule.valid_from


def test_rules_and_recipients_are_found_by_their_code():
    assert ruleset().rule("drugs", 1).code == "drugs"
    assert ruleset().recipient("customs").label("fr") == "Douanes et Accises"
    assert str(ruleset().zone) == "Europe/Brussels"
    with pytest.raises(KeyError):
        ruleset().rule("drugs", 2)
    with pytest.raises(KeyError):
        ruleset().recipient("nobody")


def has_problem(path, problem: str) -> bool:
    """Return whether reading a file is refused with this problem, whatever else is wrong."""
    with pytest.raises(ValueError) as caught:
        read_ruleset(path)
    return any(line.startswith(f"{path.name}: {problem}") for line in str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        # codes that nobody knows
        (
            'about = ["drug_smuggling", "DR"]',
            'about = ["drugs"]',
            "drugs: when.about: no threat or modus operandi 'drugs'",
        ),
        ('about = ["cyber_attack", "CY"]', 'about = ["CZ"]', "nis2: when.about: no threat or modus operandi 'CZ'"),
        ('about = ["cyber_attack", "CY"]', 'about = ["CY99"]', "nis2: when.about: no threat or modus operandi 'CY99'"),
        (
            'not_about = ["insider"]',
            'not_about = ["insiders"]',
            "security_incident: when.not_about: no threat or modus operandi 'insiders'",
        ),
        (
            'natures = ["incident", "near_miss"]',
            'natures = ["party"]',
            "port_incident: when.natures: no nature 'party'",
        ),
        (
            'sources = ["seen", "colleague"',
            'sources = ["rumour", "colleague"',
            "security_incident: when.sources: no source 'rumour'",
        ),
        (
            'severity_at_least = "high"',
            'severity_at_least = "huge"',
            "critical_entity: when.severity_at_least: no severity 'huge'",
        ),
        ('ports = ["BEGNE"]', 'ports = ["BEXXX"]', "north_sea_port_be: when.ports: no port 'BEXXX'"),
        ("nis2_scope = true", 'nis2_scope = true\nphases = ["later"]', "nis2: when.phases: no phase 'later'"),
        (
            "nis2_scope = true",
            'nis2_scope = true\nplace_kinds = ["moon"]',
            "nis2: when.place_kinds: no kind of place 'moon'",
        ),
        (
            "nis2_scope = true",
            'nis2_scope = true\nobservables = ["aura"]',
            "nis2: when.observables: no kind of observable 'aura'",
        ),
        (
            'reporter_kinds = ["terminal_operator", "company"]',
            'reporter_kinds = ["shop"]',
            "security_incident: when.reporter_kinds[0]: Invalid enum value 'shop'",
        ),
        ('legal_basis = "nis2_law"', 'legal_basis = "nis3_law"', "nis2: basis.legal_basis: no legal basis 'nis3_law'"),
        (
            'recipients = ["port_committee"]',
            'recipients = ["port_comittee"]',
            "security_incident: recipients: no recipient 'port_comittee'",
        ),
        ('after = "notification"', 'after = "notice"', "nis2: steps 'final_report' after: no earlier step 'notice'"),
        (
            'after = "notification"',
            'after = "final_report"',
            "nis2: steps 'final_report' after: no earlier step 'final_report'",
        ),
        # what is missing, twice there, misspelt
        ('de = "Drogenschmuggel", ', "", "drugs: names.de: the text in this language"),
        (
            ', en = "North Sea Port asks for Dutch incidents in MOBI."',
            "",
            "north_sea_port_nl: reasons.en: the text in this language",
        ),
        ('fr = "Alerte précoce", ', "", "nis2: steps 'early_warning' names.fr: the text in this language"),
        (
            'to_verify = { nl = "Beide',
            'to_verify = { xx = "?", nl = "Beide',
            "critical_entity: to_verify.xx: unknown language",
        ),
        ('code = "notification"', 'code = "early_warning"', "nis2: steps 'early_warning': stands here twice"),
        (
            'recipients = ["federal_police", "customs", "drug_commissioner"]',
            'recipients = ["customs", "customs"]',
            "drugs: recipients: a recipient stands here twice",
        ),
        ("nis2_scope = true", "nis_scope = true", "nis2: when: Object contains unknown field `nis_scope`"),
        (NIS2_BASIS, 'citation = " "', "nis2: basis.citation: Expected `str` matching regex"),
        (
            'natures = ["incident", "near_miss"]',
            "natures = []",
            "port_incident: when.natures: Expected `array` of length >= 1",
        ),
        # what does not go together
        (
            'within = { amount = 24, unit = "hours" }',
            'within = { amount = 24, unit = "hours" }\nobligations = ["data_breach"]',
            "port_incident: steps 'report': names either obligations or a time (within), one of the two",
        ),
        (
            'within = { amount = 24, unit = "hours" }\n',
            "",
            "port_incident: steps 'report': names either obligations or a time (within), one of the two",
        ),
        (
            'within = { amount = 24, unit = "hours" }',
            'within = { amount = 24, unit = "hours" }\nbegins = "never"',
            "port_incident: steps 'report': begins and seen go with obligations",
        ),
        (
            'obligations = ["cer_report"]',
            'obligations = ["drill"]',
            "critical_entity: steps 'detailed_report' obligations: no obligation of a report 'drill'",
        ),
        (
            'seen = "incident_reported"',
            'seen = "incident_red"',
            "security_incident: steps 'report' seen: no event 'incident_red'",
        ),
        ('rests_on = "charter"', 'rests_on = "law"', "port_incident: basis.rests_on: 'charter' and the legal basis"),
        ("verified = true", "verified = false", "nis2: to_verify: says what is to be verified"),
        (
            "verified = false\nautomatic",
            "verified = true\nautomatic",
            "security_incident: to_verify: says what is to be verified",
        ),
        (
            "automatic_allowed = false",
            "automatic_allowed = true",
            "security_incident: automatic_allowed: only a verified rule may send by itself",
        ),
        ('ports = ["BEGNE"]\n', "", "north_sea_port_be: recipients: 'port_authority' depends on the port"),
        (
            "valid_from = 2026-01-01",
            "valid_from = 2025-12-31",
            "critical_entity: valid_from: 'cer_law' holds from 2026-01-01 only",
        ),
        (
            "valid_from = 2026-01-01",
            "valid_from = 2026-01-01\nvalid_until = 2025-12-31",
            "critical_entity: valid_until: lies before 2026-01-01",
        ),
    ],
)
def test_what_is_wrong_is_named_by_file_rule_and_field(tmp_path, old, new, problem):
    rule, _, rest = problem.partition(": ")
    assert has_problem(changed(RULES, tmp_path, (old, new)), f"rules {rule!r} version 1: {rest}")


@pytest.mark.parametrize("zone", ["Europe/Bruges", "../Brussels", "Europe"])
def test_a_time_zone_must_be_one(tmp_path, zone):
    assert has_problem(changed(RULES, tmp_path, ("Europe/Brussels", zone)), f"head: time_zone: no time zone {zone!r}")


def test_a_rule_without_a_name_is_known_by_its_place(tmp_path):
    copy = changed(RULES, tmp_path, ('code = "drugs"\n', ""))
    assert has_problem(copy, "rules number 3: entry: Object missing required field `code`")
    copy = changed(RULES, tmp_path, ('code = "drugs"\nversion = 1', 'code = "drugs"\nversion = 0'))
    assert has_problem(copy, "rules 'drugs' version 0: version: Expected `int` >= 1")


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("nis2", "'centre_for_cybersecurity' is not on the platform"),
        ("north_sea_port_nl", "'port_authority_nl' is outside BE: a person decides"),
    ],
)
def test_nothing_is_sent_by_itself_where_it_cannot_or_may_not(tmp_path, rule, why):
    text = RULES.read_text(encoding="utf-8")
    before = text[text.index(f'code = "{rule}"') :].partition("automatic_allowed = false")[0]
    copy = changed(RULES, tmp_path, (f"{before}automatic_allowed = false", f"{before}automatic_allowed = true"))
    assert has_problem(copy, f"rules {rule!r} version 1: automatic_allowed: {why}")


def test_a_verified_rule_to_members_may_send_by_itself(tmp_path):
    text = RULES.read_text(encoding="utf-8")
    before = text[text.index('code = "north_sea_port_be"') :].partition("automatic_allowed = false")[0]
    copy = changed(RULES, tmp_path, (f"{before}automatic_allowed = false", f"{before}automatic_allowed = true"))
    assert read_ruleset(copy).rule("north_sea_port_be", 1).automatic_allowed


def test_a_rule_without_conditions_is_refused(tmp_path):
    text = RULES.read_text(encoding="utf-8")
    start = text.rindex("[rules.when]", 0, text.index('personal_data_breach = ["yes"]'))
    when = text[start : text.index("[[rules.steps]]", start)]
    copy = changed(RULES, tmp_path, (when, "[rules.when]\n"))
    assert has_problem(copy, "rules 'personal_data_breach' version 1: when: without a condition")


def test_kinds_of_observables_that_are_known_may_be_named(tmp_path):
    copy = changed(RULES, tmp_path, ("nis2_scope = true", 'nis2_scope = true\nobservables = ["phone"]'))
    assert read_ruleset(copy).rule("nis2", 1).when.observables == ("phone",)


def test_all_problems_come_together(tmp_path):
    copy = changed(
        RULES, tmp_path, ('ports = ["BEGNE"]', 'ports = ["BEXXX"]'), ('["nis2_notification"]', '["nis2_news"]')
    )
    with pytest.raises(ValueError) as caught:
        read_ruleset(copy)
    assert len(str(caught.value).splitlines()) == 2


# ------------------------------------------------------------------------------------------- versions of the same rule

FIRST = 'code = "north_sea_port_nl"\nversion = 1\nvalid_from = 2025-11-21\n'


def two_versions(tmp_path, last_day: str, version: int, first_day: str):
    """Return the shipped file with the last rule written twice."""
    text = RULES.read_text(encoding="utf-8")
    last = text[text.rindex("[[rules]]") :]
    second = last.replace(FIRST, f'code = "north_sea_port_nl"\nversion = {version}\nvalid_from = {first_day}\n')
    first = last.replace(FIRST, FIRST + last_day)
    return changed(RULES, tmp_path, (last, first + "\n" + second))


def test_versions_follow_each_other_day_by_day_or_with_a_gap(tmp_path):
    for first_day in ("2027-01-01", "2028-01-01"):
        rules = read_ruleset(two_versions(tmp_path, "valid_until = 2026-12-31\n", 2, first_day))
        assert rules.rule("north_sea_port_nl", 1).valid_until == date(2026, 12, 31)
        assert rules.rule("north_sea_port_nl", 2).valid_from == date.fromisoformat(first_day)


@pytest.mark.parametrize(
    ("last_day", "version", "first_day", "problem"),
    [
        ("valid_until = 2026-12-31\n", 2, "2026-12-31", "version 2: valid_from: version 1 holds until 2026-12-31"),
        ("valid_until = 2026-12-31\n", 2, "2020-01-01", "version 2: valid_from: version 1 holds until 2026-12-31"),
        ("", 2, "2027-01-01", "version 1: valid_until: is needed, since version 2 follows"),
        ("valid_until = 2026-12-31\n", 1, "2027-01-01", "version 1: version: stands here twice"),
    ],
)
def test_versions_that_overlap_are_refused(tmp_path, last_day, version, first_day, problem):
    with pytest.raises(ValueError, match=f"'north_sea_port_nl' {problem}"):
        read_ruleset(two_versions(tmp_path, last_day, version, first_day))
