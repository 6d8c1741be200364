"""What runs come to, and what may be kept of them."""

from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.training.packages.rules import (
    AGAIN,
    MOST_VALUES,
    SUSPENDED,
    Head,
    begins_anew,
    head_problems,
    outcome,
    value_problems,
)

STATUS, SCORE = "cmi.core.lesson_status", "cmi.core.score.raw"
DONE, SUCCESS, SCALED, SHARE = "cmi.completion_status", "cmi.success_status", "cmi.score.scaled", "cmi.progress_measure"


@pytest.mark.parametrize(
    ("standard", "values", "passing", "threshold", "comes_to"),
    [
        ("1.2", {}, None, None, "going"),
        ("1.2", {STATUS: "browsed"}, None, None, "going"),
        ("1.2", {STATUS: "incomplete"}, None, None, "going"),
        ("1.2", {STATUS: "completed"}, None, None, "done"),
        ("1.2", {STATUS: "passed"}, None, None, "done"),
        ("1.2", {STATUS: "failed"}, None, None, "failed"),
        ("1.2", {STATUS: "completed", SCORE: "79"}, 80, None, "failed"),
        ("1.2", {STATUS: "failed", SCORE: "80"}, 80, None, "done"),
        ("1.2", {STATUS: "incomplete", SCORE: "100"}, 80, None, "going"),
        ("1.2", {STATUS: "completed", SCORE: "nan"}, 80, None, "done"),
        ("2004", {}, None, None, "going"),
        ("2004", {DONE: "completed"}, None, None, "done"),
        ("2004", {DONE: "completed", SUCCESS: "failed"}, None, None, "failed"),
        ("2004", {DONE: "incomplete", SUCCESS: "failed"}, None, None, "going"),
        ("2004", {SUCCESS: "passed"}, None, None, "done"),
        ("2004", {DONE: "completed", SUCCESS: "passed", SCALED: "0.5"}, 0.8, None, "failed"),
        ("2004", {DONE: "incomplete", SCALED: "0.9"}, 0.8, None, "done"),
        ("2004", {DONE: "completed", SHARE: "0.4"}, None, 0.5, "going"),
        ("2004", {DONE: "incomplete", SHARE: "0.5"}, None, 0.5, "done"),
    ],
)
def test_a_run_comes_to_what_its_standard_says(standard, values, passing, threshold, comes_to):
    assert outcome(standard, values, passing=passing, threshold=threshold) == comes_to


@pytest.mark.parametrize(
    "values",
    [
        {"cmi.suspend_data": "x" * (SUSPENDED["1.2"] + 1)},
        {"cmi.core.lesson_location": "x" * 5000},
        {"cmi.core.lesson_location": "\x00"},
        {"other": "x"},
        {"cmi.": "x"},
        {"cmi.a'b": "x"},
        {f"cmi.interactions.{n}.id": "x" for n in range(MOST_VALUES + 1)},
        {f"cmi.comments_from_learner.{n}.comment": "x" * 4000 for n in range(60)},
    ],
)
def test_more_than_may_be_kept_is_refused(values):
    assert [one.field for one in value_problems("1.2", values)] == ["values"]


def test_what_may_be_kept_is_kept():
    assert value_problems("1.2", {"cmi.suspend_data": "x" * SUSPENDED["1.2"], STATUS: "passed"}) == []
    assert value_problems("2004", {"cmi.suspend_data": "x" * SUSPENDED["2004"], "cmi.objectives.0.id": "a"}) == []


def test_it_begins_anew_once_it_is_over():
    at = now()
    assert not begins_anew("1.2", {}, "going", last=at - 9 * AGAIN, at=at)
    assert begins_anew("1.2", {}, "done", last=at, at=at)
    assert not begins_anew("1.2", {"cmi.core.exit": "suspend"}, "failed", last=at - timedelta(hours=1), at=at)
    assert begins_anew("2004", {"cmi.exit": "suspend"}, "done", last=at - AGAIN, at=at)


def test_a_head_is_held_to_what_courses_are():
    good = Head("nl", "Aan de poort", "Wie mag binnen.", 15, ("A01",), 24, 90)
    known = {"topics": {"A01"}, "languages": {"nl"}}
    assert head_problems(good, **known) == []
    bad = Head("xx", " ", "x" * 401, 4, (), 61, -1)
    assert [one.field for one in head_problems(bad, **known)] == [
        "name", "summary", "minutes", "valid_months", "grace_days", "topics", "language",
    ]  # fmt: skip
