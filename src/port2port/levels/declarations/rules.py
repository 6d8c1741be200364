"""What a declaration must be, and until when it is kept. Pure."""

from calendar import isleap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.utils.translation import gettext_lazy as _
from stdnum import imo
from stdnum.exceptions import ValidationError

from port2port.base.errors import Problem
from port2port.levels.declarations.vocabulary import Words
from port2port.levels.rules import HIGHEST, NORMAL, above, text_problems

SHIP_LONGEST, KEPT_LONGEST, FLAG_LENGTH = 80, 120, 2
BOTH = "both"
SIDES = ("ship", "facility", BOTH)
LEAP_DAY = (2, 29)
UNKNOWN = _("Choose one of the list.")


@dataclass(frozen=True)
class Draft:
    """A declaration as somebody writes it: codes, moments, the ship by its IMO number. `place`: facility or port."""

    place: str
    ship: str
    imo: str
    starts: datetime
    ends: datetime
    ship_level: int
    facility_level: int
    reason: str
    activities: tuple[str, ...]
    measures: Mapping[str, str]
    facility_post: str
    ship_post: str
    flag: str = ""
    call_from: date | None = None
    call_until: date | None = None


def ship_number(text: str) -> str | None:
    """Return an IMO ship number as seven digits, None when its check digit is wrong (IMO resolution A.1117(30))."""
    try:
        return str(imo.validate(text))
    except ValidationError:
        return None


def kept_until(ends: datetime, *, years: int) -> datetime:
    """Return until when a declaration is kept: so many years after its end; from 29 February to 1 March."""
    to = ends.year + years
    if (ends.month, ends.day) == LEAP_DAY and not isleap(to):
        return ends.replace(year=to, month=3, day=1)
    return ends.replace(year=to)


def days_to_keep(ends: datetime, *, years: int, at: datetime) -> int:
    """Return for how many days from now that is, begun ones counted: never a moment too short."""
    return ceil((kept_until(ends, years=years) - at) / timedelta(days=1))


def suggested(*, facility: int, ship: int) -> str:
    """Return the occasion that the two levels suggest, or "": a ship above the facility is one of the law's.

    A facility above the ship suggests one too (ISPS Code part A, 5.2 leaves it to the facility); which of the law's
    occasions it is says whoever writes it.
    """
    return "ship_at_higher_level" if above(ship, facility) else ""


def problems_of(draft: Draft, words: Words, *, places: Collection[str], at: datetime) -> list[Problem]:
    """Return everything that is wrong with a declaration. `places`: for which the actor may write one."""
    found = []
    if draft.place not in places:
        found.append(Problem("place", _("Choose a place of yours.")))
    if not draft.ship.strip():
        found.append(Problem("ship", _("This is needed.")))
    found += text_problems("ship", draft.ship, SHIP_LONGEST, lines=False)
    if ship_number(draft.imo) is None:
        found.append(Problem("imo", _("This is no IMO number: seven digits, the last of which checks the others.")))
    if draft.flag and not (len(draft.flag) == FLAG_LENGTH and draft.flag.isascii() and draft.flag.isalpha()):
        found.append(Problem("flag", _("Write the country as two letters, as BE.")))
    for name, level in (("ship_level", draft.ship_level), ("facility_level", draft.facility_level)):
        if not NORMAL <= level <= HIGHEST:
            found.append(Problem(name, _("A level is 1, 2 or 3.")))
    return [*found, *_code_problems(draft, words), *_time_problems(draft, words, at)]


def _code_problems(draft: Draft, words: Words) -> list[Problem]:
    found = []
    if draft.reason not in {term.code for term in words.reasons}:
        found.append(Problem("reason", UNKNOWN))
    elif draft.reason == "ship_at_higher_level" and not above(draft.ship_level, draft.facility_level):
        found.append(Problem("reason", _("The ship’s level is not above that of the facility.")))
    activities = {term.code for term in words.activities}
    if not draft.activities:
        found.append(Problem("activities", _("Choose what it covers.")))
    elif not set(draft.activities) <= activities or len(set(draft.activities)) < len(draft.activities):
        found.append(Problem("activities", UNKNOWN))
    lines = {term.code for term in words.measures}
    if set(draft.measures) != lines or not set(draft.measures.values()) <= set(SIDES):
        found.append(Problem("measures", _("Say of each line who does it: the ship, the facility, or both.")))
    for name, side in (("facility_post", "facility"), ("ship_post", "ship")):
        if getattr(draft, name) not in {post.code for post in words.posts if post.side == side}:
            found.append(Problem(name, UNKNOWN))
    return found


def _time_problems(draft: Draft, words: Words, at: datetime) -> list[Problem]:
    naive = [name for name in ("starts", "ends") if getattr(draft, name).tzinfo is None]
    if naive:
        return [Problem(name, _("Say in which time zone this is.")) for name in naive]
    found = []
    if draft.ends <= draft.starts:
        found.append(Problem("ends", _("This is not after the beginning.")))
    elif draft.ends - draft.starts > timedelta(days=words.head.longest_days):
        found.append(Problem("ends", _("A declaration holds for at most %(n)d days.") % {"n": words.head.longest_days}))
    if draft.starts > at + timedelta(days=words.head.ahead_days):
        found.append(Problem("starts", _("This is more than %(days)d days ahead.") % {"days": words.head.ahead_days}))
    elif days_to_keep(draft.ends, years=words.head.keep_years, at=at) < 1:
        found.append(Problem("ends", _("Its time of keeping is over: it may not be kept any more.")))
    if draft.call_from is not None and draft.call_until is not None and draft.call_until < draft.call_from:
        found.append(Problem("call_until", _("This is not after the beginning.")))
    return found


def signature_problems(signed_on: date, kept_at: str, *, today: date) -> list[Problem]:
    """Return what is wrong with what is said about the signed paper."""
    found = []
    if signed_on > today:
        found.append(Problem("signed_on", _("This lies ahead. Write down what has happened.")))
    if not kept_at.strip():
        found.append(Problem("kept_at", _("Say where the paper is kept.")))
    return [*found, *text_problems("kept_at", kept_at, KEPT_LONGEST, lines=False)]
