"""The request body, read in the event loop: limited in size, in time and in slowness, on disk when large."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Spool = SpooledTemporaryFile[bytes]


@dataclass(frozen=True)
class BodyLimits:
    """What a sender may take: bytes in all, seconds to start with, and how fast it must go on after that.

    `seconds` plus one second per `rate` bytes received is the deadline (the rule of Apache's mod_reqtimeout,
    `body=30,MinRate=...`), so that a phone on a poor line may send a photograph and a staller may not stay.
    """

    size: int = 10 * 1000 * 1000
    seconds: float = 30.0
    rate: int = 20_000
    silence: float = 10.0
    memory: int = 1024 * 1024


class BodyRefused(Exception):
    """The body is not taken; `status` says why (400, 408 or 413, RFC 9110 section 15.5)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """The client closed the connection before its request was complete."""


def announced_length(headers: list[tuple[bytes, bytes]]) -> int | None:
    """Return the Content-Length, None when there is none; raises BodyRefused(400) when it is no number."""
    for name, value in headers:
        if name == b"content-length":
            if not value.isdigit():
                raise BodyRefused(400)
            return int(value)
    return None


def has_body(headers: list[tuple[bytes, bytes]]) -> bool:
    """Say whether a body is announced (RFC 9112 section 6.3: by one of these two headers only)."""
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers)


async def read_body(scope: Scope, receive: Receive, limits: BodyLimits) -> tuple[Spool, int] | None:
    """Return the whole body as a file at its start and its length, or None when none is announced.

    Raises BodyRefused when it is too large or too slow, Gone when the client left.
    """
    headers = scope["headers"]
    # HTTP/2 and 3 need neither header to carry a body.
    if scope.get("http_version", "1.1").startswith("1") and not has_body(headers):
        return None
    length = announced_length(headers)
    if length is not None and length > limits.size:
        raise BodyRefused(413)
    spool: Spool = SpooledTemporaryFile(max_size=limits.memory)  # noqa: SIM115 - the caller closes it
    try:
        received = await _fill(spool, receive, limits)
        if length is not None and received != length:
            raise BodyRefused(400)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool, received


async def _fill(spool: Spool, receive: Receive, limits: BodyLimits) -> int:
    loop = asyncio.get_running_loop()
    started, received = loop.time(), 0
    while True:
        left = started + limits.seconds + received / limits.rate - loop.time()
        try:
            async with asyncio.timeout(min(left, limits.silence)):
                message = await receive()
        except TimeoutError:
            raise BodyRefused(408) from None
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        received += len(chunk)
        if received > limits.size:
            raise BodyRefused(413)
        # Writing in the loop: this goes to memory or to the page cache, both faster than handing it to a
        # thread.
        spool.write(chunk)
        if not message.get("more_body", False):
            return received
