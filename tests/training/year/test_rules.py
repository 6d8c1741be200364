"""Dates that would meet what is owed: in their window, on a working day, apart; and kept, nothing is ever late."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.compliance.calendar import local_day
from port2port.compliance.deadlines import computed
from port2port.compliance.holidays import is_working_day
from port2port.compliance.obligations import Event, Subject
from port2port.compliance.reading import rulebook
from port2port.training.days import APART, chosen, window
from port2port.training.year.rules import MEETS, Wish, classes, rules_that_ask, slots
from tests.compliance.told import BRUSSELS

FACILITY = Subject("facility", "one", {})
PARTIES = ("facility_security_officer", "local_committee")
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 1))
KINDS = {size: kind for kind, size in MEETS.items()}


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def of(rule, approved, today, *, until, planned=(), taken=()):
    return slots(
        FACILITY, [Event("pfsp_approved", at(approved), {})], rulebook(), rule, planned=list(planned), at=at(today),
        until=until, taken=set(taken), working=is_working_day,
    )  # fmt: skip


def test_the_rules_that_drills_and_exercises_meet():
    assert rules_that_ask(rulebook(), "facility", PARTIES) == [("drill", "drill"), ("exercise", "exercise")]
    assert rules_that_ask(rulebook(), "port", PARTIES) == [("port_exercise", "exercise")]
    assert rules_that_ask(rulebook(), "facility", ("port_security_officer",)) == []


@given(today=DAYS, before=st.integers(1, 80), taken=st.sets(DAYS, max_size=30))
def test_a_year_of_drills_that_is_held_is_never_late(today, before, taken):
    approved, until = today - timedelta(days=before), today + timedelta(days=365)
    told = of("drill", approved, today, until=until, taken=taken)
    assert told
    for one in told:
        assert one.on is not None and is_working_day(one.on) and one.window.first <= one.on <= one.due
    held = [Event("pfsp_approved", at(approved), {})]
    for one in told:
        assert one.on is not None
        before_it = computed(FACILITY, held, rulebook(), at=at(one.on, 12)).owed["drill"]
        assert not any(owed.state(at(one.on, 12)) == "late" for owed in before_it), "it is not late until then"
        held.append(Event("drill_held", at(one.on, 12), {}))
    after = computed(FACILITY, held, rulebook(), at=at(until)).owed["drill"]
    assert not any(owed.state(at(until)) == "late" for owed in after), "nor at the end of the year"
    assert all(owed.on_time is not False for owed in after)


@given(today=DAYS, before=st.integers(1, 500))
def test_a_yearly_exercise_stands_once_in_each_year_and_not_too_far_from_the_last(today, before):
    approved, until = today - timedelta(days=before), date(today.year + 1, 12, 31)
    told = of("exercise", approved, today, until=until)
    known = [Event("pfsp_approved", at(approved), {})]
    known += [Event("exercise_held", at(one.on, 12), {}) for one in told if one.on is not None]
    if not any(one.window.late for one in told):
        owed = computed(FACILITY, known, rulebook(), at=at(until, 23)).owed["exercise"]
        assert all(one.on_time is not False for one in owed)
        assert not any(one.state(at(until, 23)) == "late" for one in owed)
    years = [one.on.year for one in told if one.on is not None]
    assert len(years) == len(set(years)) or any(one.window.late for one in told)


def test_what_is_planned_meets_what_is_owed_and_is_not_proposed():
    today, until, mark = date(2026, 3, 2), date(2026, 12, 31), UUID(int=7)
    first = of("drill", date(2026, 2, 2), today, until=until)
    planned = of("drill", date(2026, 2, 2), today, until=until, planned=[(date(2026, 4, 1), mark)])
    assert (planned[0].on, planned[0].planned) == (date(2026, 4, 1), mark)
    assert planned[1].due == date(2026, 7, 1), "three months after the plan, not after what was proposed"
    assert first[0].planned is None and all(one.planned is None for one in planned[1:])
    too_late = of("drill", date(2026, 2, 2), today, until=until, planned=[(date(2026, 6, 1), mark)])
    assert [one.planned for one in too_late[:2]] == [None, mark]


def test_what_is_late_is_proposed_at_once():
    today = date(2026, 11, 27)  # a Friday
    [one, *_rest] = of("drill", date(2026, 1, 5), today, until=date(2026, 12, 31))
    assert one.window.late and one.due < today and one.on == date(2026, 11, 30)


@given(
    opens=DAYS, days=st.integers(0, 120), today=DAYS, notice=st.integers(0, 60), early=st.none() | st.integers(0, 40)
)
def test_a_window_lies_between_what_counts_and_what_is_in_time(opens, days, today, notice, early):
    due = opens + timedelta(days=days)
    found = window(opens=opens, due=due, today=today, notice=notice, early=early)
    assert (found.first <= found.aim <= found.last and found.first > today - timedelta(days=1)) or not found.late
    if found.late:
        assert due <= today < found.first
    else:
        assert opens <= found.first <= found.last == due


@given(today=DAYS, days=st.integers(0, 60), taken=st.sets(DAYS, max_size=40))
def test_a_day_keeps_apart_where_there_is_room(today, days, taken):
    of_ = window(opens=today, due=today + timedelta(days=days), today=today - timedelta(days=1), notice=0, early=3)
    day = chosen(of_, taken=taken, working=is_working_day)
    free = [one for one in of_.days if is_working_day(one)]
    if day is None:
        assert free == []
        return
    assert day in free
    roomy = [one for one in free if all(abs((one - other).days) > APART for other in taken)]
    assert (day in roomy) == bool(roomy)


@pytest.mark.parametrize("day", ["2026-12-25", "2027-01-01", "2026-04-06", "2026-07-21", "2026-11-28"])
def test_no_public_holidays_and_no_weekends(day):
    on = date.fromisoformat(day)
    found = chosen(window(opens=on, due=on, today=on - timedelta(days=1), notice=0, early=0), taken=(),
                   working=is_working_day)  # fmt: skip
    assert found is None


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("ab"), st.integers(1, 300)), max_size=25))
def test_everybody_is_in_one_class_in_time_and_together_where_it_can_be(told):
    today = date(2026, 1, 5)
    wishes = {
        (person, course): Wish(UUID(int=person), course, today + timedelta(days=days), "asked")
        for person, course, days in told
    }
    found = classes(wishes.values(), today=today, taken=(), working=is_working_day)
    inside = [(one.person.int, one.course) for group in found for one in group.wishes]
    assert sorted(inside) == sorted(wishes)
    for group in found:
        assert {one.course for one in group.wishes} == {group.course}
        assert (group.wishes[-1].by - group.due) <= timedelta(days=60)
        assert group.on is None or all(group.on <= one.by for one in group.wishes)


def test_the_clock_of_the_rules_is_the_one_of_brussels():
    assert local_day(at(date(2026, 3, 29), 0), BRUSSELS) == date(2026, 3, 29)
    assert set(KINDS) == {"drill", "exercise"}
