"""Every rule that ships has examples, with the days around its bounds."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from port2port.compliance.obligations import Rule, Standing, Subject, problems_of
from port2port.compliance.reading import rulebook
from tests.compliance import oracle
from tests.compliance.examples import EXAMPLES, Example
from tests.compliance.told import events, held, of

PERIODS = ("within", "opens", "at_least", "during", "apart", "afterwards")
NEAR = timedelta(minutes=1)


def apart(first: str, second: str) -> timedelta:
    return datetime.fromisoformat(second) - datetime.fromisoformat(first)


CASES = [
    pytest.param(code, example, id=f"{code}-{number}")
    for code, examples in EXAMPLES.items()
    for number, example in enumerate(examples, start=1)
]


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == {rule.code for rule in rulebook().rules}


def unit_of(rule: Rule) -> set[str]:
    """Return the units in which a rule counts."""
    return {getattr(rule.due, name).unit for name in PERIODS if getattr(rule.due, name, None) is not None}


def turns(example: Example) -> bool:
    """Whether an example has two moments near each other between which the state turns."""
    return any(
        one != other and timedelta(0) < apart(first, second) <= NEAR
        for (first, one), (second, other) in pairwise(example.states)
    )


def test_every_bound_has_its_two_sides() -> None:
    """Each rule with a period or a fixed day has an example just before its bound and just after it."""
    bounded = {
        rule.code for rule in rulebook().rules if not isinstance(rule.due, Standing) and unit_of(rule) != {"unstated"}
    }
    assert {code for code in bounded if not any(turns(one) for one in EXAMPLES[code])} == set()


def test_the_examples_reach_month_ends_leap_days_and_both_changes_of_the_clock() -> None:
    days = {moment[:10] for examples in EXAMPLES.values() for e in examples for moment, _ in e.states}
    days |= {told[1][:10] for examples in EXAMPLES.values() for e in examples for told in e.history}
    assert any(day.endswith("-02-29") for day in days)
    assert any(day.endswith(end) for day in days for end in ("-01-31", "-03-31", "-05-31", "-08-31", "-10-31"))
    assert any(day.endswith("-02-28") for day in days)
    on = {date.fromisoformat(day) for day in days}
    assert any(oracle.summer(day.year)[0].date() == day for day in on), "the clock goes forward on no day"
    assert any(oracle.summer(day.year)[1].date() == day for day in on), "the clock goes back on no day"


@pytest.mark.parametrize(("code", "example"), CASES)
def test_states(code: str, example: Example) -> None:
    book = rulebook().switched(code, on=True)
    found = []
    for moment, _state in example.states:
        owed = of(held(example.subject, example.history, moment, example.attributes, book), code)
        at = held(example.subject, (), moment).at
        found.append((moment, owed[-1].state(at) if owed else "none"))
    assert found == list(example.states)


@pytest.mark.parametrize(("code", "example"), CASES)
def test_their_events_are_well_formed(code: str, example: Example) -> None:
    subject = Subject(example.subject, "s", example.attributes)
    assert [problems_of(event, subject, rulebook()) for event in events(example.history)] == [[]] * len(example.history)
