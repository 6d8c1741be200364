"""Invented listeners and events, and a source in memory: what the database would answer, changed by a test."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from port2port.base.ids import new_id
from port2port.live.asking import Unreachable
from port2port.live.events import Credential, Event, id_before

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANTWERP, GHENT, EVERYONE = new_id(), new_id(), new_id()


@dataclass(frozen=True)
class Listener:
    """Who listens."""

    keys: frozenset[UUID]
    ceiling: int = 3
    session: str = "s1"
    person: UUID = field(default_factory=new_id)
    organisation: UUID | None = None


def listener(*keys: UUID, ceiling: int = 3, session: str = "s1", organisation: UUID | None = None) -> Listener:
    """Return a listener with these keys, and that of everyone."""
    return Listener(frozenset({*keys, EVERYONE}), ceiling, session, organisation=organisation)


def event(*keys: UUID, tlp: int = 2, expires: timedelta | None = None, id: UUID | None = None) -> Event:
    """Return that a report was shared with these keys."""
    expires_at = None if expires is None else NOW + expires
    return Event(id or new_id(), NOW, "report", "shared", new_id(), frozenset(keys), tlp, expires_at)


def cookie(value: str = "c1") -> Credential:
    """Return a session cookie."""
    return Credential("cookie", value)


class World:
    """A source (live/asking.py) in memory. `gate`, when closed, lets `resolve` wait."""

    def __init__(self) -> None:
        self.actors: dict[str, Listener] = {}
        self.rows: list[Event] = []
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.broken = 0

    def _answer(self, question: str) -> None:
        self.asked.append(question)
        if self.broken:
            self.broken -= 1
            raise Unreachable

    def resolve(self, credential: Credential) -> Listener | None:
        """Return who this is now."""
        self._answer("resolve")
        self.gate.wait(10)
        return self.actors.get(credential.value)

    def events(self, ids: Sequence[UUID]) -> list[Event]:
        """Return these events."""
        self._answer("events")
        wanted = set(ids)
        return [row for row in self.rows if row.id in wanted]

    def replay(self, keys: frozenset[UUID], ceiling: int, after: UUID, most: int) -> list[Event]:
        """Return later events for these keys."""
        self._answer("replay")
        found = [row for row in self.rows if row.id >= id_before(after, 10) and row.keys & keys and row.tlp <= ceiling]
        return sorted(found, key=lambda row: row.id)[:most]

    def close(self) -> None:
        """Nothing is held."""
