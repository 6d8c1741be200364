"""Rounds in a thread of the worker: the same work over and over until told to stop, on that thread's connection."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from port2port.base.errors import Port2PortError


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
