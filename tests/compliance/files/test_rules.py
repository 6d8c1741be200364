"""Administrators' rules: tried before they hold, switched on by a second person, and everything is worked out again."""

from datetime import timedelta
from typing import Any

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance import rule_actions
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Owed, RuleChange
from port2port.compliance.reading import document_of, rulebook
from port2port.compliance.rule_actions import decide_rule, propose_rule, try_out
from port2port.compliance.rule_forms import RuleForm, begun
from port2port.compliance.tasks import wake
from tests.compliance.files.given import ANSM, OPERATOR, PFSO, POLICE, PSO, late_plan

NAMES = {one: f"Lights checked ({one})" for one in ("nl", "fr", "de", "en")}


def entry(**changes: Any) -> dict[str, Any]:
    """A rule of an administrator: the lights are checked each month after a plan was approved."""
    [drill] = [one for one in document_of(rulebook())["rules"] if one["code"] == "drill"]
    changed = {"code": "lights", "fulfilled_by": ["lights_checked"], "names": NAMES}
    due = {"kind": "after", "within": {"amount": 1, "unit": "months"}, "again": True}
    return drill | changed | {"due": due} | changes


EVENTS = [{"code": "lights_checked", "subjects": ["facility"], "names": NAMES}]


def proposed(acting: Any, **changes: Any) -> RuleChange:
    with acting(ANSM):
        return propose_rule(entry=entry(**changes), events=EVENTS, why="Dark quays (test).", at=now())


def test_a_rule_is_tried_then_switched_on_by_another(acting, owner):
    with acting(PFSO):
        late_plan()
    change = proposed(acting)
    with acting(ANSM):
        tried = try_out(change, at=now())
        [effect] = rule_actions.effects(tried)
        assert (effect.rule, effect.subjects, effect.becoming_late) == ("lights", 1, 1)
        with pytest.raises(Refused):
            decide_rule(change.id, act="on", at=now())
    with acting(PFSO):
        assert not Owed.objects.filter(rule="lights").exists()
        with pytest.raises(NotFound):
            rule_actions.proposal(change.id)
    with acting(OPERATOR):
        decide_rule(change.id, act="on", at=now())
        with pytest.raises(Conflict):
            decide_rule(change.id, act="on", at=now())
    jobs = owner.execute("select count(*) from procrastinate_jobs where task_name = 'compliance.rework'")
    assert jobs.fetchone() == (1,)
    assert wake(0) == 1 and wake(0) == 0
    with acting(PFSO):
        assert Owed.objects.filter(rule="lights").count() == 1
        assert rule_actions.proposal(change.id).state == "on"
    with acting(ANSM):
        decide_rule(change.id, act="off", at=now())
    wake(0)
    with acting(PFSO):
        assert not Owed.objects.filter(rule="lights").exists()
    acts = owner.execute("select payload::json->>'act' from base_journal_entry where payload like '%obligation_rule%'")
    assert sorted(row[0] for row in acts) == ["obligation_rule.off", "obligation_rule.on", "obligation_rule.proposed"]


def test_a_new_version_gives_the_old_one_its_last_day(acting):
    [drill] = [one for one in document_of(rulebook())["rules"] if one["code"] == "drill"]
    first = (now() + timedelta(days=30)).date()
    newer = drill | {"version": 2, "valid_from": first.isoformat(), "covers_earlier": False}
    newer["due"] = {"kind": "after", "within": {"amount": 2, "unit": "months"}, "again": True}
    with acting(ANSM):
        change = propose_rule(entry=newer, why="Shorter (test).", at=now())
    with acting(OPERATOR):
        decide_rule(change.id, act="on", at=now())
        book = rules_in_force().book
        assert book.rule("drill", 1).valid_until == first - timedelta(days=1)
        assert book.rule("drill", 2).valid_until is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": 2}, "entry.version"),
        ({"version": True}, "entry.version"),
        ({"code": ["x"]}, "entry.code"),
        ({"citation": "\0"}, "entry"),
        ({"code": "drill", "version": 2, "valid_from": 7}, "entry.valid_from"),
        ({"triggers": ["nothing"]}, "entry.events"),
        ({"owed_by": "nobody"}, "entry.owed_by"),
        ({"names": {"en": "Only one"}}, "entry.names.nl"),
        ({"colour": "red"}, "entry.entry"),
        ({"due": {"kind": "each"}}, "entry.due"),
    ],
)
def test_a_broken_rule_is_refused_by_field(acting, changes, field):
    with acting(ANSM), pytest.raises(Invalid) as caught:
        propose_rule(entry=entry(**changes), events=EVENTS, why="x", at=now())
    assert field in {one.field for one in caught.value.problems}, caught.value.problems
    with acting(ANSM):
        assert not RuleChange.objects.exists()


@pytest.mark.parametrize("email", [PFSO, PSO, POLICE])
def test_others_write_no_rules(acting, email):
    with acting(email), pytest.raises(Refused):
        propose_rule(entry=entry(), events=EVENTS, why="x", at=now())


def test_the_form_writes_what_the_file_would_hold(acting):
    with acting(ANSM):
        book = rules_in_force().book
        for code in ("drill", "exercise", "exercise_notice", "interim_evaluation", "dos_kept", "deputy_in_place"):
            [rule] = [one for one in book.rules if one.code == code]
            begins = {name: value for name, value in begun(rule, 1).items() if value is not None}
            first = "2027-01-01"
            form = RuleForm(begins | {"valid_from": first, "why": "x"}, book=book)
            for name in ("period", "lead"):
                for _amount, unit in getattr(form, f"{name}_pairs"):
                    form.data.setdefault(unit.name, "days")
            assert form.is_valid(), (code, form.errors)
            written = form.entry()
            [stands] = [one for one in document_of(book)["rules"] if one["code"] == code]
            for name in ("triggers", "fulfilled_by", "ended_by", "subject", "owed_by", "decided_by", "same"):
                assert (written.get(name) or None) == (stands.get(name) or None), (code, name)
            given = {name: value for name, value in stands["due"].items() if value not in (None, False)}
            assert {name: value for name, value in written["due"].items() if value is not False} == given, code
            made = propose_rule(entry=written, why="x", at=now())
            assert made.version == 2
