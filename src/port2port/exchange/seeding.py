"""A node of the demo: invented, and it says so; paused, so that the demo asks nobody."""

from datetime import datetime

from port2port.exchange.models import Peer
from port2port.exchange.peers.actions import Link, link, pause
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member

WHO = "admin@antwerp.demo"
NODE = Link(
    "Neighbouring ports (invented)", "https://node.example/taxii2/p2p/", "invented-token", pulls=True, pushes=False
)


def seed_peers(at: datetime) -> int:
    """Link with an invented node, unless there is any, and pause the link. Returns how many."""
    with acting_as(*cast_member(WHO)):
        if Peer.objects.exists():
            return 0
        made = link(NODE, verified=False, language="en", at=at)
        pause(made.id, paused=True, at=at)
    return 1
