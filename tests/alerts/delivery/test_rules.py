"""Quiet hours by the clock on the wall: over midnight, in the nights when the clock changes; digests; urgent only."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from port2port.alerts.delivery.rules import Candidate, Quiet, next_digest, quiet_until, told_at

BRUSSELS = ZoneInfo("Europe/Brussels")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def quiet(start: str, end: str, *, overrides: bool = True, digest: bool = False) -> Quiet:
    return Quiet(time.fromisoformat(start), time.fromisoformat(end), overrides, digest)


@pytest.mark.parametrize(
    ("start", "end", "at", "until"),
    [
        ("22:00", "07:00", "2026-11-20T21:30", "2026-11-21T06:00"),  # 22:30 by the clock, before midnight
        ("22:00", "07:00", "2026-11-21T03:00", "2026-11-21T06:00"),  # after it
        ("22:00", "07:00", "2026-11-21T06:00", None),  # 07:00: over
        ("22:00", "07:00", "2026-11-20T20:59", None),  # 21:59: not yet
        ("22:00", "07:00", "2026-11-20T21:00", "2026-11-21T06:00"),  # 22:00: they begin
        ("12:00", "14:00", "2026-11-20T11:30", "2026-11-20T13:00"),
        ("12:00", "14:00", "2026-11-20T13:00", None),
        ("08:00", "08:00", "2026-11-20T07:00", None),  # equal: none
        ("22:00", "00:00", "2026-11-20T22:30", "2026-11-20T23:00"),  # until midnight
        ("22:00", "07:00", "2026-03-28T22:00", "2026-03-29T05:00"),  # the clock goes forward: an hour less of sleep
        ("22:00", "07:00", "2026-10-24T21:00", "2026-10-25T06:00"),  # back: an hour more
        ("22:00", "02:30", "2026-03-28T23:00", "2026-03-29T01:30"),  # 02:30 does not exist: it is 03:30 by the clock
        ("22:00", "02:30", "2026-10-24T23:00", "2026-10-25T00:30"),  # the first 02:30
        ("22:00", "02:30", "2026-10-25T00:40", None),  # the first 02:40
        ("22:00", "02:30", "2026-10-25T01:10", "2026-10-25T01:30"),  # the second 02:10, until the second 02:30
    ],
)
def test_quiet_hours(start, end, at, until):
    found = quiet_until(quiet(start, end), at=utc(at), zone=BRUSSELS)
    assert (found and found.astimezone(UTC)) == (until and utc(until))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-20T05:00", "2026-11-20T06:00"),
        ("2026-11-20T06:00", "2026-11-21T06:00"),
        ("2026-11-20T12:00", "2026-11-21T06:00"),
        ("2026-10-24T12:00", "2026-10-25T06:00"),
    ],
)
def test_a_digest_is_told_once_a_day_later_than_now(at, told):
    assert next_digest(quiet("22:00", "07:00"), at=utc(at), zone=BRUSSELS).astimezone(UTC) == utc(told)


NIGHT, DAY, MORNING = utc("2026-11-21T00:00"), utc("2026-11-20T12:00"), utc("2026-11-21T06:00")


@pytest.mark.parametrize(
    ("wish", "urgent_only", "urgent", "at", "told"),
    [
        (None, False, False, NIGHT, NIGHT),
        (None, True, False, NIGHT, None),
        (None, True, True, NIGHT, NIGHT),
        (quiet("22:00", "07:00"), False, False, NIGHT, MORNING),
        (quiet("22:00", "07:00"), False, False, DAY, DAY),
        (quiet("22:00", "07:00"), False, True, NIGHT, NIGHT),
        (quiet("22:00", "07:00", overrides=False), False, True, NIGHT, MORNING),
        (quiet("22:00", "07:00", digest=True), False, False, DAY, MORNING),
        (quiet("22:00", "07:00", digest=True), False, True, DAY, DAY),
        (quiet("22:00", "07:00", overrides=False, digest=True), False, True, DAY, DAY),
    ],
)
def test_when_somebody_is_told(wish, urgent_only, urgent, at, told):
    one = Candidate("mail", "person", None, urgent_only, wish)
    assert told_at(one, urgent=urgent, at=at, zone=BRUSSELS) == told
