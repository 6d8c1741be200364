"""When to try again: soon at first, for an alert is urgent, then ever more slowly for a receiver that is down."""

from datetime import timedelta
from hashlib import sha256

# After these, 15 h 43 min 35 s in all, a message is a dead letter: a person must look at the receiver.
WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
)
SPREAD = 0.2  # each wait is up to a fifth shorter or longer
DRAWN_BYTES = 8


def next_try(attempt: int, *, key: str) -> timedelta | None:
    """Return how long to wait after try number `attempt` (from 1) came back with "again"; nothing for a dead letter.

    The wait is moved by up to 20 % either way, by a hash of key and attempt: many messages that failed in one moment
    do not come back in one moment, and a test or a second worker that asks again gets the same answer. `key` is the
    message's id together with its receiver's. Raises ValueError when attempt is below 1.
    """
    if attempt < 1:
        raise ValueError("tries are counted from 1")
    if attempt > len(WAITS):
        return None
    drawn = int.from_bytes(sha256(f"{attempt}:{key}".encode()).digest()[:DRAWN_BYTES], "big")
    fraction = drawn / (1 << 8 * DRAWN_BYTES)  # 0 up to 1
    return WAITS[attempt - 1] * (1 - SPREAD + 2 * SPREAD * fraction)
