"""Real receivers on loopback, and the worker's steps done by hand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.conf import settings

from port2port.alerts import tasks
from port2port.alerts.delivery import actions as delivery
from port2port.base.clock import now

PARTNER_ADMIN, AUTHOR, PARTNER = "pso@northsea.demo", "pso@antwerp.demo", "pso@northsea.demo"


@dataclass
class Taken:
    """A request that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Receiver(ThreadingHTTPServer):
    """A receiver that answers as its path says: /fine, /broken (500), /gone (410), /wrong (400), /hanging."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.taken: list[Taken] = []
        self.open = threading.Event()
        self.hanging = 0
        self.answers: dict[str, int] = {"fine": 204, "broken": 500, "gone": 410, "wrong": 400}

    def url(self, path: str) -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Senders that hang up or are killed are what the tests are about."""


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Receiver = self.server  # type: ignore[assignment]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.taken.append(Taken(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        word = self.path.split("/")[1]
        if word == "hanging":
            server.hanging += 1
            server.open.wait()
        self.send_response(server.answers.get(word, 204))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.open.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> Receiver:
    """The settings of an installation with all channels, its receivers on loopback."""
    options = msgspec.structs.replace(
        settings.OPTIONS,
        allow_private_receivers=True,
        push_subject="mailto:operator@port2port.example",
        gateway_url=receiver.url("fine/gateway"),
        gateway_template='{"to": "{to}", "text": "{text}", "id": "{id}", "call": "{voice}"}',
        gateway_authorization="Key 1",
    )
    monkeypatch.setattr(settings, "OPTIONS", options)
    return receiver


@dataclass
class Queue:
    """What stands in the queue, and doing it."""

    owner: Any
    codes: list[str] = field(default_factory=list)

    def events(self) -> list[str]:
        """Ids of events to plan."""
        rows = self.owner.execute(
            "select args ->> 'event' from procrastinate_jobs where task_name = 'alerts.plan' and status = 'todo'"
            " order by id"
        ).fetchall()
        return [row[0] for row in rows]

    def plan(self) -> int:
        """Plan all that was shared."""
        made = sum(tasks.plan(event) for event in self.events())
        self.owner.execute("delete from procrastinate_jobs where task_name = 'alerts.plan'")
        return made

    def due(self) -> list[str]:
        """Ids of notices whose try is queued."""
        rows = self.owner.execute(
            "delete from procrastinate_jobs where task_name = 'alerts.deliver' returning id, args ->> 'request'"
        ).fetchall()
        return [row[1] for row in sorted(rows)]

    def deliver(self) -> list[str]:
        """Do the tries that are due, once each."""
        return [tasks.deliver(one) for one in self.due()]

    def pass_time(self) -> None:
        """Let all that waits for later be due, as if its time had come."""
        self.owner.execute("update alerts_delivery set next_at = now() where state = 'waiting' and next_at > now()")
        rows = self.owner.execute(
            "delete from procrastinate_jobs where task_name = 'alerts.wake' returning id, args ->> 'request'"
        ).fetchall()
        for _id, one in sorted(rows):
            tasks.wake(one)

    def all(self, columns: str = "*", where: str = "true", *values: Any) -> list[Any]:
        """Notices as they stand in the table."""
        return list(
            self.owner.execute(f"select {columns} from alerts_delivery where {where} order by id", values).fetchall()
        )


@pytest.fixture
def queue(owner: Any) -> Queue:
    return Queue(owner)


@pytest.fixture
def webhook(acting: Any, configured: Receiver, owner: Any) -> Callable[..., tuple[UUID, str]]:
    """Add a webhook of North Sea Port (or another) at a path of the receiver; returns its id and secret."""

    def added(path: str, admin: str = PARTNER_ADMIN) -> tuple[UUID, str]:
        with acting(admin):
            secret = delivery.add_webhook(name=path, url=configured.url(path), at=now())
        found = owner.execute("select id from alerts_webhook order by id desc limit 1").fetchone()
        return found[0], secret

    return added
