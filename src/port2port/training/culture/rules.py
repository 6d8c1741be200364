"""What holds for culture at a glance, decided on plain values.

`training/sql/culture.sql` holds the same audiences, and the rule of small numbers: the rest is told as quartiles of at
least six organisations, as at the beginning of the month.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Audience = Literal["pfso", "security_staff", "all_others"]
OFFICERS = frozenset({"port_security_officer", "deputy_port_security_officer", "facility_security_officer"})
SECURITY_STAFF = frozenset({"duty_desk", "authority_officer"})
SIZES = ("drill", "exercise")
FEWEST_ORGANISATIONS = 6
"""Of fewer, a quartile would lean on one of two that can be guessed."""
MONTHS_OF_A_QUARTER, MONTHS_OF_A_YEAR = 3, 12


@dataclass(frozen=True)
class Rest:
    """How the other organisations stand: a quarter of them below `low`, half below `middle`, a quarter above `high`."""

    organisations: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Trained:
    """A topic of an audience: in which courses it is, how many of the own people have one that counts, and the rest.

    `trained` is None for who does not train there; `rest` is None where too few can be told.
    """

    topic: str
    courses: tuple[str, ...]
    trained: int | None
    rest: Rest | None


@dataclass(frozen=True)
class Group:
    """An audience: how many of the own people belong to it (None for who does not train there), and its topics."""

    audience: Audience
    people: int | None
    topics: tuple[Trained, ...]


@dataclass(frozen=True)
class Lapsing:
    """A course of which passes end in the quarter: how many people hold no longer one, and the first day."""

    course: str
    people: int
    first: date


@dataclass(frozen=True)
class Exercised:
    """In how many drills or exercises the own organisation took part in twelve months, and the rest."""

    size: str
    number: int | None
    rest: Rest | None


@dataclass(frozen=True)
class Culture:
    """How an organisation is trained, and the others. `as_of`: the beginning of the month, for the others."""

    own: bool
    on: date
    quarter_ends: date
    as_of: date
    groups: tuple[Group, ...]
    lapsing: tuple[Lapsing, ...]
    exercised: tuple[Exercised, ...]


def audience_of(roles: Collection[str]) -> Audience:
    """Return the audience of the ISPS Code (part B, 18.1 to 18.3) to which somebody belongs, by the roles held.

    An officer of a port is trained as one of a facility; a desk and an authority's officer have security duties.
    """
    if OFFICERS & set(roles):
        return "pfso"
    return "security_staff" if SECURITY_STAFF & set(roles) else "all_others"


def quarter_end(on: date) -> date:
    """Return the last day of the quarter of the calendar in which a day lies."""
    month = (on.month - 1) // MONTHS_OF_A_QUARTER * MONTHS_OF_A_QUARTER + MONTHS_OF_A_QUARTER + 1
    first = date(on.year + 1, 1, 1) if month > MONTHS_OF_A_YEAR else date(on.year, month, 1)
    return first - timedelta(days=1)
