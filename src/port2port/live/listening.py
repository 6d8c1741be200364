"""The one LISTEN connection of a process: what arrives on it, and how it comes back when it breaks."""

import asyncio
import logging
from collections.abc import Callable

import psycopg

log = logging.getLogger("port2port.live")

EVENT, ACCESS = "p2p_event", "p2p_access"
PROBE = 5.0  # seconds between questions on a quiet connection, and to wait for the answer
FIRST_WAIT, LONGEST_WAIT = 0.25, 10.0


class Listener:
    """Hands on each notification, and says when it begins and when it ends to hear."""

    def __init__(
        self,
        dsn: str,
        *,
        on_event: Callable[[str], None],
        on_access: Callable[[str], None],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self.dsn = dsn
        self.on_event = on_event
        self.on_access = on_access
        self.on_up = on_up
        self.on_down = on_down

    async def run(self) -> None:
        """Listen until cancelled."""
        wait = FIRST_WAIT
        while True:
            heard = False
            try:
                connect = psycopg.AsyncConnection.connect
                async with await connect(self.dsn, autocommit=True, connect_timeout=5) as connection:
                    await connection.execute(f"LISTEN {EVENT}")
                    await connection.execute(f"LISTEN {ACCESS}")
                    heard, wait = True, FIRST_WAIT
                    self.on_up()
                    await self._hear(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                name = type(error).__name__
                log.warning("Not listening to the database: %s. Trying again in %.1f s.", name, wait)
            finally:
                if heard:
                    self.on_down()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notify in connection.notifies(timeout=PROBE):
                if notify.channel == EVENT:
                    self.on_event(notify.payload)
                else:
                    self.on_access(notify.payload)
            # A connection that died without a word is noticed here, not at the next event.
            async with asyncio.timeout(PROBE):
                await connection.execute("SELECT 1")
