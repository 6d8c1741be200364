"""What goes in: months, ports that are not given, coverage in phases, and refusals that say where and what."""

from datetime import date

import numpy as np
import pytest

from port2port.displacement.methods import periods
from port2port.displacement.methods.periods import Event, Step
from port2port.displacement.methods.refusal import BadInput

PORTS, FIRST = ("BEANR", "BEGNE"), date(2024, 1, 1)


def problems(call, *args, **kwargs):
    with pytest.raises(BadInput) as refused:
        call(*args, **kwargs)
    return [(p.where, p.what) for p in refused.value.problems]


def test_events_are_counted_kept_apart_or_set_aside_and_none_is_lost():
    events = [
        Event("BEANR", "DR01", date(2024, 2, 10)),
        Event("BEGNE", "DR01", date(2024, 3, 1), "month"),
        Event("BEZZZ", "DR01", date(2024, 1, 5)),
        Event("BEANR", "DR01", date(2024, 1, 1), "year"),
        Event("BEANR", "DR01", date(2023, 12, 31)),
    ]
    table = periods.monthly_counts(events, PORTS, ("DR01",), first=FIRST, months=3)
    assert table.counts[:, 0].tolist() == [[0, 1, 0], [0, 0, 1]]
    assert table.unplaced.tolist() == [[1, 0, 0]]
    assert [(s.index, s.why) for s in table.set_aside] == [(3, "year_only"), (4, "outside")]
    assert table.counts.sum() + table.unplaced.sum() + len(table.set_aside) == len(events)


def test_an_unknown_port_or_method_is_refused_with_its_row():
    events = [Event("BEXXX", "DR01", FIRST), Event("BEANR", "??", FIRST)]
    assert problems(periods.monthly_counts, events, PORTS, ("DR01",), first=FIRST, months=1) == [
        ("events[0].port", "unknown_port"),
        ("events[1].method", "unknown_method"),
    ]


def test_only_days_enter_methods_of_days():
    events = [Event("BEANR", "DR01", FIRST, p) for p in ("day", "month", "year")]
    kept, aside = periods.day_level(events)
    assert kept == (events[0],)
    assert [(s.index, s.why) for s in aside] == [(1, "month_only"), (2, "year_only")]


def test_coverage_rises_in_phases_by_the_days_of_the_month():
    steps = [
        Step("BEANR", date(2024, 6, 1), 1.0),
        Step("BEANR", date(2024, 2, 15), 0.4),
        Step("BEANR", date(2024, 2, 29), 0.6),
        Step("BEGNE", date(2024, 4, 1), 0.5, "month"),
    ]
    covered = periods.coverage(steps, PORTS, first=FIRST, months=7)
    assert covered[0] == pytest.approx([0, 0.4 * 15 / 29 + 0.2 / 29, 0.6, 0.6, 0.6, 1, 1])
    assert covered[1] == pytest.approx([0, 0, 0, 0.25, 0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (Step("BEANR", date(2023, 5, 1), 1), "before_data"),
        (Step("BEANR", date(2024, 1, 9), 1), "before_data"),
        (Step("BEANR", date(2025, 5, 1), 1), "after_data"),
        (Step("BEANR", date(2024, 5, 1), 1, "year"), "year_only"),
        (Step("BEANR", date(2024, 5, 1), 1.2), "out_of_range"),
        (Step("BEAAA", date(2024, 5, 1), 1), "unknown_port"),
    ],
)
def test_a_measure_that_cannot_be_placed_is_refused(step, what):
    assert problems(periods.coverage, [step], PORTS, first=FIRST, months=12)[0][1] == what


def test_periods_may_not_overlap_or_be_empty():
    year = (date(2023, 1, 1), date(2024, 1, 1))
    assert periods.months_apart(year, (date(2024, 1, 1), date(2024, 7, 1))) == (12, 6)
    assert problems(periods.months_apart, year, (date(2023, 12, 1), date(2024, 7, 1))) == [("after", "overlap")]
    assert ("after", "empty_period") in problems(periods.months_apart, year, (date(2024, 7, 1), date(2024, 7, 1)))
    assert ("before", "not_first_of_month") in problems(
        periods.months_apart, (date(2023, 1, 2), date(2024, 1, 1)), (date(2024, 1, 1), date(2024, 7, 1))
    )


def test_counts_that_are_none_are_all_named():
    found = []
    periods.counts_of("c", [[1, -2], [0.5, np.inf]], (2, 2), found)
    assert {(p.where, p.what) for p in found} == {
        ("c[0,1]", "negative"),
        ("c[1,0]", "not_whole"),
        ("c[1,1]", "not_finite"),
    }
