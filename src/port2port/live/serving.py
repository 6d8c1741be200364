"""Granian, as this program needs it: for the whole site and for the live part alone."""

import logging
import signal
import time
from typing import Protocol

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

# Each open stream is a request granian counts; its default (1024 shared among the workers) would stop at
# that many.
BACKPRESSURE = 4096
# After this a worker that does not end is killed; streams end at once and transfers within five seconds.
LAST_RESORT = 15
# Between two tries of a server whose processes die at once; after a while alive, the next try comes soon again.
FIRST_WAIT, LONGEST_WAIT, STABLE = 0.5, 30.0, 60.0

log = logging.getLogger("port2port.front")


class Serving(Protocol):
    """Where to serve: fields of config/options.py."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def workers(self) -> int: ...


def serve(options: Serving) -> None:
    """Serve pages, API and live on one origin until told to stop. DJANGO_SETTINGS_MODULE must be set."""
    _until_told("port2port.live.front:application", options, options.workers)


def serve_live(options: Serving) -> None:
    """Serve `/live/` alone, for when it must scale apart from the pages. One process: streams are cheap."""
    _until_told("port2port.live.alone:application", options, 1)


def _until_told(target: str, options: Serving, workers: int) -> None:
    """Serve until told to stop. Granian alone gives up when a process dies twice within seconds."""
    wait = FIRST_WAIT
    while True:
        began = time.monotonic()
        server = _granian(target, options, workers)
        try:
            server.serve()
            return
        except SystemExit:
            if server.interrupt_signal:
                raise
        for number in (signal.SIGTERM, signal.SIGINT):  # the handlers of the one that gave up would swallow them
            signal.signal(number, signal.SIG_DFL)
        wait = FIRST_WAIT if time.monotonic() - began > STABLE else wait
        log.error("The serving processes died one after the other; starting them again in %.1f s.", wait)
        time.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def _granian(target: str, options: Serving, workers: int) -> MPServer:
    return MPServer(
        target,
        # Granian binds addresses, not names.
        address="127.0.0.1" if options.host == "localhost" else options.host,
        port=options.port,
        workers=workers,
        interface=Interfaces.ASGI,
        # A proxy that ends TLS speaks HTTP/1.1 to us; one protocol is less to attack.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        backlog=BACKPRESSURE,
        backpressure=BACKPRESSURE,
        workers_kill_timeout=LAST_RESORT,
        respawn_failed_workers=True,
        # Its log of requests has addresses and query strings in it; ours has not.
        log_access=False,
        log_level=LogLevels.warning,
    )
