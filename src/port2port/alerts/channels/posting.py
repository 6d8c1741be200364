"""One POST to a receiver outside: checked address, one deadline for all of it, no redirect, the answer's body unread.

Every channel sends through `post`. It holds no state, so any number of threads may send at once.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from ipaddress import IPv6Address
from threading import Thread
from typing import Any

from port2port.alerts.channels.addresses import Address, Forbidden, Resolve, Resolved, resolved
from port2port.alerts.channels.outcome import Outcome, of_status

DEADLINE = 10.0  # seconds for resolving, connecting, TLS, sending and the answer together
BODY_READ = 1024  # bytes of the answer's body, so that a polite receiver can finish; then we hang up
ANSWER_READ = 65_536  # bytes of the whole answer, head included
GONE = frozenset({HTTPStatus.GONE})


@dataclass(frozen=True)
class Reach:
    """What this installation lets senders reach, and how.

    `allow_private` opens the port's own network (see `resolved`); `tls` is another set of trusted certificates than
    the machine's; `seconds` is the deadline; `resolve` looks names up.
    """

    allow_private: bool = False
    tls: ssl.SSLContext | None = None
    seconds: float = DEADLINE
    resolve: Resolve = socket.getaddrinfo


INTERNET = Reach()


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    at: datetime,
    reach: Reach = INTERNET,
    gone: Collection[int] = GONE,
) -> Outcome:
    """Send `body` to `url` and return what became of it, whatever the other side does; `at` is compared with a
    Retry-After date.

    Codes: "http.STATUS"; "forbidden.WHY" (failed); and, to be tried again, "dns", "timeout", "tls.certificate", "tls",
    "connection", "answer" (not HTTP). Raises ValueError only for a header that cannot be sent, which is our own fault.
    """
    deadline = _Deadline(reach.seconds)
    try:
        there = resolved(url, allow_private=reach.allow_private, resolve=_within(deadline, reach.resolve))
        with _connected(there, deadline, reach.tls) as line:
            status, retry_after = _exchange(_Line(line, deadline), there, body, headers)
    except Forbidden as why:
        return Outcome("failed", f"forbidden.{why.code}")
    except TimeoutError:
        return Outcome("again", "timeout")
    except socket.gaierror:
        return Outcome("again", "dns")
    except ssl.SSLCertVerificationError:
        return Outcome("again", "tls.certificate")  # an expired certificate is mostly mended within hours
    except ssl.SSLError:
        return Outcome("again", "tls")
    except OSError:
        return Outcome("again", "connection")
    except http.client.HTTPException:
        return Outcome("again", "answer")
    return of_status(status, retry_after=retry_after, at=at, gone=gone)


class _Deadline:
    """A moment after which nothing is waited for. The machine's steady clock: it measures, it dates nothing."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, more than 0. Raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _within(deadline: _Deadline, resolve: Resolve) -> Resolve:
    """Return `resolve`, given up at the deadline. The C library's resolver takes no timeout, so a thread waits for it
    and is left behind; it ends when the resolver itself gives up.
    """

    def bounded(*query: Any, **options: Any) -> Any:
        answer: Future[Any] = Future()

        def look_up() -> None:
            try:
                answer.set_result(resolve(*query, **options))
            except Exception as problem:  # noqa: BLE001 - handed on to the thread that waits
                answer.set_exception(problem)

        Thread(target=look_up, name="alert-resolver", daemon=True).start()
        return answer.result(deadline.left())

    return bounded


@cache
def _machine_trust() -> ssl.SSLContext:
    """Return the machine's trusted certificates, read once per process: reading them takes 30 ms."""
    return ssl.create_default_context()


def _connected(there: Resolved, deadline: _Deadline, tls: ssl.SSLContext | None) -> socket.socket:
    """Return a connection to one of the checked addresses, with TLS for the name when the URL says https."""
    plain = _first_open(there, deadline)
    if not there.place.secure:
        return plain
    try:
        plain.settimeout(deadline.left())  # for the whole handshake
        return (tls or _machine_trust()).wrap_socket(plain, server_hostname=there.host)
    except BaseException:
        plain.close()
        raise


def _first_open(there: Resolved, deadline: _Deadline) -> socket.socket:
    """Return a connection to the first address that answers, each given its share of the time left.

    Raises the last one's OSError when none answers.
    """
    *others, last = there.addresses
    for count, address in enumerate(others):
        with suppress(OSError):
            return _opened(address, there.port, deadline.left() / (len(there.addresses) - count))
    return _opened(last, there.port, deadline.left())


def _opened(address: Address, port: int, seconds: float) -> socket.socket:
    line = socket.socket(socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body are two writes
        line.connect((str(address), port))
    except BaseException:
        line.close()
        raise
    return line


class _Line:
    """A connected socket as http.client uses one, but with the deadline over all reads and writes together.

    A socket's own timeout begins anew with every byte, so that a receiver who sends one byte a second would hold us.
    """

    def __init__(self, line: socket.socket, deadline: _Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send everything. Raises TimeoutError at the deadline."""
        rest = memoryview(data)
        while rest:
            self._line.settimeout(self._deadline.left())
            rest = rest[self._line.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the answer's bytes; http.client asks for "rb"."""
        return io.BufferedReader(_Answer(self._line, self._deadline), BODY_READ)

    def close(self) -> None:
        """Nothing: http.client closes early and reads on; `post` closes the socket."""


class _Answer(io.RawIOBase):
    """What the receiver sends, up to the deadline and up to ANSWER_READ bytes."""

    def __init__(self, line: socket.socket, deadline: _Deadline) -> None:
        self._line = line
        self._deadline = deadline
        self._left = ANSWER_READ

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there. Raises TimeoutError at the deadline, HTTPException when the answer is too long."""
        if self._left == 0:
            raise http.client.HTTPException("the answer is too long")
        self._line.settimeout(self._deadline.left())
        count = self._line.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


def _exchange(line: _Line, there: Resolved, body: bytes, headers: Mapping[str, str]) -> tuple[int, str | None]:
    """Return the status and Retry-After of the answer. From the status on, nothing in its body changes the outcome."""
    connection = http.client.HTTPConnection(there.host, there.port)
    connection.auto_open = 0  # or http.client would resolve the name once more, unchecked
    connection.sock = line
    always = {"Host": there.place.authority, "User-Agent": "port2port", "Connection": "close"}
    connection.request("POST", there.place.path, body, {**always, **headers})
    answer = connection.getresponse()
    with suppress(OSError, http.client.HTTPException):
        answer.read(BODY_READ)
    return answer.status, answer.getheader("Retry-After")
