"""Cells of a partner's file as values: moments and numbers. Pure; what cannot be read says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from port2port.exchange.files.mapping import Decimal, Order

# ISO 8601 and RFC 3339, from the year down; a workbook's own dates come so.
ISO = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2})"
    r"(?:[T ](?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.IGNORECASE | re.ASCII,
)
DATE = re.compile(
    r"(?P<a>\d{1,4})(?P<sep>[-/. ])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{2})(?:[T ,]+(?P<clock>.+))?", re.ASCII
)
MONTH = re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})", re.ASCII)
# 03:10, 3.10, 03:10:59, 3u10, 3h, 3 Uhr
CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:[:.](?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?\s?(?:u|h|uhr|uur)?"
    r"|\s?(?:u|h|uhr|uur)\s?(?P<past>\d{2})?)",
    re.IGNORECASE | re.ASCII,
)
CENTURY, PIVOT = 2000, 70  # two figures below it are of this century (POSIX strptime %y: 69)
DIGITS_OF_YEAR = 4


class Unread(ValueError):
    """A cell that cannot be read; the text says why, in the reader's language."""


class UnreadBeside(Unread):
    """It is the cell with the time of day, beside that of the day, which cannot be read."""


@dataclass(frozen=True)
class Moment:
    """When: the moment, and how exactly the cell says it."""

    at: datetime
    precision: str


def moment(text: str, clock: str, *, order: Order, zone: ZoneInfo) -> Moment:
    """Return when a cell says it was; `clock`: a cell with the time of day beside it, or "". Raises Unread, and
    UnreadBeside where that cell is at fault.

    What says its own zone keeps it. A time that a zone had twice is the first one; one that it never had is refused.
    """
    found = ISO.fullmatch(text)
    if found:
        year, month, day, said, offset = found.group("y", "m", "d", "clock", "zone")
        precision = "day" if day else "month" if month else "year"
        return _moment((int(year), int(month or 1), int(day or 1)), precision, (said or "", clock), zone, offset or "")
    if found := MONTH.fullmatch(text):
        return _moment((int(found["y"]), int(found["m"]), 1), "month", ("", clock), zone)
    if found := DATE.fullmatch(text):
        return _moment(_ordered(found, order), "day", (found["clock"] or "", clock), zone)
    raise Unread(_("This is no day that can be read, as 28/11/2026 or 2026-11-28 03:10."))


def _ordered(found: re.Match[str], order: Order) -> tuple[int, int, int]:
    first, second, third = found.group("a", "b", "c")
    if len(first) == DIGITS_OF_YEAR or order == "ymd":
        return _year(first), int(second), int(third)
    if order == "mdy":
        return _year(third), int(first), int(second)
    return _year(third), int(second), int(first)


def _year(text: str) -> int:
    number = int(text)
    if len(text) == DIGITS_OF_YEAR:
        return number
    return number + (CENTURY if number < PIVOT else CENTURY - 100)


def _moment(
    day: tuple[int, int, int], precision: str, clocks: tuple[str, str], zone: ZoneInfo, offset: str = ""
) -> Moment:
    """Return a moment. `clocks`: the time of day in the day's own cell, which goes first, and in the one beside it."""
    within, beside = clocks
    clock, wrong = (within, Unread) if within else (beside, UnreadBeside)
    try:
        at = datetime(*day)
    except ValueError:
        raise Unread(_("There is no such day.")) from None
    if clock:
        if precision != "day":
            raise Unread(_("A time of day needs a day."))
        at, precision = datetime.combine(at, _clock(clock, wrong)), "minute"
    if offset:
        return Moment(_with_offset(at, offset), precision)
    local = at.replace(tzinfo=zone)
    try:
        there = local.astimezone(UTC)
        shown = there.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise Unread(_("There is no such day.")) from None
    if precision == "minute" and shown != at:
        raise wrong(_("On that day the clock did not show this time."))
    return Moment(there, precision)


def _with_offset(at: datetime, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{at.isoformat()}{'+00:00' if offset in 'Zz' else offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unread(_("There is no such day.")) from None


def _clock(text: str, wrong: type[Unread]) -> time:
    found = CLOCK.fullmatch(text.strip())
    try:
        if found:
            return time(int(found["h"]), int(found["m"] or found["past"] or 0), int(found["s"] or 0))
    except ValueError:
        pass
    raise wrong(_("This is no time of day that can be read, as 03:10."))


NUMBER: Mapping[Decimal, re.Pattern[str]] = {
    ",": re.compile(r"-?(?:\d{1,3}(?:[. \u00a0\u202f]\d{3})+|\d+)(?:,\d+)?", re.ASCII),
    ".": re.compile(r"-?(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?", re.ASCII),
}
HELD = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
LONGEST_NUMBER = 30
KG = re.compile(r"\s*kg$", re.IGNORECASE)


def number(text: str, decimal: Decimal, *, workbook: bool = False) -> float:
    """Return a number with this sign before its decimals; the other one and spaces part thousands. Raises Unread.

    `workbook`: a number comes with a point before its decimals whatever the file's language, as 1.234.
    """
    bare = KG.sub("", text)
    if len(bare) <= LONGEST_NUMBER:
        if workbook and HELD.fullmatch(bare):
            return float(bare)
        if NUMBER[decimal].fullmatch(bare):
            thousands = "." if decimal == "," else ","
            for sign in (thousands, " ", "\u00a0", "\u202f"):
                bare = bare.replace(sign, "")
            return float(bare.replace(",", "."))
    raise Unread(_("This is no number that can be read."))
