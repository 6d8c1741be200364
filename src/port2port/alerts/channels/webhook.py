"""Webhooks: an alert as a signed POST to a machine of a member (Standard Webhooks 1.0.0, standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from port2port.alerts.channels.line import INTERNET, Reach
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.posting import post

SECRET_PREFIX = "whsec_"
SHORTEST_SECRET = 24  # bytes
LONGEST_SECRET = 64
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # no full stop: it parts what is signed


class BadSecret(ValueError):
    """A webhook's secret is "whsec_" and the base64 of 24 to 64 random bytes."""


def written_secret(random: bytes) -> str:
    """Return a secret as the receiver is given it, of 24 to 64 random bytes. Raises BadSecret for another length."""
    if not SHORTEST_SECRET <= len(random) <= LONGEST_SECRET:
        raise BadSecret(BadSecret.__doc__)
    return SECRET_PREFIX + base64.b64encode(random).decode()


def read_secret(secret: str) -> bytes:
    """Return the bytes of a secret. Raises BadSecret, which does not repeat it."""
    try:
        random = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    except (binascii.Error, ValueError):
        raise BadSecret(BadSecret.__doc__) from None
    if written_secret(random) != secret:  # no prefix, or characters that base64 skips
        raise BadSecret(BadSecret.__doc__)
    return random


def signed_headers(message_id: str, *, body: bytes, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """Return the three headers by which the receiver knows that it is us, now, and this message.

    Several secrets give several signatures: while one is being replaced, the receiver may know the old or the new.
    Raises BadSecret, and ValueError when there is no secret or the id is not 1 to 64 of A-Z a-z 0-9 _ -.
    """
    if not secrets:
        raise ValueError("a webhook is never sent unsigned")
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a message id is 1 to 64 letters, digits, _ or -")
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = (hmac.digest(read_secret(secret), content, hashlib.sha256) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join("v1," + base64.b64encode(signature).decode() for signature in signatures),
    }


def send(
    target: str,
    *,
    message_id: str,
    body: bytes,
    at: datetime,
    secrets: Sequence[str],
    reach: Reach = INTERNET,
    kind: str = "application/json",
) -> Outcome:
    """Send a body of this media type to the URL `target`, signed, and return what became of it (see `post`; 410 is
    "gone").

    `at` is the moment of this try, `message_id` the same for every try of one message. Raises as `signed_headers`.
    """
    headers = {"Content-Type": kind, **signed_headers(message_id, body=body, at=at, secrets=secrets)}
    return post(target, body=body, headers=headers, at=at, reach=reach)
