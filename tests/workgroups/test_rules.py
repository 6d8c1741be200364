"""Rules of decision on plain values, and that the database works out the same."""

import json
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from port2port.base.ids import new_id
from port2port.workgroups.rules import (
    VOTES,
    DecisionRule,
    days_to_remind_of,
    difference,
    fraction_of,
    outcome,
)
from port2port.workgroups.words import rule_words

ORGANISATIONS = tuple(new_id() for _ in range(9))
PARTS = st.fractions(min_value=0, max_value=1, max_denominator=12)
RULES = st.one_of(
    st.builds(DecisionRule, st.just("consensus"), st.none(), PARTS),
    st.builds(DecisionRule, st.just("qualified"), PARTS.filter(lambda part: part >= Fraction(1, 2)), PARTS),
)
BALLOTS = st.dictionaries(st.sampled_from(ORGANISATIONS), st.sampled_from(VOTES))


def ballots(*votes: str) -> dict[UUID, str]:
    return dict(zip(ORGANISATIONS, votes, strict=False))


@pytest.mark.parametrize(
    ("rule", "votes", "organisations", "why"),
    [
        (DecisionRule("consensus", None, Fraction(1, 2)), ("for", "for", "abstain"), 3, "agreed"),
        (DecisionRule("consensus", None, Fraction(1, 2)), ("for", "for", "against"), 3, "opposed"),
        (DecisionRule("consensus", None, Fraction(1, 2)), ("for",), 3, "no-quorum"),
        (DecisionRule("consensus", None, Fraction(0)), (), 3, "no-quorum"),
        (DecisionRule("consensus", None, Fraction(1, 2)), ("abstain", "abstain"), 3, "no-votes"),
        (DecisionRule("qualified", Fraction(2, 3), Fraction(1, 2)), ("for", "for", "against"), 5, "majority"),
        (
            DecisionRule("qualified", Fraction(2, 3), Fraction(1, 2)),
            ("for", "for", "against", "against"),
            5,
            "no-majority",
        ),
        (
            DecisionRule("qualified", Fraction(2, 3), Fraction(1, 2)),
            ("for", "for", "against", "abstain"),
            5,
            "majority",
        ),
        (DecisionRule("qualified", Fraction(1), Fraction(1)), ("for", "for"), 2, "majority"),
    ],
)
def test_what_votes_come_to(rule, votes, organisations, why):
    found = outcome(rule, ballots(*votes), organisations)
    assert found.why == why and found.reached == (why in ("agreed", "majority"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES, votes=BALLOTS, more=st.integers(0, 4))
def test_the_database_works_out_the_same(owner: Any, rule: DecisionRule, votes: dict[UUID, str], more: int):
    organisations = len(votes) + more
    majority = rule.fraction or Fraction(0)
    said = owner.execute(
        "select workgroups_reached(%s, %s, %s, %s, %s, %s, %s)",
        [rule.kind, majority.numerator, majority.denominator, rule.quorum.numerator, rule.quorum.denominator,
         json.dumps({str(key): vote for key, vote in votes.items()}), organisations],
    ).fetchone()[0]  # fmt: skip
    assert said == outcome(rule, votes, organisations).reached


@given(rule=RULES, votes=BALLOTS)
def test_another_vote_in_favour_never_undoes_a_decision(rule, votes):
    # of as many organisations: one that had not taken part comes in
    organisations = len(ORGANISATIONS)
    if len(votes) == organisations or not outcome(rule, votes, organisations).reached:
        return
    free = next(key for key in ORGANISATIONS if key not in votes)
    assert outcome(rule, votes | {free: "for"}, organisations).reached


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2/3", Fraction(2, 3)),
        (" 1 ", Fraction(1)),
        ("50 %", Fraction(1, 2)),
        ("1/0", None),
        ("half", None),
        ("-1", None),
    ],
)
def test_fractions_are_read_as_people_write_them(text, part):
    assert fraction_of(text) == part


def test_a_rule_is_said_in_a_sentence():
    assert "2/3" in rule_words(DecisionRule("qualified", Fraction(2, 3), Fraction(1, 2)))
    assert "must take part" not in rule_words(DecisionRule("consensus", None, Fraction(0)))
    assert DecisionRule("qualified", Fraction(101, 150), Fraction(1, 2)).problems()


@given(before=st.text(max_size=60), after=st.text(max_size=60))
def test_a_difference_holds_both_texts(before, after):
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_every_due_day_has_a_working_day_that_reminds_of_it():
    # from Monday 2 March 2026 on, for five weeks of working days
    reminded = {
        due
        for day in range(35)
        if (today := date(2026, 3, 2).fromordinal(date(2026, 3, 2).toordinal() + day)).isoweekday() <= 5
        for due in days_to_remind_of(today)
    }
    first = date(2026, 3, 10).toordinal()
    assert all(date.fromordinal(first + day) in reminded for day in range(25))
