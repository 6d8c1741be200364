"""The renderer: every second it works off what is due, beside the worker's queues, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from port2port.base.clock import now
from port2port.base.rounds import run_rounds
from port2port.exchange.inbound.actions import forget_old
from port2port.exchange.mail.actions import forget_old_mail
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

    def one() -> float:
        nonlocal network_at
        if network_at is None or time.monotonic() - network_at > NETWORK_EVERY:
            with entering():
                render_network(at=now())
                forget_old()
                forget_old_mail()
            network_at = time.monotonic()
        with entering():
            return pause if render_due(at=now()) < MOST else 0.0

    run_rounds(stop, one, pause=pause, log=log, failed="STIX objects were not rendered")
