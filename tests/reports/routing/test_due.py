"""When a step is due: elapsed hours over a change of the clock, months at their ends, counted from what was done."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.reports.routing.evaluate import due
from port2port.reports.routing.rules import Step, ruleset

ZONE = ZoneInfo("Europe/Brussels")
NIS2 = {step.code: step for step in ruleset().rule("nis2", 1).steps}


def at(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZONE, fold=fold)


def step(unit: str, amount: int = 0, after: str = "") -> Step:
    return Step(code="x", names={}, unit=unit, amount=amount, after=after)


def same(found: datetime | None, wanted: datetime) -> bool:
    """Python compares two moments of one zone by the wall clock; here by the moment, and the wall clock with it."""
    assert found is not None
    return found.astimezone(UTC) == wanted.astimezone(UTC) and found.isoformat() == wanted.isoformat()


def test_the_three_steps_of_nis2():
    aware = at(2026, 11, 20, 9, 30)
    assert same(due(NIS2["early_warning"], aware, {}, zone=ZONE), at(2026, 11, 21, 9, 30))
    assert same(due(NIS2["notification"], aware, {}, zone=ZONE), at(2026, 11, 23, 9, 30))
    assert due(NIS2["final_report"], aware, {}, zone=ZONE) is None
    done = {"early_warning": aware, "notification": at(2026, 11, 21, 18, 0)}
    assert same(due(NIS2["final_report"], aware, done, zone=ZONE), at(2026, 12, 21, 18, 0))


@pytest.mark.parametrize(
    ("start", "months", "wanted"),
    [
        (at(2026, 1, 31, 12, 0), 1, at(2026, 2, 28, 12, 0)),
        (at(2028, 1, 31, 12, 0), 1, at(2028, 2, 29, 12, 0)),  # a leap year
        (at(2026, 1, 30, 12, 0), 1, at(2026, 2, 28, 12, 0)),
        (at(2026, 2, 28, 12, 0), 1, at(2026, 3, 28, 12, 0)),  # not the month's end again
        (at(2026, 3, 31, 12, 0), 1, at(2026, 4, 30, 12, 0)),
        (at(2026, 12, 31, 12, 0), 1, at(2027, 1, 31, 12, 0)),
        (at(2026, 11, 30, 12, 0), 3, at(2027, 2, 28, 12, 0)),
        (at(2026, 12, 1, 12, 0), 12, at(2027, 12, 1, 12, 0)),
        (at(2028, 2, 29, 12, 0), 12, at(2029, 2, 28, 12, 0)),
        # the clock goes forward on 28 March 2027 at 02:00, and back on 31 October 2027 at 03:00
        (at(2027, 2, 28, 12, 0), 1, at(2027, 3, 28, 12, 0)),
        (at(2027, 2, 28, 2, 30), 1, at(2027, 3, 28, 3, 30)),  # does not occur: read with the offset before
        (at(2027, 9, 30, 2, 30), 1, at(2027, 10, 30, 2, 30)),
        (at(2027, 8, 31, 2, 30), 2, at(2027, 10, 31, 2, 30)),  # occurs twice: the first
        (at(2027, 10, 31, 2, 30, fold=1), 1, at(2027, 11, 30, 2, 30)),
        # from the second of two into a time that does not occur: the start leaves no trace
        (at(2027, 10, 31, 2, 30, fold=1), 29, at(2030, 3, 31, 3, 30)),
    ],
)
def test_a_month_on_the_calendar(start, months, wanted):
    assert same(due(step("months", months), start, {}, zone=ZONE), wanted)


def test_hours_are_elapsed_time_over_a_change_of_the_clock():
    assert same(due(step("hours", 24), at(2027, 3, 27, 12, 0), {}, zone=ZONE), at(2027, 3, 28, 13, 0))
    assert same(due(step("hours", 24), at(2027, 10, 30, 12, 0), {}, zone=ZONE), at(2027, 10, 31, 11, 0))
    assert same(due(step("hours", 1), at(2027, 10, 31, 2, 30), {}, zone=ZONE), at(2027, 10, 31, 2, 30, fold=1))


def test_days_keep_the_time_of_day():
    assert same(due(step("days", 1), at(2027, 3, 27, 12, 0), {}, zone=ZONE), at(2027, 3, 28, 12, 0))
    assert same(due(step("days", 1), at(2027, 3, 27, 2, 30), {}, zone=ZONE), at(2027, 3, 28, 3, 30))


def test_the_calendar_is_that_of_the_zone_not_of_the_moment_handed_in():
    """30 April 22:30 in Greenwich is the first of May here."""
    assert same(due(step("months", 1), datetime(2026, 4, 30, 22, 30, tzinfo=UTC), {}, zone=ZONE), at(2026, 6, 1, 0, 30))


def test_immediate_is_the_moment_itself_and_an_unstated_time_is_none():
    aware = at(2026, 11, 20, 9, 30)
    assert same(due(step("immediate"), aware, {}, zone=ZONE), aware)
    assert due(step("unstated"), aware, {}, zone=ZONE) is None


def test_a_moment_without_a_zone_is_refused_wherever_it_comes_from():
    bare = datetime(2026, 11, 20, 9, 30)
    for unit, amount in (("immediate", 0), ("hours", 24), ("months", 1)):
        with pytest.raises(ValueError, match="without a time zone"):
            due(step(unit, amount), bare, {}, zone=ZONE)
    with pytest.raises(ValueError, match="without a time zone"):
        due(NIS2["final_report"], at(2026, 11, 20, 9, 30), {"notification": bare}, zone=ZONE)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


@given(moment=moments, hours=st.integers(1, 200), east=st.integers(-12, 12))
def test_hours_do_not_depend_on_the_zone_of_the_moment(moment, hours, east):
    found = due(step("hours", hours), moment.astimezone(timezone(timedelta(hours=east))), {}, zone=ZONE)
    assert found is not None and found.astimezone(UTC) - moment == timedelta(hours=hours)


@given(moment=moments, months=st.integers(1, 24))
def test_a_month_ends_on_the_same_day_or_the_last_one_and_never_in_the_month_after(moment, months):
    start = moment.astimezone(ZONE)
    found = due(step("months", months), moment, {}, zone=ZONE)
    assert found is not None
    assert (found.year - start.year) * 12 + found.month - start.month == months
    assert found.day == start.day or (found.day < start.day and (found + timedelta(days=1)).day == 1)
