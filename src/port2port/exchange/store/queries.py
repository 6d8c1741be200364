"""Pages of stored STIX objects, oldest first, under the policy.

As lists of records do, a page walks the postings: for each key the next few by index, merged. That costs the same for a
partner who sees everything and for one who sees nothing, at any number of objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base import journal, rows
from port2port.exchange.store import readings
from port2port.members.acting import current_actor
from port2port.sharing.queries import COUNT_LIMIT, sensitivities
from port2port.sharing.tlp import SENSITIVE

LAST, FIRST, ALL = "last", "first", "all"
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True)
class Asked:
    """What of the objects is asked for; empty: all of them, in their newest version.

    `versions` are `last`, `first`, `all` and moments. `threat` narrows to what belongs to a threat.
    """

    after: datetime | None = None
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    versions: tuple[str | datetime, ...] = (LAST,)
    threat: str = ""


@dataclass(frozen=True)
class Stored:
    """A version of an object; `record` is what it was rendered from, if it is no fact of the network.

    Its moments are kept as microseconds since 1970: reading two hundred of them as moments takes a millisecond, and of
    a page of objects only the first and the last are told.
    """

    stix_id: str
    added_at: int
    version_at: int
    body: str
    record: UUID | None
    tlp: int

    @property
    def added(self) -> datetime:
        """When it came."""
        return EPOCH + self.added_at * MICROSECOND

    @property
    def version(self) -> datetime:
        """Which version it is."""
        return EPOCH + self.version_at * MICROSECOND


def page(asked: Asked, *, size: int) -> tuple[list[Stored], datetime | None]:
    """Return at most `size` versions, and after which moment it goes on; None: it does not.

    An observable that was seen in several records is one object: the one that came last stands for it, so that a page
    may be shorter than it could be.
    """
    found = _by_id(asked, size) if asked.ids else _by_posting(asked, size)
    stored = [Stored(*row) for row in found[:size]]
    return [row for row in stored if row.body], stored[-1].added if len(found) > size else None


_MOMENTS = ", ".join(f"(extract(epoch from o.{one}) * 1000000)::bigint" for one in ("added", "version"))

# Of what has no versions (its version is when it came) the newest that is seen is sent, the others are passed over; and
# that a record is gone is passed over where it is seen all the same.
_BODY = """case when o.gone is not null and exists (
    select 1 from exchange_object x where x.record_id = o.gone and x.newest) then ''
  when o.version <> o.added or not %s or not exists (
    select 1 from exchange_object n where n.stix_id = o.stix_id and n.added > o.added and n.newest)
  then o.body else '' end"""


def _by_posting(asked: Asked, size: int) -> list[tuple[Any, ...]]:
    actor = current_actor()
    conditions, arguments = _conditions(asked, "p")
    spread = "cross join unnest(%s::text[]) as t(kind)" if asked.kinds else ""
    if asked.kinds:
        conditions.append("p.kind = t.kind")
    keys: list[Any] = [sorted(actor.keys), sensitivities(actor.ceiling)]
    sql = f"""
        select o.stix_id, {_MOMENTS}, {_BODY}, o.record_id, m.tlp from (
          select distinct on (added) added, object_id, tlp
          from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive) {spread}
          cross join lateral (
            select p.added, p.object_id, p.tlp from exchange_posting p
            where p.key = k.key and p.sensitive = s.sensitive and {" and ".join(conditions)}
            order by p.added limit {size + 1}
          ) next
          order by added limit {size + 1}
        ) m join exchange_object o on o.id = m.object_id order by o.added"""
    given = [asked.versions == (LAST,), *keys, *([list(asked.kinds)] if asked.kinds else []), *arguments]
    return rows.planned(sql, given)


def _by_id(asked: Asked, size: int) -> list[tuple[Any, ...]]:
    conditions, arguments = _conditions(asked, "o")
    if asked.kinds:
        conditions.append("o.kind = any(%s)")
        arguments.append(list(asked.kinds))
    sql = f"""
        select o.stix_id, {_MOMENTS}, {_BODY}, o.record_id, coalesce(r.tlp, 0)
        from exchange_object o left join sharing_record r on r.id = o.record_id
        where o.stix_id = any(%s) and {" and ".join(conditions)} order by o.added limit {size + 1}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked.versions == (LAST,), list(asked.ids), *arguments])
        return list(cursor.fetchall())


def newest(size: int) -> list[Stored]:
    """Return the newest versions of objects of records, latest first."""
    actor = current_actor()
    sql = f"""
        select o.stix_id, {_MOMENTS}, o.body, o.record_id, m.tlp from (
          select distinct on (added) added, object_id, tlp
          from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive)
          cross join lateral (
            select p.added, p.object_id, p.tlp from exchange_posting p
            where p.key = k.key and p.sensitive = s.sensitive and p.newest
            order by p.added desc limit {size}
          ) last
          order by added desc limit {size}
        ) m join exchange_object o on o.id = m.object_id where o.record_id is not null order by o.added desc"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(actor.keys), sensitivities(actor.ceiling)])
        return [Stored(*row) for row in cursor.fetchall()]


def count() -> int:
    """Return how many objects one would get, at most COUNT_LIMIT + 1."""
    actor = current_actor()
    sql = f"""
        select count(*) from (
          select distinct added from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive)
          cross join lateral (
            select p.added from exchange_posting p where p.key = k.key and p.sensitive = s.sensitive and p.newest
            order by p.added limit {COUNT_LIMIT + 1}
          ) bounded limit {COUNT_LIMIT + 1}
        ) counted"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(actor.keys), sensitivities(actor.ceiling)])
        number: int = cursor.fetchone()[0]
        return number


def _conditions(asked: Asked, table: str) -> tuple[list[str], list[Any]]:
    conditions, arguments = ["true"], list[Any]()
    if asked.after is not None:
        conditions.append(f"{table}.added > %s")
        arguments.append(asked.after)
    if asked.threat:
        conditions.append(f"{table}.threat = %s")
        arguments.append(asked.threat)
    if ALL not in asked.versions:
        wanted = {LAST: f"{table}.newest", FIRST: f"{table}.oldest"}
        either = [wanted[one] for one in asked.versions if isinstance(one, str)]
        moments = [one for one in asked.versions if isinstance(one, datetime)]
        if moments:
            either.append(f"{table}.version = any(%s)")
            arguments.append(moments)
        conditions.append(f"({' or '.join(either)})")
    return conditions, arguments


def called(found: Mapping[str, Any]) -> str:
    """Return what an object is called by people, as far as its kind has a word for it."""
    names = ("name", "abstract", "number", "mark", "value", "relationship_type", "opinion")
    return next((str(found[one]) for one in names if one in found), "")


def note_reading(read: Sequence[Stored], *, at: datetime) -> None:
    """Write down what machines got, and into the journal which records of AMBER or narrower were read: one entry."""
    readings.note((row.record for row in read if row.record is not None), "stix", at=at)
    records = sorted({row.record for row in read if row.record is not None and row.tlp >= SENSITIVE})
    if records:
        journal.write("stix.read", kind="stix", at=at, records=records)
