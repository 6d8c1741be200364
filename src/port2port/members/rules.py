"""What holds for people and their access, decided on plain values: quarters, reviews, verification, four eyes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.members.roles import ROLES, Act

INVITATION_LASTS = timedelta(days=7)
REVIEW_TAKES = timedelta(days=30)
# A security verification of staff holds five years; the administrator may confirm less, never more.
VERIFICATION_LASTS_AT_MOST = timedelta(days=5 * 366)

# What an administrator can give a person: machines get theirs elsewhere.
ROLES_FOR_PEOPLE: tuple[str, ...] = tuple(code for code in ROLES if code not in ("service", "protected_reporter"))

VERIFICATIONS: dict[str, str | Promise] = {
    "security-verification": _("Security verification (critical function)"),
    "security-clearance": _("Security clearance"),
    "employer-check": _("The employer's own check of identity and function"),
}


@dataclass(frozen=True)
class Need:
    """Something that waits for whoever acts, for the home page: a sentence and one place to go.

    `post`: the action is done there at once, by posting. `mark`: the word of an exercise or test, never left out.
    `sees`: who sees it, when it is a record.
    """

    title: str
    text: str
    href: str
    action: str
    icon: str = "person"
    due: date | None = None
    overdue: bool = False
    urgent: bool = False
    mark: str = ""
    post: str = ""
    sees: Mapping[str, Any] | None = None


class Review(StrEnum):
    """Where an access review stands."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"


def quarter_of(day: date) -> str:
    """Return the quarter of a day as 2026-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def review_state(*, done: bool, due: date, today: date) -> Review:
    """Return where a review stands today; due on the day itself is still in time."""
    if done:
        return Review.DONE
    return Review.OVERDUE if due < today else Review.OPEN


def awaits_decision(*, joined: datetime, reviewed: datetime | None, opened: datetime) -> bool:
    """Whether a person must be looked at in a review: there when it was opened, and not decided on since."""
    return joined <= opened and (reviewed is None or reviewed < opened)


def is_verified(until: date | None, today: date) -> bool:
    """Whether the organisation's confirmation holds today; without it nothing from AMBER on is seen."""
    return until is not None and until >= today


def administers(roles: Collection[str]) -> bool:
    """Whether one of the roles administers people."""
    return any(Act.ADMINISTER in ROLES[code].acts for code in roles if code in ROLES)


def needs_second_administrator(*, by: UUID, person: UUID, administrators: Collection[UUID]) -> bool:
    """Whether `by` gives access to themselves while there is another administrator who could look at it."""
    return by == person and any(other != by for other in administrators)


def added_roles(before: Collection[str], after: Collection[str]) -> set[str]:
    """Return the roles that are new: taking one away never needs a second pair of eyes."""
    return set(after) - set(before)
