"""Who acts now, and the guard that lets nothing through when nobody does. Knows no tables: app loading needs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID


class NotActing(RuntimeError):
    """A query or action ran outside `acting_as`."""


@dataclass(frozen=True)
class Actor:
    """Who acts in this transaction, under which hat, with what sight. `shielded`: `person` is an alias."""

    person: UUID
    hat: UUID | None
    organisation: UUID | None
    keys: frozenset[UUID]
    ceiling: int
    acts: frozenset[str]
    name: str = ""
    language: str = "en"
    scope: str = "member"
    shielded: bool = False

    def may(self, act: str) -> bool:
        """Whether one of the hat's roles gives this act."""
        return act in self.acts


actor_now: ContextVar[Actor | None] = ContextVar("actor", default=None)
_open_to_nobody: ContextVar[bool] = ContextVar("open_to_nobody", default=False)


@contextmanager
def nobody() -> Iterator[None]:
    """Let the few statements through that come before anybody is known: resolving a session or token, health."""
    token = _open_to_nobody.set(True)
    try:
        yield
    finally:
        _open_to_nobody.reset(token)


def refuse_nobody(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Database wrapper on every serving connection: a statement outside `acting_as` is an error.

    The policy alone would answer it with no rows where no row matches, and an empty answer hides the mistake.
    """
    if actor_now.get() is None and not _open_to_nobody.get():
        raise NotActing("open acting_as(...) first")
    return execute(sql, params, many, context)


def current_actor() -> Actor:
    """Return who acts. Raises NotActing."""
    actor = actor_now.get()
    if actor is None:
        raise NotActing("open acting_as(...) first")
    return actor
