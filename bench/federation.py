"""Two nodes: reading everything of the other one from empty, end to end over HTTP, and how late a new object is.

The other node serves as in operation, its store filled in bulk (eight objects to a record); this one reads page by page
as the command does, and in the steady state by the worker's rounds. The baseline of reading is the same with a tenth of
the objects; that of being late is the two seconds that are asked for.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from bench.figures import Figure, beside
from bench.installation import Connect, installation
from bench.machines import let_in
from bench.serving import memory_of

OBJECTS = int(os.environ.get("BENCH_FEDERATION_OBJECTS", "100000"))
LATE_ROUNDS = 10
ASKED_LATE, ASKED_MEMORY = 2.0, 300.0
SECRET = "p2p_bench_federation"
STARTS = 60.0  # seconds for the server

FILL = """
set session_replication_role = replica;
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), 'report', o.id, p.id, array[c.id], '{}', 1, 1, 'port_security_isps', 'members_charter', 'none',
  'member', '', '', 'drug_smuggling', now(), now(), now() + interval '5 years', 1
from generate_series(1, MANY / 8),
  (select c.id from members_circle c join members_organisation o on o.id = c.organisation_id
   where c.kind = 'organisation' and o.slug = 'north-sea-port') c,
  (select id from members_organisation where slug = 'port-of-antwerp-bruges') o,
  (select id from members_person where kind = 'human' order by name limit 1) p;
insert into exchange_object (id, stix_id, kind, record_id, threat, version, added, oldest, newest, digest, body)
select new_uuid7(), x.stix_id, x.kind, x.record, 'drug_smuggling', case x.kind when 'vessel' then x.added else
    '2026-11-20T10:00:00Z' end, x.added, true, true, '',
  json_strip_nulls(json_build_object('type', x.kind, 'spec_version', '2.1', 'id', x.stix_id, 'object_marking_refs',
    array['marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb'], 'x', repeat('x', 500),
    'created', case x.kind when 'vessel' then null else '2026-11-20T10:00:00.000Z' end,
    'modified', case x.kind when 'vessel' then null else '2026-11-20T10:00:00.000Z' end,
    'extensions', json_build_object('extension-definition--b832f379-abde-5b7e-9f7e-f79cc29c0c03', json_build_object(
      'extension_type', 'property-extension',
      'node', (select value::jsonb ->> 'id' from base_setting where key = 'node'),
      'record', x.record, 'keep_until', '2031-11-20T10:00:00.000Z'))))::text
from (
  select k.kind, r.id as record, k.kind || '--' || gen_random_uuid() as stix_id,
    greatest(now(), (select coalesce(max(added), now()) from exchange_object))
      + (row_number() over ()) * interval '1 microsecond' as added
  from (select id from sharing_record where id not in (
      select record_id from exchange_object where record_id is not null)) r,
    unnest(array['incident', 'relationship', 'relationship', 'relationship', 'relationship', 'opinion', 'location',
      'vessel']) as k(kind)) x;
insert into exchange_posting (key, object_id, sensitive, added, version, kind, threat, oldest, newest, tlp, expires_at)
select k, o.id, false, o.added, o.version, o.kind, o.threat, true, true, r.tlp, r.expires_at
from exchange_object o join sharing_record r on r.id = o.record_id, unnest(r.audience) k
on conflict do nothing;
"""
TIDY = ("vacuum analyze exchange_object", "vacuum analyze exchange_posting", "vacuum analyze sharing_record")


def run() -> list[Figure]:
    """Return objects a second from empty, the memory of who reads, and seconds until a new object is here."""
    with installation() as (theirs, admin_there), installation() as (ours, admin_here):
        with admin_there() as there:
            said = json.dumps({"id": str(uuid4()), "at": "2026-11-20T10:00:00+00:00"})
            there.execute("update base_setting set value = %s where key = 'node'", [said])
            let_in(there, SECRET)
        with served(theirs) as root:
            few, _memory = read(ours, admin_there, admin_here, root, "Few", OBJECTS // 10)
            rate, memory = read(ours, admin_there, admin_here, root, "Many", OBJECTS)
            late = lateness(ours, admin_there, admin_here)
    return [
        beside(f"{OBJECTS:,} objects of another node, from empty", rate, "/s", f"{OBJECTS // 10:,}", few),
        beside("memory of who reads", memory, "MB", "asked", ASKED_MEMORY),
        beside("a new object is here after, median", statistics.median(late), "s", "asked", ASKED_LATE),
        beside("a new object is here after, worst", max(late), "s", "asked", ASKED_LATE),
    ]


def read(
    ours: Mapping[str, str], admin_there: Connect, admin_here: Connect, root: str, name: str, many: int
) -> tuple[float, float]:
    """Read so many objects from empty in a process of its own; return objects a second and its memory in MB."""
    with admin_there() as there:
        there.execute("set session_replication_role = replica")
        there.execute("delete from exchange_posting; delete from exchange_object; delete from sharing_record")
        fill(there, many)
    with admin_here() as here:
        here.execute("delete from exchange_inbound; delete from exchange_delivery; delete from exchange_peer")
    answer = subprocess.run(
        [sys.executable, "-m", "bench.federation", root, name], check=True, capture_output=True,
        env={**ours, "PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1"},
    )  # fmt: skip
    found = msgspec.json.decode(answer.stdout)
    if found["objects"] != many // 8 * 8:
        raise RuntimeError(f"{found['objects']} of {many} objects came")
    return found["objects"] / found["seconds"], found["memory"]


def fill(there: psycopg.Connection[Any], many: int) -> None:
    """Put more objects into the store of the other node."""
    there.execute(FILL.replace("MANY", str(many)).encode())
    there.execute("reset session_replication_role")
    for statement in TIDY:
        there.execute(statement.encode())


def lateness(ours: Mapping[str, str], admin_there: Connect, admin_here: Connect) -> list[float]:
    """Return seconds from when objects can be read there until they are here, read by rounds as in the worker."""
    late = []
    with (
        subprocess.Popen(
            [sys.executable, "-m", "bench.federation", "rounds"],
            env={**ours, "PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1"},
        ) as worker,
        admin_there() as there,
        admin_here() as here,
    ):
        try:
            for number in range(LATE_ROUNDS):
                before = count(here)
                fill(there, 8)
                began = time.perf_counter()
                until(lambda before=before: count(here) > before)  # type: ignore[misc]
                if number:  # the first waits for the process to start
                    late.append(time.perf_counter() - began)
                time.sleep(0.37)  # another moment of the round each time
        finally:
            worker.terminate()
    return late


def count(here: psycopg.Connection[Any]) -> int:
    """Return how many objects came."""
    row = here.execute("select count(*) from exchange_inbound").fetchone()
    return int(row[0]) if row else 0


def until(true: Callable[[], bool]) -> None:
    """Wait until it is so. Raises TimeoutError."""
    end = time.monotonic() + STARTS
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[str]:
    """Serve a node on loopback as in operation, with one process, and yield its TAXII root."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    given = {**environment, "PORT2PORT_PORT": str(port), "PORT2PORT_WORKERS": "1", "PORT2PORT_LOG_LEVEL": "warning"}
    with subprocess.Popen([sys.executable, "-m", "port2port", "serve"], env=given, stdout=subprocess.DEVNULL) as server:
        try:
            until(lambda: _answers(port))
            yield f"http://localhost:{port}/taxii2/p2p/"
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def reading(root: str, name: str) -> dict[str, float]:
    """Link with the other node, read all of it, and return how many objects, seconds and MB that took."""
    import django

    django.setup()
    from django.db import connection

    from port2port.base.clock import now
    from port2port.exchange.peers import actions, client
    from port2port.exchange.peers.pulling import pull_page
    from port2port.exchange.peers.turns import Turn
    from port2port.members.acting import acting_as, acting_as_system
    from port2port.members.models import Account

    with acting_as_system("identity"), connection.cursor() as cursor:
        person = Account.objects.get(email="pso@liege.demo").person_id
        cursor.execute("select hat from members_hats(%s) limit 1", [person])
        (hat,) = cursor.fetchone()
    with acting_as(person, hat):
        said = actions.Link(name, root, SECRET, pulls=True, pushes=False)
        peer = actions.link(said, verified=True, language="en", at=now())
    turn = Turn(peer.id, peer.person_id, peer.hat_id)
    began, objects, more = time.perf_counter(), 0, True
    while more:
        came = pull_page(turn, reach=client.reach(), at=now())
        objects, more = objects + came.fresh, came.more
    memory = memory_of(os.getpid(), "VmHWM") / 2**20
    return {"objects": objects, "seconds": time.perf_counter() - began, "memory": memory}


def rounds() -> None:
    """Exchange as the worker does, until told to stop."""
    import threading

    import django

    django.setup()
    from port2port.exchange.peers.rounds import run_forever

    run_forever(threading.Event())


if __name__ == "__main__":
    if sys.argv[1] == "rounds":
        rounds()
    else:
        print(msgspec.json.encode(reading(*sys.argv[1:])).decode())
