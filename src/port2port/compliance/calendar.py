"""Arithmetic of legal periods on plain dates and moments. Pure: no clock, no data.

The model is article 3 of Regulation (EEC, Euratom) No 1182/71, which binds for acts of the Union; the same way is used
for Belgian duties, since no other is stated there.

- Hours and minutes are elapsed time, whatever the clock on the wall does. Article 3(1) leaves out the clock hour in
  which the event falls, which gives up to 59 minutes more; we count from the event itself, the earlier moment.
- Days, weeks, months and years are civil: the day of the event is not counted (article 3(1)), and the period ends with
  the last moment of its last day (article 3(2)). A month ends on the day of the same number, or on the last day of a
  month that lacks it (article 3(2)(c)); so 29 February and five years is 28 February.
- Saturdays, Sundays and holidays are counted (article 3(3)). That a period which ends on one ends with the next working
  day (article 3(4)) is asked for rule by rule; periods counted backwards never move, and hours never do.

Every bound is inclusive: the last moment in time is 23:59:59.999999 of the last day, or the elapsed moment itself.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from port2port.members.data_files import Entry

MONTHS_PER_YEAR = 12
CACHED_DAYS = 65536  # a network's deadlines fall on some thousand days: each is converted once

# "immediate": what the law calls so; the amount is how many minutes still count as such. "unstated": no time is given.
Unit = Literal["immediate", "minutes", "hours", "days", "weeks", "months", "years", "unstated"]
CalendarSpan = Literal["month", "quarter", "half_year", "year"]
MONTHS_IN: dict[CalendarSpan, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ELAPSED: dict[str, timedelta] = {
    "immediate": timedelta(minutes=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
}

IsWorkingDay = Callable[[date], bool]


class Period(Entry, frozen=True, kw_only=True):
    """An amount of a unit. "unstated" has the amount 0; every other unit may have it."""

    amount: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0
    unit: Unit

    @property
    def elapsed(self) -> timedelta | None:
        """The elapsed time, None for civil units and for "unstated"."""
        step = ELAPSED.get(self.unit)
        return None if step is None else step * self.amount


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the civil day of a moment. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment.astimezone(zone).date()


@lru_cache(maxsize=CACHED_DAYS)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a civil day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


@lru_cache(maxsize=CACHED_DAYS)
def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the last moment of a civil day, in UTC: a microsecond before the next one."""
    return day_start(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def months_after(day: date, months: int) -> date:
    """Return the day of the same number some months later (earlier when negative), or that month's last day."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@lru_cache(maxsize=CACHED_DAYS)
def days_moved(day: date, period: Period, sign: int = 1) -> date:
    """Return the day a civil period later, or with sign -1 earlier. Raises ValueError for another unit."""
    match period.unit:
        case "days":
            return day + sign * timedelta(days=period.amount)
        case "weeks":
            return day + sign * timedelta(weeks=period.amount)
        case "months":
            return months_after(day, sign * period.amount)
        case "years":
            return months_after(day, sign * period.amount * MONTHS_PER_YEAR)
        case _:
            raise ValueError(f"{period.unit} is not a civil unit")


def last_moment(
    start: datetime, period: Period, zone: ZoneInfo, *, working: IsWorkingDay | None = None
) -> datetime | None:
    """Return the last moment that lies within a period that runs from `start`, None where no time is stated.

    `working`: a civil period that ends on a day that is none ends with the next one that is (article 3(4)).
    """
    if period.unit == "unstated":
        return None
    elapsed = period.elapsed
    if elapsed is not None:
        return start.astimezone(UTC) + elapsed
    return day_end(next_working_day(days_moved(local_day(start, zone), period), working), zone)


def first_moment(start: datetime, period: Period, zone: ZoneInfo) -> datetime | None:
    """Return when a window opens that does so a period after `start`: for civil units at the beginning of that day."""
    if period.unit == "unstated":
        return None
    elapsed = period.elapsed
    if elapsed is not None:
        return start.astimezone(UTC) + elapsed
    return day_start(days_moved(local_day(start, zone), period), zone)


def last_moment_before(start: datetime, period: Period, zone: ZoneInfo, *, clear: bool) -> datetime | None:
    """Return the last moment that lies at least a period before `start`.

    A month before 15 May is 15 April, until its end. `clear`: the period must lie whole between the two days, so that
    14 April is the last day; this is the strict reading of a period counted backwards.
    """
    if period.unit == "unstated":
        return None
    elapsed = period.elapsed
    if elapsed is not None:
        return start.astimezone(UTC) - elapsed
    day = days_moved(local_day(start, zone), period, -1)
    return day_end(day - timedelta(days=1) if clear else day, zone)


def brought_forward(until: datetime, period: Period, zone: ZoneInfo) -> datetime:
    """Return when one is to be reminded of `until`: for civil units at the beginning of a day.

    An unstated period reminds of nothing before.
    """
    elapsed = period.elapsed
    if elapsed is not None:
        return until - elapsed
    if period.unit == "unstated":
        return until
    return day_start(days_moved(local_day(until, zone), period, -1), zone)


def calendar_span(day: date, span: CalendarSpan) -> tuple[date, date]:
    """Return the first and the last day of the month, quarter, half year or year that a day lies in."""
    months = MONTHS_IN[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_after(first, months) - timedelta(days=1)


def next_working_day(day: date, working: IsWorkingDay | None) -> date:
    """Return the day itself, or the first one after it that is a working day. Without `working` every day is one."""
    while working is not None and not working(day):
        day += timedelta(days=1)
    return day


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    cycle = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * cycle + century - leaps - correction + 15) % 30
    quarter, quarter_rest = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - quarter_rest) % 7
    late = (cycle + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
