"""The buffering front: live in the event loop, pages through one thread, static files from their index.

Why: Django on a thread that reads and writes the network itself stops altogether when a few clients stall.
Here a request reaches the thread only when it is complete, and leaves it when its response is.
"""

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Any, Protocol

from django.http.request import split_domain_port

from port2port.live.answers import access as access_log
from port2port.live.answers import log_line, refusal, send_answer
from port2port.live.bodies import BodyLimits, BodyRefused, Gone, Receive, Scope, Send, read_body
from port2port.live.environ import NOBODY, TrustedProxies, build_environ
from port2port.live.lifecycle import lifespan, on_termination
from port2port.live.static_files import StaticFile, answer_static
from port2port.live.wsgi_thread import Answer, Busy, Failed, Job, WsgiApplication, WsgiThread

log = logging.getLogger("port2port.front")

QUICK = 0.05  # most pages are ready by then; only for the others we ask whether the client is still there
FAREWELL = 5.0  # what a transfer gets to end after the process was told to stop


class Startable(Protocol):
    """An ASGI application with a start and an end of its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""

    async def start(self) -> None:
        """Begin, in the running loop."""

    async def stop(self) -> None:
        """End everything that is open."""


class Front:
    """The front of one process."""

    def __init__(
        self,
        pages: WsgiApplication,
        live: Startable | None = None,
        *,
        static: dict[str, StaticFile] | None = None,
        static_prefix: str = "/static/",
        limits: BodyLimits | None = None,
        trusted: TrustedProxies = NOBODY,
        apart: str = "",
        waiting: int = 200,
    ) -> None:
        """`apart`: the name of a host for which the pages answer alone, without live and static files ("": none)."""
        self.thread = WsgiThread(pages, waiting)
        self.live = live
        self.static = static or {}
        self.static_prefix = static_prefix
        self.limits = limits or BodyLimits()
        self.trusted = trusted
        self.apart = apart
        self._transfers: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection (ASGI 3)."""
        kind = scope["type"]
        if kind == "http":
            if self.live is not None and scope["path"].startswith("/live/") and not self._is_apart(scope):
                await self.live(scope, receive, send)
            else:
                await self._answer(scope, receive, send)
        elif kind == "lifespan":
            await lifespan(receive, send, self.start, self.stop)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def start(self) -> None:
        """Start the thread and the live part."""
        self.thread.start(asyncio.get_running_loop())
        if self.live is not None:
            await self.live.start()
        on_termination(self._farewell)

    async def stop(self) -> None:
        """Let queued requests finish, then end."""
        if self.live is not None:
            await self.live.stop()
        await asyncio.to_thread(self.thread.stop)

    def _farewell(self) -> None:
        """End what would keep the process from ending: open streams now, slow transfers in a moment."""
        loop = asyncio.get_running_loop()
        if self.live is not None:
            self._ending = loop.create_task(self.live.stop())
        loop.call_later(FAREWELL, lambda: [task.cancel() for task in list(self._transfers)])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None  # always true inside a coroutine that a loop runs
        self._transfers.add(task)
        started = time.perf_counter()
        try:
            quiet = False
            if scope["path"].startswith(self.static_prefix) and not self._is_apart(scope):
                answer = self._static(scope)
                quiet = answer.status < HTTPStatus.BAD_REQUEST
            else:
                answer = await self._page(scope, receive)
            sent = await send_answer(scope, send, answer)
            if not quiet:
                seconds = time.perf_counter() - started
                access_log.info(log_line(scope["method"], scope["path"], answer.status, sent, seconds))
        except Gone:
            access_log.info(log_line(scope["method"], scope["path"], 499, 0, time.perf_counter() - started))
        finally:
            self._transfers.discard(task)

    def _is_apart(self, scope: Scope) -> bool:
        if not self.apart:
            return False
        return split_domain_port(build_environ(scope, None, 0, self.trusted).get("HTTP_HOST", ""))[0] == self.apart

    def _static(self, scope: Scope) -> Answer:
        if scope["method"] not in {"GET", "HEAD"}:
            return refusal(scope, 405)
        return answer_static(self.static, self.static_prefix, scope) or refusal(scope, 404)

    async def _page(self, scope: Scope, receive: Receive) -> Answer:
        """Return the page's complete response, or a refusal; raises Gone when the client left."""
        try:
            body = await read_body(scope, receive, self.limits)
        except BodyRefused as refused:
            return refusal(scope, refused.status)
        spool, length = body or (None, 0)
        job = None
        try:
            job = self.thread.submit(build_environ(scope, spool, length, self.trusted))
            watch = asyncio.get_running_loop().call_later(QUICK, self._watch, job, receive)
            try:
                return await job.done
            finally:
                watch.cancel()
        except Busy:
            return refusal(scope, 503)
        except Failed:
            return refusal(scope, 500)
        except asyncio.CancelledError:
            if job is not None and job.dropped:
                raise Gone from None
            raise
        finally:
            # A job that still runs reads from this file: closing it there is harmless, it belongs to nobody
            # else.
            if spool is not None and (job is None or job.done.done()):
                spool.close()

    def _watch(self, job: Job, receive: Receive) -> None:
        """Drop the job when the client leaves before it is done."""

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            if not job.done.done():
                job.dropped = True
                job.done.cancel()

        watcher = asyncio.get_running_loop().create_task(until_gone())
        job.done.add_done_callback(lambda _done: watcher.cancel())
