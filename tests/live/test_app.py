"""The stream as a response: who does not read is cut off, who leaves is forgotten."""

import asyncio
from typing import Any

from port2port.live.app import LiveSite
from port2port.live.broadcast import Broadcast
from port2port.live.streams import WAITING

from .asgi import Client, request_scope
from .world import ANTWERP, World, event, listener

SCOPE = request_scope(path="/live/events", headers=[(b"cookie", b"sessionid=c1")])


class Unread(Client):
    """A client whose network takes the beginning of the response and nothing more."""

    async def send(self, message: dict[str, Any]) -> None:
        """Keep the first two messages, then wait for ever."""
        if len(self.sent) == 2:
            await asyncio.Event().wait()
        await super().send(message)


async def opened(client: Client) -> tuple[LiveSite, asyncio.Task[None]]:
    world = World()
    world.actors["c1"] = listener(ANTWERP)
    site = LiveSite(Broadcast(world, "host=/nowhere/at/all dbname=none"))
    task = asyncio.create_task(site(dict(SCOPE), client.receive, client.send))
    while len(client.sent) < 2:
        await asyncio.sleep(0.01)
    return site, task


def test_who_does_not_read_is_cut_off() -> None:
    async def scenario() -> None:
        client = Unread()
        site, task = await opened(client)
        streams = site.broadcast.streams
        streams.publish([event(ANTWERP)])
        await asyncio.sleep(0.01)  # this one is being sent
        streams.publish([event(ANTWERP) for _number in range(WAITING)])
        assert len(streams) == 1
        streams.publish([event(ANTWERP)])
        async with asyncio.timeout(20):
            await task
        assert len(streams) == 0
        await site.stop()

    asyncio.run(scenario())


def test_who_leaves_is_forgotten() -> None:
    async def scenario() -> None:
        client = Client()
        site, task = await opened(client)
        assert len(site.broadcast.streams) == 1
        client.left.set()
        async with asyncio.timeout(20):
            await task
        assert len(site.broadcast.streams) == 0
        await site.stop()

    asyncio.run(scenario())
