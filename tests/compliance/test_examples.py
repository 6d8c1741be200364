"""Every rule that ships has examples, with the days around its bounds."""

import pytest

from port2port.compliance.obligations import Subject, problems_of
from port2port.compliance.reading import rulebook
from tests.compliance.examples import EXAMPLES, Example
from tests.compliance.told import events, held, of

CASES = [
    pytest.param(code, example, id=f"{code}-{number}")
    for code, examples in EXAMPLES.items()
    for number, example in enumerate(examples, start=1)
]


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == {rule.code for rule in rulebook().rules}


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
