"""Rounds with TAK servers, in the worker: each gets all that stands on its screen in one connection, again and again.

Nothing is remembered of what was sent: what is withdrawn, over or hidden is not sent again, and stale within minutes.
With nothing to show a server is met all the same: that it takes us is known before the first alert, and that we call
says nothing of what there is.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.base.rounds import run_turns
from port2port.exchange.models import TakServer
from port2port.exchange.peers import client
from port2port.exchange.peers.sealing import unseal
from port2port.exchange.peers.turns import wait_after
from port2port.exchange.tak.cot import written
from port2port.exchange.tak.line import Failed, Server, send
from port2port.exchange.tak.queries import events
from port2port.members.acting import SignedOut, acting_as, acting_as_system

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between rounds
EVERY = timedelta(seconds=20)
AT_ONCE = 4  # servers


@dataclass(frozen=True)
class Turn:
    """Who acts for which server."""

    server: UUID
    person: UUID
    hat: UUID


def turns(*, most: int) -> list[Turn]:
    """Return whose turn it is, and take them for two minutes."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select server, person, hat from exchange_tak_turns(%s)", [most])
        return [Turn(*row) for row in cursor.fetchall()]


def run_forever(stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Send to TAK servers until `stop` is set. A round that fails is logged, and the next one tries again."""
    run_turns(
        stop, lambda: turns(most=AT_ONCE), lambda turn: take_turn(turn, reach=client.reach(), clock=now),
        lambda turn: turn.server,
        at_once=AT_ONCE, pause=pause, log=log, failed="a TAK server was sent nothing",
    )  # fmt: skip


def take_turn(turn: Turn, *, reach: Reach, clock: Callable[[], datetime]) -> str:
    """Send a server what it may show now, and write down how it went. Returns the code of what is wrong, or nothing."""
    at = clock()
    try:
        with acting_as(turn.person, turn.hat):
            row = _own(turn)
            server = Server(row.address, row.ca, row.certificate, unseal(row.secret))
            found = [written(one, at=at) for one in events(widest=row.tlp, language=row.language, at=at)]
        problem = ""
        try:
            send(server, b"".join(found), reach=reach)
        except Failed as failed:
            problem = failed.code
        with acting_as(turn.person, turn.hat):
            _note(_own(turn), problem, len(found), at=clock())
    except (NotFound, SignedOut):  # it was taken off, or its machine, since its turn began
        return "removed"
    return problem


def _own(turn: Turn) -> TakServer:
    found = TakServer.objects.select_for_update().filter(id=turn.server, person_id=turn.person).first()
    if found is None:
        raise NotFound(kind="tak")
    return found


def _note(row: TakServer, problem: str, number: int, *, at: datetime) -> None:
    row.tried_at, row.problem = at, problem
    if problem:
        row.failures += 1
        row.due_at = at + wait_after(row.failures)
    else:
        row.failures, row.due_at, row.shows, row.seen_at = 0, at + EVERY, number, at
    row.save(update_fields=["tried_at", "problem", "failures", "due_at", "shows", "seen_at"])
