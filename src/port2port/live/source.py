"""The answers of asking.py from the database: definer functions only, in the scope of the system principal `live`."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import Error, connection, connections

from port2port.live.asking import Unreachable
from port2port.live.events import Credential, Event
from port2port.members.acting import acting_as_system
from port2port.members.sessions import hashed

P = ParamSpec("P")
R = TypeVar("R")

EVENT = "id, at, kind, act, record, keys, tlp, expires_at"
AMBER = 2
SIGHT = "person, organisation, keys, ceiling"


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: person, organisation, keys and ceiling of a session or token, by the name it is notified under."""

    person: UUID
    organisation: UUID | None
    session: str
    keys: frozenset[UUID]
    ceiling: int


def _reachable(question: Callable[P, R]) -> Callable[P, R]:
    @wraps(question)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return question(*args, **kwargs)
        except Error as error:
            # A broken connection is dropped, so that the next question opens a new one.
            connection.close()
            raise Unreachable from error

    return ask


class DatabaseSource:
    """The source in operation."""

    @_reachable
    def resolve(self, credential: Credential) -> Listener | None:
        """Return who this is, by the hash of the session key, token or guest's device, as the pages and the API do."""
        if credential.kind == "guest":
            device = hashlib.sha256(credential.value.encode()).digest()
            for (guest,) in _ask("select live_resolve_guest(%s)", [device]):
                # Its own id is all it hears of: what comes to its role, and the clock.
                return Listener(guest, None, f"guest:{device.hex()}", frozenset({guest}), AMBER) if guest else None
        if credential.kind == "bearer":
            secret = hashlib.sha256(credential.value.encode()).digest()
            session = f"token:{secret.hex()}"
            rows = _ask(f"select {SIGHT} from live_resolve_token(%s)", [secret])
        else:
            session = hashed(credential.value)
            rows = _ask(f"select {SIGHT} from live_resolve(%s)", [session])
        for person, organisation, keys, ceiling in rows:
            return Listener(person, organisation, session, frozenset(keys), ceiling)
        return None

    @_reachable
    def events(self, ids: Sequence[UUID]) -> list[Event]:
        """Return these events."""
        return _events(f"select {EVENT} from live_events(%s::uuid[])", [list(ids)])

    @_reachable
    def replay(self, keys: frozenset[UUID], ceiling: int, after: UUID, most: int) -> list[Event]:
        """Return what happened since for these keys; the function itself starts ten seconds earlier."""
        return _events(
            f"select {EVENT} from live_replay(%s::uuid[], %s::smallint, %s::uuid, %s::int)",
            [list(keys), ceiling, after, most],
        )

    def close(self) -> None:
        """Close the connection of this thread."""
        connections.close_all()


def _ask(query: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with acting_as_system("live"), connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _events(query: str, parameters: list[Any]) -> list[Event]:
    return [
        Event(id, at, kind, act, record, frozenset(keys), tlp, expires_at)
        for id, at, kind, act, record, keys, tlp, expires_at in _ask(query, parameters)
    ]
