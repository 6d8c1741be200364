"""Security verifications: what may be written of somebody, how it stands, and which numbers may be told. Pure.

Source: law of 11 December 1998 on security verifications: the employer learns the outcome and nothing of the inquiry.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.compliance.screening.models import NUMBER

EARLIEST = date(1980, 1, 1)
Standing = Literal["refused", "expired", "renewing", "verified", "applied", "nothing"]
STANDINGS: dict[Standing, str | Promise] = {
    "refused": _("Not verified: the function ends"),
    "expired": _("Expired"),
    "renewing": _("Verified, renewal applied for"),
    "verified": _("Verified"),
    "applied": _("Applied for"),
    "nothing": _("Not applied for"),
}
NOT_A_NUMBER = _(
    "Write your own short number of the function: up to three letters and seven digits, as PG-0412."
    " Never a name, a national number or a badge."
)


@dataclass(frozen=True)
class Line:
    """What is written of a staff number. `facility`: its number or ""; `row`: in a file that is taken in."""

    number: str
    function: str
    facility: str = ""
    since: date | None = None
    applied_on: date | None = None
    verified_on: date | None = None
    refused_on: date | None = None
    row: int | None = None


def normal(number: str) -> str:
    """Return a staff number as it is kept: without spaces around it, in capitals."""
    return number.strip().upper()


def problems_of(line: Line, functions: Collection[str], *, today: date) -> list[Problem]:
    """Return what is wrong with a line; the number is in its normal form."""
    found = []
    if not re.fullmatch(NUMBER, line.number):
        found.append(Problem("number", NOT_A_NUMBER, line.row))
    if line.function not in functions:
        found.append(Problem("function", _("Choose a function."), line.row))
    days: Mapping[str, date | None] = {
        "since": line.since, "applied_on": line.applied_on, "verified_on": line.verified_on,
        "refused_on": line.refused_on,
    }  # fmt: skip
    for name, day in days.items():
        if day is not None and day > today:
            found.append(Problem(name, _("This lies ahead. Write down what has happened."), line.row))
        elif day is not None and day < EARLIEST:
            found.append(Problem(name, _("This lies too far back, or too far ahead."), line.row))
    if line.refused_on is not None and line.applied_on is not None:
        found.append(Problem("applied_on", _("It was decided: leave the application out."), line.row))
    if line.refused_on is not None and line.verified_on is not None and line.refused_on < line.verified_on:
        found.append(Problem("refused_on", _("This is before the positive outcome."), line.row))
    if line.applied_on is not None and line.verified_on is not None and line.applied_on < line.verified_on:
        found.append(Problem("applied_on", _("It was decided: leave the application out."), line.row))
    return found


def standing(line: Line, *, valid_until: datetime | None, at: datetime) -> Standing:
    """Return how somebody stands; `valid_until`: by the rule of renewal, None where nothing is verified."""
    if line.refused_on is not None:
        return "refused"
    if line.verified_on is None:
        return "applied" if line.applied_on is not None else "nothing"
    if valid_until is not None and valid_until < at:
        return "expired"
    return "renewing" if line.applied_on is not None else "verified"


def told(staff: int, verified: int, *, smallest: int) -> tuple[int, int | None] | None:
    """Return what others are told of a place: how many, and how many of them are verified.

    None: too few to be told at all. The second is None when it or the rest is too small: nobody is singled out.
    """
    if staff < smallest:
        return None
    return staff, verified if verified >= smallest and staff - verified >= smallest else None
