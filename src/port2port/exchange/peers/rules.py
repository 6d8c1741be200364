"""Whether an object may be taken from whoever sends it. Pure.

Each node is authoritative for its own: what another one says of a record is not taken, and nothing of ours comes back.
An object is bound to the peer that brought it first; where there is a link to its own node, to that one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.utils.translation import gettext_noop

from port2port.exchange.inbound.checking import Taken
from port2port.sharing.tlp import Tlp

AHEAD = timedelta(days=1)  # by how much the clock of another node may be ahead

OWN = gettext_noop("It comes from here.")
OTHERS = gettext_noop("Only the node it comes from may say this, and there is a link with that one.")
ANOTHER = gettext_noop("It came from somewhere else before, and only from there may it change.")
RED = gettext_noop("TLP:RED goes to persons, not to machines.")
ABOVE = gettext_noop("It is marked above what your machine may read.")
FUTURE = gettext_noop("Its times are in the future.")
OVER = gettext_noop("The time for which it may be kept is over.")
WITHDRAWN = gettext_noop("Its record was withdrawn.")
CHANGED = gettext_noop("Another object of this id and version came before.")
FULL = gettext_noop("There is no room for more of this node.")
REASONS = (OWN, OTHERS, ANOTHER, RED, ABOVE, FUTURE, OVER, WITHDRAWN, CHANGED, FULL)


class Fate(Enum):
    """What becomes of an object that is not refused."""

    KEPT = "kept"
    KNOWN = "known"  # the same, or an older version
    GONE = "gone"  # its record is withdrawn by its own node


@dataclass(frozen=True)
class Sender:
    """Who sends: a peer, by which node it is, and the nodes with which the same organisation has links of its own.

    `ceiling` is how far its machine here may read. Without a peer it is a system of the organisation itself.
    """

    peer: UUID | None
    node: UUID | None
    linked: Collection[UUID]
    ceiling: int


@dataclass(frozen=True)
class Held:
    """The newest version of an object that is here already, and who brought it."""

    peer: UUID | None
    node: UUID | None
    version: datetime | None
    body: str
    revoked: bool


def claimed(taken: Taken, sender: Sender) -> UUID | None:
    """Return the node that an object comes from: what it says, or else who sends it."""
    return taken.origin.node if taken.origin is not None else sender.node


def judge(
    taken: Taken, sender: Sender, held: Held | None, *, here: UUID, issued: bool, gone: bool, at: datetime
) -> Fate | str:
    """Return what becomes of an object, or the reason why it is refused.

    `issued`: its id is one of ours; `gone`: its record was withdrawn before.
    """
    origin = claimed(taken, sender)
    if issued or origin == here:
        return OWN
    if sender.peer is not None:
        reason = _from_peer(taken, sender, origin, at)
        if reason:
            return reason
    if held is not None and (taken.version is not None or sender.peer is None):
        if not _may_change(sender, held, origin):
            return ANOTHER
        if sender.peer is None and taken.version is None:
            return Fate.KNOWN if taken.body == held.body else CHANGED
        if taken.version is not None and held.version is not None and taken.version <= held.version:
            same = taken.version < held.version or taken.body == held.body
            return Fate.KNOWN if same else CHANGED
    if taken.revoked and taken.origin is not None and sender.peer is not None:
        return Fate.GONE
    if gone and (held is None or not held.revoked):
        return WITHDRAWN
    if held is not None and taken.version is None and taken.body == held.body:
        return Fate.KNOWN
    return Fate.KEPT


def _from_peer(taken: Taken, sender: Sender, origin: UUID | None, at: datetime) -> str:
    if origin is not None and origin != sender.node and origin in sender.linked:
        return OTHERS
    if taken.tlp == Tlp.RED:
        return RED
    if taken.tlp > sender.ceiling:
        return ABOVE
    if taken.version is not None and taken.version > at + AHEAD:
        return FUTURE
    if taken.origin is not None and taken.origin.keep_until <= at:
        return OVER
    return ""


def _may_change(sender: Sender, held: Held, origin: UUID | None) -> bool:
    """Whoever brought it may change it, as long as it comes from where it came from; and its own node always."""
    same_origin = held.node is None or held.node == origin
    return same_origin and (held.peer == sender.peer or (origin is not None and origin == sender.node))
