"""What may be chosen, entered and scored: checks and sums on plain values. No clock, no tables."""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

SIGHTS = ("released", "named")
SOURCES = ("network", "published")
OUTCOMES = ("confirmed", "not", "cannot_tell")
MONTHS_SHOWN = 12
YEAR = 12
MOST_EFFORT = 1e7
EARLIEST = date(2000, 1, 1)
LEAST_THRESHOLD, MOST_THRESHOLD = 0.5, 0.999
LEAST_KM, MOST_KM = 5.0, 1000.0
LEAST_MONTHS, MOST_MONTHS = 6, 60
WHY_SHORTEST, WHY_LONGEST = 10, 1000
SIGNAL_LONGEST = 2000
SUREST = 99
LONGEST_SIGNAL_MONTHS = 24


@dataclass(frozen=True)
class Choice:
    """What is decided before the counts are looked at. `data`: all members' counts, or published incidents only."""

    data: str = "network"
    threshold: float = 0.9
    scale_km: float = 60.0
    months_before: int = 24
    months_after: int = 24
    with_effort: bool = True
    placebos: bool = True

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


def choice_of(plain: dict[str, Any]) -> Choice:
    """Return a stored choice; what a later version added takes its usual value."""
    return Choice(**{name: plain[name] for name in Choice.__dataclass_fields__ if name in plain})


def choice_problems(choice: Choice) -> list[Problem]:
    """Return what is wrong with a choice, all at once."""
    found = []
    if choice.data not in SOURCES:
        found.append(Problem("data", _("Choose which data to use.")))
    bounds = (
        ("threshold", choice.threshold, LEAST_THRESHOLD, MOST_THRESHOLD),
        ("scale_km", choice.scale_km, LEAST_KM, MOST_KM),
        ("months_before", choice.months_before, LEAST_MONTHS, MOST_MONTHS),
        ("months_after", choice.months_after, LEAST_MONTHS, MOST_MONTHS),
    )
    for name, value, low, high in bounds:
        if not low <= value <= high:
            found.append(
                Problem(name, _("A number from %(low)s to %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"})
            )
    return found


def fingerprint(sight: str, choice: Choice) -> str:
    """Return what tells this choice under this sight from every other."""
    text = json.dumps([sight, choice.plain()], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """Effort of one kind at one port in one month; `amount` None takes back what was told: unknown again."""

    port: str
    month: date
    kind: str
    amount: float | None
    row: int | None = None


def first_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def month_before(month: date, number: int = 1) -> date:
    """Return the month so many before."""
    count = month.year * YEAR + month.month - 1 - number
    return date(count // YEAR, count % YEAR + 1, 1)


def last_months(today: date, number: int = MONTHS_SHOWN) -> list[date]:
    """Return the last months that are over, the oldest first."""
    return [month_before(first_of(today), n) for n in range(number, 0, -1)]


def effort_problems(told: Iterable[Told], *, ports: Sequence[str], kinds: Sequence[str], today: date) -> list[Problem]:
    """Return what is wrong, with its row: another's port, unknown kinds, months, amounts, doubles."""
    found: list[Problem] = []
    seen: set[tuple[str, date, str]] = set()
    for one in told:
        if one.port not in ports:
            found.append(Problem("port", _("This is not a port that you look after."), one.row))
        if one.kind not in kinds:
            found.append(Problem("kind", _("There is no such kind of effort."), one.row))
        if one.month.day != 1 or not one.month >= EARLIEST:
            found.append(Problem("month", _("Give the month as its first day, as 2026-03-01."), one.row))
        elif one.month > first_of(today):
            found.append(Problem("month", _("This month has not begun."), one.row))
        if one.amount is not None and not (math.isfinite(one.amount) and 0 <= one.amount <= MOST_EFFORT):
            found.append(Problem("amount", _("A number from 0 up; leave it empty when nobody knows."), one.row))
        key = one.port, one.month, one.kind
        if key in seen:
            found.append(Problem("month", _("This port, month and kind stand here twice."), one.row))
        seen.add(key)
    return found


def why_problems(field: str, why: str) -> list[Problem]:
    """Return what is wrong with a reason that stays."""
    if len(why.strip()) < WHY_SHORTEST:
        return [Problem(field, _("Say why in a sentence; it is kept."))]
    if len(why) > WHY_LONGEST:
        return [Problem(field, _("At most %(n)d characters.") % {"n": WHY_LONGEST})]
    return []


@dataclass(frozen=True)
class Foreseen:
    """A signal as an officer gives it: from where to where, by which method, how sure (per cent), until when."""

    origin: str
    port: str
    method: str
    probability: int
    why: str
    due: date
    language: str = "en"


def signal_problems(signal: Foreseen, *, ports: Sequence[str], methods: Sequence[str], today: date) -> list[Problem]:
    """Return what is wrong with a signal, all at once."""
    found = []
    for name, port in (("origin", signal.origin), ("port", signal.port)):
        if port not in ports:
            found.append(Problem(name, _("There is no such port.")))
    if signal.origin == signal.port:
        found.append(Problem("port", _("It moves from one port to another.")))
    if signal.method not in methods:
        found.append(Problem("method", _("There is no such method.")))
    if not 1 <= signal.probability <= SUREST:
        found.append(Problem("probability", _("How sure, from 1 to 99 per cent. Nobody is quite sure.")))
    if not today < signal.due <= month_before(first_of(today), -LONGEST_SIGNAL_MONTHS):
        found.append(Problem("due", _("Until a day after today, at most two years ahead.")))
    if len(signal.why.strip()) < WHY_SHORTEST or len(signal.why) > SIGNAL_LONGEST:
        found.append(Problem("why", _("Say in a sentence or two what makes you think so. No names of persons.")))
    return found


@dataclass(frozen=True)
class Track:
    """How forecasts did: how many came true, did not, cannot be told, wait; and the Brier score of those that can be.

    The Brier score is the mean squared distance between what was said and what came (Brier 1950): 0 is perfect, 0.25
    is what always saying one half gets.
    """

    confirmed: int
    failed: int
    cannot_tell: int
    waiting: int
    brier: float | None

    @property
    def scored(self) -> int:
        """How many could be scored."""
        return self.confirmed + self.failed


def track(forecasts: Iterable[tuple[float | None, str]]) -> Track:
    """Return the record of forecasts: (probability or None, outcome or "" while it waits)."""
    rows = list(forecasts)
    count = {code: sum(1 for _p, outcome in rows if outcome == code) for code in (*OUTCOMES, "")}
    errors = [
        (p - (1.0 if outcome == "confirmed" else 0.0)) ** 2
        for p, outcome in rows
        if p is not None and outcome in ("confirmed", "not")
    ]
    brier = sum(errors) / len(errors) if errors else None
    return Track(count["confirmed"], count["not"], count["cannot_tell"], count[""], brier)
