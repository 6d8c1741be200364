"""What holds for packages, decided on plain values: what may be kept of a run, what it comes to, when one begins anew.

The values are those of the standards' data models, by their names there (`cmi.core.lesson_status`). They are the word
of the player's browser, and are held to nothing but their form and size.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

Outcome = Literal["going", "done", "failed"]
OUTCOMES = ("going", "done", "failed")
Values = Mapping[str, str]
LAUNCH = timedelta(hours=8)
"""How long an address of a launch opens the package: a working day; what it shows stays on the screen after that."""
AGAIN = timedelta(days=1)
LOOKED = timedelta(minutes=45)
"""Between looking at a package and bringing it in: what nothing refers to lies in the vault for an hour."""
LONGEST = {"name": 60, "summary": 400}
BETWEEN = {"minutes": (5, 60), "valid_months": (6, 60), "grace_days": (0, 365)}
MOST_VALUES, LONGEST_VALUES = 2000, 200_000
SUSPENDED = {"1.2": 4096, "2004": 64_000}
"""Characters that a package may keep for itself: the least one must take (SCORM 1.2 RTE 3.4.4, 2004 RTE 4.2.23)."""
LONGEST_VALUE = 4096
NAME = re.compile(r"cmi(\.[a-z_]+|\.[0-9]{1,4}){1,7}")
SUSPEND_DATA = "cmi.suspend_data"


@dataclass(frozen=True)
class Head:
    """What an organisation says of a package: what it is called in its language, and what a pass of it is worth."""

    language: str
    name: str
    summary: str
    minutes: int
    topics: tuple[str, ...]
    valid_months: int
    grace_days: int


def head_problems(head: Head, *, topics: Collection[str], languages: Collection[str]) -> list[Problem]:
    """Return everything wrong with what is said of a package."""
    found = []
    for name in ("name", "summary"):
        said = getattr(head, name)
        if not said.strip():
            found.append(Problem(name, _("This is needed.")))
        elif len(said) > LONGEST[name]:
            found.append(Problem(name, _("At most %(n)d characters.") % {"n": LONGEST[name]}))
    for name, (least, most) in BETWEEN.items():
        if not least <= getattr(head, name) <= most:
            found.append(Problem(name, _("Between %(least)d and %(most)d.") % {"least": least, "most": most}))
    if not head.topics:
        found.append(Problem("topics", _("Choose at least one.")))
    if not set(head.topics) <= set(topics):
        found.append(Problem("topics", _("This code is not known here.")))
    if head.language not in languages:
        found.append(Problem("language", _("This code is not known here.")))
    return found


def value_problems(standard: str, values: Values) -> list[Problem]:
    """Return what is wrong with the values of a run as they came."""
    if len(values) > MOST_VALUES or sum(len(one) for one in values.values()) > LONGEST_VALUES:
        return [Problem("values", _("The package keeps more than it may."))]
    for name, value in values.items():
        most = SUSPENDED[standard] if name == SUSPEND_DATA else LONGEST_VALUE
        if not NAME.fullmatch(name) or "\x00" in value or len(value) > most:
            return [Problem("values", _("The package keeps more than it may."))]
    return []


def outcome(standard: str, values: Values, *, passing: float | None, threshold: float | None) -> Outcome:
    """Return what a run comes to, as its standard has it. `passing` and `threshold` are the package's.

    1.2: passed and completed are done; a score decides where the package says from which one on it is passed.
    2004: passed is done, and so is completed unless it is failed; a score or share decides where the package says so.
    """
    if standard == "1.2":
        status, score = values.get("cmi.core.lesson_status", ""), _number(values.get("cmi.core.score.raw", ""))
        if passing is not None and score is not None and status in ("passed", "completed", "failed"):
            return "done" if score >= passing else "failed"
        return "done" if status in ("passed", "completed") else "failed" if status == "failed" else "going"
    success, completion = values.get("cmi.success_status", ""), values.get("cmi.completion_status", "")
    scaled, share = _number(values.get("cmi.score.scaled", "")), _number(values.get("cmi.progress_measure", ""))
    if passing is not None:
        success = "unknown" if scaled is None else "passed" if scaled >= passing else "failed"
    if threshold is not None and share is not None:
        completion = "completed" if share >= threshold else "incomplete"
    if success == "passed" or (completion == "completed" and success != "failed"):
        return "done"
    return "failed" if success == "failed" and completion != "incomplete" else "going"


def begins_anew(standard: str, values: Values, came_to: str, *, last: datetime, at: datetime) -> bool:
    """Tell whether opening it begins anew: once it is done or failed, unless it asked a moment ago to go on there."""
    suspended = values.get("cmi.core.exit" if standard == "1.2" else "cmi.exit") == "suspend"
    return came_to != "going" and not (suspended and at - last < AGAIN)


def _number(said: str) -> float | None:
    try:
        found = float(said)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
