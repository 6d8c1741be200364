"""xAPI 1.0.3 statements of an organisation's learning system, as results of its own people. Plain values.

What is taken: an Agent known by an account of this platform (its name is the person's id, opaque elsewhere), the verbs
`completed` and `passed`, and a course's address as Activity. Everything else a statement may say is neither read nor
kept. Sources: Experience API 1.0.3, part 2 (2.4.2.4 accounts, 2.4.3 verbs, 2.4.7 timestamps) and part 3 (1.5 headers,
2.1.2 POST Statements); the ADL vocabulary for the two verbs.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

VERSION = "1.0.3"
VERBS = ("http://adlnet.gov/expapi/verbs/completed", "http://adlnet.gov/expapi/verbs/passed")
MOST_STATEMENTS = 200
COURSE_PATH = "/training/courses/"


@dataclass(frozen=True)
class Statement:
    """As far as it is read. `result`: whether it says so of completion and success; None where it says nothing."""

    id: UUID
    home_page: str
    name: str
    verb: str
    activity: str
    at: datetime
    completion: bool | None = None
    success: bool | None = None

    @property
    def digest(self) -> str:
        """What tells two statements of one id apart: all that is read of them."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


@dataclass(frozen=True)
class Result:
    """A statement that was understood: who took which course on which day. `number`: its place, from 1."""

    number: int
    statement: Statement
    person: UUID
    course: str
    on: date


def known_version(header: str) -> bool:
    """Tell whether a client speaks 1.0.x: the header must be there (part 3, 3.3)."""
    return header == "1.0" or header.startswith("1.0.")


def course_of(activity: str, site: str, courses: Collection[str]) -> str | None:
    """Return the course whose address an activity is, whatever language it is read in; None for anything else."""
    here, there = urlsplit(site), urlsplit(activity)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or there.query or there.fragment:
        return None
    slug = there.path.removeprefix(COURSE_PATH).strip("/")
    return slug if there.path.startswith(COURSE_PATH) and slug in courses else None


def understood(
    told: Sequence[Statement],
    *,
    site: str,
    people: Collection[UUID],
    courses: Collection[str],
    day_of: Callable[[datetime], date],
) -> tuple[list[Result], list[Problem]]:
    """Return the results that statements tell of own people, and what is wrong, each with its place (from 1)."""
    found, problems = list[Result](), list[Problem]()
    if not told:
        problems.append(Problem("statements", _("Send at least one statement.")))
    if len(told) > MOST_STATEMENTS:
        problems.append(Problem("statements", _("At most %(n)d statements at a time.") % {"n": MOST_STATEMENTS}))
    for number, one in enumerate(told, start=1):
        person, course = _person(one, site, people), course_of(one.activity, site, courses)
        wrong = [*_said(one)]
        if person is None:
            wrong.append(Problem("actor", _("Name one of your people by an account of this platform: its address as"
                                            " homePage, the id as name.")))  # fmt: skip
        if course is None:
            wrong.append(Problem("object", _("This is not the address of a course here.")))
        problems += [replace(problem, row=number) for problem in wrong]
        if person is not None and course is not None and not wrong:
            found.append(Result(number, one, person, course, day_of(one.at)))
    return found, [*problems, *_twice(told)]


def _person(one: Statement, site: str, people: Collection[UUID]) -> UUID | None:
    if one.home_page.rstrip("/") != site.rstrip("/"):
        return None
    try:
        known = UUID(one.name)
    except ValueError:
        return None
    return known if known in people else None


def _said(one: Statement) -> list[Problem]:
    found = []
    if one.verb not in VERBS:
        found.append(Problem("verb", _("Only `completed` and `passed` of the ADL vocabulary are taken.")))
    if one.completion is False or one.success is False:
        found.append(Problem("result", _("Who did not complete it, or failed, has no result here.")))
    return found


def _twice(told: Sequence[Statement]) -> list[Problem]:
    """Two statements of one id and other words cannot both be true (part 2, 2.4.1)."""
    seen: dict[UUID, str] = {}
    found = []
    for number, one in enumerate(told, start=1):
        if seen.setdefault(one.id, one.digest) != one.digest:
            found.append(Problem("id", _("This id stands there twice, with other words."), number))
    return found


def conflicts(results: Sequence[Result], there: Mapping[UUID, str]) -> list[UUID]:
    """Return the statements that came before under the same id with other words."""
    told = [one.statement for one in results]
    return [one.id for one in told if there.get(one.id, one.digest) != one.digest]
