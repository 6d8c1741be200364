"""Taking courses for tests through the real actions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.training.courses import actions
from port2port.training.courses.library import library
from port2port.training.courses.queries import Going, own_attempt
from port2port.training.courses.rules import key_of

COURSE = "tlp-and-handling"
GUARD, TRAINER, OTHER, KEEPER = (
    "director@antwerp.demo",
    "pso@antwerp.demo",
    "pso@northsea.demo",
    "operator@platform.demo",
)


def wrong(question: Any) -> list[str]:
    """Return an answer that is none."""
    if question.kind == "order":
        return list(reversed(key_of_written(question)))
    return [next(one.code for one in question.options if not one.right)]


def key_of_written(question: Any) -> tuple[str, ...]:
    """Return the right answer of a question whose options were shuffled."""
    written = {one.code: one for one in library()[COURSE].questions}
    return key_of(written[question.code])


def answered(attempt: UUID, *, good: int = 100, at: datetime | None = None) -> Going:
    """Answer an attempt as the current actor, so many of its questions rightly."""
    for one in own_attempt(attempt).drawn:
        chosen = list(key_of_written(one.question)) if one.number <= good else wrong(one.question)
        actions.answer(attempt, number=one.number, chosen=chosen, at=at or now())
    return own_attempt(attempt)


def taken(*, good: int = 100, slug: str = COURSE, at: datetime | None = None) -> Going:
    """Begin, answer and hand in as the current actor."""
    attempt = actions.begin(slug, at=at or now())
    answered(attempt, good=good, at=at)
    return actions.hand_in(attempt, at=at or now())
