"""The buffering front: what it costs, and that stalled clients do not stop it. Baselines: the same Django app bare."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator

from bench.figures import Figure, beside, quantile
from bench.serving import Server, granian

CLIENTS, SECONDS = 8, 4.0
UPLOADS, DOWNLOADS = 50, 10
PATIENCE = 3.0  # a page that takes longer than this counts as this long


async def fetch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Get the page once over a kept connection."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head[:60].decode("latin-1"))
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)


@contextlib.asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection to loopback, and close it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def load(port: int, clients: int, seconds: float) -> float:
    """Return pages per second with this many clients that each ask again at once."""
    done = 0
    until = time.monotonic() + seconds

    async def client() -> None:
        nonlocal done
        async with connection(port) as (reader, writer):
            while time.monotonic() < until:
                await fetch(reader, writer)
                done += 1

    started = time.monotonic()
    await asyncio.gather(*(client() for _number in range(clients)))
    return done / (time.monotonic() - started)


async def times(port: int, pages: int) -> list[float]:
    """Return how long each of these pages took, in milliseconds, one after the other over new connections."""
    took = []
    late = 0
    for _number in range(pages):
        started = time.perf_counter()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), connection(port) as (reader, writer):
                await fetch(reader, writer)
        took.append((time.perf_counter() - started) * 1000)
        late += took[-1] >= PATIENCE * 1000
        if late >= 3:  # it stands still: no use in waiting for each of the others
            break
    return took


@contextlib.contextmanager
def stalled(port: int) -> Iterator[None]:
    """Hold uploads that stop half-way and downloads that nobody reads."""
    held = []
    for number in range(UPLOADS + DOWNLOADS):
        client = socket.create_connection(("127.0.0.1", port))
        held.append(client)
        if number < UPLOADS:
            client.sendall(b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nhalf")
        else:
            client.sendall(b"GET /download HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(2)  # until the uploads are being waited for and the downloads fill the buffers
    try:
        yield
    finally:
        for client in held:
            client.close()


def p99(server: Server, pages: int) -> float:
    """Return the 99th percentile of page times in milliseconds."""
    return quantile(asyncio.run(times(server.port, pages)), 0.99)


def run() -> list[Figure]:
    """Measure the front beside bare granian WSGI (one thread, as one database connection needs) and asgiref."""
    with granian("bench.tiny_site:wsgi", "wsgi", "--blocking-threads", "1") as server:
        asyncio.run(load(server.port, CLIENTS, 0.5))
        bare = asyncio.run(load(server.port, CLIENTS, SECONDS))
        with stalled(server.port):
            bare_held = p99(server, 20)
    with granian("bench.tiny_site:asgiref", "asginl") as server:
        asyncio.run(load(server.port, CLIENTS, 0.5))
        adapter = asyncio.run(load(server.port, CLIENTS, SECONDS))
    with granian("bench.tiny_site:front", "asgi") as server:
        asyncio.run(load(server.port, CLIENTS, 0.5))
        buffered = asyncio.run(load(server.port, CLIENTS, SECONDS))
        free = p99(server, 300)
        with stalled(server.port):
            held = p99(server, 300)
    holding = f"{UPLOADS} stalled uploads and {DOWNLOADS} slow downloads held"
    return [
        beside("pages through the front", buffered, "req/s", "bare granian WSGI", bare),
        beside("pages through the front", buffered, "req/s", "asgiref.WsgiToAsgi", adapter),
        beside(f"page p99, {holding}", held, "ms", "nothing held", free),
        beside(f"page p99, {holding}", held, "ms", "bare granian WSGI, the same held", bare_held),
    ]
