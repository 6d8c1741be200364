"""The live application: server-sent events and its health. Mounted by the front, or served alone."""

import asyncio
import contextlib
from http import HTTPStatus
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.http.cookie import parse_cookie
from litestar import Litestar, Response, asgi, get
from litestar.exceptions import HTTPException

from port2port.live.answers import refusal, send_answer
from port2port.live.asking import Source, Unreachable
from port2port.live.bodies import Receive, Scope, Send
from port2port.live.broadcast import Broadcast, Full, TooMany, Unknown
from port2port.live.events import Credential
from port2port.live.lifecycle import lifespan, on_termination
from port2port.live.streams import Stream
from port2port.training.exercises.rules import GUEST_COOKIE

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies that follow nginx pass each message on at once
    (b"x-content-type-options", b"nosniff"),
]
UUID_WITH_TIME = 7
REFUSALS: dict[type[Exception], int] = {Unknown: 401, TooMany: 429, Full: 503, Unreachable: 503}


class LiveSite:
    """The Litestar application and the broadcast behind it."""

    def __init__(self, broadcast: Broadcast, cookie: str = "sessionid") -> None:
        self.broadcast = broadcast
        self.cookie = cookie
        self._stopping: asyncio.Task[None] | None = None
        self.app = Litestar(
            route_handlers=[
                asgi("/live/events", copy_scope=False)(self._events),
                get("/live/health", sync_to_thread=False)(self._health),
            ],
            exception_handlers={HTTPException: _problem},
            openapi_config=None,
            logging_config=None,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection (ASGI 3)."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send, self._start_alone, self.stop)
        else:
            await self.app(scope, receive, send)  # type: ignore[arg-type]

    async def start(self) -> None:
        """Begin to listen to the database."""
        await self.broadcast.start()

    async def stop(self) -> None:
        """End every stream."""
        await self.broadcast.stop()

    async def _start_alone(self) -> None:
        await self.start()
        on_termination(self._farewell)

    def _farewell(self) -> None:
        self._stopping = asyncio.get_running_loop().create_task(self.stop())

    def _health(self) -> Response[dict[str, str]]:
        listening = self.broadcast.listening
        return Response(
            {"status": "live" if listening else "stale"},
            status_code=200 if listening else 503,
            headers={"cache-control": "no-store"},
        )

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] not in {"GET", "HEAD"}:
            await send_answer(scope, send, refusal(scope, 405))
            return
        if headers.get(b"sec-fetch-site") == "cross-site":
            await send_answer(scope, send, refusal(scope, 403))
            return
        credential = self._credential(headers)
        try:
            if credential is None:
                raise Unknown
            if scope["method"] == "HEAD":
                await self.broadcast.identify(credential)
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                await send({"type": "http.response.body", "body": b""})
                return
            stream = await self.broadcast.open(credential, _resume_from(scope, headers))
        except (Unknown, TooMany, Full, Unreachable) as reason:
            await send_answer(scope, send, refusal(scope, REFUSALS[type(reason)]))
            return
        await self._send(stream, receive, send)

    async def _send(self, stream: Stream, receive: Receive, send: Send) -> None:
        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            stream.end(b"")

        task = asyncio.current_task()
        assert task is not None  # always true inside a coroutine that a loop runs
        stream.run_by(task)
        gone = asyncio.get_running_loop().create_task(until_gone())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            while message := await stream.next():
                await send({"type": "http.response.body", "body": message, "more_body": True})
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            # Cut off because the reader does not read; any other cancelling is not ours to swallow.
            if not stream.ended:
                raise
        finally:
            stream.finish()
            self.broadcast.close(stream)
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone

    def _credential(self, headers: dict[bytes, str]) -> Credential | None:
        scheme, _space, token = headers.get(b"authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return Credential("bearer", token.strip())
        cookies = parse_cookie(headers.get(b"cookie", ""))
        if value := cookies.get(self.cookie, ""):
            return Credential("cookie", value)
        guest = cookies.get(GUEST_COOKIE, "")  # a player from outside, in one exercise
        return Credential("guest", guest) if guest else None


def _resume_from(scope: Scope, headers: dict[bytes, str]) -> UUID | None:
    """Return the id to resume after: the browser's own, newer than the one in the address, or none."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[-1]
    for text in (headers.get(b"last-event-id", ""), asked):
        try:
            given = UUID(text)
        except ValueError:
            continue
        if given.version == UUID_WITH_TIME:
            return given
    return None


def _problem(_request: object, error: HTTPException) -> Response[dict[str, object]]:
    status = error.status_code
    title = error.detail if status < HTTPStatus.INTERNAL_SERVER_ERROR else ""
    problem: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    return Response(problem, status_code=status, media_type="application/problem+json")


def live_site(source: Source) -> LiveSite:
    """Return the live part as the settings say."""
    return LiveSite(Broadcast(source, str(settings.LIVE_DATABASE_URL)), settings.SESSION_COOKIE_NAME)
