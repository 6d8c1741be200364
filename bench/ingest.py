"""Bundles of STIX objects sent to the inbox of a member over HTTP as served, as what it holds already grows.

Each is read, judged object by object and kept under the policy before the answer. What is there already was sent by
the same machine, filled in bulk as the superuser. The baseline of each rate is that at the smallest size; that of the
memory is what is asked for.
"""

import http.client
import os
import time
from typing import Any

import msgspec
import psycopg

from bench.figures import Figure, beside
from bench.installation import installation
from bench.machines import Machine, bundle, let_in
from bench.serving import granian

SIZES = tuple(int(size) for size in os.environ.get("BENCH_INGEST_SIZES", "10000,1000000").split(","))
SENT = {1000: 12, 5000: 4}  # bundles by their size
ASKED_RATE, ASKED_MEMORY = 3000.0, 300.0
MEGABYTE = 1_000_000
SECRET, INBOX = "bench-ingest", "/taxii2/p2p/collections/inbox/objects/"

FILL = """
set session_replication_role = replica;
truncate exchange_inbound, exchange_delivery cascade;
insert into exchange_delivery (id, organisation_id, person_id, at, total, accepted, refused)
select new_uuid7(), m.organisation_id, m.person_id, now(), 0, '[]', '[]'
from members_token t join members_membership m on m.id = t.hat_id where t.name = 'bench';
insert into exchange_inbound (id, organisation_id, person_id, delivery_id, stix_id, kind, version, added, tlp, body,
  revoked, walk)
select new_uuid7(), d.organisation_id, d.person_id, d.id, 'incident--' || gen_random_uuid(), 'incident',
  now() - interval '1 day', now() - interval '1 day' + i * interval '1 microsecond', 1,
  '{"x":"' || repeat('x', 600) || '"}', false, 0
from generate_series(1, SIZE) i, exchange_delivery d;
vacuum analyze exchange_inbound;
"""


def run() -> list[Figure]:
    """Return objects a second by size, and the memory of the process that serves."""
    found: dict[int, dict[int, float]] = {}
    with installation() as (environment, admin):
        with admin() as connection:
            let_in(connection, SECRET)
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}
        with granian("port2port.live.front:application", "asgi", "--backpressure", "64", **quiet) as server:
            machine = Machine(server.port, SECRET)
            send(machine, 1000)
            before = server.memory() / MEGABYTE
            for size in SIZES:
                with admin() as connection:
                    fill(connection, size)
                found[size] = {many: rate(machine, many, times) for many, times in SENT.items()}
            after = server.memory() / MEGABYTE
            machine.ask("POST", INBOX, b'{"objects":[' + b"1," * 4_900_000 + b"1]}")  # refused, and costs no memory
            hostile = server.memory() / MEGABYTE
    worst = min(one for rates in found.values() for one in rates.values())
    return [
        *(
            beside(f"bundles of {many:,} to {size:,} objects", one, "/s", f"at {SIZES[0]:,}", found[SIZES[0]][many])
            for size, rates in found.items()
            for many, one in rates.items()
        ),
        beside("the slowest of them", worst, "/s", "asked", ASKED_RATE),
        beside("memory of who serves, after them", after, "MB", "before", before),
        beside("memory of who serves, after a hostile one", hostile, "MB", "asked", ASKED_MEMORY),
    ]


def fill(connection: psycopg.Connection[Any], size: int) -> None:
    """Let so many objects be there, in place of those that are."""
    for statement in FILL.replace("SIZE", str(size)).split(";\n"):
        if statement.strip():
            connection.execute(statement.encode())
    connection.execute("reset session_replication_role")


def rate(machine: Machine, many: int, times: int) -> float:
    """Return objects a second over some bundles of so many."""
    return many * times / sum(send(machine, many) for _number in range(times))


def send(machine: Machine, many: int) -> float:
    """Send a bundle of new objects and return the seconds until all of it is kept. Raises RuntimeError for less."""
    sent = bundle(many)
    began = time.perf_counter()
    status, body = machine.ask("POST", INBOX, sent)
    took = time.perf_counter() - began
    if status != http.client.ACCEPTED or msgspec.json.decode(body)["success_count"] != many:
        raise RuntimeError(f"{status}: {body[:500]!r}")
    return took
