"""Reports as people and machines use them: making one, the list of 25, and what the journal of reading costs."""

import asyncio
import json
import os
import subprocess
import sys
import time
from typing import Any
from uuid import uuid4

import msgspec

from bench.figures import Figure, beside, quantile
from bench.front import connection
from bench.installation import Connect, installation
from bench.serving import Server, granian

REPORTS, CREATED, READERS, SECONDS = 300, 300, 50, 5.0
WHO = "pso@antwerp.demo"
SENT = {
    "threat": "drone_misuse",
    "text": "A drone hung above the inner gate for four minutes, then left over the water.",
    "place": {"kind": "landmark", "landmark": "kallo-lock"},
    "occurred_at": "2026-11-20T03:05:00+01:00",
}
AMBER, GREEN = 2, 1
# The same rows as one report leaves behind, without policy, triggers and validation: what the disk asks for at least.
PLAIN = """
drop schema if exists bench cascade; create schema bench;
create table bench.record as select * from sharing_record limit 0;
create table bench.searchable as select record_id, words from sharing_searchable limit 0;
create table bench.report as select * from reports_report limit 0;
create table bench.posting as select * from sharing_posting limit 0;
create table bench.event as select * from sharing_event limit 0;
create table bench.entry as select * from base_journal_entry limit 0;
alter table bench.record add primary key (id); alter table bench.report add primary key (record_id);
alter table bench.posting add primary key (key, record_id); alter table bench.event add primary key (id);
alter table bench.entry add primary key (id);
"""
COPIES = (
    ("bench.record", "sharing_record", "id"),
    ("bench.searchable", "sharing_searchable", "record_id"),
    ("bench.report", "reports_report", "record_id"),
    ("bench.posting", "sharing_posting", "record_id"),
    ("bench.event", "sharing_event", "record"),
)


class Fill(msgspec.Struct):
    """What the prepared installation is asked with."""

    sessions: list[str]
    token: str


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, status: bytes) -> None:
    """Send one request over a kept connection and take the whole answer. Raises RuntimeError for another status."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 " + status):
        raise RuntimeError(head[:80].decode("latin-1") + body[:300].decode("utf-8", "replace"))


def page(path: str, session: str) -> bytes:
    """Return the request of a browser that is signed in."""
    cookies = f"sessionid={session}; django_language=en"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()


def posted(token: str) -> bytes:
    """Return the request of a machine that shares a report."""
    body = json.dumps(SENT | {"text": f"{SENT['text']} {uuid4().hex[:8]}"}).encode()
    head = (
        "POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def per_second(server: Server, requests: list[bytes], seconds: float = SECONDS) -> float:
    """Return answers a second with one client for each request, each asking again at once."""
    done = 0
    until = time.monotonic() + seconds

    async def client(request: bytes) -> None:
        nonlocal done
        async with connection(server.port) as (reader, writer):
            while time.monotonic() < until:
                await ask(reader, writer, request, b"200")
                done += 1

    started = time.monotonic()
    await asyncio.gather(*(client(request) for request in requests))
    return done / (time.monotonic() - started)


async def created(server: Server, token: str, number: int) -> list[float]:
    """Return the milliseconds that each of these reports took, one after the other."""
    took = []
    async with connection(server.port) as (reader, writer):
        for _number in range(number):
            request = posted(token)
            started = time.perf_counter()
            await ask(reader, writer, request, b"201")
            took.append((time.perf_counter() - started) * 1000)
    return took


def plain(admin: Connect, number: int) -> list[float]:
    """Return the milliseconds of writing the same rows into tables without policy, each report in one transaction."""
    took = []
    with admin() as database:
        database.execute(PLAIN.encode())
        ids = [row[0] for row in database.execute("select id from sharing_record order by at desc limit 50").fetchall()]
        entries = database.execute("select * from base_journal_entry limit 50").fetchall()
        rows: list[list[tuple[str, list[Any]]]] = []
        for each, entry in zip(ids, entries, strict=True):
            written = [("bench.entry", [entry])]
            for table, source, key in COPIES:
                columns = "record_id, words" if table == "bench.searchable" else "*"
                found = database.execute(f"select {columns} from {source} where {key} = %s".encode(), [each])
                written.append((table, found.fetchall()))
            rows.append(written)
        for number_ in range(number):
            if number_ % len(rows) == 0:
                for table in ("bench.entry", *(copy[0] for copy in COPIES)):
                    database.execute(f"truncate {table}".encode())
            started = time.perf_counter()
            with database.transaction():
                for table, values in rows[number_ % len(rows)]:
                    for row in values:
                        marks = ", ".join(["%s"] * len(row))
                        database.execute(f"insert into {table} values ({marks})".encode(), row)
            took.append((time.perf_counter() - started) * 1000)
    return took


def marked(admin: Connect, tlp: int) -> None:
    """Give every report this TLP, behind the policy's back: only the mark differs between two measurements."""
    with admin() as database:
        database.execute("set session_replication_role = replica")
        database.execute("update sharing_record set tlp = %s", [tlp])
        database.execute("update sharing_posting set tlp = %s, sensitive = %s", [tlp, tlp >= AMBER])
        database.execute("vacuum analyze sharing_record, sharing_posting, reports_report")


def run() -> list[Figure]:
    """Measure through granian's front with two workers, the database on the same machine."""
    with installation() as (environment, admin):
        command = [sys.executable, "-m", "bench.reports"]
        filled = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
        known = msgspec.json.decode(filled, type=Fill)
        marked(admin, AMBER)
        options = ("--workers", "2", "--backpressure", "4096")
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}  # a line for each of these answers helps nobody
        with granian("port2port.live.front:application", "asgi", *options, **quiet) as server:
            lists = [page("/reports/", session) for session in known.sessions]
            healths = [b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 8
            asyncio.run(per_second(server, lists[:8], 2.0))  # both workers, their templates and connections
            asyncio.run(created(server, known.token, 30))
            health = asyncio.run(per_second(server, healths))
            listed = asyncio.run(per_second(server, lists[:8]))
            journalled = asyncio.run(per_second(server, lists))
            marked(admin, GREEN)
            silent = asyncio.run(per_second(server, lists))
            marked(admin, AMBER)
            made = asyncio.run(created(server, known.token, CREATED))
            written = plain(admin, CREATED)
    inserts = "the same INSERTs, no policy, one connection"
    return [
        beside("report through the API, median", quantile(made, 0.5), "ms", inserts, quantile(written, 0.5)),
        beside("report through the API, p99", quantile(made, 0.99), "ms", inserts, quantile(written, 0.99)),
        beside("list of 25, two workers", listed, "req/s", "/healthz, the same front", health),
        beside(f"list of 25, {READERS} readers, AMBER, journalled", journalled, "req/s", "TLP:GREEN, no entry", silent),
        Figure("what journalling the reading costs", (silent / journalled - 1) * 100, "%"),
    ]


def session_of(email: str) -> str:
    """Return the session of a member who signed in with a second factor (Django is set up)."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from port2port.members.acting import acting_as_system
    from port2port.members.models import Account, Membership
    from port2port.members.sessions import SessionStore

    with acting_as_system("identity"):
        account = Account.objects.get(email=email)
        hat = Membership.objects.filter(person_id=account.person_id).order_by("since").values_list("id", flat=True)[0]
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session["strong"], session["hat"] = True, str(hat)
        session.save()
    return session.session_key or ""


def fill() -> Fill:
    """Make the reports, a token and a session for each reader, as the program does."""
    import django

    django.setup()
    from datetime import timedelta

    from port2port.base.clock import now
    from port2port.members import tokens
    from port2port.members.acting import acting_as
    from port2port.members.cast import cast_member
    from port2port.members.models import Circle
    from port2port.reports import actions
    from port2port.reports.addressing import terms_for
    from port2port.reports.rules import Draft
    from port2port.sharing.addressing import Addressing, reporter
    from port2port.sharing.tlp import Tlp

    at = now()
    sessions = [session_of(WHO) for _number in range(READERS)]
    person, hat = cast_member(WHO)
    with acting_as(person, hat):
        who = reporter()
        circles = dict(Circle.objects.values_list("slug", "id"))
        places: tuple[tuple[str, dict[str, Any]], ...] = (
            ("drone_misuse", {"place": "landmark", "landmark": "kallo-lock"}),
            ("drug_smuggling", {"place": "port", "port": "BEANR"}),
            ("cyber_attack", {"place": "sea", "lat": 51.4, "lon": 2.9}),
        )
        for number in range(REPORTS):
            threat, place = places[number % len(places)]
            moment = at - timedelta(hours=REPORTS - number)
            draft = Draft(
                threat=threat,
                text=f"Number {number} of a bench. {SENT['text']}",
                occurred_at=moment - timedelta(minutes=8),
                language="en",
                severity=("low", "moderate", "high", "critical")[number % 4],
                **place,
            )
            to = Addressing((circles[("ports-and-police", "all-members")[number % 2]],), Tlp.AMBER)
            actions.share_report(draft=draft, to=to, terms=terms_for(threat, who), at=moment, who=who)
        _token, secret = tokens.make(
            person=person,
            hat=hat,
            name="bench",
            scopes=["read", "report"],
            expires=at + timedelta(days=1),
            by=person,
            at=at,
        )
    return Fill(sessions, secret)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(fill()).decode())
