"""Trying the connection with another node on demand: it is asked for the collections, and nothing is read or sent."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from port2port.alerts.channels.line import Reach
from port2port.base.errors import NotFound
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.turns import Stand, Turn, own, stand
from port2port.members.acting import acting_as, acting_as_system

TEST, QUEUE = "exchange.test_peer", "exchange"
FINE = "fine"


def turn_of(peer: UUID) -> Turn:
    """Return as whom a peer is tried, for the worker; a paused one too. Raises NotFound."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select person, hat from exchange_tried(%s)", [peer])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(kind="peer")
    return Turn(peer, *row)


def try_out(turn: Turn, *, reach: Reach, at: datetime) -> str:
    """Connect with a peer, write down what came of it, and return its code. Raises NotFound, SignedOut."""
    code = _tried(stand(turn), reach)
    with acting_as(turn.person, turn.hat):
        peer = own(turn)
        peer.tested_at, peer.test_code = at, code
        peer.save(update_fields=["tested_at", "test_code"])
    return code


def _tried(stands: Stand, reach: Reach) -> str:
    try:
        if stands.pulls and not client.check(stands.place, reach=reach).can_read:
            return "no-reading"
        if stands.pushes and not client.check(client.at_inbox(stands.place, stands.inbox), reach=reach).can_write:
            return "no-writing"
        if not (stands.pulls or stands.pushes):
            client.check(stands.place, reach=reach)
    except Failed as problem:
        return problem.code
    return FINE
