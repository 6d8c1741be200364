"""Marks: what matching compares instead of values, so that whoever reads them alone learns none.

A mark is the first half of HMAC-SHA256 (RFC 2104) under a key that stands in a file beside the database, never in it:
numbers of plates and phones are few enough to try them all against a plain hash.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes

from django.conf import settings

from port2port.base.key_files import UnsafeKey, kept_key
from port2port.reports.observables.near import exact_key, near_keys
from port2port.reports.observables.normal import Observable

KEY_FILE = "match.key"
KEY_LENGTH = 32
MARK_LENGTH = 16  # bytes; among 10^9 values two meet by chance with probability 10^-21


@dataclass(frozen=True)
class Mark:
    """One thing to compare by. `near`: by which weaker tie, empty for the value itself."""

    key: bytes
    near: str = ""
    own_only: bool = False

    @property
    def strong(self) -> bool:
        """Tell whether meeting by it is worth a question to somebody one does not know."""
        return self.near in ("", "container-serial")


@lru_cache(maxsize=1)
def _secret(folder: Path) -> bytes:
    path = folder / KEY_FILE
    secret = kept_key(path, lambda: token_bytes(KEY_LENGTH))
    if len(secret) != KEY_LENGTH:
        raise UnsafeKey(f"{path} does not hold {KEY_LENGTH} bytes")
    return secret


def blinded(key: str) -> bytes:
    """Return the mark of a value's key. Raises UnsafeKey when the key file can be read by others or is damaged."""
    secret = _secret(settings.DATA_DIR)
    return hmac.digest(secret, key.encode(), hashlib.sha256)[:MARK_LENGTH]


def marks_of(one: Observable) -> list[Mark]:
    """Return the marks of an observable: the value itself first, then its near forms."""
    return [Mark(blinded(exact_key(one)))] + [
        Mark(blinded(near.key), near.relation, near.own_only) for near in near_keys(one)
    ]
