"""From notifications to open streams: opening, replay, changes of access, return after a break."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

from port2port.live.asking import Source, Unreachable
from port2port.live.events import (
    BEAT,
    FRESH,
    RELOAD,
    STALE,
    Actor,
    Credential,
    Event,
    encode_ready,
    id_at,
    id_before,
)
from port2port.live.listening import Listener
from port2port.live.streams import Stream, Streams, utc_now

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

PER_SESSION, PER_PROCESS = 8, 2000
REPLAYED = 500
COALESCE = 0.1  # changes of access within this time are asked together
BEAT_EVERY = 15
RECHECK = 300.0  # sessions also end by time, of which nobody is notified
RETRY = 0.5


class Unknown(Exception):
    """The credential opens nothing."""


class TooMany(Exception):
    """This session has as many streams as it may have."""


class Full(Exception):
    """This process has as many streams as it takes, or is ending."""


class Broadcast:
    """All of live in one process, apart from HTTP."""

    def __init__(self, source: Source, dsn: str, now: Callable[[], datetime] = utc_now) -> None:
        self.source = source
        self.now = now
        self.streams = Streams(now)
        self.listening = False
        self.listener = Listener(
            dsn, on_event=self.hear_event, on_access=self.hear_access, on_up=self._up, on_down=self._down
        )
        # Apart, so that five hundred screens coming back at once do not delay a warning to those that are
        # there.
        self._for_events = ThreadPoolExecutor(1, thread_name_prefix="live-events")
        self._for_access = ThreadPoolExecutor(1, thread_name_prefix="live-access")
        # A minute earlier, for ids that are made on machines whose clock is behind ours.
        self._latest = id_before(id_at(now()), 60)
        self._changes = 0
        self._ids: list[UUID] = []
        self._arrived = asyncio.Event()
        self._doubted: set[Stream] = set()
        self._doubt = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._broken = False
        self.ending = False

    async def start(self) -> None:
        """Begin to listen."""
        for run in (self.listener.run, self._fetch, self._recheck, self._sweep):
            self._spawn(run())

    async def stop(self) -> None:
        """End every stream; the browsers come back to whoever serves next."""
        if self.ending:
            return
        self.ending = True
        for stream in self.streams:
            stream.end(b"")
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pool in (self._for_events, self._for_access):
            pool.submit(self.source.close)
            pool.shutdown(wait=False)

    async def identify(self, credential: Credential) -> Actor:
        """Return who this is; raises Unknown or Unreachable."""
        actor = await self._ask(self._for_access, self.source.resolve, credential)
        if actor is None:
            raise Unknown
        return actor

    async def open(self, credential: Credential, after: UUID | None) -> Stream:
        """Return a new stream, with what happened since `after` on its way.

        Raises Unknown, TooMany, Full or Unreachable.
        """
        if self.ending or len(self.streams) >= PER_PROCESS:
            raise Full
        before = self._changes
        actor = await self.identify(credential)
        if self.streams.of_session(actor.session) >= PER_SESSION:
            raise TooMany
        if self.ending or len(self.streams) >= PER_PROCESS:
            raise Full
        stream = Stream(credential, actor, asyncio.get_running_loop().time())
        self.streams.add(stream)
        stream.put(encode_ready(after or id_at(self.now())))
        if not self.listening:
            stream.put(STALE)
        if before != self._changes:
            # Access changed while we asked; the answer may be older than the change.
            self._question([stream])
        if after is not None:
            self.streams.hold(stream)
            self._spawn(self._replay(stream, after))
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream whose client left."""
        self.streams.remove(stream)

    def hear_event(self, payload: str) -> None:
        """Take the id of an event that was committed."""
        try:
            self._ids.append(UUID(payload))
        except ValueError:
            return
        self._arrived.set()

    def hear_access(self, payload: str) -> None:
        """Take who or what changed: their streams are held back from this moment, then asked again."""
        self._changes += 1
        self._question(self.streams.affected({payload}))

    def _question(self, streams: Iterable[Stream]) -> None:
        for stream in streams:
            if stream not in self._doubted:
                self._doubted.add(stream)
                self.streams.hold(stream)
        if self._doubted:
            self._doubt.set()

    async def _fetch(self) -> None:
        """Turn ids into events; all that arrived while the last ones were fetched go in one question."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            ids, self._ids = self._ids, []
            try:
                events = await self._ask(self._for_events, self.source.events, ids)
            except Unreachable:
                self._ids[:0] = ids
                await asyncio.sleep(RETRY)
                self._arrived.set()
                continue
            self._note(events)
            self.streams.publish(events)

    def _note(self, events: Iterable[Event]) -> None:
        self._latest = max([self._latest, *(event.id for event in events)])

    async def _recheck(self) -> None:
        """Ask again for the keys of doubted streams; a stream doubted anew while we ask is asked anew."""
        while True:
            await self._doubt.wait()
            await asyncio.sleep(COALESCE)
            self._doubt.clear()
            doubted, self._doubted = self._doubted, set()
            try:
                await self._reassign(doubted)
            except Unreachable:
                self._question(doubted)
                await asyncio.sleep(RETRY)
            finally:
                for stream in doubted:
                    self.streams.release(stream)

    async def _reassign(self, streams: Iterable[Stream]) -> None:
        """Give these streams the keys of now, and close those that open nothing any more."""
        together: dict[Credential, list[Stream]] = {}
        for stream in streams:
            together.setdefault(stream.credential, []).append(stream)
        for credential, same in together.items():
            actor = await self._ask(self._for_access, self.source.resolve, credential)
            for stream in same:
                if actor is None:
                    self.streams.close(stream, "signed-out")
                else:
                    stream.checked = asyncio.get_running_loop().time()
                    self.streams.reassign(stream, actor)

    async def _replay(self, stream: Stream, after: UUID) -> None:
        try:
            await self._send_since([stream], after)
        except Unreachable:
            stream.end(b"")
        finally:
            self.streams.release(stream)

    async def _send_since(self, streams: Iterable[Stream], after: UUID) -> None:
        """Send again what happened since; streams with the same sight share one question."""
        together: dict[tuple[frozenset[UUID], int], list[Stream]] = {}
        for stream in streams:
            together.setdefault((stream.actor.keys, stream.actor.ceiling), []).append(stream)
        for (keys, ceiling), same in together.items():
            events = await self._ask(self._for_access, self.source.replay, keys, ceiling, after, REPLAYED + 1)
            self._note(events)
            for stream in same:
                if len(events) > REPLAYED:
                    stream.put(RELOAD)
                else:
                    self.streams.send_many(stream, events)

    def _up(self) -> None:
        self.listening = True
        if self._broken or len(self.streams):
            self._broken = False
            self._spawn(self._resynchronise(list(self.streams)))

    def _down(self) -> None:
        self.listening = False
        self._broken = True
        self.streams.everyone(STALE)

    async def _resynchronise(self, streams: list[Stream]) -> None:
        """After a break both kinds of notification may be missing: ask for keys, then events, then say so."""
        since = self._latest
        self._changes += 1  # whoever is just being opened asks again, too
        for stream in streams:
            self.streams.hold(stream)
        try:
            await self._reassign(streams)
            await self._send_since([stream for stream in streams if not stream.ended], since)
            for stream in streams:
                stream.put(FRESH)
        except Unreachable:
            for stream in streams:
                stream.end(b"")
        finally:
            for stream in streams:
                self.streams.release(stream)

    async def _sweep(self) -> None:
        """Every second: the heartbeat of a fifteenth of the streams, and the keys not asked for long."""
        loop, tick = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(1.0)
            tick += 1
            for stream in self.streams:
                if (hash(stream) + tick) % BEAT_EVERY == 0 and not stream.queue:
                    stream.put(BEAT)
            self._question([stream for stream in self.streams if loop.time() - stream.checked > RECHECK])

    async def _ask(self, pool: ThreadPoolExecutor, question: Callable[[*Ts], R], *given: *Ts) -> R:
        return await asyncio.get_running_loop().run_in_executor(pool, question, *given)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
