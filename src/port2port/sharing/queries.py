"""Reading under the policy: newest first by keyset, bounded counts, search, tombstones, and the journal of reading.

Lists walk the postings: for each key the newest few by index, merged. That costs the same for a member who sees
everything and for one who sees nothing, at any number of rows.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.finding.asking import Asked, search_query
from port2port.members.acting import current_actor
from port2port.sharing.models import Glass, Record, Tombstone
from port2port.sharing.rules import Envelope
from port2port.sharing.tlp import SENSITIVE

COUNT_LIMIT = 1000
FACETS = ("port", "threat")


@dataclass(frozen=True)
class Slice:
    """A page of record ids, newest first, with the cursors around it."""

    ids: list[UUID]
    next: str
    previous: str


@dataclass(frozen=True)
class Where:
    """Conditions of a domain on its own table, joined to the postings: SQL with %s, its arguments."""

    join: str = ""
    condition: str = "true"
    arguments: tuple[Any, ...] = ()


def newest(
    kind: str,
    *,
    facets: dict[str, Any] | None = None,
    where: Where = Where(),
    cursor: str = "",
    size: int = 25,
) -> Slice:
    """Return the newest records of a kind that the actor sees. `facets`: port (uuid) and threat, by index.

    Raises Invalid for a cursor that is not ours.
    """
    at, last, newer = read_cursor(cursor)
    facets = {name: value for name, value in (facets or {}).items() if value}
    if not set(facets) <= set(FACETS):
        raise ValueError(f"facets are {FACETS}")
    actor = current_actor()
    comparison, order = (">", "asc") if newer else ("<", "desc")
    conditions = ["p.key = k.key", "p.kind = %s", "p.sensitive = s.sensitive", f"({where.condition})"]
    arguments: list[Any] = [sorted(actor.keys), sensitivities(actor.ceiling), kind, *where.arguments]
    for name, value in facets.items():
        conditions.append(f"p.{name} = %s")
        arguments.append(value)
    if at is not None:
        conditions.append(f"(p.at, p.record_id) {comparison} (%s, %s)")
        arguments += [at, last]
    # Which facet leads the index is the planner's choice; every condition but the domain's own is in an index.
    sql = f"""
        select record_id, at from (
          select distinct on (at, record_id) record_id, at
          from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive)
          cross join lateral (
            select p.record_id, p.at from sharing_posting p {where.join}
            where {" and ".join(conditions)}
            order by p.at {order}, p.record_id {order} limit {size + 1}
          ) newest
          order by at {order}, record_id {order} limit {size + 1}
        ) merged"""
    with connection.cursor() as db:
        db.execute(sql, arguments)
        rows: list[tuple[UUID, datetime]] = db.fetchall()
    more = len(rows) > size
    rows = rows[:size]
    if newer:
        rows.reverse()
    if not rows:
        return Slice([], "", "")
    first, final = rows[0], rows[-1]
    has_next = more if not newer else True
    has_previous = more if newer else at is not None
    return Slice(
        [row[0] for row in rows],
        write_cursor(final[1], final[0], newer=False) if has_next else "",
        write_cursor(first[1], first[0], newer=True) if has_previous else "",
    )


def count(kind: str, *, facets: dict[str, Any] | None = None, where: Where = Where()) -> int:
    """Return how many records of a kind the actor sees, at most COUNT_LIMIT + 1 (shown as "1,000+")."""
    return counts(kind, facets=facets, where=where)[0]


def counts(
    kind: str, *, facets: dict[str, Any] | None = None, where: Where = Where(), after: datetime | None = None
) -> tuple[int, int]:
    """Return how many records of a kind the actor sees, and how many of them later than `after` (None: 0).

    Each is at most COUNT_LIMIT + 1. One statement: the newest of each key are counted, and what is later is newest.
    """
    actor = current_actor()
    conditions = ["p.key = k.key", "p.kind = %s", "p.sensitive = s.sensitive", f"({where.condition})"]
    arguments: list[Any] = [sorted(actor.keys), sensitivities(actor.ceiling), kind, *where.arguments]
    for name, value in (facets or {}).items():
        if value:
            conditions.append(f"p.{name} = %s")
            arguments.append(value)
    # The order also keeps the planner on the index, so that the limit stops it early.
    sql = f"""
        select count(*), count(*) filter (where at > %s) from (
          select distinct record_id, at from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive)
          cross join lateral (
            select p.record_id, p.at from sharing_posting p {where.join}
            where {" and ".join(conditions)}
            order by p.at desc, p.record_id desc limit {COUNT_LIMIT + 1}
          ) bounded
        ) counted"""
    with connection.cursor() as db:
        db.execute(sql, [after, *arguments])
        every, later = db.fetchone()
        return min(every, COUNT_LIMIT + 1), min(later, COUNT_LIMIT + 1)


def found(text: str, kinds: Sequence[str], *, most: int = 200) -> list[UUID]:
    """Return the ids of records with all words of the text that the actor sees, newest first."""
    query = search_query(text)
    if not query:
        return []
    with connection.cursor() as db:
        db.execute("select record from sharing_find(%s, %s, %s)", [query, list(kinds), most])
        return [row[0] for row in db.fetchall()]


NEWEST_CANDIDATES = 2000  # how many are ranked when not all are asked for


@dataclass(frozen=True)
class Narrowed:
    """What a search is narrowed to; empty: everything. `since` is inclusive, `before` is not."""

    port: UUID | None = None
    threat: str = ""
    since: datetime | None = None
    before: datetime | None = None
    every: bool = False  # rank all that match, not only the newest


@dataclass(frozen=True)
class Ranked:
    """The best of what was found: (id, kind) in order, and how many of those that the actor sees were looked at."""

    ids: list[tuple[UUID, str]]
    looked_at: int

    @property
    def capped(self) -> bool:
        """Tell whether there may be older ones that were not looked at."""
        return self.looked_at == NEWEST_CANDIDATES


def ranked(asked: Asked, query: str, kinds: Sequence[str], *, narrowed: Narrowed = Narrowed(), most: int) -> Ranked:
    """Return the best of the records that match the query, of these kinds, that the actor sees; at most 1,000."""
    if not query or not kinds:
        return Ranked([], 0)
    candidates = None if narrowed.every else NEWEST_CANDIDATES
    with connection.cursor() as db:
        db.execute(
            "select record, kind, looked_at from sharing_find(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(query, list(kinds), most, asked.near or asked.wide, asked.wide, asked.first, narrowed.port),
                *(narrowed.threat, narrowed.since, narrowed.before, candidates),
            ],
        )
        rows = db.fetchall()
    return Ranked([(row[0], row[1]) for row in rows], rows[0][2] if rows else 0)


def record(identifier: UUID, kind: str) -> Record:
    """Return one envelope. Raises NotFound, the same for absent and hidden; the edge journals it."""
    row = Record.objects.select_related("owner", "port").filter(id=identifier, kind=kind).first()
    if row is None:
        raise NotFound(kind=kind, record=identifier)
    return row


def tombstone(identifier: UUID) -> Tombstone | None:
    """Return what is left of a record that this actor could see and that was withdrawn or expired."""
    return Tombstone.objects.filter(record=identifier).first()


def tombstones_since(since: datetime) -> list[Tombstone]:
    """Return the withdrawals of the time since that concern this actor, newest first."""
    return list(Tombstone.objects.filter(at__gt=since).order_by("-at")[:20])


def note_reading(kind: str, records: Iterable[Record], *, at: datetime, act: str = "read") -> None:
    """Write into the journal that the actor read these, if any is AMBER or narrower: one entry, however many."""
    sensitive = [r.id for r in records if r.tlp >= SENSITIVE]
    if not sensitive:
        return
    if len(sensitive) == 1:
        journal.write(f"{kind}.{act}", kind=kind, record=sensitive[0], at=at)
        return
    for start in range(0, len(sensitive), 1000):
        journal.write(f"{kind}.{act}", kind=kind, at=at, records=sensitive[start : start + 1000])


def envelope(row: Record) -> Envelope:
    """Return what `decide` looks at."""
    return Envelope(row.owner_id, row.author_id, frozenset(row.audience), row.tlp, row.expires_at)


@dataclass(frozen=True)
class Explanation:
    """Under one hat: whether a person sees a record, by which rule, through which keys."""

    hat: UUID
    sees: bool
    rule: str
    via: list[UUID]


def explain(person: UUID, record_id: UUID) -> list[Explanation]:
    """Return, for each hat, why a person sees a record or why not; for oneself or (administrators) own people."""
    with connection.cursor() as db:
        db.execute("select hat, sees, rule, via from sharing_explain(%s, %s)", [person, record_id])
        rows = [Explanation(*row) for row in db.fetchall()]
    if person != current_actor().person:
        journal.write("access.explained", record=record_id, person=person)
    return rows


def readers(record_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return (person, organisation) of those who see it now and whose names the actor may know."""
    with connection.cursor() as db:
        db.execute("select person, organisation from sharing_readers(%s)", [record_id])
        return list(db.fetchall())


def glass_requests() -> tuple[list[Glass], list[Glass]]:
    """Return (requests that concern me, requests I may be the second person for)."""
    mine = list(Glass.objects.select_related("asked_for", "approved_for").order_by("-asked_at")[:50])
    waiting = list(Glass.objects.raw("select * from sharing_glass_waiting()"))
    return mine, waiting


def sensitivities(ceiling: int) -> list[bool]:
    """Return which postings a ceiling reaches: those that are not sensitive, and those that are."""
    return [False, True] if ceiling >= SENSITIVE else [False]


def write_cursor(at: datetime, record_id: UUID, *, newer: bool) -> str:
    """Return the address of the page that follows this place, or goes before it."""
    return base64.urlsafe_b64encode(msgspec.json.encode([at, record_id, newer])).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime | None, UUID | None, bool]:
    """Return what `write_cursor` wrote; "": nothing. Raises Invalid."""
    if not cursor:
        return None, None, False
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=tuple[datetime, UUID, bool])
    except (msgspec.DecodeError, msgspec.ValidationError, binascii.Error, ValueError) as error:
        raise Invalid(
            [Problem("cursor", _("This page address is not one of ours. Start at the first page."))]
        ) from error
