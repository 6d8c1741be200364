"""A virus scanner asked over clamd's own protocol: INSTREAM, as clamd(8) describes it.

A scanner that does not answer is an error, never "nothing found": the caller then refuses the file.
"""

import socket
import time
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Unavailable

SECONDS = 20.0
CHUNK = 65_536
LONGEST_ANSWER = 4_096
COMMAND = b"zINSTREAM\0"
PREFIX, CLEAN, FOUND = "stream: ", "OK", " FOUND"


class ScannerUnavailable(Unavailable):
    """The scanner did not answer, or not with a verdict."""

    code = "scanner-unavailable"


def _unavailable() -> ScannerUnavailable:
    return ScannerUnavailable(_("The virus scanner does not answer, so no file is taken now. Try again later."))


def _endpoint(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    parts = urlsplit(address)
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        return socket.AF_UNIX, parts.path
    if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path:
        return socket.AF_INET, (parts.hostname, parts.port)
    raise ValueError(f"{address!r} is no address of a scanner: tcp://host:port or unix:///path")


def _connected(address: str, seconds: float) -> socket.socket:
    family, endpoint = _endpoint(address)
    if isinstance(endpoint, tuple):  # a name may lead to either family
        return socket.create_connection(endpoint, timeout=seconds)
    connection = socket.socket(family)
    try:
        connection.settimeout(seconds)
        connection.connect(endpoint)
    except OSError:
        connection.close()
        raise
    return connection


def scan(content: bytes, address: str, *, seconds: float = SECONDS) -> str | None:
    """Return the name of what the scanner found in the content, or None.

    `address` is `tcp://host:port` or `unix:///path`; another one raises ValueError. Raises ScannerUnavailable when
    there is no verdict within `seconds` altogether: no connection, no answer, an error such as clamd's size limit.
    """
    deadline = time.monotonic() + seconds
    try:
        with _connected(address, seconds) as connection:
            _send(connection, content, deadline)
            answer = _answer(connection, deadline)
    except OSError as error:  # refused, reset, timed out, no such socket
        raise _unavailable() from error
    verdict = answer.removeprefix(PREFIX)
    if answer == verdict or not verdict:
        raise _unavailable()
    if verdict == CLEAN:
        return None
    if verdict.endswith(FOUND) and len(verdict) > len(FOUND):
        return verdict.removesuffix(FOUND)
    raise _unavailable()


def _remaining(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _send(connection: socket.socket, content: bytes, deadline: float) -> None:
    _remaining(connection, deadline)
    connection.sendall(COMMAND)
    for at in range(0, len(content), CHUNK):
        chunk = content[at : at + CHUNK]
        _remaining(connection, deadline)
        connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
    _remaining(connection, deadline)
    connection.sendall(bytes(4))


def _answer(connection: socket.socket, deadline: float) -> str:
    """Return the line up to its zero byte; a connection that closes before it has given no answer."""
    received = b""
    while b"\0" not in received:
        _remaining(connection, deadline)
        piece = connection.recv(LONGEST_ANSWER)
        if not piece or len(received) > LONGEST_ANSWER:
            raise ConnectionError
        received += piece
    return received.partition(b"\0")[0].decode("utf-8", "replace")
