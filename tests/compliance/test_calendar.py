"""Legal periods at the days where calendars go wrong; any period against a second implementation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.compliance import calendar
from port2port.compliance.calendar import Period
from port2port.compliance.holidays import HOLIDAYS, is_working_day, read_holidays
from tests.compliance import oracle
from tests.compliance.told import BRUSSELS, local, shown

DAYS = st.dates(date(2000, 1, 1), date(2037, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))
CIVIL = st.builds(Period, amount=st.integers(0, 80), unit=st.sampled_from(("days", "weeks", "months", "years")))
ELAPSED = st.builds(Period, amount=st.integers(0, 200), unit=st.sampled_from(("hours", "minutes", "immediate")))


def period(text: str) -> Period:
    amount, unit = text.split()
    return Period(amount=int(amount), unit=unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-01-31 10:00", "1 months", "2026-02-28 23:59:59"),
        ("2024-01-31 10:00", "1 months", "2024-02-29 23:59:59"),
        ("2026-01-28 00:00", "1 months", "2026-02-28 23:59:59"),
        ("2024-02-29 10:00", "1 years", "2025-02-28 23:59:59"),
        ("2024-02-29 10:00", "4 years", "2028-02-29 23:59:59"),
        ("2025-12-31 23:59:59", "2 months", "2026-02-28 23:59:59"),
        ("2026-02-28 10:00", "1 months", "2026-03-28 23:59:59"),
        ("2025-10-15 10:00", "15 months", "2027-01-15 23:59:59"),
        ("2026-03-01 10:00", "30 days", "2026-03-31 23:59:59"),
        ("2026-03-01 00:00", "0 days", "2026-03-01 23:59:59"),
        ("2026-03-01 10:00", "2 weeks", "2026-03-15 23:59:59"),
        # hours are elapsed: the clock goes forward on 29 March, back on 25 October 2026
        ("2026-03-28 12:00", "24 hours", "2026-03-29 13:00:00"),
        ("2026-03-29 01:59:59", "1 hours", "2026-03-29 03:59:59"),
        ("2026-10-24 12:00", "24 hours", "2026-10-25 11:00:00"),
        ("2026-10-23 18:00", "72 hours", "2026-10-26 17:00:00"),
        ("2026-10-25 01:30", "2 hours", "2026-10-25 02:30:00"),
        # days are civil: 29 March has 23 hours and 25 October 25
        ("2026-03-28 12:00", "1 days", "2026-03-29 23:59:59"),
        ("2026-10-24 12:00", "1 days", "2026-10-25 23:59:59"),
        # the day is that of Brussels, not of Greenwich
        ("2026-07-01 00:30", "1 days", "2026-07-02 23:59:59"),
        # weekends and holidays are counted, and move nothing
        ("2026-04-03 10:00", "2 days", "2026-04-05 23:59:59"),
    ],
)
def test_a_period_ends(start: str, length: str, end: str) -> None:
    assert shown(calendar.last_moment(local(start), period(length), BRUSSELS)) == end


def test_a_civil_period_ends_with_the_last_microsecond() -> None:
    end = calendar.last_moment(local("2026-01-31 10:00"), period("1 months"), BRUSSELS)
    assert end is not None
    assert shown(end + timedelta(microseconds=1)) == "2026-03-01 00:00:00"


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    first, second = local("2026-10-25 02:30"), local("2026-10-25 02:30", second=True)
    assert second - first == timedelta(hours=1)
    assert calendar.last_moment(first, period("1 hours"), BRUSSELS) == second


@pytest.mark.parametrize(
    ("start", "length", "opens"),
    [
        ("2023-12-31 10:00", "26 months", "2026-02-28 00:00:00"),
        ("2024-01-10 10:00", "26 months", "2026-03-10 00:00:00"),
        ("2026-03-28 12:00", "24 hours", "2026-03-29 13:00:00"),
    ],
)
def test_a_window_opens(start: str, length: str, opens: str) -> None:
    assert shown(calendar.first_moment(local(start), period(length), BRUSSELS)) == opens


@pytest.mark.parametrize(
    ("start", "length", "clear", "last"),
    [
        ("2026-05-15 09:00", "1 months", False, "2026-04-15 23:59:59"),
        ("2026-05-15 09:00", "1 months", True, "2026-04-14 23:59:59"),
        ("2026-03-31 09:00", "1 months", False, "2026-02-28 23:59:59"),
        ("2024-03-31 09:00", "1 months", False, "2024-02-29 23:59:59"),
        ("2026-03-28 09:00", "1 months", False, "2026-02-28 23:59:59"),
        ("2026-03-29 13:00", "24 hours", False, "2026-03-28 12:00:00"),
    ],
)
def test_a_period_before(start: str, length: str, clear: bool, last: str) -> None:
    assert shown(calendar.last_moment_before(local(start), period(length), BRUSSELS, clear=clear)) == last


@settings(max_examples=400, deadline=None)
@given(MOMENTS, CIVIL | ELAPSED)
def test_any_period_agrees_with_walking_day_by_day(start: datetime, length: Period) -> None:
    assert calendar.last_moment(start, length, BRUSSELS) == oracle.end(start, length)
    assert calendar.first_moment(start, length, BRUSSELS) == oracle.begin(start, length)


@settings(max_examples=300, deadline=None)
@given(DAYS, CIVIL)
def test_a_day_moved_back_agrees_with_walking(day: date, length: Period) -> None:
    assert calendar.days_moved(day, length, -1) == oracle.walked(day, length.amount, length.unit, -1)


@settings(max_examples=300, deadline=None)
@given(DAYS)
def test_a_day_is_as_long_as_the_clock_says(day: date) -> None:
    begins, ends = calendar.day_start(day, BRUSSELS), calendar.day_end(day, BRUSSELS)
    assert (begins, ends) == (oracle.first_of(day), oracle.last_of(day))
    assert calendar.local_day(begins, BRUSSELS) == calendar.local_day(ends, BRUSSELS) == day


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(0, 80), st.integers(0, 80))
def test_longer_periods_never_end_earlier(day: date, one: int, other: int) -> None:
    assert (one <= other) <= (calendar.months_after(day, one) <= calendar.months_after(day, other))


@settings(max_examples=200, deadline=None)
@given(DAYS, st.sampled_from(("month", "quarter", "half_year", "year")))
def test_calendar_spans_lie_side_by_side(day: date, span: calendar.CalendarSpan) -> None:
    begins, ends = calendar.calendar_span(day, span)
    assert begins <= day <= ends
    assert calendar.calendar_span(begins, span) == calendar.calendar_span(ends, span) == (begins, ends)
    assert calendar.calendar_span(ends + timedelta(days=1), span)[0] == ends + timedelta(days=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        calendar.local_day(datetime(2026, 1, 1), BRUSSELS)


def test_unstated_ends_never() -> None:
    unstated, start = Period(unit="unstated"), local("2026-01-01 10:00")
    assert calendar.last_moment(start, unstated, BRUSSELS) is None
    assert calendar.first_moment(start, unstated, BRUSSELS) is None
    assert calendar.last_moment_before(start, unstated, BRUSSELS, clear=False) is None


# Published dates of Easter, the earliest and the latest of the calendar among them.
@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1818, 3, 22),
        (1943, 4, 25),
        (2000, 4, 23),
        (2008, 3, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2038, 4, 25),
    ],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert calendar.easter(year) == date(year, month, day)


def test_belgium_has_ten_legal_holidays() -> None:
    _, holidays = read_holidays(HOLIDAYS)
    assert len(holidays) == 10
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    off = [day for day in days if not is_working_day(day) and day.weekday() < 5]
    # In 2026 the Assumption falls on a Saturday and All Saints' Day on a Sunday.
    assert [f"{day:%m-%d}" for day in off] == ["01-01", "04-06", "05-01", "05-14", "05-25", "07-21", "11-11", "12-25"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02 10:00", "2026-04-02 23:59:59"),  # a Thursday
        ("2026-03-04 10:00", "2026-04-07 23:59:59"),  # Saturday, Easter, Easter Monday
        ("2025-11-25 10:00", "2025-12-26 23:59:59"),  # Christmas
    ],
)
def test_a_rule_may_end_with_the_next_working_day(start: str, end: str) -> None:
    assert shown(calendar.last_moment(local(start), period("1 months"), BRUSSELS, working=is_working_day)) == end


def test_hours_never_move_to_a_working_day() -> None:
    start = local("2026-04-03 18:00")
    assert calendar.last_moment(start, period("24 hours"), BRUSSELS, working=is_working_day) == start + timedelta(
        hours=24
    )
