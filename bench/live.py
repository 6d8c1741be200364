"""Live: from a commit to a thousand open screens, and what an idle listener weighs."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg

from bench.database import scratch_database
from bench.figures import Figure, beside, quantile
from bench.serving import Server, granian
from port2port.base.ids import new_id

LISTENERS, EVENTS = 1000, 40

TABLE = """
drop table if exists sharing_event;
create table sharing_event (
  id uuid primary key, at timestamptz not null, kind text not null, act text not null, record uuid not null,
  keys uuid[] not null, tlp smallint not null, expires_at timestamptz
);
create or replace function sharing_event_tell() returns trigger language plpgsql as
  $$ begin perform pg_notify('p2p_event', new.id::text); return null; end $$;
create trigger sharing_event_tell after insert on sharing_event
  for each row execute function sharing_event_tell();
"""
INSERT = "insert into sharing_event values (%s, now(), 'report', 'shared', %s, %s, 1, null)"


class Screen:
    """One open stream: when each event reached it."""

    def __init__(self, key: UUID) -> None:
        self.key = key
        self.reached: dict[str, float] = {}

    async def listen(self, port: int, ready: asyncio.Semaphore) -> None:
        """Read the stream until cancelled; `ready` counts the screens that are live."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
        cookie = f"sessionid={uuid4()}.{self.key}"
        writer.write(f"GET /live/events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        with contextlib.closing(writer):
            name = ""
            while line := await reader.readline():
                now = time.perf_counter()
                if line.startswith(b"id: "):
                    name = line[4:-1].decode()
                elif line == b"event: ready\n":
                    ready.release()
                elif line == b"event: report.shared\n":
                    self.reached[name] = now


@contextlib.asynccontextmanager
async def screens(port: int, number: int, key: UUID) -> AsyncIterator[list[Screen]]:
    """Open this many streams, and close them."""
    opened = [Screen(key) for _number in range(number)]
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(screen.listen(port, ready)) for screen in opened]
    try:
        async with asyncio.timeout(30):
            for _number in range(number):
                await ready.acquire()
        yield opened
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def delays(server: Server, dsn: str, number: int, key: UUID) -> tuple[list[float], list[float], float]:
    """Return milliseconds from commit to each screen, to the slowest of each event, and bytes per idle listener."""
    before = server.memory()
    async with screens(server.port, number, key) as opened, await psycopg.AsyncConnection.connect(dsn) as writer:
        await asyncio.sleep(1)
        weight = (server.memory() - before) / number
        committed: dict[str, float] = {}
        for _number in range(EVENTS):
            event = new_id()
            await writer.execute(INSERT, [event, new_id(), [key]])
            # Read before the commit is sent: the delay includes the commit itself.
            committed[str(event)] = time.perf_counter()
            await writer.commit()
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        each, slowest = [], []
        for name, at in committed.items():
            took = [(screen.reached[name] - at) * 1000 for screen in opened]
            each += took
            slowest.append(max(took))
        return each, slowest, weight


def run() -> list[Figure]:
    """Measure with all listeners, beside one."""
    with scratch_database() as dsn:
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(TABLE.encode())
        environment = {**os.environ, "BENCH_DATABASE_URL": dsn}
        with granian("bench.tiny_site:live", "asgi", "--backpressure", "4096", **environment) as server:
            one, _slowest, _weight = asyncio.run(delays(server, dsn, 1, uuid4()))
            many, slowest, weight = asyncio.run(delays(server, dsn, LISTENERS, uuid4()))
    name = f"commit to screen, {LISTENERS} listeners"
    return [
        beside(f"{name}, p50", quantile(many, 0.5), "ms", "1 listener, p50", quantile(one, 0.5)),
        beside(f"{name}, p99", quantile(many, 0.99), "ms", "1 listener, p99", quantile(one, 0.99)),
        Figure(f"commit to the last of {LISTENERS} screens, worst of {EVENTS}", max(slowest), "ms"),
        Figure("memory per idle listener", weight / 1024, "KiB"),
    ]
