"""What a change of the rules would do, on histories: before a rule is switched on, or its new version takes the old
one's place.

Two rulebooks are worked out on the same histories at the same moment, and told apart obligation by obligation.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from port2port.compliance.deadlines import computed
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.owed import Obligation, State

EXAMPLES = 20  # that a person reads through


@dataclass(frozen=True)
class Changed:
    """An obligation that the two rulebooks do not agree on. `before` or `after` is None where it is not owed."""

    subject: Subject
    key: str
    before: Obligation | None
    after: Obligation | None
    was: State | None
    becomes: State | None


@dataclass(frozen=True)
class RuleEffect:
    """What becomes of one rule: how many subjects and obligations differ, their states now, how many were late ever.

    `states` counts (before, after) of the differing ones; None stands for not owed. `late_before` and `late_after`
    count all obligations of the rule that were late at any moment: what the rule would have done all along.
    """

    code: str
    subjects: int = 0
    differing: int = 0
    states: Mapping[tuple[State | None, State | None], int] = field(default_factory=dict)
    late_before: int = 0
    late_after: int = 0


@dataclass(frozen=True)
class Tried:
    """What a change of rules would do: by rule, with the first differences as examples."""

    subjects: int
    effects: tuple[RuleEffect, ...]
    examples: tuple[Changed, ...]

    @property
    def becoming_late(self) -> int:
        """How many obligations would be late that are not now."""
        return sum(
            number
            for effect in self.effects
            for (was, becomes), number in effect.states.items()
            if becomes == "late" and was != "late"
        )


def tried(
    histories: Iterable[tuple[Subject, Iterable[Event]]],
    before: Rulebook,
    after: Rulebook,
    *,
    at: datetime,
    examples: int = EXAMPLES,
) -> Tried:
    """Return what would differ if `after` took the place of `before`, by what is known at a moment."""
    subjects = 0
    touched: Counter[str] = Counter()
    states: dict[str, Counter[tuple[State | None, State | None]]] = {}
    late_before: Counter[str] = Counter()
    late_after: Counter[str] = Counter()
    shown: list[Changed] = []
    for subject, history in histories:
        subjects += 1
        events = tuple(history)
        old = computed(subject, events, before, at=at)
        new = computed(subject, events, after, at=at)
        late_before.update(owed.rule.code for owed in old.obligations if owed.was_late(at))
        late_after.update(owed.rule.code for owed in new.obligations if owed.was_late(at))
        differing = changes(subject, old.obligations, new.obligations, at=at)
        touched.update({_code(change) for change in differing})
        for change in differing:
            states.setdefault(_code(change), Counter())[change.was, change.becomes] += 1
        shown += differing[: max(0, examples - len(shown))]
    order = dict.fromkeys(rule.code for book in (before, after) for rule in book.rules)
    effects = tuple(
        RuleEffect(
            code,
            touched[code],
            states.get(code, Counter()).total(),
            dict(states.get(code, {})),
            late_before[code],
            late_after[code],
        )
        for code in order
        if code in states or late_before[code] != late_after[code]
    )
    return Tried(subjects, effects, tuple(shown))


def changes(
    subject: Subject, before: Iterable[Obligation], after: Iterable[Obligation], *, at: datetime
) -> list[Changed]:
    """Return the obligations that differ in bounds, in state at `at`, or in being owed at all."""
    old = {owed.key: owed for owed in before}
    new = {owed.key: owed for owed in after}
    return [
        Changed(
            subject,
            key,
            one,
            other,
            None if one is None else one.state(at),
            None if other is None else other.state(at),
        )
        for key in dict.fromkeys((*old, *new))
        if _differs(one := old.get(key), other := new.get(key), at)
    ]


def _differs(one: Obligation | None, other: Obligation | None, at: datetime) -> bool:
    if one is None or other is None:
        return one is not other
    bounds = [(owed.since, owed.opens, owed.soon, owed.until, owed.lapses, owed.escalates) for owed in (one, other)]
    return bounds[0] != bounds[1] or one.state(at) != other.state(at)


def _code(change: Changed) -> str:
    owed = change.after or change.before
    if owed is None:
        raise ValueError(f"nothing is owed before or after: {change.key}")
    return owed.rule.code
