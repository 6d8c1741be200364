"""The front around an application: one thread, complete responses, no waiting for anybody's network."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from port2port.live.bodies import BodyLimits
from port2port.live.buffering import Front
from port2port.live.environ import TrustedProxies

from .asgi import Client, body, part, request_scope

Headers = list[tuple[str, str]]


def application(
    status: str = "200 OK", headers: Headers | None = None, chunks: Iterable[bytes] = (b"hello",)
) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, headers or [])
        return chunks

    return answer


def answered(app: Callable[..., Iterable[bytes]], scope: dict[str, Any], *messages: Any, **options: Any) -> Client:
    async def run() -> Client:
        front = Front(app, **options)
        await front.start()
        client = Client(*messages)
        async with asyncio.timeout(10):
            await front(scope, client.receive, client.send)
        await front.stop()
        return client

    return asyncio.run(run())


def test_cookies_stay_apart() -> None:
    client = answered(application(headers=[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")]), request_scope())
    assert client.header(b"set-cookie") == [b"a=1; Path=/", b"b=2"]
    assert client.body == b"hello"


def test_the_length_is_counted_not_believed() -> None:
    client = answered(application(headers=[("Content-Length", "99")]), request_scope())
    assert client.header(b"content-length") == [b"5"]


def test_head_has_the_length_and_no_body() -> None:
    client = answered(application(), request_scope("HEAD"))
    assert (client.header(b"content-length"), client.body) == ([b"5"], b"")
    declared = application(headers=[("Content-Length", "12")], chunks=())
    assert answered(declared, request_scope("HEAD")).header(b"content-length") == [b"12"]


@pytest.mark.parametrize("status", ["304 Not Modified", "204 No Content"])
def test_some_answers_have_neither_body_nor_length(status: str) -> None:
    client = answered(application(status, [("ETag", '"x"')], ()), request_scope())
    assert client.status == int(status[:3])
    assert (client.header(b"content-length"), client.body) == ([], b"")
    assert client.header(b"etag") == [b'"x"']


def test_a_body_reaches_the_application() -> None:
    def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    scope = request_scope("POST", headers=[(b"transfer-encoding", b"chunked")])
    assert answered(echo, scope, *body(b"ab", b"cd")).body == b"abcd"


def test_a_large_streamed_answer_comes_complete_and_its_stream_is_closed() -> None:
    closed = []

    class Stream:
        def __iter__(self) -> Iterator[bytes]:
            yield from [b"x" * 70_000] * 30

        def close(self) -> None:
            closed.append(True)

    client = answered(application(chunks=Stream()), request_scope())
    assert client.body == b"x" * 2_100_000
    assert client.header(b"content-length") == [b"2100000"]
    assert closed == [True]


def test_an_exception_is_500_and_says_nothing() -> None:
    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError("secret of the house")

    client = answered(broken, request_scope())
    assert client.status == 500
    assert b"secret" not in client.body


def test_the_thread_outlives_an_exception_and_is_always_the_same() -> None:
    threads: list[int] = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        threads.append(threading.get_ident())
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError
        start_response("200 OK", [])
        return [b"ok"]

    async def run() -> None:
        front = Front(app)
        await front.start()
        for path in ("/", "/broken", "/"):
            client = Client()
            await front(request_scope(path=path), client.receive, client.send)
        await front.stop()
        assert client.status == 200

    asyncio.run(run())
    assert len(threads) == 3
    assert len({*threads, threading.get_ident()}) == 2


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/reports", b"application/problem+json"), ("/", b"text/plain")])
def test_too_large_is_said_in_the_form_of_the_asker(path: str, kind: bytes) -> None:
    scope = request_scope("POST", path, [(b"content-length", b"11")])
    client = answered(application(), scope, limits=BodyLimits(size=10))
    assert client.status == 413
    assert client.header(b"content-type")[0].startswith(kind)
    assert client.header(b"connection") == [b"close"]
    if path != "/":
        assert json.loads(client.body)["status"] == 413


def test_too_slow_never_reaches_the_application() -> None:
    scope = request_scope("POST", headers=[(b"content-length", b"11")])
    client = answered(None, scope, part(b"half"), limits=BodyLimits(silence=0.01))  # type: ignore[arg-type]
    assert client.status == 408


def test_when_too_many_wait_the_next_is_told_to_come_back() -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        gate.wait(10)
        start_response("200 OK", [])
        return [b"ok"]

    async def run() -> None:
        front = Front(slow, waiting=1)
        await front.start()
        clients = [Client() for _number in range(3)]
        first = asyncio.create_task(front(request_scope(), clients[0].receive, clients[0].send))
        await asyncio.to_thread(begun.wait, 10)
        second = asyncio.create_task(front(request_scope(), clients[1].receive, clients[1].send))
        await asyncio.sleep(0)
        await front(request_scope(), clients[2].receive, clients[2].send)
        assert clients[2].status == 503
        assert clients[2].header(b"retry-after") == [b"2"]
        gate.set()
        await asyncio.gather(first, second)
        assert [client.status for client in clients[:2]] == [200, 200]
        await front.stop()

    asyncio.run(run())


def test_who_leaves_while_waiting_is_not_served() -> None:
    gate, begun = threading.Event(), threading.Event()
    served: list[str] = []

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        served.append(environ["PATH_INFO"])
        begun.set()
        gate.wait(10)
        start_response("200 OK", [])
        return [b"ok"]

    async def run() -> None:
        front = Front(slow)
        await front.start()
        stays, leaves = Client(), Client()
        first = asyncio.create_task(front(request_scope(path="/stays"), stays.receive, stays.send))
        await asyncio.to_thread(begun.wait, 10)
        second = asyncio.create_task(front(request_scope(path="/leaves"), leaves.receive, leaves.send))
        await leaves.silent.wait()
        leaves.left.set()
        await second
        assert leaves.sent == []
        gate.set()
        await first
        await front.stop()
        assert stays.status == 200
        assert served == ["/stays"]

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/static/x.css", "/live/health"])
def test_a_host_apart_has_pages_alone(path: str) -> None:
    class Live:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 418, "headers": []})

        async def start(self) -> None: ...

        async def stop(self) -> None: ...

    def status(host: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> int:
        scope = request_scope("GET", path, [(b"host", host), *headers])
        trusted = TrustedProxies(["127.0.0.1"])
        return answered(application(), scope, live=Live(), apart="packages.example", trusted=trusted).status

    apart = b"packages.example"
    assert status(b"site.example") in (404, 418)
    assert status(apart) == status(apart + b":8443") == status(apart.upper()) == status(apart + b".") == 200
    assert status(b"site.example", ((b"x-forwarded-host", apart),)) == 200
