"""A connection to a machine outside: checked address, one deadline for all of it, and an answer of a bounded length.

Whoever asks something of others goes through here: alerts that are sent, other nodes that are read. It holds no state,
so any number of threads may ask at once.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address
from threading import Thread
from typing import Any

from port2port.alerts.channels.addresses import OPEN_PORTS, Address, Forbidden, Resolve, Resolved, resolved

DEADLINE = 10.0  # seconds for resolving, connecting, TLS, sending and the answer together
BUFFER = 65_536
FAILURES = (Forbidden, OSError, http.client.HTTPException)  # what `connected`, and asking over it, may raise


@dataclass(frozen=True)
class Reach:
    """What this installation lets senders reach, and how.

    `allow_private` opens the port's own network (see `resolved`); `tls` is another set of trusted certificates than
    the machine's; `seconds` is the deadline; `resolve` looks names up; `ports` are open on the internet.
    """

    allow_private: bool = False
    tls: ssl.SSLContext | None = None
    seconds: float = DEADLINE
    resolve: Resolve = socket.getaddrinfo
    ports: frozenset[int] = OPEN_PORTS


INTERNET = Reach()


@contextmanager
def opened(url: str, *, reach: Reach, longest: int) -> Iterator[tuple["Line", Resolved]]:
    """Yield a line to `url` for what is no HTTP, and where it leads. `longest`, and what it raises: as `connected`."""
    deadline = _Deadline(reach.seconds)
    there = resolved(
        url, allow_private=reach.allow_private, resolve=_within(deadline, reach.resolve), ports=reach.ports
    )
    with _open(there, deadline, reach.tls) as line:
        yield Line(line, deadline, longest), there


@contextmanager
def connected(url: str, *, reach: Reach, longest: int) -> Iterator[tuple[http.client.HTTPConnection, Resolved]]:
    """Yield a connection to `url` for one request, and where it leads.

    The answer may have `longest` bytes, head included. Raises Forbidden, OSError and HTTPException, here and from every
    use of the connection; see `code_of`.
    """
    with opened(url, reach=reach, longest=longest) as (line, there):
        connection = http.client.HTTPConnection(there.host, there.port)
        connection.auto_open = 0  # or http.client would resolve the name once more, unchecked
        connection.sock = line
        yield connection, there


def code_of(problem: Exception) -> str:
    """Return the code of one of FAILURES: "forbidden.WHY", "timeout", "dns", "tls.certificate", "tls", "connection", or
    "answer", which is no HTTP or too long. It holds no text from the other side.
    """
    match problem:
        case Forbidden():
            return f"forbidden.{problem.code}"
        case TimeoutError():
            return "timeout"
        case socket.gaierror():
            return "dns"
        case ssl.SSLCertVerificationError():
            return "tls.certificate"
        case ssl.SSLError():
            return "tls"
        case OSError():
            return "connection"
    return "answer"


class TooLong(http.client.HTTPException):
    """The answer has more bytes than it may."""


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

        Thread(target=look_up, name="resolver", daemon=True).start()
        return answer.result(deadline.left())

    return bounded


@cache
def _machine_trust() -> ssl.SSLContext:
    """Return the machine's trusted certificates, read once per process: reading them takes 30 ms."""
    return ssl.create_default_context()


def _open(there: Resolved, deadline: _Deadline, tls: ssl.SSLContext | None) -> socket.socket:
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


class Line:
    """A connected socket as http.client uses one, but with the deadline over all reads and writes together.

    A socket's own timeout begins anew with every byte, so that a receiver who sends one byte a second would hold us.
    """

    def __init__(self, line: socket.socket, deadline: _Deadline, longest: int) -> None:
        self._line = line
        self._deadline = deadline
        self._longest = longest

    def sendall(self, data: bytes) -> None:
        """Send everything. Raises TimeoutError at the deadline."""
        rest = memoryview(data)
        while rest:
            self._line.settimeout(self._deadline.left())
            rest = rest[self._line.send(rest) :]

    def listen(self, seconds: float) -> None:
        """Wait a moment for what the other side says against what it got. Raises OSError when it hangs up on us."""
        self._line.settimeout(min(seconds, self._deadline.left()))
        with suppress(TimeoutError):
            self._line.recv(min(self._longest, BUFFER))

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the answer's bytes; http.client asks for "rb"."""
        return io.BufferedReader(_Answer(self._line, self._deadline, self._longest), BUFFER)

    def close(self) -> None:
        """Nothing: http.client closes early and reads on; `connected` closes the socket."""


class _Answer(io.RawIOBase):
    """What the receiver sends, up to the deadline and up to a length."""

    def __init__(self, line: socket.socket, deadline: _Deadline, longest: int) -> None:
        self._line = line
        self._deadline = deadline
        self._left = longest

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there. Raises TimeoutError at the deadline, HTTPException when the answer is too long."""
        if self._left == 0:
            raise TooLong("the answer is too long")
        self._line.settimeout(self._deadline.left())
        count = self._line.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count
