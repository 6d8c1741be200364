"""Reading what is known of other nodes: those of the own organisation, under the policy."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from port2port.base.errors import NotFound
from port2port.exchange.models import Delivery, Inbound, Peer
from port2port.exchange.peers.rules import Sender
from port2port.members.acting import current_actor


def peers() -> list[Peer]:
    """Return the peers of the own organisation, by name."""
    return list(Peer.objects.order_by("name"))


def peer(identifier: UUID) -> Peer:
    """Return one of them. Raises NotFound."""
    found = Peer.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="peer", record=identifier)
    return found


def own_peer() -> Peer | None:
    """Return the peer whose machine acts now, for this transaction alone; nothing when it is no peer's machine."""
    return Peer.objects.select_for_update().filter(person_id=current_actor().person).first()


def sender_of(one: Peer, node: UUID | None) -> Sender:
    """Return a peer as who sends, for its machine, with what its organisation is linked with besides."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_linked()")
        linked = frozenset(row[0] for row in cursor.fetchall())
    return Sender(one.id, one.node or node, linked, current_actor().ceiling)


def refusals(one: Peer, size: int) -> list[Delivery]:
    """Return the last requests in which something was refused, newest first."""
    return list(Delivery.objects.filter(peer=one).exclude(refused=[]).order_by("-at")[:size])


def withdrawn_reports(one: Peer, size: int) -> list[Inbound]:
    """Return what its node withdrew after a report had been made of it here."""
    return list(Inbound.objects.filter(peer=one, revoked=True).exclude(report=None).order_by("-added")[:size])


def waits_since(one: Peer) -> datetime | None:
    """Return when what was read last came there, while there is more; nothing when all was read."""
    return one.reached if one.waiting else None
