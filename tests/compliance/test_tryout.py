"""What a change of rules would do is shown on histories before it is done."""

import msgspec
import pytest

from port2port.compliance.calendar import Period
from port2port.compliance.obligations import After, Rulebook, Subject
from port2port.compliance.reading import rulebook
from port2port.compliance.tryout import tried
from tests.compliance.told import events, local

AT = local("2026-10-01 12:00")
PORTS = [
    (Subject("port", "p1", {}), events([("port_opened", "2024-01-01 08:00")])),
    (
        Subject("port", "p2", {}),
        events([("port_opened", "2024-01-01 08:00"), ("exercise_held", "2025-11-01 08:00", {"exercise": "e"})]),
    ),
    (Subject("facility", "f1", {}), events([("pfsp_approved", "2026-06-20 08:00")])),
    (Subject("facility", "f2", {}), events([("pfsp_approved", "2026-07-20 08:00")])),
]


def shortened(months: int) -> Rulebook:
    """Return the rules with drills so many months apart."""
    book = rulebook()
    due = After(within=Period(amount=months, unit="months"), again=True)
    rules = tuple(msgspec.structs.replace(r, due=due) if r.code == "drill" else r for r in book.rules)
    return Rulebook(book.head, book.subjects, book.parties, book.events, rules)


def test_switching_a_rule_on() -> None:
    shown = tried(PORTS, rulebook(), rulebook().switched("port_exercise_apart", on=True), at=AT)
    [effect] = shown.effects
    assert (shown.subjects, effect.code, effect.subjects, effect.differing) == (4, "port_exercise_apart", 2, 3)
    # p1 has been late since July 2025; p2 was late until November 2025, and its next one is due in May 2027
    assert effect.states == {(None, "late"): 1, (None, "fulfilled"): 1, (None, "open"): 1}
    assert (effect.late_before, effect.late_after, shown.becoming_late) == (0, 2, 1)
    assert [change.subject.id for change in shown.examples] == ["p1", "p2", "p2"]


def test_switching_a_rule_off() -> None:
    shown = tried(PORTS, rulebook(), rulebook().switched("drill", on=False), at=AT)
    assert [effect.code for effect in shown.effects] == ["drill"]
    assert shown.effects[0].states == {("late", None): 1, ("soon", None): 1}
    assert (shown.effects[0].late_before, shown.effects[0].late_after, shown.becoming_late) == (1, 0, 0)


def test_another_time_limit() -> None:
    shown = tried(PORTS, rulebook(), shortened(2), at=AT)
    [effect] = shown.effects
    assert effect.states == {("late", "late"): 1, ("soon", "late"): 1}
    assert (effect.late_before, effect.late_after, shown.becoming_late) == (1, 2, 1)


def test_the_same_rules_change_nothing() -> None:
    shown = tried(PORTS, rulebook(), rulebook(), at=AT)
    assert (shown.effects, shown.examples, shown.becoming_late) == ((), (), 0)


def test_examples_are_few_and_counts_are_whole() -> None:
    shown = tried(PORTS * 3, rulebook(), rulebook().switched("port_exercise_apart", on=True), at=AT, examples=2)
    assert len(shown.examples) == 2
    assert shown.effects[0].differing == 9


def test_an_unknown_rule_cannot_be_switched() -> None:
    with pytest.raises(KeyError):
        rulebook().switched("no_such_rule", on=True)
