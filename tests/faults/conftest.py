"""What the fault tests share: somebody who writes through the API and tries again until each is acknowledged."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from tests.served import Installation, Server, installation, token_of

SENT = {
    "threat": "drone_misuse",
    "place": {"kind": "landmark", "landmark": "kallo-lock"},
    "occurred_at": "2026-11-20T03:05:00+01:00",
}
TRIES_SECONDS = 60.0
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass
class Writers:
    """Clients that share reports, each with a key of its own, again and again until each is acknowledged."""

    server: Server
    headers: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)  # by key: what was sent
    acknowledged: dict[str, UUID] = field(default_factory=dict)  # by key: what came of it
    refused: list[str] = field(default_factory=list)
    broken: int = 0
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, clients: int, each: int) -> None:
        """Begin to write."""
        for number in range(clients):
            keys = [str(uuid4()) for _number in range(each)]
            # In letters: now and then the digits of one looked like a phone number, which is refused.
            self.texts |= {key: f"A drone hung above gate {number}, seen as {key.translate(LETTERS)}." for key in keys}
            self.threads.append(threading.Thread(target=self._write_all, args=(keys,), daemon=True))
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        """Wait until every report is acknowledged."""
        for thread in self.threads:
            thread.join(TRIES_SECONDS * 2)
        assert not any(thread.is_alive() for thread in self.threads)
        assert self.refused == []
        assert set(self.acknowledged) == set(self.texts), "what was sent again in the end got through"

    def post(self, key: str) -> tuple[int, dict[str, str], bytes]:
        """Send one report."""
        headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": key}
        return self.server.ask(
            "POST", "/api/v1/reports", json.dumps(SENT | {"text": self.texts[key]}).encode(), headers
        )

    def _write_all(self, keys: list[str]) -> None:
        for key in keys:
            until = time.monotonic() + TRIES_SECONDS
            while key not in self.acknowledged and time.monotonic() < until:
                self._try(key)

    def _try(self, key: str) -> None:
        try:
            status, _headers, body = self.post(key)
        except (OSError, http.client.HTTPException):
            self.broken += 1
            time.sleep(0.05)
            return
        if status == http.client.CREATED:
            self.acknowledged[key] = UUID(json.loads(body)["id"])
        elif status >= http.client.INTERNAL_SERVER_ERROR:
            self.broken += 1
            time.sleep(0.05)
        else:
            self.refused.append(f"{status} {body!r}")


@pytest.fixture(scope="package")
def own() -> Iterator[Installation]:
    """An installation whose parts a test may kill."""
    with installation() as made:
        yield made


@pytest.fixture(scope="package")
def headers(own: Installation) -> dict[str, str]:
    """The token of Antwerp's port security officer there."""
    with own.owner() as owner:
        return token_of(owner, "pso@antwerp.demo")
