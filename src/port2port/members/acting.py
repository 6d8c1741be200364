"""Acting: nothing is read or written but by somebody. Keys are set for one transaction, in the database.

`acting_as` opens the transaction, `members_enter` computes the keys (see `sql/acting.sql`), and they end with it.
Nesting the same actor is free; nesting another is refused, since settings outlive a savepoint.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import AcceptanceDue, Conflict, Invalid, NotFound, Port2PortError, Problem, Refused
from port2port.members.actor import Actor, NotActing, actor_now, current_actor, nobody
from port2port.members.data_files import label

__all__ = [
    "Actor",
    "Entry",
    "NestedActor",
    "NotActing",
    "Paused",
    "SignedOut",
    "acting_as",
    "acting_as_system",
    "acting_by_token",
    "action",
    "current_actor",
    "entered",
    "nobody",
]


class NestedActor(RuntimeError):
    """`acting_as` for one actor inside another's: the outer one's keys would be lost or lent."""


class SignedOut(Port2PortError):
    """The person or membership has ended since this session began."""

    status = 401
    code = "signed-out"
    title = _("Please sign in again")


class Paused(Port2PortError):
    """The organisation of a machine lets it wait: it gets nothing, and sends nothing, until it may go on."""

    status = 403
    code = "paused"
    title = _("The exchange is paused")


@contextmanager
def acting_as(person: UUID, hat: UUID | None) -> Iterator[Actor]:
    """Open a transaction in which this person acts under this hat (a membership), and yield the actor.

    Raises SignedOut when the person or membership has ended, NestedActor inside another actor's transaction.
    """
    outer = actor_now.get()
    if outer is not None:
        if (outer.person, outer.hat, outer.scope) != (person, hat, "member"):
            raise NestedActor(f"already acting as {outer.scope}")
        yield outer
        return
    with _transaction(), _known(entered(person, hat)) as actor:
        yield actor


@dataclass(frozen=True)
class Entry:
    """What a token opened. `holder` is the person it was made for, whom an alias does not name; `hats` as JSON."""

    holder: UUID
    scopes: frozenset[str]
    hats: str


@contextmanager
def acting_by_token(hashed: bytes, *, certificate: str = "") -> Iterator[Entry]:
    """Open a transaction in which whoever the token of this digest stands for acts, and yield what it opened.

    `certificate`: the SHA-256 of the client certificate that came with it. Recognised and entered in one trip to the
    database. Raises SignedOut for a token that is unknown, over or revoked, bound to another certificate, or whose
    person or membership has ended, Paused for a machine that is to wait, NestedActor inside another's transaction.
    """
    with _transaction():
        holder, hat, scopes, hats, *known = _row("members_enter_by_token(%s, %s)", hashed, certificate)
        with _known(_member(hat, holder, known)):
            yield Entry(holder, frozenset(scopes), hats)


@contextmanager
def acting_as_system(name: str) -> Iterator[Actor]:
    """Open a transaction in which a named system principal acts (`loading.SYSTEM_PRINCIPALS`).

    It sees no records, but "public" what is for everyone; what it may do it does through definer functions that ask for
    its name.
    """
    outer = actor_now.get()
    if outer is not None:
        if outer.scope != name:
            raise NestedActor(f"already acting as {outer.scope}")
        yield outer
        return
    with _transaction():
        person, organisation, keys, acts = _row("members_enter_system(%s)", name)
        sight = frozenset(keys), 0, frozenset(acts)
        with _known(Actor(person, None, organisation, *sight, name=name, scope=name)) as actor:
            yield actor


@contextmanager
def _transaction() -> Iterator[None]:
    if connection.in_atomic_block:
        raise NestedActor("acting_as opens the outermost transaction")
    with translated(), transaction.atomic():
        yield


def entered(person: UUID, hat: UUID | None) -> Actor:
    """Set the session to this person under this hat, for the transaction; a protected reporter's gives the alias."""
    return _member(hat, person, _row("members_enter(%s, %s)", person, hat))


def _member(hat: UUID | None, person: UUID, row: Sequence[Any]) -> Actor:
    who, organisation, keys, ceiling, acts, name, language = row
    sight = frozenset(keys), ceiling, frozenset(acts)
    return Actor(who, hat, organisation, *sight, name, language, shielded=who != person)


def _row(call: str, *arguments: Any) -> tuple[Any, ...]:
    with nobody(), rows.together(), connection.cursor() as cursor:  # with the BEGIN that goes before it
        cursor.execute(f"select * from {call}", arguments)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise SignedOut()
    return row


@contextmanager
def _known(actor: Actor) -> Iterator[Actor]:
    token = actor_now.set(actor)
    journal_token = journal.acting.set(journal.Acting(actor.person, actor.hat, actor.organisation))
    try:
        yield actor
    finally:
        journal.acting.reset(journal_token)
        actor_now.reset(token)


_BY_STATE: dict[str, Callable[[], Port2PortError]] = {
    "PP401": lambda: SignedOut(_("Your access has changed. Please sign in again.")),
    "PP403": lambda: Refused(_("Only those who look after this record may do that.")),
    "PP404": NotFound,
    "PP423": Paused,
    "PP409": lambda: Conflict(_("The state of this does not allow it.")),
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn refusals of the database into our errors; its texts and constraint names are never shown."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        state = getattr(cause, "sqlstate", None)
        if state in _BY_STATE:
            raise _BY_STATE[state]() from error
        if state == "PP422":
            column = getattr(getattr(cause, "diag", None), "column_name", None) or "audience"
            raise Invalid([Problem(column, _("This choice is not possible."))]) from error
        if state == "PP451":
            raise _acceptance_due(cause) from error
        if state == "42501":  # insufficient_privilege: a policy said no
            raise Refused(_("Only those who look after this record may do that.")) from error
        raise


def _acceptance_due(cause: Any) -> AcceptanceDue:
    """Return the refusal of the gate, whose detail names the texts in every language."""
    owed = json.loads(getattr(getattr(cause, "diag", None), "message_detail", None) or "[]")
    names = [label(titles, get_language() or "en") for titles in owed]
    return AcceptanceDue(
        _("Before it shares at TLP:AMBER or narrower, somebody entitled must accept for it: %(texts)s.")
        % {"texts": ", ".join(names)}
    )


P = ParamSpec("P")
R = TypeVar("R")


_within_action: ContextVar[bool] = ContextVar("within_action", default=False)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write: it happens whole or not at all, even when its caller catches the error and answers.

    An action called by another is part of it: the outer one's savepoint undoes both, and an outer action that goes on
    after an inner one failed is itself an error.
    """

    @wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        current_actor()
        if _within_action.get():
            with translated(), transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        token = _within_action.set(True)
        try:
            with translated(), transaction.atomic():
                result = function(*args, **kwargs)
                if connection.needs_rollback:
                    raise transaction.TransactionManagementError("an inner action failed and its error was caught")
                return result
        finally:
            _within_action.reset(token)

    return whole
