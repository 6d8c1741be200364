"""Observables: a report with five of them, a value looked up, a value seen ten thousand times; at two sizes.

And the reports of the same place, time and method, asked for before one is sent: a fifth as many are stored.

The stored ones are filled in bulk as the superuser (triggers off). What is measured goes through granian's front, the
database on the same machine. The baseline is the same at the smaller size, in the same run.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

from bench import reports
from bench.figures import Figure, beside, quantile
from bench.front import connection
from bench.installation import Connect, installation
from bench.serving import Server, granian

SIZES = (10_000, 1_000_000)
ROUNDS = 200
FREQUENT = 100  # one in so many is of one value: 10,000 of a million
FREQUENT_VALUE = "CSQU3054383"
EACH = 5  # observables on a report
DAYS = 900  # that they lie back at most

FILL = """
set session_replication_role = replica;
truncate reports_mark, reports_observable, sharing_posting, reports_report, sharing_searchable, sharing_record cascade;
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), 'report', o.id, p.id, array[c.id, p.id], array[c.id], 2, 2,
  'port_security_isps', 'members_charter', 'none', 'member', '', '', ports.ids[1 + floor(random() * 8)::int],
  'drug_smuggling', now() - random() * interval 'DAYS days', now(), now() + interval '5 years', 1
from generate_series(1, SIZE / EACH) x,
  (select id from members_organisation where slug = 'north-sea-port') o,
  (select id from members_person where name = 'Demo PSO North Sea Port') p,
  (select id from members_circle where slug = 'ports-and-police') c,
  (select array_agg(id order by locode) ids from members_port) ports;
insert into sharing_posting (key, record_id, kind, sensitive, at, port, threat, tlp, expires_at)
select k, id, kind, tlp >= 2, at, port_id, threat, tlp, expires_at from sharing_record, unnest(audience) k;
insert into reports_report (record_id, nature, title, text, language, severity, occurred_at, occurred_precision, place,
  lat, lon, place_text, modus_operandi, modus_operandi_also, phase, substance, origin_country, source, source_name,
  source_url,
  source_precision, source_confidence, event_group, state, outcome, vocabulary, personal_data_breach)
select id, 'incident', 'A report of the bench', repeat('some words of text ', 12), 'nl', 'moderate', at, 'minute',
  'point', 51.0 + random() * 0.4, 3.6 + random() * 0.8, '', 'DR02', '{}', '', '', '', 'seen', '', '', '', '', '',
  'open', '', 1, '' from sharing_record;
insert into reports_observable (id, record_id, report_id, answer, kind, value, checked, added_by_id, added_at)
select new_uuid7(), id, id, false, 'seal', 'S' || substr(md5(random()::text), 1, 12), null, author_id, at
from sharing_record, generate_series(1, EACH);
insert into reports_mark (key, near, own_only, observable_id, record, report, owner, port, at)
select case when row_number() over () <= FREQUENT then decode('KEY', 'hex')
    else substr(sha256(convert_to(o.id::text, 'UTF8')), 1, 16) end,
  '', false, o.id, r.id, r.id, r.owner_id, r.port_id, r.at
from reports_observable o join sharing_record r on r.id = o.record_id;
"""
# As autovacuum and the checkpointer leave them a while after; else their work stands in the first timings.
SETTLE = (
    "vacuum analyze sharing_record, sharing_posting, reports_report, reports_observable, reports_mark",
    "checkpoint",
)


async def asked(server: Server, requests: list[bytes], status: bytes) -> list[float]:
    """Return the milliseconds that each of these requests took, one after the other."""
    took = []
    async with connection(server.port) as (reader, writer):
        for request in requests:
            started = time.perf_counter()
            await reports.ask(reader, writer, request, status)
            took.append((time.perf_counter() - started) * 1000)
    return took


def posted(token: str) -> bytes:
    """Return a report with five observables, one of them frequent."""
    named = [{"kind": "seal", "value": f"B{uuid4().hex[:10]}"} for _number in range(EACH - 1)]
    named.append({"kind": "container", "value": FREQUENT_VALUE})
    body = json.dumps(reports.SENT | {"observables": named}).encode()
    head = (
        "POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def looked_up(token: str) -> bytes:
    """Return the look-up of a value that is on one of the stored reports or on none."""
    head = f"GET /api/v1/observables?kind=seal&value=B{uuid4().hex[:10]} HTTP/1.1\r\nHost: localhost\r\n"
    return f"{head}Authorization: Bearer {token}\r\n\r\n".encode()


def alike(token: str) -> bytes:
    """Return the question which reports are of the place, time and method of one that is about to be sent."""
    moment = datetime.now(UTC) - timedelta(days=random.uniform(0, DAYS))
    place = {"kind": "point", "port": "BEANR", "lat": 51.2, "lon": 4.2}
    body = json.dumps(reports.SENT | {"modus_operandi": "DR02", "place": place, "occurred_at": moment.isoformat()})
    head = (
        "POST /api/v1/reports/possible-duplicates HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def run() -> list[Figure]:
    """Measure at each size; the figures of the larger stand beside those of the smaller."""
    found: dict[int, dict[str, list[float]]] = {}
    with installation() as (environment, admin):
        command = [sys.executable, "-m", "bench.matching"]
        told = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
        token, session, key = msgspec.json.decode(told, type=tuple[str, str, str])
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}
        for size in SIZES:
            fill(admin, size, key)
            with granian("port2port.live.front:application", "asgi", **quiet) as server:
                asyncio.run(asked(server, [posted(token) for _number in range(20)], b"201"))
                page = reports.page(f"/reports/observables/{one_of(admin)}/", session)
                found[size] = {
                    "report with 5 observables": asyncio.run(
                        asked(server, [posted(token) for _number in range(ROUNDS)], b"201")
                    ),
                    "exact look-up": asyncio.run(
                        asked(server, [looked_up(token) for _number in range(ROUNDS)], b"200")
                    ),
                    "same place, time and method": asyncio.run(
                        asked(server, [alike(token) for _number in range(ROUNDS)], b"200")
                    ),
                    f"page of the value that every {FREQUENT}th is": asyncio.run(asked(server, [page] * 20, b"200")),
                }
    small, large = SIZES
    figures = []
    for name, took in found[large].items():
        for share, word in ((0.5, "median"), (0.99, "p99")):
            before = quantile(found[small][name], share)
            figures.append(
                beside(f"{name}, {word}, {large:,} stored", quantile(took, share), "ms", f"{small:,} stored", before)
            )
    return figures


def fill(admin: Connect, size: int, key: str) -> None:
    """Store this many observables."""
    statement = (
        FILL.replace("SIZE", str(size)).replace("EACH", str(EACH)).replace("DAYS", str(DAYS)).replace("KEY", key)
    )
    with admin() as database:
        database.execute(statement.replace("FREQUENT", str(size // FREQUENT)))
        for settling in SETTLE:
            database.execute(settling)


def one_of(admin: Connect) -> str:
    """Return the observable of one's own that meets the frequent value."""
    with admin() as database:
        row = database.execute("select id from reports_observable where kind = 'container' limit 1").fetchone()
        return str(row[0]) if row else ""


def prepare() -> tuple[str, str, str]:
    """Make a token and a session as the program does, and return them with the mark of the frequent value."""
    import django

    django.setup()
    from port2port.reports.marks import marks_of
    from port2port.reports.observables.normal import normalised

    known = reports.fill()
    return known.token, known.sessions[0], marks_of(normalised("container", FREQUENT_VALUE))[0].key.hex()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(prepare()).decode())
