"""The front behind a real granian: what a fake network would not show."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest


class Served:
    """A running server with one worker."""

    def __init__(self, silence: float) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        words = [sys.executable, "-m", "granian", "live.served:application", "--interface", "asgi", "--workers", "1"]
        words += ["--http", "1", "--port", str(self.port), "--log-level", "error", "--workers-kill-timeout", "60"]
        environment = {**os.environ, "SILENCE": str(silence)}
        self.process = subprocess.Popen(words, cwd=Path(__file__).parent.parent, env=environment)
        until = time.monotonic() + 30
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                assert time.monotonic() < until and self.process.poll() is None, "the server did not start"
                time.sleep(0.05)

    def connect(self) -> socket.socket:
        """Open a connection; no answer within 30 seconds fails the test."""
        client = socket.socket()
        client.settimeout(30)
        try:
            client.connect(("127.0.0.1", self.port))
        except OSError:
            client.close()
            raise
        return client

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[HTTPResponse, bytes]:
        """Send one request and read the whole response."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def stream(self, session: str = "c1") -> socket.socket:
        """Open a stream and read its beginning."""
        client = self.connect()
        head = f"GET /live/events HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n"
        client.sendall(f"{head}Connection: close\r\n\r\n".encode())
        assert b"event: ready" in read_until(client, b"event: ready\ndata: {}\n\n")
        return client

    def end(self) -> None:
        """Tell it to stop, and wait until it has."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        finally:
            self.process.kill()


def read_until(client: socket.socket, wanted: bytes) -> bytes:
    heard = b""
    while wanted not in heard:
        part = client.recv(65536)
        assert part, heard
        heard += part
    return heard


def read_to_end(client: socket.socket) -> bytes:
    heard = b""
    while part := client.recv(65536):
        heard += part
    return heard


@contextmanager
def serving(silence: float) -> Iterator[Served]:
    server = Served(silence)
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(silence=30) as server:
        yield server


def test_requests_and_answers(served: Served) -> None:
    assert served.ask("GET", "/a%20b")[1] == b"GET /a b 0"
    assert served.ask("POST", "/a", b"x" * 1_200_000)[1] == b"POST /a 1200000"
    response, content = served.ask("HEAD", "/a")
    assert (response.getheader("content-length"), content) == (str(len(b"HEAD /a 0")), b"")
    assert served.ask("GET", "/cookies")[0].headers.get_all("set-cookie") == ["a=1", "b=2"]
    response, content = served.ask("GET", "/not-modified")
    assert (response.status, content) == (304, b"")
    response, content = served.ask("GET", "/broken")
    assert response.status == 500
    assert b"secret" not in content
    assert len(served.ask("GET", "/big")[1]) == 320 * 65536
    response, _content = served.ask("GET", "/static/absent.js")
    assert response.status == 404


def test_too_large_is_refused_before_it_is_sent(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n")
        assert b" 413 " in read_until(client, b"\r\n")


def test_too_large_without_a_length_is_refused_on_the_way(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _number in range(16):
            client.sendall(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        assert b" 413 " in read_until(client, b"\r\n")


def test_stalled_clients_do_not_stop_the_others(served: Served) -> None:
    held = [served.connect() for _number in range(60)]
    for number, client in enumerate(held):
        if number < 50:
            client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        else:
            client.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for _number in range(5):
        assert served.ask("GET", "/a")[1] == b"GET /a 0"
    for client in held:
        client.close()


def test_a_stalled_upload_is_told_and_its_connection_closed() -> None:
    with serving(silence=0.2) as server, server.connect() as client:
        client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        assert b" 408 " in read_to_end(client)


def test_a_stream_needs_a_session(served: Served) -> None:
    response, content = served.ask("GET", "/live/events")
    assert (response.status, response.getheader("content-type")) == (401, "application/problem+json")
    assert b'"code": "signed-out"' in content
    assert served.ask("HEAD", "/live/events", Cookie="sessionid=c1")[0].status == 200
    cross = served.ask("GET", "/live/events", None, **{"Cookie": "sessionid=c1", "Sec-Fetch-Site": "cross-site"})
    assert cross[0].status == 403
    assert served.ask("POST", "/live/events", b"")[0].status == 405
    assert served.ask("GET", "/live/absent")[0].status == 404
    response, content = served.ask("GET", "/live/health")
    assert (response.status, content) == (503, b'{"status":"stale"}')


def test_a_stream_hears_and_is_ended_when_its_actor_leaves(served: Served) -> None:
    with served.stream("c2") as client:
        served.ask("GET", "/tell?1")
        heard = read_until(client, b'"act":"shared"}\n\n')
        assert b"event: report.shared\n" in heard
        served.ask("GET", "/leave")
        assert b'event: closed\ndata: {"reason":"signed-out"}\n\n' in read_to_end(client)


def test_stopping_does_not_wait_for_open_streams() -> None:
    with serving(silence=30) as server, server.stream() as client:
        server.process.send_signal(signal.SIGTERM)
        read_to_end(client)
        assert server.process.wait(40) == 0
