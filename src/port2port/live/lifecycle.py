"""Starting and ending with the process."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from types import FrameType

from port2port.live.bodies import Receive, Send


async def lifespan(
    receive: Receive, send: Send, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]
) -> None:
    """Speak the ASGI lifespan protocol: start, then stop."""
    await receive()
    await start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await stop()
    await send({"type": "lifespan.shutdown.complete"})


def on_termination(farewell: Callable[[], None]) -> None:
    """Call `farewell` in the loop as soon as this process is told to stop.

    Granian waits for open responses before it ends the lifespan, and a stream of events never ends by itself.
    The loop's own handling of the signal goes on: it hangs on the wake-up file, not on this handler.
    """
    loop = asyncio.get_running_loop()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(farewell)

    # Only the main thread may; elsewhere (tests) whoever runs the loop calls stop.
    with contextlib.suppress(ValueError):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, tell)
