"""Identifiers: UUID version 7 (RFC 9562 section 5.7), made here so that rows can be bulk-loaded with their keys."""

import os
import threading
import time
from uuid import UUID

LARGEST_SEQUENCE = 0xFFF  # twelve bits
_lock = threading.Lock()
_last_ms = 0
_sequence = 0


def new_id() -> UUID:
    """Return a UUIDv7 that sorts after every one this process made before.

    48 bits Unix time in milliseconds, 12 bits a counter that restarts at random each millisecond (RFC 9562
    section 6.2, method 1), 62 random bits. No database sequence: a sequence would tell how many rows others write.
    """
    global _last_ms, _sequence  # noqa: PLW0603 - one clock per process, guarded by the lock
    random = int.from_bytes(os.urandom(10), "big")
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms, _sequence = ms, (random >> 62) & 0x7FF
        else:
            _sequence += 1
            if _sequence > LARGEST_SEQUENCE:
                _last_ms, _sequence = _last_ms + 1, 0
        ms, sequence = _last_ms, _sequence
    return UUID(int=(ms << 80) | (0x7 << 76) | (sequence << 64) | (0b10 << 62) | (random & ((1 << 62) - 1)))
