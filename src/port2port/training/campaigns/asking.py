"""The questions as they are answered: by whoever holds a slip, once, without an account and without a trace.

The principal `campaign`, which holds no keys, calls the function that takes the slip away and adds to sums in one
statement. Nothing is journalled: a line with a time would say when somebody answered.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.members.acting import acting_as_system
from port2port.members.tries import count
from port2port.training.campaigns.library import Material, library
from port2port.training.courses.rules import grouped, plain_code

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0, 1, I, L, O and U: read aloud and typed
CODE_LENGTH = 16  # 78 random bits
WINDOW, MISSES = 3600, 60


@dataclass(frozen=True)
class Asked:
    """What a slip asks. `from_day`: when its time is still to come."""

    material: Material
    wave: str
    from_day: date | None = None


@dataclass(frozen=True)
class Screen:
    """What a screen shows: a campaign, in these languages, and whom to tell."""

    material: Material
    languages: tuple[str, ...]
    tell: str


def new_code() -> str:
    """Return the code of a new slip, in groups of four."""
    return grouped("".join(secrets.choice(ALPHABET) for _one in range(CODE_LENGTH)))


def shown(typed: str) -> str:
    """Return a code that was typed as it stands on a slip."""
    return grouped(plain_code(typed))


def hashed(code: str) -> bytes:
    """Return what is kept of a slip's code."""
    return hashlib.sha256(plain_code(code).encode()).digest()


def opened(code: str, place: str) -> Asked:
    """Return what a slip asks. Raises Throttled; NotFound alike for wrong, used and too late."""
    row = _one("select slug, wave, from_day from training_pulse_open(%s)", hashed(code))
    here = library().get(row[0]) if row is not None else None
    if row is None or here is None:
        count(f"campaign:{place}", MISSES, WINDOW)
        raise NotFound()
    return Asked(here, row[1], row[2])


def answer(code: str, chosen: Mapping[str, str], place: str) -> None:
    """Hand answers in; the slip is gone.

    Raises Throttled, NotFound as `opened`, Conflict before its day, Invalid while one is missing.
    """
    asked = opened(code, place)
    if asked.from_day is not None:
        raise Conflict(_("The state of this does not allow it."))
    answers, problems = {}, []
    for question in asked.material.questions:
        answers[question.code] = chosen.get(question.code, "")
        if answers[question.code] not in {one.code for one in question.options}:
            problems.append(Problem(question.code, _("Choose one.")))
    if problems:
        raise Invalid(problems)
    done = _one("select training_pulse_answer(%s, %s)", hashed(code), json.dumps(answers))
    if done is None or not done[0]:
        raise NotFound()


def screen(code: str, place: str) -> Screen:
    """Return what a screen shows. Raises Throttled; NotFound alike for wrong, not begun and over."""
    row = _one("select slug, languages, tell from training_screen(%s)", code)
    here = library().get(row[0]) if row is not None else None
    if row is None or here is None:
        count(f"campaign:{place}", MISSES, WINDOW)
        raise NotFound()
    return Screen(here, tuple(row[1]), row[2])


def _one(sql: str, *arguments: Any) -> tuple[Any, ...] | None:
    with acting_as_system("campaign"), connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found
