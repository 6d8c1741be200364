"""Verification: recompute every leaf and every root, and name the first entry that was tampered with.

Reads as the database's owner, in one snapshot, in the order of the places, in memory that does not grow with them.
What is wrong is weighed in `witnesses.py`.
"""

import heapq
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from port2port.base.heads import Head
from port2port.base.merkle import HASH_LENGTH
from port2port.base.outside import Outside, read_lines
from port2port.base.witnesses import DATABASE, FILE, GIVEN, Report, Told, Walk

CHUNK = 5000
WIDEST_GAP = 100_000
SEALED = """
    select l.place, l.entry, l.leaf, e.id, e.at, e.salt, e.payload,
           e.actor, e.hat, e.organisation, e.act, e.kind, e.record
    from base_journal_leaf l left join base_journal_entry e on e.id = l.entry order by l.place
"""
HEADS = "select size, root, at, signature, edge from base_journal_head order by size"
# sealing takes a queue row away and adds a leaf in one transaction, so an entry has exactly one of the two
ASTRAY = """
    select coalesce(e.id, u.entry), e.id is null
    from base_journal_entry e full join base_journal_unsealed u on u.entry = e.id
    where e.id is null or u.entry is null and not exists (select from base_journal_leaf l where l.entry = e.id)
    order by 1 limit 1000
"""


def verify(owner: psycopg.Connection[Any], outside: Outside, key: bytes, *, given: Path | None = None) -> Report:
    """Compare the whole journal with its heads and with what is kept outside.

    `owner` is an idle connection of the owner; `key` the public key that is to be trusted; `given` a file of heads
    that were kept elsewhere (mail, a peer). Raises ValueError when a heads file cannot be read.
    """
    report = Report()
    # the files' ends are taken first: they are written after the commit, so the snapshot holds all they tell of
    places = outside.places()
    if not places:
        report.notes.append(f"{outside.leaves_file} is not there: a rewritten entry can only be named by its head")
    kept = _kept(outside.heads_file, report)
    elsewhere = sorted(_given(given), key=lambda told: told.head.size)
    with owner.transaction(), _leaves(outside, places) as leaves:
        owner.execute("set transaction isolation level repeatable read, read only")
        walk = Walk(report, key)
        heads = groupby(
            heapq.merge(_stored(owner, key), kept, elsewhere, key=lambda told: told.head.size),
            key=lambda told: told.head.size,
        )
        remaining = _walk(owner, walk, leaves, heads)
        walk.finish()
        _check_end(report, walk.tree.size, places, remaining)
        _check_astray(owner, report, walk.tree.size)
        _check_erasures(owner, report, walk.erased)
    report.findings.sort(key=lambda finding: finding.place)
    return report


def _walk(
    owner: psycopg.Connection[Any],
    walk: Walk,
    leaves: Iterator[bytes | None],
    heads: Iterator[tuple[int, Iterator[Told]]],
) -> list[Told]:
    """Go through all places and heads; return the heads that tell of more places than there are."""
    groups = ((size, list(group)) for size, group in heads)
    waiting = next(groups, None)

    def advance() -> None:
        nonlocal waiting
        while waiting and waiting[0] <= walk.tree.size:
            walk.heads(*waiting)
            waiting = next(groups, None)

    with owner.cursor(name="journal_sealed") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(SEALED)
        for row in cursor:
            if row[0] - walk.tree.size > WIDEST_GAP:
                said = f"the places jump from {walk.tree.size} to {row[0]}; what follows was not read"
                walk.report.add(walk.tree.size, row[1], "entry-missing", said)
                break
            while walk.tree.size < row[0]:
                walk.gap(next(leaves))
                advance()
            walk.place(row, next(leaves))
            advance()
    remaining = list(waiting[1]) if waiting else []
    return remaining + [told for _, group in groups for told in group]


def _check_end(report: Report, size: int, places: int, remaining: list[Told]) -> None:
    """Say whether the database ends before what is kept outside."""
    told = max((told.head.size for told in remaining), default=0)
    if max(told, places) <= size:
        return
    sources = sorted({told.source for told in remaining}) or ["leaves.bin"]
    report.add(
        size, None, "older-copy",
        f"the database ends at place {size}, {' and '.join(sources)} says {max(told, places)}: "
        "an older copy was restored, or the end was cut off",
    )  # fmt: skip


def _check_astray(owner: psycopg.Connection[Any], report: Report, size: int) -> None:
    """Count the entries that wait for the sealer, and name those that nobody will ever seal."""
    (report.unsealed,) = owner.execute("select count(*) from base_journal_unsealed").fetchone() or (0,)
    for entry, gone in owner.execute(ASTRAY):
        if gone:
            report.add(size, entry, "entry-missing", f"entry {entry} was removed before it was sealed")
        else:
            report.add(size, entry, "never-sealed", f"entry {entry} has no place and does not wait for one")


def _check_erasures(owner: psycopg.Connection[Any], report: Report, erased: dict[UUID, int]) -> None:
    """Name the erased entries of which no journalled erasure tells."""
    journalled: set[UUID] = set()
    for (payload,) in owner.execute("select payload from base_journal_entry where act = 'journal.erased'"):
        # anybody may write this act without erasing anything; then it lists nothing that could be read here
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            journalled.update(UUID(entry) for entry in json.loads(payload)["details"]["entries"])
    for entry, place in erased.items():
        if entry not in journalled:
            report.add(place, entry, "erased-silently", f"entry {entry} at place {place} was erased without an entry")


def _stored(owner: psycopg.Connection[Any], key: bytes) -> Iterator[Told]:
    """Yield the database's heads in order. They name no key: whichever is trusted must fit."""
    with owner.cursor(name="journal_heads") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(HEADS)
        for size, root, at, signature, edge in cursor:
            yield Told(DATABASE, Head(size, bytes(root), at, bytes(signature), key), bytes(edge))


def _kept(file: Path, report: Report) -> Iterator[Told]:
    """Return the heads of heads.jsonl in order, without those that an accepted restore took back."""
    if not file.exists():
        report.notes.append(f"{file} is not there: only the database was read")
        return iter(())
    end = file.stat().st_size
    taken_back: list[tuple[int, int]] = []
    for number, line in enumerate(read_lines(file, end)):
        if "restored" in line:
            note = line["restored"]
            if not isinstance(note, dict) or not isinstance(note.get("to"), int):
                raise ValueError(f"{file}, line {number + 1}: no accepted restore")
            taken_back.append((number, note["to"]))
            report.notes.append(f"{note.get('at')}: a restore back to place {note['to']} was accepted")
    return _still_kept(file, end, taken_back)


def _still_kept(file: Path, end: int, taken_back: list[tuple[int, int]]) -> Iterator[Told]:
    for number, line in enumerate(read_lines(file, end)):
        if "restored" not in line:
            head = Head.from_json(line)
            if all(head.size <= to for after, to in taken_back if number < after):
                yield Told(FILE, head)


def _given(file: Path | None) -> Iterator[Told]:
    if file:
        for line in read_lines(file, file.stat().st_size):
            if "restored" not in line:
                yield Told(GIVEN, Head.from_json(line))


@contextmanager
def _leaves(outside: Outside, places: int) -> Iterator[Iterator[bytes | None]]:
    """Give the leaves of leaves.bin in order, and None for ever after them."""

    def unkept() -> Iterator[bytes | None]:
        while True:
            yield None

    if not places:
        yield unkept()
        return
    with outside.leaves_file.open("rb") as file:

        def kept() -> Iterator[bytes | None]:
            for _ in range(places):
                yield file.read(HASH_LENGTH)
            yield from unkept()

        yield kept()
