"""What holds for courses, decided on plain values: what is right, what counts until when, what a question is worth.

The database holds the same (`training/sql/courses.sql`): it draws the questions and judges what was handed in.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.training.courses.contents import Question

HOW = ("quiz", "session", "noted", "package")
"""`noted`: taken elsewhere; who trains took it over from a record of the organisation's own. `package`: by what a
package of the organisation said in the person's browser."""
STATES = ("planned", "held", "called_off")
INVITATIONS = ("request", "cancel", "reminder")
SENT_STATES = ("waiting", "sent", "failed", "void")
LONGEST = {"place": 120, "why": 300}
ATTEMPTS_A_DAY = 3
"""Of one course: enough to try again after reading, too few to learn the pool by heart."""
SOON = timedelta(days=30)
FEWEST_TAKERS = 10
"""Below this nothing is said of a question: with few takers it would say something of them."""
MOST_SEATS, LONGEST_SESSION = 500, 480
FEWEST_ORGANISATIONS = 3
CODE_GROUP = 4
AMBER_COURSE = "tlp-and-handling"
OWN = "own-"
"""How the slug of an organisation's own course begins, and of no other."""
Standing = Literal["valid", "soon", "expired", "replaced", "withdrawn"]


@dataclass(frozen=True)
class Plan:
    """A session as it is planned."""

    slug: str
    starts_at: datetime
    minutes: int
    place: str
    seats: int


@dataclass(frozen=True)
class Worth:
    """What a question is worth: how many answered it, how many rightly, and how it parts the strong from the weak.

    `discrimination`: the correlation between this question being right and the share of the others that were (the
    corrected item-total correlation); None while all or nobody had it right.
    """

    question: str
    takers: int
    facility: float
    discrimination: float | None


@dataclass(frozen=True)
class Sums:
    """Sums over the takers of a question."""

    takers: int
    right: int
    rest: float
    rest_squared: float
    rest_when_right: float


def key_of(question: Question) -> tuple[str, ...]:
    """Return the options that are the right answer; of an order in their order."""
    if question.kind == "order":
        return tuple(one.code for one in question.options)
    return tuple(one.code for one in question.options if one.right)


def is_right(question: Question, chosen: Sequence[str]) -> bool:
    """Tell whether an answer is right: exactly the right options, of an order in their order. There are no halves."""
    key = key_of(question)
    return tuple(chosen) == key if question.kind == "order" else sorted(chosen) == sorted(key)


def chosen_problems(question: Question, chosen: Sequence[str]) -> list[Problem]:
    """Return what is wrong with an answer as an answer, whether right or not."""
    known = {one.code for one in question.options}
    if len(set(chosen)) != len(chosen) or not set(chosen) <= known:
        return [Problem("chosen", _("This code is not known here."))]
    if question.kind == "order" and len(chosen) != len(known):
        return [Problem("chosen", _("Give each line a place of its own."))]
    if question.kind in ("single", "hotspot") and len(chosen) != 1:
        return [Problem("chosen", _("Choose one."))]
    if not chosen:
        return [Problem("chosen", _("Choose at least one."))]
    return []


def given_at(said: datetime | None, at: datetime) -> datetime:
    """Return when an answer was given: without a network earlier than it came, as it says, but never later than now."""
    return at if said is None or said.tzinfo is None else min(said, at)


def needed(questions: int, percent: int) -> int:
    """Return how many right answers pass."""
    return math.ceil(questions * percent / 100)


def ends_on(valid_until: date, counts_until: date | None) -> date:
    """Return the last day on which a pass counts: its own, or that of its version after a newer one came."""
    return valid_until if counts_until is None else min(valid_until, counts_until)


def standing(valid_until: date, counts_until: date | None, *, withdrawn: bool, on: date) -> Standing:
    """Return how a pass stands on a day. `soon`: it counts, for at most thirty days more."""
    if withdrawn:
        return "withdrawn"
    last = ends_on(valid_until, counts_until)
    if on > last:
        return "expired" if on > valid_until else "replaced"
    return "soon" if last - on <= SOON else "valid"


def worth(question: str, sums: Sums) -> Worth | None:
    """Return what a question is worth; None while fewer than ten answered it."""
    n = sums.takers
    if n < FEWEST_TAKERS:
        return None
    p = sums.right / n
    spread = n * sums.rest_squared - sums.rest**2
    scale = math.sqrt(max(0.0, spread) * n * n * p * (1 - p))
    found = (n * sums.rest_when_right - sums.right * sums.rest) / scale if scale > 0 else None
    return Worth(question, n, p, found)


def session_problems(plan: Plan, *, known: Collection[str]) -> list[Problem]:
    """Return everything wrong with a session."""
    found = []
    if plan.slug not in known:
        found.append(Problem("slug", _("This code is not known here.")))
    if not plan.place.strip():
        found.append(Problem("place", _("Say where.")))
    if len(plan.place) > LONGEST["place"]:
        found.append(Problem("place", _("At most %(n)d characters.") % {"n": LONGEST["place"]}))
    if not 1 <= plan.seats <= MOST_SEATS:
        found.append(Problem("seats", _("Between 1 and %(n)d.") % {"n": MOST_SEATS}))
    if not 1 <= plan.minutes <= LONGEST_SESSION:
        found.append(Problem("minutes", _("Between 1 and %(n)d.") % {"n": LONGEST_SESSION}))
    return found


def grouped(code: str) -> str:
    """Return a code as it is printed and read out: in groups of four."""
    return "-".join(code[n : n + CODE_GROUP] for n in range(0, len(code), CODE_GROUP))


def plain_code(text: str) -> str:
    """Return a code as it is stored, from what somebody typed."""
    return "".join(one for one in text.upper() if one.isalnum())


def first_open(questions: Sequence[Mapping[str, object]], answered: Collection[str]) -> int | None:
    """Return the number (from 1) of the first question without an answer; None when all have one."""
    return next((n for n, one in enumerate(questions, start=1) if one["code"] not in answered), None)
