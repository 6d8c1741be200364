"""Signatures: who may sign what, what two of them do, and that nothing goes without both."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.reports import queries as reading
from port2port.reports.routing import actions, rule_queries, rules
from port2port.reports.routing.forms import form_book
from port2port.reports.routing.models import Routing
from port2port.reports.routing.rules import RULES, ruleset
from port2port.reports.shown import shown
from port2port.sharing.tlp import Tlp
from tests.reports.writing import own, report


@pytest.fixture
def drugs_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rules, with the one on drugs verified and allowed to send by itself."""
    before, rule, after = re.split(r'(?=code = "drugs"\n)|(?=# -+ drones)', RULES.read_text(encoding="utf-8"))
    rule = rule.replace("verified = false", "verified = true").replace(
        "automatic_allowed = false", "automatic_allowed = true"
    )
    rule = re.sub(r"to_verify = .*\n", "", rule)
    copy = tmp_path / RULES.name
    copy.write_text(before + rule + after, encoding="utf-8")
    monkeypatch.setattr(rules, "RULES", copy)
    ruleset.cache_clear()
    form_book.cache_clear()
    yield
    ruleset.cache_clear()
    form_book.cache_clear()


def sign(acting, email: str, role: str) -> None:
    with acting(email):
        actions.sign_rule("drugs", version=1, role=role, at=now())


def drugs(**changes):
    return report(**({"to": own(), "threat": "drug_smuggling"} | changes))


def seen_by(acting, email: str, identifier) -> bool:
    with acting(email):
        return bool(shown([identifier]))


def test_a_signature_is_read_by_all_and_withdrawn_by_its_own(acting):
    sign(acting, "pso@antwerp.demo", "sender")
    with acting("contact@agent.demo"):
        assert [(one.rule, one.role) for one in rule_queries.signatures()] == [("drugs", "sender")]
    with acting("pso@northsea.demo"), pytest.raises(NotFound):
        actions.withdraw_signature("drugs", version=1, role="sender", at=now())
    with acting("pso@antwerp.demo"):
        with pytest.raises(Conflict):
            actions.sign_rule("drugs", version=1, role="sender", at=now())
        actions.withdraw_signature("drugs", version=1, role="sender", at=now())
        assert rule_queries.signatures() == []
        actions.sign_rule("drugs", version=1, role="sender", at=now())
        assert len(rule_queries.signatures()) == 1


def test_who_may_not_sign(acting):
    with acting("analyst@police.demo"), pytest.raises(Refused):  # may not speak for the police
        actions.sign_rule("drugs", version=1, role="receiver", at=now())
    with acting("pso@antwerp.demo"):
        with pytest.raises(Invalid):  # a port is no recipient of drugs reports
            actions.sign_rule("drugs", version=1, role="receiver", at=now())
        with pytest.raises(Invalid):
            actions.sign_rule("drugs", version=1, role="witness", at=now())
        with pytest.raises(Invalid):  # facilities and companies report under it
            actions.sign_rule("security_incident", version=1, role="sender", at=now())
        with pytest.raises(Conflict):
            actions.sign_rule("drugs", version=2, role="sender", at=now())
        with pytest.raises(NotFound):
            actions.sign_rule("nothing", version=1, role="sender", at=now())


def test_no_starting_rule_sends_by_itself(acting):
    sign(acting, "pso@antwerp.demo", "sender")
    sign(acting, "officer@customs.demo", "receiver")
    with acting("pso@antwerp.demo"):
        made = drugs()
        assert Routing.objects.count() == 0 and made.record.version == 1
    assert not seen_by(acting, "officer@customs.demo", made.record_id)


@pytest.mark.parametrize("signed", [(), ("sender",), ("receiver",)])
def test_one_signature_is_none(acting, drugs_by_itself, signed):
    if "sender" in signed:
        sign(acting, "pso@antwerp.demo", "sender")
    if "receiver" in signed:
        sign(acting, "officer@customs.demo", "receiver")
    with acting("pso@antwerp.demo"):
        made = drugs().record_id
    assert not seen_by(acting, "officer@customs.demo", made)


def test_both_signed_and_it_goes_to_them_alone(acting, drugs_by_itself, owner):
    sign(acting, "pso@antwerp.demo", "sender")
    sign(acting, "officer@customs.demo", "receiver")
    with acting("pso@antwerp.demo"):
        made = drugs()
        assert made.record.version == 2 and made.record.version == reading.version_of(made.record_id)
        rows = [(row.recipient, row.state) for row in Routing.objects.all()]
        assert rows == [("customs", "sent")]
        other = report(to=own()).record_id
    assert seen_by(acting, "officer@customs.demo", made.record_id)
    assert not seen_by(acting, "analyst@commissioner.demo", made.record_id)
    assert not seen_by(acting, "officer@customs.demo", other), "another rule's report"
    entries = owner.execute(
        "select payload::json -> 'details' ->> 'automatic' from base_journal_entry"
        " where payload::json ->> 'act' = 'report.routed'"
    ).fetchall()
    assert entries == [("true",)]
    with acting("pso@northsea.demo"):  # did not sign
        theirs = drugs().record_id
    assert not seen_by(acting, "officer@customs.demo", theirs)


def test_withdrawn_counts_at_once(acting, drugs_by_itself):
    sign(acting, "pso@antwerp.demo", "sender")
    sign(acting, "officer@customs.demo", "receiver")
    with acting("officer@customs.demo"):
        actions.withdraw_signature("drugs", version=1, role="receiver", at=now())
    with acting("pso@antwerp.demo"):
        made = drugs().record_id
    assert not seen_by(acting, "officer@customs.demo", made)


def test_a_narrow_mark_stays_though_both_signed(acting, drugs_by_itself):
    sign(acting, "pso@antwerp.demo", "sender")
    sign(acting, "officer@customs.demo", "receiver")
    with acting("pso@antwerp.demo"):
        made = drugs(tlp=Tlp.AMBER_STRICT).record_id
    assert not seen_by(acting, "officer@customs.demo", made)
