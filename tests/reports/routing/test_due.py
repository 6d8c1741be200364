"""When a step is due: as the rule of what is owed says that it names, counted in the one way that all of it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.compliance.calendar import Period, day_end, last_moment, months_after
from port2port.compliance.obligations import After
from port2port.compliance.reading import rulebook
from port2port.reports.routing.evaluate import attributes_of, due, obliging, period
from port2port.reports.routing.rules import Step, ruleset
from tests.reports.routing.test_evaluate import AT_QUAY

ZONE = ZoneInfo("Europe/Brussels")
BOOK = rulebook()
NIS2 = {step.code: step for step in ruleset().rule("nis2", 1).steps}
DAY = date(2026, 11, 20)


def at(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZONE, fold=fold)


def step(unit: str, amount: int = 0, after: str = "") -> Step:
    return Step(code="x", names={}, within=Period(unit=unit, amount=amount), after=after)


def same(found: datetime | None, wanted: datetime) -> bool:
    """Two moments of one zone compare by the wall clock; here by the moment."""
    return found is not None and found.astimezone(UTC) == wanted.astimezone(UTC)


def test_the_three_steps_of_nis2():
    aware = at(2026, 11, 20, 9, 30)
    assert same(due(NIS2["early_warning"], aware, {}, book=BOOK), at(2026, 11, 21, 9, 30))
    assert same(due(NIS2["notification"], aware, {}, book=BOOK), at(2026, 11, 23, 9, 30))
    assert due(NIS2["final_report"], aware, {}, book=BOOK) is None
    done = {"early_warning": aware, "notification": at(2026, 11, 21, 18, 0)}
    assert due(NIS2["final_report"], aware, done, book=BOOK) == day_end(date(2026, 12, 21), ZONE)


def test_every_time_is_said_once():
    """A step that names an obligation says no time of its own; each obligation of a report is named or comes later."""
    steps = [(rule.code, one) for rule in ruleset().rules for one in rule.steps]
    assert all(bool(one.obligations) != (one.within is not None) for _rule, one in steps)
    named = {code for _rule, one in steps for code in one.obligations}
    known = {rule.code for rule in BOOK.rules if rule.subject == "report"}
    later = {"nis2_final_after_progress", "nis2_information", "nis2_information_by_day"}  # begun by what comes after
    assert named == known - later


def test_a_corrected_rule_of_what_is_owed_moves_the_step_with_it():
    rules = tuple(
        msgspec.structs.replace(rule, due=After(within=Period(amount=12, unit="hours")))
        if rule.code == "nis2_early_warning"
        else rule
        for rule in BOOK.rules
    )
    book = replace(BOOK, rules=rules)
    assert same(due(NIS2["early_warning"], at(2026, 11, 20, 9, 30), {}, book=book), at(2026, 11, 20, 21, 30))
    off = BOOK.switched("nis2_early_warning", on=False)
    assert due(NIS2["early_warning"], at(2026, 11, 20, 9, 30), {}, book=off) is None
    assert period(NIS2["early_warning"], off, on=DAY).unit == "unstated"


def test_a_facility_reports_under_its_own_rule():
    incident = ruleset().rule("security_incident", 1).steps[0]
    from_quay = attributes_of(AT_QUAY)
    company = attributes_of(replace(AT_QUAY, reporter_kind="company"))
    elsewhere = attributes_of(replace(AT_QUAY, place="port"))
    codes = [obliging(incident, BOOK, on=DAY, attributes=one).code for one in (from_quay, company, elsewhere)]
    assert codes == ["incident_by_pfso", "incident_by_company", "incident_by_company"]


@pytest.mark.parametrize(
    ("start", "months", "wanted"),
    [
        (at(2026, 1, 31, 12, 0), 1, date(2026, 2, 28)),
        (at(2028, 1, 31, 12, 0), 1, date(2028, 2, 29)),  # a leap year
        (at(2026, 2, 28, 12, 0), 1, date(2026, 3, 28)),  # not the month's end again
        (at(2026, 3, 31, 12, 0), 1, date(2026, 4, 30)),
        (at(2026, 12, 31, 12, 0), 1, date(2027, 1, 31)),
        (at(2028, 2, 29, 12, 0), 12, date(2029, 2, 28)),
        # the clock goes forward on 28 March 2027 at 02:00, and back on 31 October 2027 at 03:00
        (at(2027, 2, 28, 2, 30), 1, date(2027, 3, 28)),
        (at(2027, 9, 30, 2, 30), 1, date(2027, 10, 30)),
        (at(2027, 10, 31, 2, 30, fold=1), 1, date(2027, 11, 30)),
    ],
)
def test_a_month_ends_with_its_last_day(start, months, wanted):
    assert due(step("months", months), start, {}, book=BOOK) == day_end(wanted, ZONE)


def test_hours_are_elapsed_time_over_a_change_of_the_clock():
    assert same(due(step("hours", 24), at(2027, 3, 27, 12, 0), {}, book=BOOK), at(2027, 3, 28, 13, 0))
    assert same(due(step("hours", 24), at(2027, 10, 30, 12, 0), {}, book=BOOK), at(2027, 10, 31, 11, 0))
    assert same(due(step("hours", 1), at(2027, 10, 31, 2, 30), {}, book=BOOK), at(2027, 10, 31, 2, 30, fold=1))


def test_the_calendar_is_that_of_the_rules_not_of_the_moment_handed_in():
    """30 April 22:30 in Greenwich is the first of May here."""
    found = due(step("months", 1), datetime(2026, 4, 30, 22, 30, tzinfo=UTC), {}, book=BOOK)
    assert found == day_end(date(2026, 6, 1), ZONE)


def test_immediate_is_the_moment_itself_and_an_unstated_time_is_none():
    aware = at(2026, 11, 20, 9, 30)
    assert same(due(step("immediate"), aware, {}, book=BOOK), aware)
    assert due(step("unstated"), aware, {}, book=BOOK) is None


def test_a_moment_without_a_zone_is_refused_wherever_it_comes_from():
    bare = datetime(2026, 11, 20, 9, 30)
    for unit, amount in (("immediate", 0), ("hours", 24), ("months", 1)):
        with pytest.raises(ValueError, match="without a time zone"):
            due(step(unit, amount), bare, {}, book=BOOK)
    with pytest.raises(ValueError, match="without a time zone"):
        due(NIS2["final_report"], at(2026, 11, 20, 9, 30), {"notification": bare}, book=BOOK)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


@given(moment=moments, hours=st.integers(1, 200), east=st.integers(-12, 12))
def test_hours_do_not_depend_on_the_zone_of_the_moment(moment, hours, east):
    found = due(step("hours", hours), moment.astimezone(timezone(timedelta(hours=east))), {}, book=BOOK)
    assert found is not None and found.astimezone(UTC) - moment == timedelta(hours=hours)


@given(moment=moments, months=st.integers(1, 24))
def test_a_step_is_counted_as_what_is_owed_is(moment, months):
    found = due(step("months", months), moment, {}, book=BOOK)
    assert found == last_moment(moment, Period(amount=months, unit="months"), ZONE)
    assert found is not None
    assert found.astimezone(ZONE).date() == months_after(moment.astimezone(ZONE).date(), months)
