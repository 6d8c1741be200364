"""What is done with what others send: kept for the own organisation, taken away again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.base import journal, rows
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.base.ids import new_id
from port2port.exchange.inbound.checking import Bad, Taken, checked, opened
from port2port.exchange.inbound.shared import shared_with_others
from port2port.exchange.inbound.there import There, there_of
from port2port.exchange.models import Delivery, Inbound, Peer
from port2port.exchange.peers.queries import own_peer, sender_of
from port2port.exchange.peers.rules import FULL, Fate, Sender, claimed
from port2port.exchange.taxii.asking import written
from port2port.members.acting import action, current_actor
from port2port.sharing.rules import REASONS

KEEPING = Path(__file__).parent.parent / "data" / "keeping.toml"


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days what was sent is kept; see the data file."""

    version: int
    source: str
    days: int
    mail_days: int
    most_of_a_node: int


@cache
def keeping() -> Keeping:
    """Return the time of keeping. Raises ValueError for one that keeps nothing."""
    found = msgspec.toml.decode(KEEPING.read_bytes(), type=Keeping)
    if min(found.days, found.mail_days, found.most_of_a_node) < 1 or not found.source:
        raise ValueError("it is kept for a day at least, and a source is named")
    return found


def forget_old() -> int:
    """Delete what was sent too long ago, for the worker. Returns how many objects."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_forget(%s)", [keeping().days])
        gone: int = cursor.fetchone()[0]
    return gone


def receiver() -> UUID:
    """Return the organisation for which the actor may take in what others send. Raises Refused when there is none, or
    the role may not report.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    return actor.organisation


@action
def receive(raw: bytes, *, at: datetime, node: UUID | None = None) -> Delivery:
    """Keep the objects of an envelope for the own organisation, and return what became of each.

    `node`: which node the sender says that it is. What was sent before is there already. Raises Refused when the role
    may not report, Conflict for a peer that is paused or another node than before, BadRequest, TooMuch.
    """
    receiver()
    peer = own_peer()
    if peer is None:
        return keep(list(checked(opened(raw))), sender=Sender(None, None, (), current_actor().ceiling), at=at).delivery
    if peer.paused_at is not None:
        raise Conflict(_("The exchange is paused here."))
    if peer.node is not None and node != peer.node:
        raise Conflict(_("This is another node than before."))
    with override("en"):  # reasons are kept as they stand in the code, and shown in each reader's language
        kept = keep(list(checked(opened(raw))), sender=sender_of(peer, node), at=at, room=room_of(peer))
    peer.node = peer.node or node
    note(peer, kept, at=at)
    return kept.delivery


@dataclass
class Kept:
    """What became of objects that came together. `met`: ids of what was not refused; `refused`: how many for which
    reason.
    """

    delivery: Delivery
    met: list[str] = field(default_factory=list)
    fresh: list[Inbound] = field(default_factory=list)
    known: int = 0
    withdrawn: set[UUID] = field(default_factory=set)
    removed: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def room_of(peer: Peer) -> int:
    """Return how many more objects of a node may be kept."""
    return max(0, keeping().most_of_a_node - peer.held)


def note(peer: Peer, kept: Kept, *, at: datetime) -> None:
    """Write down with a peer that it was there, and what became of what it sent."""
    peer.seen_at = peer.tried_at = at
    peer.came += len(kept.fresh)
    peer.held += len(kept.fresh) - kept.removed
    peer.known += kept.known
    peer.withdrawn += len(kept.withdrawn)
    peer.refused = dict(Counter(peer.refused) + kept.refused)
    peer.save(update_fields=["node", "seen_at", "tried_at", "came", "held", "known", "withdrawn", "refused"])


@action
def keep(
    found: Sequence[Taken | Bad],
    *,
    sender: Sender,
    at: datetime,
    read: bool = False,
    room: int | None = None,
    walk: int = 0,
) -> Kept:
    """Keep objects for the own organisation, as far as their sender may send them, and return what became of each.

    `read`: they were read by us, and nobody waits to be told of each; `room`: how many more there may be; `walk`: the
    reading of everything that this is part of.
    """
    actor = current_actor()
    if actor.organisation is None:
        raise Refused(REASONS["no-role"])
    _one_at_a_time(actor.organisation)
    kept = Kept(
        Delivery(
            id=new_id(), organisation_id=actor.organisation, person_id=actor.person, at=at, total=len(found),
            peer_id=sender.peer,
        )
    )  # fmt: skip
    there = there_of([one for one in found if isinstance(one, Taken)], sender)
    since = _since(at)
    for place, one in enumerate(found, start=1):
        added = since + timedelta(microseconds=place)
        if isinstance(one, Bad):
            _refuse(kept, one.stix_id, at, one.message)
            continue
        fate = there.judged(one, sender, at=at)
        if fate is Fate.KEPT and room is not None and len(kept.fresh) >= room:
            fate = FULL
        version = one.version or added
        if not isinstance(fate, Fate):
            _refuse(kept, one.stix_id, version, _(fate))
            continue
        kept.met.append(one.stix_id)
        if not read:
            kept.delivery.accepted.append({"id": one.stix_id, "version": written(version)})
        if fate is Fate.KNOWN:
            kept.known += 1
            continue
        there.took(one, sender)
        if fate is Fate.GONE and one.origin is not None:
            kept.withdrawn.add(one.origin.record)
        kept.fresh.append(_row(one, kept.delivery, sender, version=version, added=added, walk=walk))
    if sender.peer is not None:
        kept.fresh = _standing(kept.fresh)
    if kept.fresh or kept.refused or not read:
        kept.delivery.save(force_insert=True)
        journal.write("stix.received", kind="stix", at=at, count=len(kept.fresh), delivery=kept.delivery.id)
    _write(kept, there, sender, walk=walk)
    return kept


def _standing(fresh: Sequence[Inbound]) -> list[Inbound]:
    """Return what stands at the end of all that came together: of an observable the last, of what went nothing."""
    gone: set[UUID | None] = set()
    seen: set[str] = set()
    standing = []
    for row in reversed(fresh):
        unversioned = row.version == row.added
        if row.origin_record in gone or (unversioned and row.stix_id in seen):
            continue
        standing.append(row)
        if unversioned:
            seen.add(row.stix_id)
        elif row.revoked and row.origin_record is not None:
            gone.add(row.origin_record)
    return standing[::-1]


def _refuse(kept: Kept, stix_id: str, version: datetime, message: str) -> None:
    kept.refused[message] += 1
    kept.delivery.refused.append({"id": stix_id, "version": written(version), "message": message})


def _row(one: Taken, delivery: Delivery, sender: Sender, *, version: datetime, added: datetime, walk: int) -> Inbound:
    return rows.made(Inbound, {
        "id": new_id(), "organisation_id": delivery.organisation_id, "person_id": delivery.person_id,
        "delivery_id": delivery.id, "stix_id": one.stix_id, "kind": one.kind, "version": version, "added": added,
        "tlp": int(one.tlp), "body": one.body, "report_id": None, "peer_id": sender.peer,
        "node": claimed(one, sender) if sender.peer is not None else None, "revoked": one.revoked,
        "origin_record": one.origin.record if one.origin is not None else None,
        "keep_until": one.origin.keep_until if one.origin is not None and sender.peer is not None else None,
        "walk": walk,
    })  # fmt: skip


def _write(kept: Kept, there: There, sender: Sender, *, walk: int) -> None:
    """Delete what is withdrawn or replaced, write what is new, and let it keep the report that was made of it."""
    if sender.peer is not None:
        mine = Inbound.objects.filter(peer_id=sender.peer)
        replaced = [row.stix_id for row in kept.fresh if row.version == row.added and row.stix_id in there.brought]
        staying = shared_with_others(mine, kept.withdrawn, delivery=kept.delivery)
        for gone in (mine.filter(origin_record__in=kept.withdrawn), mine.filter(stix_id__in=replaced)):
            kept.removed += gone.delete()[0]
        staying = [row for row in staying if row.stix_id not in replaced]
        kept.removed -= len(staying)
        rows.insert_many(staying)
        met = there.brought.intersection(kept.met)
        if walk and met:
            mine.filter(stix_id__in=met).update(walk=walk)
    # What a colleague sent, and one does not see, is there already all the same.
    rows.insert_many(kept.fresh, if_new=True)
    for row in kept.fresh:
        if sender.peer is not None and row.stix_id in there.reports:
            Inbound.objects.filter(id=row.id).update(report_id=there.reports[row.stix_id])


def _one_at_a_time(organisation: Any) -> None:
    """Let two requests of one organisation follow each other: what comes later stands later."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('exchange_inbound'), hashtext(%s))", [str(organisation)])


def _since(at: datetime) -> datetime:
    """Return the moment after all that came for the organisation, seen or not: whoever reads on misses nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_inbound_since(%s)", [at])
        moment: datetime = cursor.fetchone()[0]
    return moment


@action
def take_away(stix_id: str, *, versions: Sequence[datetime], at: datetime) -> int:
    """Delete an object that was sent for the own organisation: these versions, or all. Returns how many there were.

    Raises NotFound.
    """
    found = Inbound.objects.filter(stix_id=stix_id)
    if versions:
        found = found.filter(version__in=versions)
    deleted, _models = found.delete()
    if not deleted:
        raise NotFound(kind="stix")
    journal.write("stix.deleted", kind="stix", at=at, count=deleted)
    return deleted
