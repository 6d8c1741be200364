"""When a message is tried again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.channels.backoff import next_try

PLAIN = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800]


@given(key=st.text(), attempt=st.integers(1, 9))
def test_a_wait_is_within_a_fifth_of_the_plain_one(key, attempt):
    plain = timedelta(seconds=PLAIN[attempt - 1])
    assert plain * 0.8 <= next_try(attempt, key=key) <= plain * 1.2


def test_the_tenth_failure_makes_a_dead_letter():
    assert next_try(9, key="a") is not None
    assert next_try(10, key="a") is None
    assert next_try(1000, key="a") is None


def test_the_same_question_has_the_same_answer():
    assert next_try(3, key="message:receiver") == next_try(3, key="message:receiver")
    # the very figure: another process, machine or release must come to it too
    assert next_try(1, key="message:receiver").total_seconds() == pytest.approx(5.599383, abs=1e-5)


def test_many_do_not_come_back_at_once():
    """A thousand messages spread over the whole of 40 % of the wait: each tenth of it gets its share."""
    tenths = [0] * 10
    for number in range(1000):
        wait = next_try(4, key=f"m{number}").total_seconds()
        tenths[min(9, int((wait - 480) / 24))] += 1
    assert min(tenths) > 50


def test_a_key_is_not_early_every_time():
    """The attempt is drawn in too, so that no receiver is always the unlucky one."""
    shares = {next_try(n, key="a") / timedelta(seconds=PLAIN[n - 1]) for n in range(1, 10)}
    assert len(shares) == 9


def test_tries_are_counted_from_one():
    with pytest.raises(ValueError, match="from 1"):
        next_try(0, key="a")
