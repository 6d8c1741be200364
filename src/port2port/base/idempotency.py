"""A request that is sent twice is done once: its answer is kept for a day under the key its sender chose.

The key is claimed in the transaction of what it guards: a second sender of the same key waits for the first, and finds
its answer; when the first fails, nothing is kept and the second does the work.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem

LONGEST_KEY = 255
FIELD = "Idempotency-Key"


@dataclass(frozen=True)
class Kept:
    """The answer that the first request with a key got. `same`: it asked for the same thing."""

    status: int
    body: bytes
    content_type: str
    at: datetime
    same: bool


def claim(actor: UUID, key: str, *, what: str, content: bytes, at: datetime) -> Kept | None:
    """Take a key for `what` (method and path) with this content. None: it is yours, do the work and `keep` the answer.

    Raises Invalid for a key that is empty, too long, or not printable ASCII.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid([Problem(FIELD, _("Use 1 to 255 printable characters."))])
    digest = hashlib.sha256(what.encode() + b"\n" + content).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into base_idempotency (actor, key, method_path, request_hash, at) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            [actor, key, what, digest, at],
        )
        if cursor.rowcount:
            return None
        cursor.execute(
            "select status, body, content_type, at, request_hash from base_idempotency where actor = %s and key = %s",
            [actor, key],
        )
        status, body, content_type, when, kept_digest = cursor.fetchone()
    return Kept(status, bytes(body), content_type, when, bytes(kept_digest) == digest)


def keep(actor: UUID, key: str, *, status: int, body: bytes, content_type: str) -> None:
    """Keep the answer to the request that claimed this key, in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update base_idempotency set status = %s, body = %s, content_type = %s where actor = %s and key = %s",
            [status, body, content_type, actor, key],
        )


def release(actor: UUID, key: str) -> None:
    """Give a claimed key back, when the request was refused without an error that undoes the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("delete from base_idempotency where actor = %s and key = %s", [actor, key])
