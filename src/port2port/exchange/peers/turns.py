"""Whose turn it is with another node, where we stand with it, and what is written down when it cannot be reached."""

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from port2port.base.errors import NotFound
from port2port.exchange.certificates import context
from port2port.exchange.models import Peer
from port2port.exchange.peers.client import Place
from port2port.exchange.peers.queries import own_peer
from port2port.exchange.peers.sealing import unseal
from port2port.members.acting import acting_as, acting_as_system

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
DOUBLINGS = 7
WALK_EVERY = timedelta(days=1)  # how often everything is read again: what went without a word, what we may see since
STARTS_AGAIN = frozenset({"http.400", "http.404", "http.410", "endless"})  # of what should lead to the next page


@dataclass(frozen=True)
class Turn:
    """Who acts with which peer."""

    peer: UUID
    person: UUID
    hat: UUID


@dataclass(frozen=True)
class Stand:
    """Where reading stands, and where the peer is."""

    place: Place
    node: UUID | None
    after: datetime | None
    following: str
    pulls: bool
    pushes: bool
    inbox: str
    sent_to: datetime | None


def turns(*, named: str | None = None, most: int) -> list[Turn]:
    """Return whose turn it is, or the peers of a name or id, and take them for two minutes."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select peer, person, hat from exchange_peers(%s, %s)", [named, most])
        return [Turn(*row) for row in cursor.fetchall()]


def stand(turn: Turn) -> Stand:
    """Return where we are with a peer. Raises NotFound for one that was removed."""
    with acting_as(turn.person, turn.hat):
        return stand_of(own(turn))


def own(turn: Turn) -> Peer:
    """Return the peer, for its machine and this transaction alone. Raises NotFound."""
    peer = own_peer()
    if peer is None or peer.id != turn.peer:
        raise NotFound(kind="peer")
    return peer


def stand_of(peer: Peer) -> Stand:
    """Return where we are with a peer."""
    place = Place(peer.root, peer.collection, unseal(peer.secret), _tls(peer))
    return Stand(
        place, peer.node, peer.after, peer.following, peer.pulls, peer.pushes, peer.inbox, peer.sent_to
    )  # fmt: skip


def _tls(peer: Peer) -> ssl.SSLContext | None:
    """Return by which certificates we connect, or nothing when the link names none.

    A key that was sealed under another key is none: the other side refuses us then, as is said.
    """
    key = unseal(peer.key) if peer.key is not None else ""
    chain = peer.certificate if key else ""
    return context(chain, key, peer.trust) if chain or peer.trust else None


def failed(turn: Turn, code: str, *, at: datetime) -> None:
    """Write down that a peer could not be reached, and wait longer each time. Nothing of what is here changes."""
    with acting_as(turn.person, turn.hat):
        peer = own(turn)
        peer.tried_at, peer.problem = at, code
        peer.failures += 1
        if code in STARTS_AGAIN and peer.following:  # what led to the next page leads there no more
            peer.following, peer.reached = "", peer.after
        peer.due_at = at + wait_after(peer.failures)
        peer.save(update_fields=["tried_at", "problem", "failures", "following", "reached", "due_at"])


def wait_after(failures: int) -> timedelta:
    """Return how long a peer is left alone after so many failures in a row."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, DOUBLINGS)))


def next_at(turn: Turn, *, at: datetime) -> None:
    """Say when it is this peer's turn again."""
    with acting_as(turn.person, turn.hat):
        peer = own(turn)
        peer.due_at = at
        if peer.walked_at is not None and not peer.walking and at - peer.walked_at > WALK_EVERY:
            walk_again(peer)
        peer.save(update_fields=["due_at", "walk", "walking", "after", "following", "reached"])


def walk_again(peer: Peer) -> None:
    """Let everything be read again from its beginning; what is here stays until it is known to be gone there."""
    peer.walk, peer.walking = peer.walk + 1, True
    peer.after, peer.following, peer.reached = None, "", None
