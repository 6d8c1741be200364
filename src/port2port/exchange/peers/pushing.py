"""Sending to another node what its machine here sees: oldest first, each page with the place where sending goes on.

What was sent and not written down, because we were killed in between, is sent once more and is there already.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from port2port.alerts.channels.line import Reach
from port2port.exchange.node import own_node
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pulling import Came
from port2port.exchange.peers.turns import Turn, own, stand_of
from port2port.exchange.store import queries as store
from port2port.exchange.store.queries import Asked, Stored
from port2port.members.acting import acting_as

SIZE = 500  # objects
LONGEST = 5_000_000  # bytes; a node of ours takes twice as much
NOT_TAKEN = gettext_noop("Not taken there.")


def push_page(turn: Turn, *, reach: Reach, at: datetime) -> Came:
    """Send the next page to a peer. Raises Failed, NotFound."""
    with acting_as(turn.person, turn.hat):
        stands = stand_of(own(turn))
        found, following = store.page(Asked(after=stands.sent_to), size=SIZE)
        rows = _fitting(found)
        more = following is not None or len(rows) < len(found)
        to = rows[-1].added if len(rows) < len(found) else following or (rows[-1].added if rows else None)
        store.note_reading(rows, at=at)
        node = own_node()
    if to is None:
        return Came(0, more=False)
    there = client.at_inbox(stands.place, stands.inbox)
    sent = client.send(there, [row.body.encode() for row in rows], node=node, reach=reach)
    if stands.node is not None and sent.node != stands.node:
        raise Failed("another-node")
    with acting_as(turn.person, turn.hat):
        peer = own(turn)
        if peer.sent_to != stands.sent_to:
            return Came(0, more=False)
        peer.sent_to, peer.sent = to, peer.sent + len(rows) - sent.refused
        peer.node = peer.node or sent.node
        peer.seen_at = peer.tried_at = at
        peer.failures, peer.problem = 0, ""
        if sent.refused:
            peer.refused = {**peer.refused, NOT_TAKEN: peer.refused.get(NOT_TAKEN, 0) + sent.refused}
        peer.save(
            update_fields=["sent_to", "sent", "node", "seen_at", "tried_at", "failures", "problem", "refused"]
        )  # fmt: skip
    return Came(len(rows), more)


def _fitting(found: list[Stored]) -> list[Stored]:
    """Return the first of these that fit into one request; one of them always."""
    total = 0
    for place, row in enumerate(found):
        total += len(row.body.encode()) + 1
        if total > LONGEST and place:
            return found[:place]
    return found
