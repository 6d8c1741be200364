"""Open streams in memory: who gets which event. Pure: no database, no network, no clock of its own.

A stream is held back while something about it is asked of the database (its keys, its replay); events that
come meanwhile wait, and are judged by the answer. So no event is sent under keys already withdrawn.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from port2port.live.events import RELOAD, Actor, Credential, Event, encode_closed, encode_event

WAITING = 64  # messages a reader may leave unread before it is closed
REMEMBERED = 600  # ids per stream that are not sent again; more than a replay can hold
HELD = 500  # events kept for a stream that is held back; above it the page is told to reload
GRACE = 1.0  # seconds to take the last message


class Stream:
    """One open response."""

    __slots__ = (
        "_task",
        "_waiter",
        "actor",
        "checked",
        "credential",
        "ended",
        "held",
        "holds",
        "queue",
        "seen",
    )

    def __init__(self, credential: Credential, actor: Actor, checked: float) -> None:
        self.credential = credential
        self.actor = actor
        self.checked = checked
        self.queue: deque[bytes] | None = None
        self.seen: dict[UUID, None] = {}
        self.holds = 0
        self.held: list[Event] = []
        self.ended = False
        self._waiter: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def offer(self, event: Event, message: bytes) -> None:
        """Queue an event unless this stream had it."""
        if event.id not in self.seen:
            self.remember(event.id)
            self.put(message)

    def remember(self, event: UUID) -> None:
        """Note that this id was sent."""
        self.seen[event] = None
        if len(self.seen) > REMEMBERED:
            del self.seen[next(iter(self.seen))]

    def put(self, message: bytes) -> None:
        """Queue a message; a reader that leaves too many unread is closed."""
        if self.ended:
            return
        if self.queue is None:
            self.queue = deque()
        if len(self.queue) >= WAITING:
            self.end(b"")
            return
        self.queue.append(message)
        self._wake()

    def end(self, last: bytes) -> None:
        """Drop what is queued, send `last`, end; a reader that does not even take that is cut off."""
        if self.ended:
            return
        self.ended = True
        self.queue = deque([last]) if last else None
        self._wake()
        if self._task is not None:
            self._task.get_loop().call_later(GRACE, self._cut)

    def run_by(self, task: asyncio.Task[None]) -> None:
        """Name the task that sends this stream, so that ending can cut it off."""
        self._task = task

    def _cut(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def finish(self) -> None:
        """Note that the task has sent its last, so that nothing cancels it afterwards."""
        self.ended = True
        self.queue = None
        self._task = None

    async def next(self) -> bytes:
        """Return all that is queued, waiting for something; empty when the stream has ended."""
        while not self.queue:
            if self.ended:
                return b""
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        message = self.queue[0] if len(self.queue) == 1 else b"".join(self.queue)
        self.queue = None  # an idle stream keeps no buffer
        return message

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def utc_now() -> datetime:
    """Return this moment (the default clock of the streams; tests give their own)."""
    return datetime.now(UTC)


class Streams:
    """All streams of this process, found by key."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self.now = now
        self._all: set[Stream] = set()
        self._by_key: dict[UUID, set[Stream]] = {}
        self._held: set[Stream] = set()
        self._per_session: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Stream]:
        return iter(list(self._all))

    def of_session(self, session: str) -> int:
        """Return how many streams this session has open."""
        return self._per_session.get(session, 0)

    def add(self, stream: Stream) -> None:
        """Take a stream in."""
        self._all.add(stream)
        self._per_session[stream.actor.session] = self.of_session(stream.actor.session) + 1
        for key in stream.actor.keys:
            self._by_key.setdefault(key, set()).add(stream)

    def remove(self, stream: Stream) -> None:
        """Forget a stream; twice is no harm."""
        if stream not in self._all:
            return
        self._all.discard(stream)
        self._held.discard(stream)
        left = self.of_session(stream.actor.session) - 1
        if left > 0:
            self._per_session[stream.actor.session] = left
        else:
            self._per_session.pop(stream.actor.session, None)
        for key in stream.actor.keys:
            holders = self._by_key.get(key)
            if holders is not None:
                holders.discard(stream)
                if not holders:
                    del self._by_key[key]

    def close(self, stream: Stream, reason: str) -> None:
        """Say why, end the stream and forget it."""
        self.remove(stream)
        stream.end(encode_closed(reason))

    def publish(self, events: Iterable[Event]) -> None:
        """Give each event to the streams it reaches; each is encoded once, however many they are."""
        now = self.now()
        for event in events:
            message = encode_event(event)
            holders = [self._by_key[key] for key in event.keys if key in self._by_key]
            for stream in holders[0].union(*holders[1:]) if holders else ():
                if not stream.holds and event.reaches(stream.actor, now):
                    stream.offer(event, message)
            for stream in self._held:
                if len(stream.held) <= HELD:
                    stream.held.append(event)

    def hold(self, stream: Stream) -> None:
        """Let events wait for this stream until `release` was called as often as this."""
        stream.holds += 1
        self._held.add(stream)

    def release(self, stream: Stream) -> None:
        """End one hold; after the last, what waited is judged by the keys the stream has now."""
        stream.holds -= 1
        if stream.holds:
            return
        self._held.discard(stream)
        held, stream.held = stream.held, []
        if len(held) > HELD:
            stream.put(RELOAD)
            return
        self.send_many(stream, held)

    def send_many(self, stream: Stream, events: Sequence[Event]) -> None:
        """Queue the events that reach this stream and that it has not had, as one message."""
        now, new = self.now(), []
        for event in events:
            if event.id not in stream.seen and event.reaches(stream.actor, now):
                stream.remember(event.id)
                new.append(encode_event(event))
        if new:
            stream.put(b"".join(new))

    def reassign(self, stream: Stream, actor: Actor) -> None:
        """Give a stream the keys its actor has now."""
        if stream in self._all:
            self.remove(stream)
            stream.actor = actor
            self.add(stream)
            if stream.holds:
                self._held.add(stream)

    def affected(self, names: set[str]) -> list[Stream]:
        """Return the streams a change of access may concern: by session, person, organisation or circle."""
        sessions = {name.removeprefix("session:") for name in names if name.startswith("session:")}
        ids = set()
        for name in names:
            try:
                ids.add(UUID(name))
            except ValueError:
                continue
        return [
            stream
            for stream in self._all
            if stream.actor.session in sessions
            or stream.actor.person in ids
            or stream.actor.organisation in ids
            or not ids.isdisjoint(stream.actor.keys)
        ]

    def everyone(self, message: bytes) -> None:
        """Queue a message for every stream."""
        for stream in list(self._all):
            stream.put(message)
