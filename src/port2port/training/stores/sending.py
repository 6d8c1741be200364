"""Sending to learning record stores, by the worker: what is to be said is written down first, then sent in batches.

Whatever dies in between goes on where it was: what was written down and not settled is sent again, in the same words
under the same id, which a store that has it already takes as the same (part 2, 2.3.1; part 3, 2.1.2).
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection

from port2port.alerts.channels.posting import post
from port2port.alerts.delivery.senders import reach, vault
from port2port.members.acting import acting_as_system
from port2port.training.stores.rules import Fact, endpoint, next_try, statement

SIZE = 50  # statements of one request
MOST_REQUESTS = 40  # of one round to one store: the next round goes on
SPLIT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                   HTTPStatus.UNPROCESSABLE_ENTITY})  # fmt: skip
SPLIT_CODES = frozenset(f"http.{one.value}" for one in SPLIT)
THERE = f"http.{HTTPStatus.CONFLICT.value}"


@dataclass(frozen=True)
class There:
    """A store as it is sent to. `secret` is sealed; `failures`: how many tries in a row went wrong."""

    id: UUID
    url: str
    way: str
    secret: bytes
    version: str
    failures: int


@dataclass(frozen=True)
class Waiting:
    """A statement as it is sent, whenever."""

    id: UUID
    body: str


def sealed(user: str, secret: str) -> bytes:
    """Return what a store is asked in by, as it is kept."""
    return vault().encrypt(msgspec.json.encode([user, secret]))


def tell_stores(*, at: datetime) -> int:
    """Send what waits to every store that is due. Returns how many statements were taken."""
    with acting_as_system("worker"):
        due = [There(*values) for values in _rows("select * from training_stores_due(%s)", at)]
    return sum(tell(there, at=at) for there in due)


def tell(there: There, *, at: datetime) -> int:
    """Send what waits to a store, until nothing does or it does not take it. Returns how many were taken."""
    headers, taken, asked = _headers(there), 0, 0.0
    code = "secret" if headers is None else ""
    for _request in range(MOST_REQUESTS if headers is not None else 0):
        waiting = _written_down(there.id)
        if not waiting:
            break
        went = _sent(there, headers or {}, waiting, at=at)
        taken += went.taken
        code, asked = went.code, went.after
        if went.refused and went.taken:
            _settle(there.id, went.refused, "refused", went.why)
        elif went.refused and not code:
            code = went.why  # all of them: that is the store, or how it is asked, and not what they say
        if code:
            break
    with acting_as_system("worker"):
        due = next_try(there.failures + 1, at, asked=asked) if code else at
        _rows("select training_store_tried(%s, %s, %s)", there.id, code, due)
    return taken


@dataclass(frozen=True)
class _Went:
    """What became of a batch: how many were taken, which were refused and why, and what went wrong with the store."""

    taken: int
    code: str = ""
    after: float = 0.0
    refused: tuple[Waiting, ...] = ()
    why: str = ""


def _sent(there: There, headers: Mapping[str, str], waiting: Sequence[Waiting], *, at: datetime) -> _Went:
    """Send a batch. What a store refuses as a whole is halved until the one that it refuses stands alone."""
    body = f"[{','.join(one.body for one in waiting)}]".encode()
    outcome = post(endpoint(there.url), body=body, headers=headers, at=at, reach=reach())
    alone = len(waiting) == 1
    if outcome.state == "delivered" or (alone and outcome.code == THERE):  # there already: its answer was lost
        _settle(there.id, waiting, "sent", "")
        return _Went(len(waiting))
    if outcome.code not in SPLIT_CODES:
        return _Went(0, outcome.code, outcome.after or 0.0)
    if alone:
        return _Went(0, refused=tuple(waiting), why=outcome.code)
    middle = len(waiting) // 2
    first = _sent(there, headers, waiting[:middle], at=at)
    if first.code:
        return first
    second = _sent(there, headers, waiting[middle:], at=at)
    return _Went(
        first.taken + second.taken, second.code, second.after, first.refused + second.refused, first.why or second.why
    )


def _written_down(store: UUID) -> list[Waiting]:
    """Return the next batch, after writing down what is new."""
    with acting_as_system("worker"):
        waiting = _waiting(store)
        if len(waiting) < SIZE:
            new = list(facts(store))
            if new:
                _rows("select training_store_keep(%s, %s)", store, msgspec.json.encode(new).decode())
                waiting = _waiting(store)
        return waiting


def _waiting(store: UUID) -> list[Waiting]:
    return [Waiting(*values) for values in _rows("select * from training_store_waiting(%s, %s)", store, SIZE)]


def facts(store: UUID) -> Iterator[dict[str, Any]]:
    """Yield what is to be said to the store of an organisation, as it is written down."""
    for values in _rows("select * from training_store_facts(%s, %s)", store, SIZE):
        source, verb, person, email, slug, edition, names, moment, session, minutes, about = values
        known = msgspec.json.decode(names) if isinstance(names, str) else names
        fact = Fact(source, verb, person, email, slug, edition, known, moment, session, minutes, about)
        said = msgspec.json.encode(statement(fact, site=settings.SITE_URL)).decode()
        yield {"id": str(fact.id), "source": str(source), "verb": verb, "body": said}


def _settle(store: UUID, told: Sequence[Waiting], outcome: str, code: str) -> None:
    with acting_as_system("worker"):
        _rows("select training_store_settle(%s, %s, %s, %s)", store, [one.id for one in told], outcome, code)


def _headers(there: There) -> dict[str, str] | None:
    """Return the headers of a request; None when the secret was sealed under another key."""
    try:
        user, secret = msgspec.json.decode(vault().decrypt(bytes(there.secret)), type=tuple[str, str])
    except InvalidToken:
        return None
    pair = base64.b64encode(f"{user}:{secret}".encode()).decode()
    return {
        "Content-Type": "application/json", "X-Experience-API-Version": there.version,
        "Authorization": f"Basic {pair}" if there.way == "basic" else f"Bearer {secret}",
    }  # fmt: skip


def _rows(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
