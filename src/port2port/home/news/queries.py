"""What is new for the actor, of every kind in one order, by keyset. The policy says what is seen; nothing is counted.

What was shared comes from the postings, walked by key as `sharing.queries.newest` does; what changed or was shared with
more from the events, which are kept for a week. A record stands once, at the last thing that happened to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.home.following.queries import Followed, followed
from port2port.home.search.sources import hits_of, kinds_shown, note_hits
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.sharing.found import Hit
from port2port.sharing.queries import read_cursor, sensitivities, write_cursor

OF_TOPICS = """select k.record_id from knowledge_practice k
  join knowledge_practicetext t on t.practice_id = k.record_id and t.number = k.published where t.topic = any(%s)
  union all select q.record_id from knowledge_question q where q.topic = any(%s)"""
LOOKED_BACK = timedelta(weeks=4)
PAGE = 25


@dataclass(frozen=True)
class Filters:
    """What the news are narrowed to: a kind, what one follows, all kinds but these."""

    kind: str = ""
    followed: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Item:
    """Something new: what happened to it last (shared, changed, widened), and when."""

    hit: Hit
    act: str
    at: datetime


@dataclass(frozen=True)
class News:
    """A page of news, newest first, with the cursors around it."""

    items: list[Item]
    next: str
    previous: str


@dataclass(frozen=True)
class Window:
    """A time: `since` is in it, `until` is not."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Happened:
    """What happened to a record last, by its id."""

    record: UUID
    kind: str
    act: str
    at: datetime


def news(filters: Filters = Filters(), *, at: datetime, cursor: str = "", size: int = PAGE) -> News:
    """Return what was shared or changed in the last four weeks. Reading AMBER is journalled, once for each kind.

    Raises Invalid for a kind that is none and a cursor that is not ours.
    """
    kinds = {source.kind for source in kinds_shown()}
    if filters.kind and filters.kind not in kinds:
        raise Invalid([Problem("kind", _("This code is not known here."))])
    wanted = [filters.kind] if filters.kind else sorted(kinds - filters.without)
    window = Window(at - LOOKED_BACK, at)
    moment, last, newer = read_cursor(cursor)
    narrowed = followed() if filters.followed else None
    found = happened(wanted, window, narrowed, size=size + 1, beside=(moment, last), newer=newer)
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    hits = hits_of([(one.record, one.kind) for one in found], at)
    note_hits(hits.values(), at)
    has_next, has_previous = more or newer, more if newer else moment is not None
    return News(
        items_of(found, hits),
        write_cursor(found[-1].at, found[-1].record, newer=False) if found and has_next else "",
        write_cursor(found[0].at, found[0].record, newer=True) if found and has_previous else "",
    )


def items_of(found: Sequence[Happened], hits: Mapping[UUID, Hit]) -> list[Item]:
    """Return these as they are shown; whoever withdrew something still reads it, but it is no news."""
    shown = ((one, hits.get(one.record)) for one in found)
    return [Item(hit, one.act, one.at) for one, hit in shown if hit is not None and hit.record.withdrawn_at is None]


def happened(
    kinds: Sequence[str],
    window: Window,
    narrowed: Followed | None = None,
    *,
    size: int,
    beside: tuple[datetime | None, UUID | None] = (None, None),
    newer: bool = False,
) -> list[Happened]:
    """Return the newest of what happened in a time to records that the actor sees; `newer`: the next after a place.

    `narrowed`: only what is followed; with nothing followed, nothing. `beside`: the place a page goes on from.
    """
    if narrowed is not None and not narrowed.any:
        return []
    actor = current_actor()
    compare, order = (">", "asc") if newer else ("<", "desc")
    posted, posted_values = _conditions("p.at", "p.record_id", "p.port", "p.threat", narrowed, beside, compare)
    later, later_values = _conditions("c.at", "r.id", "r.port_id", "r.threat", narrowed, beside, compare)
    sql = f"""
        with turned as materialized (
          select distinct on (e.record) e.record, e.act, e.at from sharing_event e
          where e.at >= %s and e.at < %s and e.kind = any(%s) and e.act in ('changed', 'widened')
          order by e.record, e.at desc
        ), shared as (
          select distinct on (at, record_id) record_id, kind, 'shared' as act, at
          from unnest(%s::uuid[]) as k(key) cross join unnest(%s::text[]) as q(kind)
          cross join unnest(%s::boolean[]) as s(sensitive)
          cross join lateral (
            select p.record_id, p.at from sharing_posting p
            where p.key = k.key and p.kind = q.kind and p.sensitive = s.sensitive and p.at >= %s and p.at < %s
              and not exists (select 1 from turned t where t.record = p.record_id){posted}
            order by p.at {order}, p.record_id {order} limit %s
          ) newest
          order by at {order}, record_id {order} limit %s
        ), changed as (
          select r.id, r.kind::text, c.act::text, c.at from turned c join sharing_record r on r.id = c.record
          where true{later} order by c.at {order}, r.id {order} limit %s
        )
        select record_id, kind, act, at from shared union all select * from changed
        order by at {order}, record_id {order} limit %s"""
    values = [
        *(window.since, window.until, list(kinds), sorted(actor.keys), list(kinds), sensitivities(actor.ceiling)),
        *(window.since, window.until, *posted_values, size, size, *later_values, size, size),
    ]
    with connection.cursor() as db:
        db.execute(sql, values)
        return [Happened(*row) for row in db.fetchall()]


def _conditions(
    at: str,
    record: str,
    port: str,
    threat: str,
    narrowed: Followed | None,
    beside: tuple[datetime | None, UUID | None],
    compare: str,
) -> tuple[str, list[Any]]:
    """Return what narrows one half of the news, as SQL over these columns and its values."""
    conditions = ""
    values: list[Any] = []
    if beside[0] is not None:
        conditions += f" and ({at}, {record}) {compare} (%s, %s)"
        values += [beside[0], beside[1]]
    if narrowed is not None:
        conditions += (
            f" and ({record} = any(%s) or {port} = any(%s) or {threat} = any(%s) or {record} in ({OF_TOPICS}))"
        )
        places = known_places().ports
        ports = [places[code].id for code in narrowed.ports if code in places]
        about = list(narrowed.topics)
        values += [list(narrowed.records), ports, list(narrowed.threats), about, about]
    return conditions, values
