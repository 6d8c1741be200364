"""The journal: who did, saw, exported or was refused what, when and why. Opaque ids and codes; no names, no content.

An entry goes in within the caller's transaction, unordered; the sealer (`sealing.py`) gives it its place. Who acts
is named by `acting` and checked by the database against the session, so that nobody can write another's entry.
"""

import json
import os
import re
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base import clock
from port2port.base.ids import new_id
from port2port.base.models import JournalEntry, JournalLeaf

CODE = re.compile(r"[a-z0-9_.:+-]{1,64}")
DETAIL = re.compile(r"[a-z][a-z0-9_]{0,31}")
LONGEST_LIST = 1000
LARGEST_NUMBER = 2**53  # what every reader of JSON keeps exactly (RFC 8259 section 6)
SALT_LENGTH = 16

Detail = UUID | int | str | Sequence[UUID | int | str]


class NotJournalled(RuntimeError):
    """The journal was used wrongly: outside a transaction, with nobody acting, or with what may be content."""


@dataclass(frozen=True)
class Acting:
    """Who acts, in which hat and organisation; the same as the session settings of the transaction."""

    person: UUID
    hat: UUID | None
    organisation: UUID | None


acting: ContextVar[Acting] = ContextVar("acting")


@dataclass(frozen=True)
class Happening:
    """What `write_many` writes: the arguments of `write`."""

    act: str
    kind: str = ""
    record: UUID | None = None
    reason: str = ""
    at: datetime | None = None
    details: dict[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """An entry as it is read; after an erasure all but id, moment and place are empty."""

    id: UUID
    at: datetime
    place: int | None
    act: str = ""
    actor: UUID | None = None
    hat: UUID | None = None
    organisation: UUID | None = None
    kind: str = ""
    record: UUID | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def write(
    act: str,
    *,
    kind: str = "",
    record: UUID | None = None,
    reason: str = "",
    at: datetime | None = None,
    **details: Detail,
) -> UUID:
    """Write one entry in the caller's transaction and return its id. One statement.

    `act`, `kind`, `reason` are short codes (`report.shared`, `report`, `need-to-know`); details hold ids, numbers,
    truth values, short codes and lists of these. `at` is this moment if the caller has none.
    Raises NotJournalled outside a transaction, with nobody acting, and for anything that could be a name or content.
    """
    return write_many([Happening(act, kind, record, reason, at, details)])[0]


def write_many(happenings: Iterable[Happening]) -> list[UUID]:
    """Write several entries of the same actor in one statement and return their ids. Raises as `write` does."""
    rows = [_row(happening) for happening in happenings]
    _require_transaction()
    if rows:
        ids, moments, salts, payloads = zip(*rows, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into base_journal_entry (id, at, salt, payload)"
                " select * from unnest(%s::uuid[], %s::timestamptz[], %s::bytea[], %s::text[])",
                [list(ids), list(moments), list(salts), list(payloads)],
            )
    return [row[0] for row in rows]


def erase(entries: Sequence[UUID], *, reason: str, at: datetime | None = None) -> UUID:
    """Erase what these sealed entries say; place, moment and leaf hash stay, so that every proof stays valid.

    All or none. Itself an entry (`journal.erased`), whose id is returned. The database refuses everybody but the
    system principal `worker` (any entry) and sessions with the act `erase` (those of their organisation), and entries
    that are absent, not sealed yet or erased before.
    """
    row = _row(Happening("journal.erased", reason=reason, at=at, details={"entries": entries}))
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("select journal_erase(%s::uuid[], %s, %s, %s, %s)", [list(entries), *row])
    return row[0]


def entries(
    *,
    actor: UUID | None = None,
    record: UUID | None = None,
    act: str = "",
    before: UUID | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Return the newest entries that this session may read, narrowed as asked; `before` is the last id of the page."""
    wanted = {"actor": actor, "record": record, "act": act, "id__lt": before}
    chosen = JournalEntry.objects.filter(**{name: value for name, value in wanted.items() if value})
    rows = list(chosen.order_by("-id")[:limit])
    places = dict(JournalLeaf.objects.filter(entry__in=[row.id for row in rows]).values_list("entry", "place"))
    return [read(row.id, row.at, places.get(row.id), row.payload) for row in rows]


def read(entry: UUID, at: datetime, place: int | None, payload: str | None) -> Entry:
    """Return the entry that these columns hold. Raises ValueError or KeyError when it is no payload."""
    if payload is None:
        return Entry(entry, at, place)
    said = json.loads(payload)
    return Entry(
        id=entry,
        at=at,
        place=place,
        act=said["act"],
        actor=_id(said["actor"]),
        hat=_id(said["hat"]),
        organisation=_id(said["organisation"]),
        kind=said["kind"],
        record=_id(said["record"]),
        reason=said["reason"],
        details=said["details"],
    )


def moment(at: datetime) -> str:
    """Return an aware datetime as RFC 3339 in UTC with microseconds: one way of writing each moment."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def payload_of(entry: UUID, at: datetime, who: Acting, happening: Happening) -> str:
    """Return the canonical JSON of an entry (keys sorted, no spaces, ASCII): the bytes that are hashed.

    Raises NotJournalled when a code or detail could be a name or content.
    """
    for code in (happening.kind, happening.reason):
        if code:
            _code(code)
    said = {
        "act": _code(happening.act),
        "actor": str(who.person),
        "at": moment(at),
        "details": {_name(name): _value(value) for name, value in happening.details.items()},
        "hat": _text(who.hat),
        "id": str(entry),
        "kind": happening.kind,
        "organisation": _text(who.organisation),
        "reason": happening.reason,
        "record": _text(happening.record),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _row(happening: Happening) -> tuple[UUID, datetime, bytes, str]:
    try:
        who = acting.get()
    except LookupError as nobody:
        raise NotJournalled("nobody acts: enter acting_as first") from nobody
    entry, at = new_id(), happening.at or clock.now()
    return entry, at, os.urandom(SALT_LENGTH), payload_of(entry, at, who, happening)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise NotJournalled("an entry belongs to the transaction of what it tells of")


def _code(value: str) -> str:
    if type(value) is not str or not CODE.fullmatch(value):
        # the value is not repeated: it may be the very content that must not get out
        raise NotJournalled("the journal takes short codes of a-z 0-9 _ . : + - only")
    return value


def _name(name: str) -> str:
    if not DETAIL.fullmatch(name):
        raise NotJournalled("a detail has a short name of a-z 0-9 _")
    return name


def _value(value: Detail) -> object:
    if isinstance(value, (list, tuple, set, frozenset)):
        if len(value) > LONGEST_LIST:
            raise NotJournalled(f"a list of more than {LONGEST_LIST} belongs into several entries")
        return [_single(one) for one in value]
    return _single(value)


def _single(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if type(value) is bool or (type(value) is int and abs(value) <= LARGEST_NUMBER):
        return value
    if type(value) is str:
        return _code(value)
    raise NotJournalled(f"the journal takes ids, numbers and short codes, not {type(value).__name__}")


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)
