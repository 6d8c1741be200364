"""An event, the rule who may be told of it, and its form on the wire (server-sent events)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

RELOAD = b"event: reload\ndata: {}\n\n"
STALE = b"event: stale\ndata: {}\n\n"
FRESH = b"event: fresh\ndata: {}\n\n"
BEAT = b":\n\n"


class Actor(Protocol):
    """Who listens: what members/sessions.py answers for a session or a token."""

    @property
    def person(self) -> UUID: ...
    @property
    def organisation(self) -> UUID | None: ...
    @property
    def session(self) -> str: ...
    @property
    def keys(self) -> frozenset[UUID]: ...
    @property
    def ceiling(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client showed: a session cookie or a bearer token. Never printed."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of sharing_event: that something happened to a record, and to whom it may be told."""

    id: UUID
    at: datetime
    kind: str
    act: str
    record: UUID
    keys: frozenset[UUID]
    tlp: int
    expires_at: datetime | None

    def reaches(self, actor: Actor, now: datetime) -> bool:
        """Say whether this actor may be told now: the same rule as the policy of the database."""
        expired = self.expires_at is not None and self.expires_at <= now
        return not expired and self.tlp <= actor.ceiling and not self.keys.isdisjoint(actor.keys)


class _Told(msgspec.Struct):
    record: UUID
    kind: str
    act: str


_encode = msgspec.json.Encoder().encode


def encode_event(event: Event) -> bytes:
    """Return the event as one server-sent message: ids only, never content."""
    data = _encode(_Told(event.record, event.kind, event.act))
    return b"id: %b\nevent: %b.%b\ndata: %b\n\n" % (
        str(event.id).encode(),
        event.kind.encode(),
        event.act.encode(),
        data,
    )


def encode_ready(since: UUID) -> bytes:
    """Return the first message: the wait before a new try, and the id to resume from if nothing follows."""
    return b"retry: 2000\nid: %b\nevent: ready\ndata: {}\n\n" % str(since).encode()


def encode_closed(reason: str) -> bytes:
    """Return the last message."""
    return b'event: closed\ndata: {"reason":%b}\n\n' % _encode(reason)


def id_at(moment: datetime) -> UUID:
    """Return the smallest UUIDv7 of this moment."""
    return _smallest(int(moment.timestamp() * 1000))


def id_before(event: UUID, seconds: float) -> UUID:
    """Return the smallest UUIDv7 that many seconds before this one's moment."""
    return _smallest(max(0, (event.int >> 80) - int(seconds * 1000)))


def _smallest(milliseconds: int) -> UUID:
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))
