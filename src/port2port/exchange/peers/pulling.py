"""Reading another node: page by page, each kept together with the place where reading goes on.

Between two pages nothing is open: killed at any moment, reading goes on where the last page was kept, and a page that
comes twice changes nothing. Two that read the same peer at once do not disturb each other: a page that was asked for
from another place than where reading stands now is dropped.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import override

from port2port.alerts.channels.line import Reach
from port2port.base import journal
from port2port.exchange.inbound.actions import keep, note, room_of
from port2port.exchange.inbound.checking import checked
from port2port.exchange.models import Inbound, Peer
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed, Page
from port2port.exchange.peers.queries import sender_of
from port2port.exchange.peers.turns import Stand, Turn, own, stand
from port2port.members.acting import acting_as, action

SIZE = 500  # objects a page; less when their page was too long
SMALLER = 10


@dataclass(frozen=True)
class Came:
    """What came with a page: how many objects were new, and whether there is more."""

    fresh: int
    more: bool


def pull_page(turn: Turn, *, reach: Reach, at: datetime) -> Came:
    """Read the next page of a peer and keep it. Raises Failed, NotFound."""
    asked = stand(turn)
    found = _page(asked, reach)
    if asked.node is not None and found.node != asked.node:
        raise Failed("another-node")
    with acting_as(turn.person, turn.hat):
        return _kept(turn, asked, found, at=at)


def _page(asked: Stand, reach: Reach) -> Page:
    """Ask for a page, and for a smaller one while it is too long."""
    size = SIZE
    while True:
        try:
            return client.page(asked.place, after=asked.after, following=asked.following, size=size, reach=reach)
        except Failed as failed:
            if failed.code != "too-long" or size == 1:
                raise
            size = max(1, size // SMALLER)


@action
def _kept(turn: Turn, asked: Stand, found: Page, *, at: datetime) -> Came:
    peer = own(turn)
    if (peer.after, peer.following) != (asked.after, asked.following) or peer.paused_at is not None:
        return Came(0, more=False)
    if found.more and (found.last is None or (peer.reached is not None and found.last <= peer.reached)):
        raise Failed("endless")  # it leads on to what it gave already
    fresh = 0
    _begin_walk(peer, at)
    if found.objects:
        with override("en"):  # reasons are kept as they stand in the code, and shown in each reader's language
            kept = keep(
                list(checked(found.objects)), sender=sender_of(peer, found.node), at=at, read=True,
                room=room_of(peer), walk=peer.walk if peer.walking else 0,
            )  # fmt: skip
        fresh = len(kept.fresh)
        peer.node = peer.node or found.node
        note(peer, kept, at=at)
    peer.seen_at = peer.tried_at = at
    peer.failures, peer.problem, peer.waiting = 0, "", found.more
    peer.node = peer.node or found.node
    peer.reached = found.last or peer.reached
    if found.more:
        peer.following = found.following
    else:
        peer.after, peer.following = peer.reached, ""
        _end_walk(peer, at)
    peer.save(
        update_fields=["seen_at", "tried_at", "failures", "problem", "waiting", "node", "reached", "after", "following",
                       "walk", "walking", "walked_at", "held", "withdrawn"]
    )  # fmt: skip
    return Came(fresh, found.more)


def _begin_walk(peer: Peer, at: datetime) -> None:
    """Count the first reading of everything as one: what it does not find any more later was there then."""
    if peer.after is None and not peer.walking:
        peer.walk, peer.walking = peer.walk + 1, True


def _end_walk(peer: Peer, at: datetime) -> None:
    """Everything was read: what was not met is there no more, or no longer for us."""
    if not peer.walking:
        return
    gone = Inbound.objects.filter(peer=peer, walk__lt=peer.walk, revoked=False)
    number, _models = gone.delete()
    peer.walking, peer.walked_at = False, at
    peer.held = Inbound.objects.filter(peer=peer).count()
    peer.withdrawn += number
    if number:
        journal.write("stix.gone", kind="stix", at=at, count=number, peer=peer.id)
