"""The renderer: every second it works off what is due, beside the worker's queues, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import DatabaseError, InterfaceError, connection

from port2port.base.clock import now
from port2port.base.errors import Port2PortError
from port2port.exchange.inbound.actions import forget_old
from port2port.exchange.store.rendering import MOST, render_due, render_network

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between rounds
NETWORK_EVERY = 600.0  # seconds; members and ports change rarely


def run_forever(
    stop: threading.Event, *, entering: Callable[[], AbstractContextManager[object]], pause: float = PAUSE
) -> None:
    """Render what is due until `stop` is set, and at once again after a full round; `entering` acts as the worker.

    A round that fails is logged, and the next one tries again on a new connection: nothing is lost, it waits.
    """
    network_at: float | None = None
    try:
        while not stop.is_set():
            done = 0
            try:
                if network_at is None or time.monotonic() - network_at > NETWORK_EVERY:
                    with entering():
                        render_network(at=now())
                        forget_old()
                    network_at = time.monotonic()
                with entering():
                    done = render_due(at=now())
            except (DatabaseError, InterfaceError, Port2PortError) as broken:
                log.error("STIX objects were not rendered: %s", broken)
                connection.close()
            if done < MOST:
                stop.wait(pause)
    finally:
        connection.close()
