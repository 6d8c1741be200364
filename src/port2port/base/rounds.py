"""Rounds in a thread of the worker: the same work over and over until told to stop, on that thread's connection."""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from port2port.base.errors import Port2PortError

Turn = TypeVar("Turn")


def run_turns(
    stop: threading.Event,
    turns: Callable[[], Iterable[Turn]],
    take: Callable[[Turn], object],
    named: Callable[[Turn], UUID],
    *,
    at_once: int,
    pause: float,
    log: logging.Logger,
    failed: str,
) -> None:
    """Do rounds until `stop` is set in which each of `turns` is taken in a thread of a pool, `at_once` of them.

    A turn that fails, for whatever reason, is logged as `failed` with its id (`named`); the others have theirs.
    """

    def alone(turn: Turn) -> None:
        try:
            take(turn)
        except Exception:  # whatever is wrong with one, the others have their turns; this one comes again
            log.exception("%s: %s", failed, named(turn))
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:

        def one() -> float:
            for turn in turns():
                pool.submit(alone, turn)
            return pause

        run_rounds(stop, one, pause=pause, log=log, failed=failed)


def run_rounds(
    stop: threading.Event,
    one: Callable[[], float],
    *,
    pause: float,
    log: logging.Logger,
    failed: str,
    besides: tuple[type[Exception], ...] = (),
) -> None:
    """Do rounds until `stop` is set; `one` returns how many seconds to wait before the next.

    A round that fails (by the database, an error of ours, or one of `besides`) is logged as `failed`, and after `pause`
    seconds the next one tries again on a new connection. The connection is closed at the end.
    """
    caught: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, Port2PortError, *besides)
    try:
        while not stop.is_set():
            try:
                wait = one()
            except caught as broken:
                log.error("%s: %s", failed, broken)
                connection.close()
                wait = pause
            stop.wait(wait)
    finally:
        connection.close()
