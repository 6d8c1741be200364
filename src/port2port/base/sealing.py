"""The sealer: every second it gives the new entries their places and signs the root over all of them.

One transaction per round: places, leaves and head come together or not at all. What the round made is then written
to the files outside; if the process dies before that, the next round writes it. The tree's right edge stands with
each head, so a start costs as much as any other round.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from port2port.base import clock
from port2port.base.heads import Head, Signer
from port2port.base.merkle import CompactRange
from port2port.base.outside import Outside
from port2port.base.rounds import run_rounds

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between rounds
MOST = 20_000  # entries a round
CHUNK = 100_000  # leaves read at once when the files have to catch up


class JournalBroken(RuntimeError):
    """The sealer stops rather than seal over what it finds: an older database, another key, a changed head."""


class Connection(Protocol):
    """Django's connection, or psycopg's own."""

    def cursor(self) -> Any: ...


def seal_once(db: Connection, signer: Signer, at: datetime, *, most: int = MOST) -> Head | None:
    """Give up to `most` unsealed entries their places and sign the new head; None when nothing is new.

    Must run inside a READ COMMITTED transaction of the system principal `sealer`. Raises JournalBroken when
    the newest head was not signed by this signer or does not fit its edge: a new head over it would hide that.
    """
    with db.cursor() as cursor:
        cursor.execute("select journal_seal(%s)", [most])
        cursor.execute("select size, root, at, signature, edge from base_journal_head order by size desc limit 1")
        tree = _tree(cursor.fetchone(), signer)
        cursor.execute("select leaf from base_journal_leaf where place >= %s order by place", [tree.size])
        leaves = cursor.fetchall()
        if not leaves:
            return None
        for (leaf,) in leaves:
            tree.append(bytes(leaf))
        head = signer.head(tree.size, tree.root(), at)
        cursor.execute(
            "select journal_add_head(%s, %s, %s, %s, %s)",
            [head.size, head.root, head.at, head.signature, tree.to_bytes()],
        )
    return head


def newest_head(db: Connection, key: bytes) -> Head | None:
    """Return the newest head; for the sealer, the worker, or the act `audit`. `key` is the public key."""
    with db.cursor() as cursor:
        cursor.execute("select size, root, at, signature from base_journal_head order by size desc limit 1")
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1]), row[2], bytes(row[3]), key) if row else None


def check_outside(db: Connection, outside: Outside) -> None:
    """Raise JournalBroken when the files hold more than the database, or another root for the same size."""
    kept = outside.last()
    size = max(kept.size if kept else 0, outside.places())
    if size == 0:
        return
    with db.cursor() as cursor:
        cursor.execute("select coalesce(max(size), 0) from base_journal_head")
        (there,) = cursor.fetchone()
        if there < size:
            raise JournalBroken(
                f"the database ends at place {there}, the heads file says {size}: an older copy was restored. "
                "If you did that, say so: port2port journal accept-restore"
            )
        if kept:
            cursor.execute("select root from base_journal_head where size = %s", [kept.size])
            row = cursor.fetchone()
            if row is None or bytes(row[0]) != kept.root:
                raise JournalBroken(f"the database has another head of size {kept.size} than the heads file")


def keep_outside(db: Connection, signer: Signer, outside: Outside) -> int:
    """Write to the files what the database has committed and they lack; return how many leaves that was.

    For a session of the sealer, after the commit of the round: the files must never run ahead.
    """
    kept = outside.last()
    size = kept.size if kept else 0
    with db.cursor() as cursor:
        cursor.execute("select size, root, at, signature from base_journal_head where size > %s order by size", [size])
        rows = cursor.fetchall()
        if not rows:
            return 0
        heads = [Head(row[0], bytes(row[1]), row[2], bytes(row[3]), signer.public) for row in rows]
        # a file without its leaves (lost, or cut by a crash) is filled from the start of what it lacks
        first = place = min(size, outside.places())
        while place < heads[-1].size:
            cursor.execute(
                "select leaf from base_journal_leaf where place >= %s and place < %s order by place",
                [place, min(place + CHUNK, heads[-1].size)],
            )
            leaves = [bytes(leaf) for (leaf,) in cursor.fetchall()]
            if not leaves:
                raise JournalBroken(f"there is no leaf at place {place}, below the newest head")
            outside.add_leaves(place, leaves)
            place += len(leaves)
    outside.add_heads(heads)
    return place - first


def run_round(
    db: Connection, signer: Signer, outside: Outside, entering: Callable[[], AbstractContextManager[object]]
) -> Head | None:
    """Do one round: check, seal, commit, write outside. Raises JournalBroken."""
    with entering():
        check_outside(db, outside)
        head = seal_once(db, signer, clock.now())
    with entering():
        keep_outside(db, signer, outside)
    return head


def run_forever(
    stop: threading.Event,
    *,
    signer: Signer,
    outside: Outside,
    entering: Callable[[], AbstractContextManager[object]],
    pause: float = PAUSE,
) -> None:
    """Do a round every `pause` seconds, and at once again after a full one, until `stop` is set.

    Runs in a thread of its own, on that thread's Django connection, which it closes at the end. `entering` opens a
    transaction as the sealer's system principal. A round that fails is logged, and the next one tries again on a
    new connection: entries wait unsealed meanwhile, none is lost.
    """
    before = 0

    def one() -> float:
        nonlocal before
        head = run_round(connection, signer, outside, entering)
        if head is None:
            return pause
        full, before = head.size - before >= MOST, head.size
        return 0.0 if full else pause

    run_rounds(stop, one, pause=pause, log=log, failed="the journal was not sealed", besides=(JournalBroken, OSError))


def _tree(row: Any, signer: Signer) -> CompactRange:
    """Return the tree of the newest head, after checking that it is ours."""
    if row is None:
        return CompactRange()
    head = Head(row[0], bytes(row[1]), row[2], bytes(row[3]), signer.public)
    if not head.signed_by(signer.public):
        raise JournalBroken(
            f"the head of size {head.size} was changed, or signed with another key than the present one"
        )
    try:
        tree = CompactRange.from_bytes(head.size, bytes(row[4]))
    except ValueError as wrong:
        raise JournalBroken(f"the head of size {head.size} has a broken edge") from wrong
    if tree.root() != head.root:
        raise JournalBroken(f"the head of size {head.size} does not fit its edge")
    return tree
