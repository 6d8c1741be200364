"""Injects come at their time: a thread of each worker looks when the next one is due, and sends it.

Nothing is remembered between rounds: what is due follows from the clock's events, what came from the database. A worker
that is killed, a second worker, or a round done twice sends nothing twice (`training_release_one`).
"""

import json
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base import clock as base_clock
from port2port.base.rounds import run_rounds
from port2port.members.acting import acting_as_system
from port2port.training.exercises.playing import release
from port2port.training.exercises.rules import Tick, clock, due, wait

log = logging.getLogger("port2port.training")
NEAR = 0.25  # seconds between rounds, also while nothing runs: a start or an end of a pause is noticed within this
AGAIN = 2.0  # after a round that failed


@dataclass(frozen=True)
class Running:
    """An exercise that runs, as the worker knows it: its clock, and when the rest comes."""

    exercise: UUID
    ticks: tuple[Tick, ...]
    pending: tuple[tuple[UUID, int], ...]


def running() -> list[Running]:
    """Return what runs, for the worker alone. Raises Refused under any other scope."""
    with connection.cursor() as cursor:
        cursor.execute("select exercise, ticks, pending from training_running()")
        return [Running(row[0], ticks_of(row[1]), _pending(row[2])) for row in cursor.fetchall()]


def ticks_of(value: Any) -> tuple[Tick, ...]:
    """Return the clock's events as the database writes them."""
    listed = json.loads(value) if isinstance(value, str) else value
    return tuple(Tick(datetime.fromisoformat(one["at"]), one["act"], one["minute"]) for one in listed)


def _pending(value: Any) -> tuple[tuple[UUID, int], ...]:
    listed = json.loads(value) if isinstance(value, str) else value
    return tuple((UUID(one["id"]), one["second"]) for one in listed)


def conduct(*, at: datetime) -> float:
    """Send what is due at this moment; return how many seconds until the next look."""
    with acting_as_system("worker"):
        found = running()
    soonest = NEAR
    for one in found:
        now = clock(one.ticks, at)
        for inject in due(one.pending, now):
            with acting_as_system("worker"):
                release(inject, second=now.second, how="clock")
        soonest = min(soonest, wait([row for row in one.pending if row[1] > now.seconds], now, longest=NEAR))
    return soonest


def run_forever(stop: threading.Event) -> None:
    """Conduct until `stop` is set, in a thread of its own. A round that fails is logged, the next one tries again."""
    run_rounds(
        stop, lambda: conduct(at=base_clock.now()), pause=AGAIN, log=log, failed="the injects were not looked at"
    )
