"""Times, numbers and names as the reader writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from port2port.site import words

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "22 Nov 2026, 14:02"),
        ("nl", "22 nov 2026, 14:02"),
        ("fr", "22 nov 2026, 14:02"),
        ("de", "22. Nov. 2026, 14:02"),
    ],
)
def test_a_moment_is_day_and_24_hour_clock(language: str, text: str) -> None:
    assert words.absolute(AT, language) == text


@pytest.mark.parametrize(
    ("gap", "language", "text"),
    [
        (timedelta(minutes=-8), "en", "8 min ago"),
        (timedelta(minutes=-8), "nl", "8 min geleden"),
        (timedelta(minutes=-8), "fr", "il y a 8\u00a0min"),
        (timedelta(minutes=-8), "de", "vor 8 Min."),
        (timedelta(days=6), "en", "in 6 days"),
        (timedelta(hours=-3), "en", "3 hr ago"),
        (timedelta(days=-40), "en", "1 month ago"),
    ],
)
def test_beside_it_stands_how_far_it_is(gap: timedelta, language: str, text: str) -> None:
    assert words.relative(AT + gap, AT, language) == text


def test_less_than_a_minute_is_just_now() -> None:
    with translation.override("en"):
        assert words.relative(AT - timedelta(seconds=20), AT, "en") == "just now"


def test_days_are_counted_as_days_not_as_hours() -> None:
    today = date(2026, 11, 22)
    with translation.override("en"):
        assert words.days_between(date(2026, 11, 28), today, "en") == "in 6 days"
        assert words.days_between(today, today, "en") == "today"
        assert words.days_between(date(2026, 11, 21), today, "en") == "1 day ago"


@pytest.mark.parametrize(("language", "text"), [("en", "1,204.5"), ("nl", "1.204,5"), ("de", "1.204,5")])
def test_numbers_have_the_readers_separators(language: str, text: str) -> None:
    assert words.number(1204.5, language, 1) == text


def test_french_separates_thousands_with_a_narrow_space() -> None:
    assert words.number(1204, "fr") == "1\u202f204"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Port of Antwerp-Bruges", "AB"),
        ("North Sea Port", "NS"),
        ("Haven van Brussel", "B"),
        ("Port", "PO"),
    ],
)
def test_initials_leave_out_what_every_port_is_called(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_a_line_that_starts_with_a_day_starts_with_a_capital() -> None:
    assert words.weekday(date(2026, 11, 22), "nl") == "Zondag 22 november"
