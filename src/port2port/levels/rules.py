"""Which security level holds where and when, from the notices alone; what a notice must be. Pure.

The level of a facility at a moment is the highest of the notices that cover it then; where none does it is 1. A notice
holds from its beginning until its end, or until what replaces it begins, whichever comes first. Both ends are moments;
the end itself is not in it. An exercise never changes the level.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable

NORMAL, HIGHEST = 1, 3
REFERENCE_LONGEST, TEXT_LONGEST = 80, 1000
NUMBER_MOST, NUMBERS_MOST = 999, 60
SHIPS_TOLD = 0
AHEAD_MOST, BACK_MOST = timedelta(days=29), timedelta(days=3653)
REQUIRED = _("This is needed.")


@dataclass(frozen=True)
class Entry:
    """A notice as far as the rules look at it; `facilities` empty: the whole port."""

    id: UUID
    port: UUID
    level: int
    starts: datetime
    entered_at: datetime
    facilities: frozenset[UUID] = frozenset()
    until: datetime | None = None
    replaces: UUID | None = None
    corrects: UUID | None = None
    void: bool = False
    exercise: bool = False

    def covers(self, facility: UUID) -> bool:
        """Whether a facility of its port is under it."""
        return not self.facilities or facility in self.facilities


@dataclass(frozen=True)
class Span:
    """A notice that counts, and until when it holds (None: until further notice); empty when it never holds."""

    entry: Entry
    ends: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.entry.starts <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True)
class Standing:
    """The level somewhere at a moment, and the notice it comes from; none at the usual level."""

    level: int
    span: Span | None = None


@dataclass(frozen=True)
class PortStanding:
    """The highest level of a port, by which notices, and whether the whole port is at it."""

    level: int
    whole: bool
    spans: tuple[Span, ...] = ()


def spans(entries: Iterable[Entry], *, known: datetime | None = None) -> list[Span]:
    """Return the notices that count, with their ends. `known`: what was entered later is left out, as it was then."""
    told = {one.id: one for one in entries if known is None or one.entered_at <= known}
    corrected = {one.corrects for one in told.values() if one.corrects is not None}

    def first(identifier: UUID) -> UUID:
        """Return the entry that a chain of corrections began with: what replaces one of them replaces them all."""
        while (one := told.get(identifier)) is not None and one.corrects is not None:
            identifier = one.corrects
        return identifier

    heads = [one for one in told.values() if one.id not in corrected and not one.void]
    ended: dict[UUID, datetime] = {}
    for one in heads:
        if one.replaces is not None:
            former = first(one.replaces)
            ended[former] = min(one.starts, ended.get(former, one.starts))
    found = []
    for one in heads:
        ends = [end for end in (one.until, ended.get(first(one.id))) if end is not None]
        found.append(Span(one, min(ends) if ends else None))
    return sorted(found, key=lambda span: (span.entry.starts, span.entry.entered_at, span.entry.id))


def standing(found: Iterable[Span], *, port: UUID, facility: UUID, at: datetime) -> Standing:
    """Return the level of a facility at a moment: the highest that covers it, of equal ones the newest."""
    holding = [
        span for span in found
        if span.entry.port == port and not span.entry.exercise and span.holds(at) and span.entry.covers(facility)
    ]  # fmt: skip
    if not holding:
        return Standing(NORMAL)
    best = max(holding, key=lambda span: (span.entry.level, span.entry.starts, span.entry.entered_at))
    return Standing(best.entry.level, best)


def port_standing(found: Iterable[Span], *, port: UUID, at: datetime) -> PortStanding:
    """Return the highest level in a port at a moment, and whether all of it is at that level."""
    holding = [
        span for span in found if span.entry.port == port and not span.entry.exercise and span.holds(at)
    ]  # fmt: skip
    if not holding:
        return PortStanding(NORMAL, whole=True)
    level = max(span.entry.level for span in holding)
    top = tuple(span for span in holding if span.entry.level == level)
    return PortStanding(level, level == NORMAL or any(not span.entry.facilities for span in top), top)


def concerned(facilities: Collection[UUID], of_port: Collection[UUID], former: Iterable[Entry]) -> frozenset[UUID]:
    """Return the facilities that must know: those covered, and those that what is replaced or corrected covered.

    `of_port`: all facilities of the port; those of `former` that are gone are left out.
    """
    wanted = set(facilities or of_port)
    for one in former:
        wanted |= set(one.facilities or of_port)
    return frozenset(wanted & set(of_port))


@dataclass(frozen=True)
class Draft:
    """A notice as somebody enters it: codes, moments, the number of the official notice."""

    port: str
    level: int
    starts: datetime
    reference: str
    facilities: tuple[str, ...] = ()
    until: datetime | None = None
    text: str = ""
    language: str = "en"
    exercise: bool = False
    replaces: UUID | None = None


def problems_of(draft: Draft, *, ports: Collection[str], facilities: Collection[str], at: datetime) -> list[Problem]:
    """Return everything that is wrong with a notice. `ports`, `facilities`: for which the actor may enter one."""
    found = []
    if draft.port not in ports:
        found.append(Problem("port", _("Choose a port whose levels you enter.")))
    if not NORMAL <= draft.level <= HIGHEST:
        found.append(Problem("level", _("A level is 1, 2 or 3.")))
    if any(code not in facilities for code in draft.facilities):
        found.append(Problem("facilities", _("Choose facilities of this port.")))
    elif len(set(draft.facilities)) < len(draft.facilities):
        found.append(Problem("facilities", _("Name each place once.")))
    if not draft.reference.strip():
        found.append(Problem("reference", _("Give the number of the official notice.")))
    found += text_problems("reference", draft.reference, REFERENCE_LONGEST, lines=False)
    found += text_problems("text", draft.text, TEXT_LONGEST)
    return [*found, *_time_problems(draft, at)]


def text_problems(name: str, text: str, longest: int, *, lines: bool = True) -> Iterable[Problem]:
    """Yield what is wrong with something that was typed."""
    if len(text) > longest:
        yield Problem(name, _("At most %(n)d characters.") % {"n": longest})
    elif unreadable(text) or (not lines and "\n" in text):
        yield Problem(name, _("This holds characters that cannot be shown."))


def _time_problems(draft: Draft, at: datetime) -> Iterable[Problem]:
    moments = {"starts": draft.starts, "until": draft.until}
    naive = [name for name, moment in moments.items() if moment is not None and moment.tzinfo is None]
    if naive:
        yield from (Problem(name, _("Say in which time zone this is.")) for name in naive)
        return
    if draft.starts > at + AHEAD_MOST:
        yield Problem("starts", _("This is more than %(days)d days ahead.") % {"days": AHEAD_MOST.days})
    if draft.starts < at - BACK_MOST:
        yield Problem("starts", _("This lies too far back, or too far ahead."))
    if draft.until is not None and draft.until <= draft.starts:
        yield Problem("until", _("This is not after the beginning."))


def numbers_problems(numbers: Sequence[int]) -> list[Problem]:
    """Return what is wrong with the numbers of a checklist. 0 is every list's own: ships in port told."""
    if any(not 1 <= number <= NUMBER_MOST for number in numbers):
        return [Problem("numbers", _("Write numbers from 1 to %(most)d.") % {"most": NUMBER_MOST})]
    if len(numbers) > NUMBERS_MOST:
        return [Problem("numbers", _("At most %(most)d numbers.") % {"most": NUMBERS_MOST})]
    if len(set(numbers)) < len(numbers):
        return [Problem("numbers", _("Write each number once."))]
    return []


def overdue(answer_by: datetime, *, at: datetime) -> bool:
    """Whether an acknowledgement that has not come is late."""
    return at > answer_by


def above(facility: int, ship: int) -> bool:
    """Whether a facility's level suggests a declaration with a ship (ISPS Code part A, 5.2 and part B, 5.2)."""
    return facility > ship
