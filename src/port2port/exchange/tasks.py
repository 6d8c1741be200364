"""Work of the exchange that waits: trying a connection on demand. Arguments are opaque ids."""

from uuid import UUID

from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.exchange.peers import client
from port2port.exchange.peers.testing import QUEUE, TEST, try_out, turn_of
from port2port.members.acting import SignedOut


@app.task(name=TEST, queue=QUEUE)
def test_peer(request: str) -> str:
    """Connect with another node and note what came of it. Returns the code; "" for a link that ended meanwhile."""
    try:
        return try_out(turn_of(UUID(request)), reach=client.reach(), at=now())
    except (NotFound, SignedOut):
        return ""
