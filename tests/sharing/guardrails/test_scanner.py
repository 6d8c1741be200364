"""The scanner is asked over a real socket; whatever is not a verdict is an error, never "nothing found"."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from port2port.sharing.guardrails.scanner import ScannerUnavailable, scan

CONTENT = bytes(range(256)) * 1000


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        piece = connection.recv(length - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received


def _stream(connection: socket.socket) -> bytes:
    """Read what INSTREAM sends: chunks with their length before them, until one of no length."""
    assert _exactly(connection, 10) == b"zINSTREAM\0"
    content = b""
    while length := int.from_bytes(_exactly(connection, 4), "big"):
        content += _exactly(connection, length)
    return content


@contextmanager
def clamd(serve: Callable[[socket.socket], None], path: Path | None = None) -> Iterator[str]:
    """A server that takes one connection; its address."""
    with socket.socket(socket.AF_UNIX if path else socket.AF_INET) as listener:
        listener.bind(str(path) if path else ("127.0.0.1", 0))
        listener.listen(1)
        listener.settimeout(10)

        def run() -> None:
            connection, _peer = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(timeout=10)
        assert not thread.is_alive()


def verdict(connection: socket.socket) -> None:
    """Find the content that a real scanner is tested with, in our words."""
    found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if b"planted virus" in _stream(connection) else b"stream: OK\0"
    for at in range(0, len(found), 7):  # an answer may come in pieces
        connection.sendall(found[at : at + 7])


def answering(answer: bytes) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        _stream(connection)
        connection.sendall(answer)

    return serve


def test_nothing_is_found_in_harmless_content():
    with clamd(verdict) as address:
        assert scan(CONTENT, address) is None


@pytest.mark.parametrize("before", [b"", CONTENT])
def test_what_is_found_has_its_name(before):
    with clamd(verdict) as address:
        assert scan(before + b"planted virus", address) == "Win.Test.EICAR_HDB-1"


def test_a_unix_socket_does_as_well(tmp_path):
    with clamd(verdict, tmp_path / "clamd") as address:
        assert scan(b"planted virus", address) == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"",
        b"stream: OK",
        b"OK\0",
        b"stream: \0",
        b"stream:  FOUND\0",
        b"UNKNOWN COMMAND\0",
        b"\0",
        b"x" * 20_000,
    ],
)
def test_what_is_no_verdict_is_an_error(answer):
    with clamd(answering(answer)) as address, pytest.raises(ScannerUnavailable):
        scan(CONTENT, address)


def test_a_scanner_that_hangs_up_at_once_is_an_error():
    with clamd(lambda connection: None) as address, pytest.raises(ScannerUnavailable):
        scan(CONTENT * 40, address)


def test_a_scanner_that_says_nothing_is_an_error():
    done = threading.Event()
    with clamd(lambda connection: done.wait(10) and None) as address:
        with pytest.raises(ScannerUnavailable):
            scan(CONTENT, address, seconds=0.3)
        done.set()


def test_a_scanner_that_dribbles_does_not_stretch_the_time():
    done = threading.Event()

    def dribble(connection: socket.socket) -> None:
        _stream(connection)
        try:
            while not done.wait(0.05):
                connection.sendall(b"s")
        except OSError:
            return

    with clamd(dribble) as address:
        with pytest.raises(ScannerUnavailable):
            scan(CONTENT, address, seconds=0.5)
        done.set()


def test_no_scanner_is_an_error(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        with pytest.raises(ScannerUnavailable):
            scan(CONTENT, f"tcp://127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(ScannerUnavailable) as unavailable:
        scan(CONTENT, f"unix://{tmp_path}/none")
    assert unavailable.value.status == 503


@pytest.mark.parametrize(
    "address", ["", "clamd", "tcp://host", "tcp://host:1/path", "unix://host/path", "unix:", "http://host:1"]
)
def test_an_address_of_another_kind_is_a_mistake_of_ours(address):
    with pytest.raises(ValueError, match="address of a scanner"):
        scan(CONTENT, address)
