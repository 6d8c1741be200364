"""Rounds with other nodes, in the worker: each peer whose turn it is, a few at once, a bounded number of pages.

A peer that hangs holds one place until its deadline, and none of the others; one that fails is left alone longer each
time.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.base.rounds import run_turns
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pulling import Came, pull_page
from port2port.exchange.peers.pushing import push_page
from port2port.exchange.peers.turns import Turn, failed, next_at, stand, turns
from port2port.members.acting import SignedOut

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between rounds: what is shared there is here within two
EVERY = timedelta(seconds=1)
AT_ONCE = 4  # peers
MOST_PAGES = 50  # in a turn; then the others have theirs

Pages = Callable[..., Came]


def run_forever(stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Exchange with peers until `stop` is set. A round that fails is logged, and the next one tries again."""
    run_turns(
        stop, lambda: turns(most=AT_ONCE), lambda turn: take_turn(turn, reach=client.reach(), clock=now, stop=stop),
        lambda turn: turn.peer,
        at_once=AT_ONCE, pause=pause, log=log, failed="a node was not asked",
    )  # fmt: skip


def take_turn(turn: Turn, *, reach: Reach, clock: Callable[[], datetime], stop: threading.Event | None = None) -> str:
    """Read a peer and send to it, as its directions say, and write down how it went.

    Returns the code of what is wrong, or nothing.
    """
    try:
        stands = stand(turn)
        for wanted, page in ((stands.pulls, pull_page), (stands.pushes, push_page)):
            if wanted:
                _pages(partial(page, turn, reach=reach), clock, stop)
    except Failed as problem:
        failed(turn, problem.code, at=clock())
        return problem.code
    except (NotFound, SignedOut):  # it was removed, or its machine taken out, since its turn began
        return "removed"
    next_at(turn, at=clock() + EVERY)
    return ""


def _pages(page: Pages, clock: Callable[[], datetime], stop: threading.Event | None) -> None:
    for _number in range(MOST_PAGES):
        if not page(at=clock()).more or (stop is not None and stop.is_set()):
            return
