"""The rules of measures on plain values, and the database's copies of them."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from port2port.base.differences import word_pieces
from port2port.measures.rules import FIELDS, TURNS, Draft, Told, agreed, exact_text, tally, text_hash
from port2port.measures.vocabulary import terms
from port2port.measures.words import rule_words
from port2port.workgroups.rules import DecisionRule
from tests.measures.writing import DRAFT, OWNER, RULES, group, measure

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@given(WORDS, WORDS)
def test_a_difference_holds_both_texts(before, after):
    pieces = word_pieces(before, after)
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after


def test_a_difference_reads_as_phrases():
    pieces = word_pieces("from the first day of the quarter.", "at the latest six months after.")
    assert [(one.kind, one.text) for one in pieces] == [
        ("gone", "from the first day of the quarter"), ("new", "at the latest six months after"), ("same", "."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (DecisionRule("consensus", None, Fraction(1, 2)), "consensus, half must answer"),
        (DecisionRule("consensus", None, Fraction(0)), "consensus"),
        (DecisionRule("qualified", Fraction(2, 3), Fraction(1)), "2/3 in favour, all must answer"),
        (DecisionRule("qualified", Fraction(1), Fraction(3, 4)), "all in favour, 3/4 must answer"),
    ],
)
def test_a_rule_is_said_in_a_few_words(rule, words):
    with override("en"):
        assert rule_words(rule) == words


def test_two_of_three_are_two_thirds():
    rule = DecisionRule("qualified", Fraction(2, 3), Fraction(1))
    assert agreed(rule, tally(3, ["agree", "agree", "object"]))
    assert not agreed(rule, tally(3, ["agree", "object", "object"]))
    assert not agreed(rule, tally(3, ["abstain", "abstain", "abstain"]))
    assert agreed(rule, tally(3, ["agree", "abstain", "abstain"]))
    assert not agreed(rule, tally(4, ["agree", "agree", "agree"]))


STANCES = st.lists(st.sampled_from(("agree", "reservation", "object", "abstain")), max_size=7)


def test_the_database_counts_as_the_rules_do(db, cast: dict[str, Any], owner: Any, acting: Any) -> None:
    with acting(OWNER):
        made = measure().record_id
    person, organisations = cast[OWNER].person, list({one.organisation for one in cast.values()})[:7]
    version = owner.execute("select id from measures_version").fetchone()[0]
    owner.execute("alter table measures_position disable trigger user")
    with acting(OWNER):
        named = group()
    for code, rule in (*RULES.items(), ("no quorum", DecisionRule("qualified", Fraction(1), Fraction(0)))):
        share = f"{rule.fraction.numerator}/{rule.fraction.denominator}" if rule.fraction else ""
        quorum = f"{rule.quorum.numerator}/{rule.quorum.denominator}"
        consultation = owner.execute(
            "insert into measures_consultation (id, measure_id, version_id, group_id, rule_number, kind, fraction,"
            " quorum, opened_by_id, opened_at, until, outcome) values (new_uuid7(), %s, %s, %s, 1, %s, %s, %s, %s,"
            " now(), now(), '') returning id",
            [made, version, named, rule.kind, share, quorum, person],
        ).fetchone()[0]
        for organisation in organisations:
            owner.execute("insert into measures_asked values (%s, %s)", [organisation, consultation])
        for said in (
            ["agree"] * n + ["object"] * m + ["abstain"] * k for n in range(4) for m in range(3) for k in range(3)
        ):
            owner.execute("delete from measures_position")
            for organisation, stance in zip(organisations, said, strict=False):
                owner.execute(
                    "insert into measures_position (id, consultation_id, organisation_id, person_id, stance, reason,"
                    " at, hash, entry) values (new_uuid7(), %s, %s, %s, %s, 'x', now(), 'x', new_uuid7())",
                    [consultation, organisation, person, stance],
                )
            outcome = owner.execute("select measures_outcome(%s)", [consultation]).fetchone()[0]
            assert (outcome == "agreed") == agreed(rule, tally(len(organisations), said)), (code, said)
        owner.execute("delete from measures_consultation")
    owner.execute("alter table measures_position enable trigger user")


def test_the_database_hashes_the_exact_text(db, acting: Any, owner: Any) -> None:
    with acting(OWNER):
        made = measure().record_id
    for odd in (
        '"quoted" \\ back',
        "line\nbreak\ttab",
        "Liège – 100 % €",
        "\u2028 \u007f \x1f",
        "",
        "emoji \U0001f6a2",
    ):
        said = {name: odd for name in FIELDS} | {"effort": odd[:10], "cost": odd[:10], "language": "fr"}
        draft = Draft(**said | {"modi": ("DR02", "UA01"), "phases": ("load",)})
        values = said | {"modi": ["DR02", "UA01"], "phases": ["load"]}
        names = ", ".join(f"{name} = %s" for name in FIELDS)
        owner.execute(f"update measures_version set {names}", [values[name] for name in FIELDS])
        exact, hashed = owner.execute("select measures_exact(v), hash from measures_version v").fetchone()
        assert (exact, hashed) == (exact_text(draft), text_hash(draft)), odd
    assert made is not None and text_hash(DRAFT) != text_hash(draft)


def test_what_does_not_belong_to_a_state_is_left_out():
    told = Told("suspended", progress=40, coverage=80, reason="No staff.", evidence="Old.").kept()
    assert (told.progress, told.coverage, told.evidence, told.reason) == (None, None, "", "No staff.")


def test_every_word_is_there_in_four_languages():
    assert {one.code for one in terms().states} == set(TURNS)
    assert [one.code for one in terms().rest_cells] == ["in_place", "under_way", "other"]
