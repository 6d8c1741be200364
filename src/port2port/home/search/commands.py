"""`port2port search reindex`: index again, after the way of indexing changed. It can be stopped and goes on."""

import argparse
import json
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from port2port.base.clock import now
from port2port.base.finding.indexing import search_words
from port2port.home.search.sources import by_kind

BATCH = 500
PLACE = "search.reindexed_to"


def register(subparsers: Any) -> None:
    """Add `search` to the command line; it runs as the owner of the database, since it reads every record."""
    search = subparsers.add_parser("search", help="the index of the search")
    commands = search.add_subparsers(dest="search_command", required=True)
    again = commands.add_parser("reindex", help="index every record again; stopped, it goes on where it was")
    again.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"records in a transaction ({BATCH})")
    again.add_argument("--from-start", action="store_true", help="do not go on where it was stopped")
    again.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    again.set_defaults(run=reindex)


def reindex(arguments: argparse.Namespace) -> int:
    """Index again in batches, each in a transaction of its own that also keeps the place. Returns 0."""
    if arguments.from_start:
        _keep(None)
    number = 0
    while True:
        done = reindex_batch(arguments.batch, at=now())
        if not done:
            break
        number += done
    print(json.dumps({"indexed": number}) if arguments.json else f"{number} records indexed again.")
    return 0


def reindex_batch(size: int, *, at: datetime) -> int:
    """Index the next so many records again, by the order of their ids. Returns how many; 0 when all are done."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select r.id, r.kind from sharing_searchable s join sharing_record r on r.id = s.record_id"
            " where r.id > %s order by r.id limit %s for update of s",
            [_place(), size],
        )
        rows: list[tuple[UUID, str]] = cursor.fetchall()
        if not rows:
            _keep(None)
            return 0
        by_source: dict[str, list[UUID]] = defaultdict(list)
        for identifier, kind in rows:
            by_source[kind].append(identifier)
        fresh: list[tuple[UUID, str]] = []
        for kind, ids in by_source.items():
            if kind in by_kind():  # a kind that nobody shows keeps the words it has
                words = by_kind()[kind].words(ids)
                fresh += [(one, search_words(found.text, found.title)) for one, found in words.items()]
        cursor.execute(
            "update sharing_searchable s set words = n.words from unnest(%s::uuid[], %s::text[]) n(id, words)"
            " where s.record_id = n.id and s.words <> n.words",
            [[one for one, _words in fresh], [words for _one, words in fresh]],
        )
        _keep(rows[-1][0])
        return len(rows)


def _place() -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("select value from base_setting where key = %s", [PLACE])
        row = cursor.fetchone()
    return UUID(row[0]) if row else UUID(int=0)


def _keep(place: UUID | None) -> None:
    with connection.cursor() as cursor:
        if place is None:
            cursor.execute("delete from base_setting where key = %s", [PLACE])
            return
        cursor.execute(
            "insert into base_setting (key, value) values (%s, %s)"
            " on conflict (key) do update set value = excluded.value",
            [PLACE, str(place)],
        )
