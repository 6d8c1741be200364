"""A line between two nodes that does what a test says: cut within an answer, late, twice, an old answer again."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

LATE = 0.3  # seconds


@dataclass(frozen=True)
class Answer:
    """An answer that came over the line."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Line:
    """Where the line leads, what is done with the next answers (nothing: they pass), and what came over it."""

    port: int
    next: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    held: Event = field(default_factory=Event)  # set when an answer is held back
    own_port: int = 0
    instead: Callable[[str], Answer] | None = None

    @property
    def root(self) -> str:
        """The TAXII root as it is reached over the line."""
        return f"http://localhost:{self.own_port}/taxii2/p2p/"

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask the node."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()


class Handler(BaseHTTPRequestHandler):
    """Hands requests on, and answers as the line is told."""

    server: "Server"

    def do_GET(self) -> None:
        self._on(b"")

    def do_POST(self) -> None:
        self._on(self.rfile.read(int(self.headers["Content-Length"])))

    def _on(self, body: bytes) -> None:
        line = self.server.line
        line.asked.append((self.command, self.path))
        does = line.next.pop(0) if line.next else "pass"
        self.close_connection = True
        if does == "refuse":
            return
        headers = {**dict(self.headers.items()), "Host": f"localhost:{line.port}"}
        if line.instead is not None:
            answer = line.instead(self.path)
        elif does == "again" and line.answers:
            answer = line.answers[-1]
        else:
            answer = line.ask(self.command, self.path, headers, body)
            if does == "twice":
                answer = line.ask(self.command, self.path, headers, body)
            line.answers.append(answer)
        if does == "hold":
            line.held.set()
            time.sleep(60)
        if does == "late":
            time.sleep(LATE)
        self._send(answer, cut=does == "cut")

    def _send(self, answer: Answer, *, cut: bool) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: pytest's output is for failures."""


class Server(ThreadingHTTPServer):
    """The near end of the line."""

    daemon_threads = True
    line: Line

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: who asks may be killed while it waits."""


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """Yield a line to a node on a port of loopback."""
    line = Line(port)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.line = line
        line.own_port = server.server_address[1]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            server.shutdown()
            thread.join()
