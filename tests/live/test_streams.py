"""Who gets which event: the rule of the policy, once each, never under keys that are withdrawn."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from port2port.live.events import Event, encode_event, id_at, id_before
from port2port.live.streams import HELD, WAITING, Stream, Streams

from .world import ANTWERP, EVERYONE, GHENT, NOW, Listener, cookie, event, listener


def opened(streams: Streams, who: Listener) -> Stream:
    stream = Stream(cookie(), who, 0.0)
    streams.add(stream)
    return stream


def ids(stream: Stream) -> list[str]:
    queued, stream.queue = b"".join(stream.queue or ()), None
    return [line[4:].decode() for line in queued.split(b"\n") if line.startswith(b"id: ")]


def named(*events: Event) -> list[str]:
    return [str(each.id) for each in events]


@pytest.fixture
def streams() -> Streams:
    return Streams(lambda: NOW)


def test_a_message_holds_ids_and_nothing_else() -> None:
    one = event(ANTWERP)
    fields = dict(line.split(": ", 1) for line in encode_event(one).decode().strip().split("\n"))
    assert fields["id"] == str(one.id)
    assert fields["event"] == "report.shared"
    assert msgspec.json.decode(fields["data"]) == {"record": str(one.record), "kind": "report", "act": "shared"}
    assert set(fields) == {"id", "event", "data"}


def test_an_event_reaches_who_holds_one_of_its_keys(streams: Streams) -> None:
    antwerp, ghent = opened(streams, listener(ANTWERP)), opened(streams, listener(GHENT))
    one, both = event(ANTWERP), event(ANTWERP, GHENT)
    streams.publish([one, both])
    assert ids(antwerp) == named(one, both)
    assert ids(ghent) == named(both)


def test_an_event_above_the_ceiling_reaches_nobody(streams: Streams) -> None:
    low, high = opened(streams, listener(ANTWERP, ceiling=1)), opened(streams, listener(ANTWERP, ceiling=2))
    amber = event(ANTWERP, tlp=2)
    streams.publish([amber])
    assert ids(low) == []
    assert ids(high) == named(amber)


def test_an_expired_event_reaches_nobody(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    over, still = event(ANTWERP, expires=timedelta(0)), event(ANTWERP, expires=timedelta(seconds=1))
    streams.publish([over, still])
    assert ids(stream) == named(still)


def test_an_id_reaches_a_stream_once(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP, GHENT))
    one = event(ANTWERP, GHENT)
    streams.publish([one, one])
    streams.publish([one])
    streams.send_many(stream, [one])
    assert ids(stream) == named(one)


def test_what_is_held_back_is_judged_by_the_new_keys(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    streams.hold(stream)
    lost, won = event(ANTWERP), event(GHENT)
    streams.publish([lost, won])
    assert ids(stream) == []
    streams.reassign(stream, listener(GHENT))
    streams.publish([after := event(GHENT)])
    streams.release(stream)
    assert ids(stream) == named(won, after)
    streams.publish([event(ANTWERP)])
    assert ids(stream) == []


def test_two_reasons_to_hold_must_both_end(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    streams.hold(stream)
    streams.hold(stream)
    streams.publish([one := event(ANTWERP)])
    streams.release(stream)
    assert ids(stream) == []
    streams.release(stream)
    assert ids(stream) == named(one)


def test_too_much_held_back_is_a_reload(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    streams.hold(stream)
    streams.publish([event(ANTWERP) for _number in range(HELD + 5)])
    streams.release(stream)
    assert stream.queue is not None
    assert b"event: reload" in b"".join(stream.queue)
    assert ids(stream) == []


def test_a_reader_that_does_not_read_is_ended(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    streams.publish([event(ANTWERP) for _number in range(WAITING)])
    assert not stream.ended
    streams.publish([event(ANTWERP)])
    assert stream.ended
    assert stream.queue is None


def test_signing_out_drops_what_was_queued(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    streams.publish([event(ANTWERP)])
    streams.close(stream, "signed-out")
    assert asyncio.run(stream.next()) == b'event: closed\ndata: {"reason":"signed-out"}\n\n'
    assert asyncio.run(stream.next()) == b""
    streams.publish([event(ANTWERP)])
    assert ids(stream) == []


def test_nothing_is_kept_of_a_stream_that_left(streams: Streams) -> None:
    stream = opened(streams, listener(ANTWERP))
    assert streams.of_session("s1") == 1
    streams.hold(stream)
    streams.remove(stream)
    streams.remove(stream)
    assert (len(streams), streams.of_session("s1")) == (0, 0)
    streams.publish([event(ANTWERP)])
    streams.release(stream)
    assert ids(stream) == []
    assert streams.affected({str(ANTWERP)}) == []


def test_a_change_concerns_session_person_organisation_and_circle(streams: Streams) -> None:
    theirs = opened(streams, listener(ANTWERP, session="s1", organisation=GHENT))
    opened(streams, listener(session="s2"))
    for name in ("session:s1", str(theirs.actor.person), str(GHENT), str(ANTWERP)):
        assert streams.affected({name}) == [theirs]
    assert len(streams.affected({str(EVERYONE)})) == 2
    assert streams.affected({"session:s3", "not an id", ""}) == []


def test_replay_starts_before_the_named_id() -> None:
    then = id_at(NOW)
    assert id_before(then, 10) == id_at(NOW - timedelta(seconds=10))
    assert id_before(id_at(NOW.fromtimestamp(1, NOW.tzinfo)), 10).version == 7
    assert id_before(then, 10) < then
