"""Against the real database: who resolves, what is told, and that the serving role alone can ask none of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from port2port.base.ids import new_id
from port2port.live.broadcast import Broadcast
from port2port.live.events import Credential
from port2port.live.source import DatabaseSource
from port2port.live.streams import Stream

Browser = Callable[[str], Client]
INSERT = (
    "insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at)"
    " values (%s, clock_timestamp(), 'report', 'shared', %s, %s, %s, now() + interval '1 day')"
)


@pytest.fixture
def source(db: None) -> Iterator[DatabaseSource]:
    answers = DatabaseSource()
    yield answers
    answers.close()


def session_of(client: Client) -> Credential:
    return Credential("cookie", client.cookies[settings.SESSION_COOKIE_NAME].value)


def test_a_session_resolves_to_what_its_actor_holds(source: DatabaseSource, client_for: Browser, cast: Any) -> None:
    actor = source.resolve(session_of(client_for("pso@antwerp.demo")))
    assert actor is not None
    member = cast["pso@antwerp.demo"]
    assert (actor.person, actor.organisation) == (member.person, member.organisation)
    assert member.person in actor.keys
    outside = source.resolve(session_of(client_for("officer@outside.demo")))
    assert outside is not None
    assert actor.keys - outside.keys


@pytest.mark.parametrize("kind", ["cookie", "bearer"])
def test_what_is_no_session_resolves_to_nobody(source: DatabaseSource, kind: str) -> None:
    assert source.resolve(Credential(kind, "invented")) is None


def test_replay_gives_what_these_keys_may_see(source: DatabaseSource, owner: psycopg.Connection[Any]) -> None:
    ours, theirs = new_id(), new_id()
    after, seen, above, other = new_id(), new_id(), new_id(), new_id()
    for event, key, tlp in ((seen, ours, 2), (above, ours, 4), (other, theirs, 0)):
        owner.execute(INSERT, [event, new_id(), [key], tlp])
    assert [event.id for event in source.replay(frozenset({ours}), 3, after, 10)] == [seen]
    assert {event.id for event in source.events([seen, above])} == {seen, above}


@pytest.mark.parametrize(
    "query",
    [
        "select * from live_events(array[gen_random_uuid()])",
        "select * from live_replay(array[gen_random_uuid()], 4::smallint, gen_random_uuid(), 10)",
        "select * from live_resolve('x')",
        "select * from live_resolve_token('x'::bytea)",
    ],
)
def test_nobody_asks_but_as_the_principal_live(app: psycopg.Connection[Any], query: str) -> None:
    with pytest.raises(psycopg.Error):
        app.execute(query.encode())


@asynccontextmanager
async def listening(source: DatabaseSource, dsn: str) -> AsyncIterator[Broadcast]:
    broadcast = Broadcast(source, dsn)
    await broadcast.start()
    try:
        async with asyncio.timeout(30):
            while not broadcast.listening:
                await asyncio.sleep(0.01)
            yield broadcast
    finally:
        await broadcast.stop()


async def heard(stream: Stream, wanted: str) -> str:
    text = ""
    while wanted not in text:
        message = await stream.next()
        assert message, text
        text += message.decode()
    return text


def test_a_commit_reaches_the_open_stream_and_a_sign_out_ends_it(
    source: DatabaseSource, client_for: Browser, owner: psycopg.Connection[Any], app_dsn: str
) -> None:
    client = client_for("pso@antwerp.demo")
    credential = session_of(client)

    async def scenario() -> None:
        async with listening(source, app_dsn) as broadcast:
            stream = await broadcast.open(credential, None)
            hidden, shown = new_id(), new_id()
            for event, key in ((hidden, new_id()), (shown, stream.actor.person)):
                owner.execute(INSERT, [event, new_id(), [key], 2])
                owner.execute("select pg_notify('p2p_event', %s)", [str(event)])
            assert str(hidden) not in await heard(stream, f"id: {shown}\n")
            owner.execute("delete from members_session")
            await heard(stream, "event: closed\n")

    asyncio.run(scenario())


def test_a_lost_connection_is_told_and_what_was_missed_comes(
    source: DatabaseSource, client_for: Browser, owner: psycopg.Connection[Any], admin_dsn: str, app_dsn: str
) -> None:
    credential = session_of(client_for("pso@antwerp.demo"))

    async def scenario() -> None:
        async with listening(source, app_dsn) as broadcast:
            stream = await broadcast.open(credential, None)
            missed = new_id()
            # Committed, but nobody is notified: what a break does.
            owner.execute(INSERT, [missed, new_id(), [stream.actor.person], 2])
            with psycopg.connect(admin_dsn, autocommit=True) as admin:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%'")
            text = await heard(stream, "event: fresh\n")
            assert text.index("event: stale\n") < text.index(f"id: {missed}\n")

    asyncio.run(scenario())
