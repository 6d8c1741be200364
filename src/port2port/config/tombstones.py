"""Tombstones: that a record was withdrawn, expired or narrowed, and from whom; never what it said.

They are kept in <data_dir>/tombstones.jsonl beside every backup, so that a restore of an older backup does
not bring back what was taken away since. One JSON object a line; the newest line of a record wins.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from ..base.errors import Invalid, Problem
from .roles import connect

STONES = "tombstones.jsonl"


@dataclass(frozen=True)
class Tombstone:
    """A record that was withdrawn or expired (`gone`), or that no longer goes to some of its audience
    (`keys`).
    """

    record: str
    keys: list[str]
    at: str
    why: str
    gone: bool


def read_tombstones(path: Path) -> dict[str, Tombstone]:
    """Return what a tombstone file says, by record, the newest line winning. Raises Invalid naming a broken
    line.
    """
    found: dict[str, Tombstone] = {}
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            one = Tombstone(**json.loads(line))
            for word in (one.record, *one.keys):
                UUID(word)
        except (ValueError, TypeError) as problem:
            raise Invalid([Problem(path.name, f"not a tombstone: {problem}", row=number)]) from problem
        found[one.record] = one
    return found


def query_tombstones(url: str) -> list[Tombstone]:
    """Return the tombstones in the database, as its owner. Raises psycopg.OperationalError when it does not
    answer.
    """
    with connect(url) as connection:
        if connection.execute("select to_regclass('sharing_tombstone') is null").fetchone() == (True,):
            return []
        rows = connection.execute(
            """select t.record::text, t.keys::text[], to_char(t.at at time zone 'utc',
            'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                      t.why, r.id is null or r.withdrawn_at is not null
               from sharing_tombstone t left join sharing_record r on r.id = t.record order by t.at, t.record"""
        ).fetchall()
    return [Tombstone(*row) for row in rows]


def keep_tombstones(data_dir: Path, stones: Iterable[Tombstone]) -> int:
    """Add to <data_dir>/tombstones.jsonl what it does not say yet; return how many lines were added.

    Only added to: a line that is there outlives the database it came from.
    """
    path = data_dir / STONES
    known = read_tombstones(path)
    fresh = [one for one in stones if known.get(one.record) != one]
    if fresh:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(json.dumps(asdict(one)) + "\n" for one in fresh)
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def quoted(words: Iterable[str]) -> str:
    """Return a PostgreSQL array literal of identifiers. Raises ValueError for what is no UUID."""
    return "'{" + ",".join(str(UUID(word)) for word in words) + "}'::uuid[]"


def burial(stones: Iterable[Tombstone]) -> str:
    """Return the SQL that takes away again what was withdrawn, narrows what was narrowed; part of the
    restore's own transaction, so that there is no moment at which it was back."""
    stones = list(stones)
    lines = ["select set_config('search_path', 'public', true);"]
    gone = [one.record for one in stones if one.gone]
    if gone:
        lines.append(f"select sharing_bury({quoted(gone)});")
    for one in stones:
        if not one.gone and one.keys:
            record, keys = quoted([one.record]), quoted(one.keys)
            lines.append(
                f"select sharing_bury({record}) from sharing_record where id = any({record}) and audience <@ {keys};\n"
                "update sharing_record set audience = array(select k from unnest(audience) k "
                f"where k <> all({keys})), version = version + 1 where id = any({record}) and audience && {keys} "
                f"and not audience <@ {keys};"
            )
    return "\n".join(lines) + "\n"
