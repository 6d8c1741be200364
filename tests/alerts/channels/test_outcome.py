"""What an HTTP status means for a message, and how long a receiver may put us off."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from port2port.alerts.channels.outcome import Outcome, of_status, wait_asked
from tests.alerts.channels.receiver import AT


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "delivered"), (202, "delivered"), (204, "delivered"), (299, "delivered"),
        (101, "again"), (103, "again"), (408, "again"), (429, "again"), (500, "again"), (503, "again"), (599, "again"),
        (300, "failed"), (301, "failed"), (302, "failed"), (307, "failed"), (308, "failed"),
        (400, "failed"), (401, "failed"), (404, "failed"), (409, "failed"), (418, "failed"), (410, "gone"),
    ],
)  # fmt: skip
def test_a_status_means_one_outcome(status, state):
    found = of_status(status, retry_after=None, at=AT, gone={410})
    assert found == Outcome(state, f"http.{status}", None)


def test_only_what_is_tried_again_waits():
    assert of_status(503, retry_after="30", at=AT, gone=()).after == 30
    assert of_status(404, retry_after="30", at=AT, gone=()).after is None
    assert of_status(200, retry_after="30", at=AT, gone=()).after is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), (" 120 ", 120), ("3600", 3600), ("3601", 3600), ("9" * 6000, 3600),
        (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("²", None), ("120, 60", None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None), ("Fri, 20 Nov 2026 12:00:00 +9999", None),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90),
        ("Friday, 20-Nov-26 12:01:30 GMT", 90), ("Fri Nov 20 12:01:30 2026", 90),  # the two obsolete forms
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0), ("Sat, 21 Nov 2026 12:00:00 GMT", 3600),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_and_at_most_an_hour(value, seconds):
    assert wait_asked(value, at=AT) == seconds


def test_a_date_is_compared_with_the_moment_that_was_handed_in():
    then = format_datetime(AT + timedelta(minutes=20), usegmt=True)
    assert wait_asked(then, at=AT + timedelta(minutes=5)) == 15 * 60


@pytest.mark.parametrize("code", ["", "Http.500", "a b", "x" * 65, "no\n", "<b>", "é"])
def test_a_code_never_holds_a_text(code):
    with pytest.raises(ValueError, match="code"):
        Outcome("failed", code)
