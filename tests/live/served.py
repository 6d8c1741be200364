"""A front and live streams for `test_server.py`, served by a real granian: no Django site, no database."""

import asyncio
import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.conf import settings

settings.configure(LANGUAGES=[("en", "English")], LANGUAGE_CODE="en", USE_I18N=True)
django.setup()

from port2port.live.app import LiveSite  # noqa: E402
from port2port.live.bodies import BodyLimits  # noqa: E402
from port2port.live.broadcast import Broadcast  # noqa: E402
from port2port.live.buffering import Front  # noqa: E402

from .world import ANTWERP, World, event, listener  # noqa: E402

world = World()
broadcast = Broadcast(world, "host=/nowhere/at/all dbname=none")
world.actors |= {"c1": listener(ANTWERP), "c2": listener(ANTWERP, session="s2")}


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the path says; `/tell` commits events, `/leave` signs c2 out."""
    path = environ["PATH_INFO"]
    headers = [("Content-Type", "text/plain")]
    if path == "/broken":
        raise RuntimeError("secret of the house")
    if path == "/big":
        start_response("200 OK", headers)
        return (b"0" * 65536 for _number in range(320))
    if path == "/cookies":
        headers += [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    if path == "/not-modified":
        start_response("304 Not Modified", [("ETag", '"x"')])
        return []
    if path == "/tell":
        told = [event(ANTWERP) for _number in range(int(environ["QUERY_STRING"]))]
        world.rows += told
        for one in told:
            loop.call_soon_threadsafe(broadcast.hear_event, str(one.id))
    if path == "/leave":
        world.actors.pop("c2", None)
        loop.call_soon_threadsafe(broadcast.hear_access, str(ANTWERP))
    body = environ["wsgi.input"].read()
    start_response("200 OK", headers)
    return [f"{environ['REQUEST_METHOD']} {path} {len(body)}".encode()]


loop: asyncio.AbstractEventLoop
front = Front(pages, LiveSite(broadcast), limits=BodyLimits(size=1_500_000, silence=float(os.environ["SILENCE"])))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The front, and the loop it runs in."""
    global loop  # noqa: PLW0603 - one per process
    loop = asyncio.get_running_loop()
    await front(scope, receive, send)
