"""The three questions the live process asks of the database. Synchronous, so each is asked on a thread."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from port2port.live.events import Actor, Credential, Event


class Unreachable(Exception):
    """The database did not answer."""


class Source(Protocol):
    """Where streams learn who listens and what happened; raises Unreachable."""

    def resolve(self, credential: Credential) -> Actor | None:
        """Return who this is and what they hold now, or None when it opens nothing any more."""

    def events(self, ids: Sequence[UUID]) -> list[Event]:
        """Return these events, as far as they still exist."""

    def replay(self, keys: frozenset[UUID], ceiling: int, after: UUID, most: int) -> list[Event]:
        """Return what happened for these keys after this id, oldest first, at most so many.

        From ten seconds before the id: ids are given before commit, so an older one may be seen after a newer.
        """

    def close(self) -> None:
        """Give back the connection of the calling thread."""
