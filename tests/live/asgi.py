"""A client of an ASGI application: one request, with a network that a test controls."""

import asyncio
from collections.abc import Sequence
from typing import Any


def request_scope(
    method: str = "GET", path: str = "/", headers: Sequence[tuple[bytes, bytes]] = (), query: bytes = b"", **more: Any
) -> dict[str, Any]:
    """Return an HTTP scope as granian makes it."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": list(headers),
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


class Client:
    """The other end: messages to receive in order (then silence), and what was sent."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self.silent = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        """Return the next message, or wait until the client leaves."""
        if self.messages:
            return self.messages.pop(0)
        self.silent.set()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Keep what was sent."""
        self.sent.append(message)

    @property
    def status(self) -> int:
        """Status of the response."""
        return int(self.sent[0]["status"])

    def header(self, name: bytes) -> list[bytes]:
        """Values of one header, in order."""
        return [value for key, value in self.sent[0]["headers"] if key == name]

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def body(*chunks: bytes) -> list[dict[str, Any]]:
    """Return the messages of a body that arrives in these chunks."""
    return [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]


def part(chunk: bytes) -> dict[str, Any]:
    """Return the message of a chunk after which more is announced."""
    return {"type": "http.request", "body": chunk, "more_body": True}
