"""Opening, replay, changes of access and breaks, with a source that a test controls."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from port2port.base.ids import new_id
from port2port.live import broadcast as broadcasting
from port2port.live.asking import Unreachable
from port2port.live.broadcast import REPLAYED, Broadcast, Full, TooMany, Unknown
from port2port.live.events import Event
from port2port.live.streams import Stream

from .world import ANTWERP, GHENT, World, cookie, event, listener

NOWHERE = "host=/nowhere/at/all dbname=none"


def live(scenario: Callable[[Broadcast, World], Awaitable[None]]) -> None:
    """Run a scenario against a broadcast that hears nothing from a database but what the scenario says."""

    async def run() -> None:
        world = World()
        world.actors["c1"] = listener(ANTWERP)
        broadcast = Broadcast(world, NOWHERE)
        await broadcast.start()
        broadcast._up()
        try:
            async with asyncio.timeout(20):
                await scenario(broadcast, world)
        finally:
            world.gate.set()
            await broadcast.stop()

    asyncio.run(run())


async def read_until(stream: Stream, wanted: bytes) -> bytes:
    """Read the stream until it said this; everything read is returned."""
    heard = b""
    while wanted not in heard:
        message = await stream.next()
        assert message, heard
        heard += message
    return heard


def ident(one: Event) -> bytes:
    return f"id: {one.id}\n".encode()


def say(broadcast: Broadcast, world: World, *events: Event) -> None:
    """Commit events: the rows and their notifications."""
    world.rows += events
    for one in events:
        broadcast.hear_event(str(one.id))


def test_a_stream_begins_with_an_id_to_resume_from_and_then_hears() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        first = await stream.next()
        assert first.startswith(b"retry: 2000\nid: ")
        assert UUID(first.split(b"id: ")[1][:36].decode()).version == 7
        ours, theirs, last = event(ANTWERP), event(GHENT), event(ANTWERP)
        say(broadcast, world, ours, theirs, last)
        heard = await read_until(stream, ident(last))
        assert ident(ours) in heard
        assert ident(theirs) not in heard

    live(scenario)


def test_many_notifications_are_one_question() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        events = [event(ANTWERP) for _number in range(50)]
        say(broadcast, world, *events)
        await read_until(stream, ident(events[-1]))
        assert world.asked.count("events") == 1

    live(scenario)


def test_who_is_nobody_gets_no_stream() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        with pytest.raises(Unknown):
            await broadcast.open(cookie("stranger"), None)
        assert len(broadcast.streams) == 0

    live(scenario)


def test_a_session_has_so_many_streams_and_a_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasting, "PER_SESSION", 2)
    monkeypatch.setattr(broadcasting, "PER_PROCESS", 3)

    async def scenario(broadcast: Broadcast, world: World) -> None:
        world.actors["c2"] = listener(session="s2")
        streams = [await broadcast.open(cookie(), None) for _number in range(2)]
        with pytest.raises(TooMany):
            await broadcast.open(cookie(), None)
        await broadcast.open(cookie("c2"), None)
        with pytest.raises(Full):
            await broadcast.open(cookie("c2"), None)
        broadcast.close(streams[0])
        await broadcast.open(cookie(), None)

    live(scenario)


def test_replay_and_live_do_not_tell_the_same_twice() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        after = new_id()
        missed = [event(ANTWERP) for _number in range(3)]
        world.rows += [*missed, event(GHENT)]
        stream = await broadcast.open(cookie(), after)
        broadcast.hear_event(str(missed[2].id))  # committed before the replay, notified after it began
        say(broadcast, world, last := event(ANTWERP))
        heard = await read_until(stream, ident(last))
        assert [heard.count(ident(one)) for one in [*missed, last]] == [1, 1, 1, 1]
        assert heard.count(b"event: report") == 4

    live(scenario)


def test_too_much_missed_is_a_reload() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        after = new_id()
        world.rows += [event(ANTWERP) for _number in range(REPLAYED + 1)]
        stream = await broadcast.open(cookie(), after)
        heard = await read_until(stream, b"event: reload\n")
        assert b"event: report" not in heard

    live(scenario)


def test_nothing_is_told_between_a_change_of_access_and_its_answer() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        world.gate.clear()
        world.actors["c1"] = listener(GHENT)
        broadcast.hear_access(str(ANTWERP))
        say(broadcast, world, hidden := event(ANTWERP), shown := event(GHENT))
        while "events" not in world.asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert stream.queue is None or b"event: report" not in b"".join(stream.queue)
        world.gate.set()
        heard = await read_until(stream, ident(shown))
        assert ident(hidden) not in heard

    live(scenario)


def test_a_leaver_is_told_once_and_hears_no_more() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        await stream.next()
        del world.actors["c1"]
        broadcast.hear_access("session:s1")
        say(broadcast, world, event(ANTWERP))
        assert await stream.next() == b'event: closed\ndata: {"reason":"signed-out"}\n\n'
        assert await stream.next() == b""
        assert len(broadcast.streams) == 0

    live(scenario)


def test_a_change_while_a_stream_opens_is_asked_again() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        world.gate.clear()
        opening = asyncio.create_task(broadcast.open(cookie(), None))
        while "resolve" not in world.asked:
            await asyncio.sleep(0.01)
        broadcast.hear_access(str(ANTWERP))  # this stream is not known yet
        world.gate.set()
        stream = await opening
        del world.actors["c1"]
        await read_until(stream, b"event: closed\n")

    live(scenario)


def test_a_database_that_fails_is_asked_again_and_nothing_is_lost() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        world.broken = 1
        say(broadcast, world, one := event(ANTWERP))
        await read_until(stream, ident(one))
        world.broken = 1
        broadcast.hear_access(str(ANTWERP))
        while world.broken:
            await asyncio.sleep(0.01)
        say(broadcast, world, two := event(ANTWERP))
        assert ident(two) in await read_until(stream, ident(two))
        world.broken = 1
        with pytest.raises(Unreachable):
            await broadcast.open(cookie(), None)

    live(scenario)


def test_after_a_break_what_was_missed_comes_and_leavers_go() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        world.actors["c2"] = listener(ANTWERP, session="s2")
        stays, leaves = await broadcast.open(cookie(), None), await broadcast.open(cookie("c2"), None)
        say(broadcast, world, before := event(ANTWERP))
        await read_until(stays, ident(before))
        broadcast._down()
        await read_until(stays, b"event: stale\n")
        world.rows.append(missed := event(ANTWERP))
        del world.actors["c2"]
        broadcast._up()
        heard = await read_until(stays, b"event: fresh\n")
        assert heard.count(ident(missed)) == 1
        assert ident(before) not in heard
        assert ident(missed) not in await read_until(leaves, b"event: closed\n")

    live(scenario)


def test_a_stream_opened_during_a_break_is_told() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        broadcast._down()
        stream = await broadcast.open(cookie(), None)
        await read_until(stream, b"event: stale\n")
        broadcast._up()
        await read_until(stream, b"event: fresh\n")

    live(scenario)


def test_stopping_ends_every_stream_and_opens_no_more() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        await stream.next()
        await broadcast.stop()
        assert await stream.next() == b""
        with pytest.raises(Full):
            await broadcast.open(cookie(), None)

    live(scenario)


def test_what_is_no_id_is_passed_over() -> None:
    async def scenario(broadcast: Broadcast, world: World) -> None:
        stream = await broadcast.open(cookie(), None)
        broadcast.hear_event("drop table")
        broadcast.hear_access("drop table")
        say(broadcast, world, one := event(ANTWERP))
        await read_until(stream, ident(one))

    live(scenario)
