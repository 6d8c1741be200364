"""Ten thousand random histories: the deadlines agree with a second implementation, and with themselves."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from port2port.compliance.deadlines import Held, computed, recomputed, woken
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.reading import rulebook
from tests.compliance import oracle, worlds

SUBJECT = Subject("facility", "s", {})
EACH_SEED = 1000


def found(held: Held) -> list[oracle.Found]:
    return sorted(((o.since, o.until, o.outcome, o.settled_at) for o in held.obligations), key=repr)


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_the_second_implementation(seed: int) -> None:
    chance = random.Random(f"histories {seed}")
    settled = 0
    for number in range(EACH_SEED):
        rule, history = worlds.invented(chance), worlds.history(chance)
        at = worlds.moment(chance) + timedelta(days=chance.choice((0, 200, 900)))
        held = computed(SUBJECT, history, worlds.book(rule), at=at)
        assert found(held) == oracle.expected(rule, history, at), (number, rule.due, history, at)
        settled += sum(owed.settled_at is not None for owed in held.obligations)
    assert settled > EACH_SEED // 4  # the histories are not empty of meaning


@pytest.mark.parametrize("seed", range(10))
def test_one_event_more_is_the_same_as_all_at_once(seed: int) -> None:
    chance = random.Random(f"one more {seed}")
    for _number in range(100):
        book = some_rules(chance)
        history = worlds.history(chance)
        history.sort(key=lambda event: event.at)
        late = history.pop(chance.randrange(len(history)))  # entered after the others, whenever it was
        at = max([late.at, *(event.at for event in history)])
        held = computed(SUBJECT, (), book, at=datetime(2018, 1, 1, tzinfo=UTC))
        for event in history:
            held = recomputed(held, event, book, at=event.at)
        held = recomputed(held, late, book, at=at)
        later = at + timedelta(days=chance.randint(0, 800))
        assert held == computed(SUBJECT, [*history, late], book, at=at)
        assert woken(held, book, at=later) == computed(SUBJECT, [*history, late], book, at=later)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_events_are_written_down_changes_nothing(seed: int) -> None:
    chance = random.Random(f"order {seed}")
    for _number in range(100):
        rule, history = worlds.invented(chance), worlds.history(chance)
        at = datetime(2027, 1, 1, tzinfo=UTC)
        first = computed(SUBJECT, history, worlds.book(rule), at=at)
        chance.shuffle(history)
        assert computed(SUBJECT, history, worlds.book(rule), at=at).owed == first.owed


@pytest.mark.parametrize("seed", range(5))
def test_an_event_touches_only_the_rules_that_look_at_its_kind(seed: int) -> None:
    chance = random.Random(f"touch {seed}")
    facility = Subject("facility", "f", {})
    at = datetime(2026, 6, 1, tzinfo=UTC)
    book = rulebook()
    kinds = [kind.code for kind in book.events if "facility" in kind.subjects]
    held = computed(facility, [shipped_event(chance, chance.choice(kinds), at) for _number in range(60)], book, at=at)
    for kind in kinds:
        after = recomputed(held, shipped_event(chance, kind, at), book, at=at)
        untouched = [versions.code for versions in book.for_subject["facility"] if kind not in versions.kinds]
        assert untouched
        assert all(after.owed[code] is held.owed[code] for code in untouched)


def test_keys_are_there_once_and_stay() -> None:
    chance = random.Random("keys")
    for _number in range(500):
        book, history = some_rules(chance), worlds.history(chance)
        at = datetime(2027, 1, 1, tzinfo=UTC)
        keys = [owed.key for owed in computed(SUBJECT, history, book, at=at).obligations]
        assert len(keys) == len(set(keys))
        later = [owed.key for owed in computed(SUBJECT, history, book, at=at + timedelta(days=900)).obligations]
        assert set(keys) <= set(later)


def some_rules(chance: random.Random) -> Rulebook:
    rules = (worlds.invented(chance) for _number in range(4))
    return worlds.book(*(worlds.rule(rule.due, **renamed(rule, n)) for n, rule in enumerate(rules)))


def renamed(rule: object, number: int) -> dict[str, object]:
    fields = ("fulfilled_by", "restored_by", "broken_by", "undone_by", "ended_by", "replaced", "counted_from", "same")
    return {name: getattr(rule, name) for name in fields} | {"code": f"invented_{number}"}


def shipped_event(chance: random.Random, kind: str, at: datetime) -> Event:
    when = at - timedelta(days=chance.randint(0, 1800), seconds=chance.randint(0, 86399))
    details = {name: f"{chance.randint(1, 3)}" for name in rulebook().event_kinds[kind].details}
    if "on" in details:
        details["on"] = (when + timedelta(days=60)).date().isoformat()
    return Event(kind, when, details, id=f"{chance.random()}")
