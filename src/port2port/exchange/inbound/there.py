"""What is here already of what others send now, looked up once for all that came together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base.rows import select
from port2port.exchange.inbound.checking import Taken
from port2port.exchange.models import Inbound
from port2port.exchange.node import own_node
from port2port.exchange.peers.rules import Fate, Held, Sender, claimed, judge

# An array is one parameter; as many as there are ids take longer to read than to look up.
ISSUED = "select exchange_issued(%s)"
NETWORK = "select stix_id from exchange_object where record_id is null and gone is null and stix_id = any(%s)"
GONE = "select distinct origin_record from exchange_inbound where peer_id = %s and revoked and origin_record = any(%s)"


@dataclass
class There:
    """What is here of some objects, kept up while more of them are taken.

    `held` by id, and for what is compared version by version by id and version; `issued` are ids of ours, `network`
    those of what everybody knows, `gone` the records that were withdrawn, `reports` what was made of an object,
    `brought` the ids of which this peer brought a version before.
    """

    here: UUID
    issued: frozenset[str] = frozenset()
    network: frozenset[str] = frozenset()
    held: dict[tuple[str, datetime | None], Held] = field(default_factory=dict)
    gone: set[UUID] = field(default_factory=set)
    reports: dict[str, UUID] = field(default_factory=dict)
    brought: set[str] = field(default_factory=set)

    def judged(self, taken: Taken, sender: Sender, *, at: datetime) -> Fate | str:
        """Return what becomes of an object, or why it is refused. What everybody knows is here already."""
        if sender.peer is not None and taken.stix_id in self.network:
            return Fate.KNOWN
        return judge(
            taken,
            sender,
            self.held.get(_key(taken.stix_id, taken.version, sender)) or self.held.get((taken.stix_id, None)),
            here=self.here,
            issued=taken.stix_id in self.issued,
            gone=taken.origin is not None and taken.origin.record in self.gone,
            at=at,
        )

    def took(self, taken: Taken, sender: Sender) -> None:
        """Count an object among what is here."""
        one = Held(sender.peer, claimed(taken, sender), taken.version, taken.body, taken.revoked)
        self.held[_key(taken.stix_id, taken.version, sender)] = one
        if taken.origin is not None and taken.version is not None:
            (self.gone.add if taken.revoked else self.gone.discard)(taken.origin.record)


def _key(stix_id: str, version: datetime | None, sender: Sender) -> tuple[str, datetime | None]:
    """A peer is held to the newest version; of what own systems send each version stands by itself."""
    return stix_id, None if sender.peer is not None else version


def there_of(taken: Sequence[Taken], sender: Sender) -> There:
    """Return what is here of these objects."""
    ids = sorted({one.stix_id for one in taken})
    there = There(own_node(), issued=frozenset(_firsts(ISSUED, ids)))
    if sender.peer is not None:
        there.network = frozenset(_firsts(NETWORK, ids))
        records = {one.origin.record for one in taken if one.origin is not None}
        there.gone = set(_firsts(GONE, sender.peer, list(records)))
    for row in select(Inbound, "t.stix_id = any(%s) order by t.version, t.added", [ids]):
        if row.report_id is not None:
            there.reports[row.stix_id] = row.report_id
        if sender.peer is not None and row.peer_id == sender.peer:
            there.brought.add(row.stix_id)
        versioned = row.version != row.added
        if not versioned and row.peer_id != sender.peer:
            continue  # an observable belongs to nobody: each says what it saw
        one = Held(row.peer_id, row.node, row.version if versioned else None, row.body, row.revoked)
        key = _key(row.stix_id, one.version, sender)
        there.held[(row.stix_id, None) if row.peer_id is not None and sender.peer is None else key] = one
    return there


def _firsts(statement: str, *arguments: Any) -> list[Any]:
    """Return the first column of what a statement selects."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return [row[0] for row in cursor.fetchall()]
