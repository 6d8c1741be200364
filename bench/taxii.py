"""Pages of 100 STIX objects at `/taxii2/`, for partners who see much, little and nothing, as they grow more.

The store is filled in bulk as the superuser (triggers off), eight objects to a record. Pages are asked for over HTTP as
served, by a machine with a token; reading TLP:AMBER is journalled. The same pages are read in this process too, by the
query alone, as the serving role with the keys of a member. The baseline of each is the same page at the smallest size.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg

from bench.figures import Figure, beside
from bench.installation import installation
from bench.machines import Machine, let_in, median
from bench.policy import SETTINGS
from bench.serving import granian

SIZES = tuple(int(size) for size in os.environ.get("BENCH_TAXII_SIZES", "10000,1000000").split(","))
PAGE = 100
ASKED = 8.0  # milliseconds for a page as served, at the largest size
SHARES = {"70": 1, "10": 2, "0.1": 3, "0": 0}  # percent, and the number of the circle that sees so much
OBJECTS = "/taxii2/p2p/collections/all/objects/"

CIRCLES = """
insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by)
select ('00000000-0000-7000-8000-00000000000' || i)::uuid, 'bench-' || i, '{}', 'standing', 'persons', 'own', 'open',
  'members'
from generate_series(1, 4) i on conflict do nothing;
"""
FILL = """
set session_replication_role = replica;
truncate exchange_posting, exchange_object, sharing_posting, sharing_record cascade;
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), 'report', o.id, p.id, array[('00000000-0000-7000-8000-00000000000' ||
    case when r < 0.7 then 1 when r < 0.8 then 2 when r < 0.801 then 3 else 4 end)::uuid, p.id], '{}', 2, 2,
  'port_security_isps', 'members_charter', 'none', 'member', '', '', 'drug_smuggling', now(), now(),
  now() + interval '5 years', 1
from (select random() r from generate_series(1, SIZE / 8)) x,
  (select id from members_organisation order by slug limit 1) o,
  (select id from members_person where kind = 'human' order by name limit 1) p;
insert into exchange_object (id, stix_id, kind, record_id, threat, version, added, oldest, newest, digest, body)
select new_uuid7(), k.kind || '--' || gen_random_uuid(), k.kind, r.id, r.threat,
  case k.n when 8 then a.added else now() end, a.added, true, true, '',
  '{"type":"' || k.kind || '","x":"' || repeat('x', 600) || '"}'
from (select id, threat, row_number() over () as place from sharing_record) r,
  unnest(array['incident', 'relationship', 'relationship', 'relationship', 'relationship', 'opinion', 'location',
    'shipping-container']) with ordinality as k(kind, n),
  lateral (select now() - interval '900 days' + (r.place * 8 + k.n) * interval '1 second' as added) a;
insert into exchange_posting (key, object_id, sensitive, added, version, kind, threat, oldest, newest, tlp, expires_at)
select k, o.id, k <> r.author_id, o.added, o.version, o.kind, o.threat, true, true, r.tlp, r.expires_at
from exchange_object o join sharing_record r on r.id = o.record_id, unnest(r.audience) k;
"""
TIDY = ("vacuum analyze exchange_object", "vacuum analyze exchange_posting", "vacuum analyze sharing_record")


def run() -> list[Figure]:
    """Return a figure for each size, share and page: milliseconds, beside the same page at the smallest size."""
    found: dict[int, dict[str, float]] = {}
    with installation() as (environment, admin):
        with admin() as connection:
            admit(connection)
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}  # a line for each of these answers helps nobody
        for size in SIZES:
            with admin() as connection:
                fill(connection, size)
                with granian("port2port.live.front:application", "asgi", "--backpressure", "64", **quiet) as server:
                    found[size] = served(connection, server.port)
            answer = subprocess.run(
                [sys.executable, "-m", "bench.taxii"], check=True, capture_output=True, env=environment
            )
            found[size] |= msgspec.json.decode(answer.stdout)
    largest = found[SIZES[-1]]
    slowest = max((name for name in largest if name.startswith("served")), key=largest.__getitem__)
    return [
        beside(f"{name}, {size:,} objects", milliseconds, "ms", f"at {SIZES[0]:,}", found[SIZES[0]][name])
        for size, times in found.items()
        for name, milliseconds in times.items()
    ] + [beside(f"the slowest of them as served: {slowest}", largest[slowest], "ms", "asked", ASKED)]


def admit(connection: psycopg.Connection[Any]) -> None:
    """Let a machine in for each share, in the circle that sees so much."""
    connection.execute(CIRCLES)
    for share, number in SHARES.items():
        let_in(connection, f"bench-{share}", circle=circle(number) if number else None)


def circle(number: int) -> str:
    """Return the id of a circle."""
    return f"00000000-0000-7000-8000-00000000000{number}"


def fill(connection: psycopg.Connection[Any], size: int) -> None:
    """Put so many objects into the store, in place of those that are there."""
    connection.execute(FILL.replace("SIZE", str(size)).encode())
    for statement in TIDY:
        connection.execute(statement.encode())


def served(connection: psycopg.Connection[Any], port: int) -> dict[str, float]:
    """Return median milliseconds over HTTP by what is asked; of an address that reads nothing too, to stand beside."""
    found = {"an address that reads nothing, as served": median(partial(Machine(port).get, "/healthz"))}
    for share, number in SHARES.items():
        machine = Machine(port, f"bench-{share}")
        for name, after in places(connection, number).items():
            path = f"{OBJECTS}?limit={PAGE}" + (f"&added_after={quote(written(after))}" if after else "")
            found[f"served, {name}, sees {share} %"] = median(partial(machine.get, path))
    return found


def places(connection: psycopg.Connection[Any], number: int) -> dict[str, datetime | None]:
    """Return the pages that are asked for, by name, each with the moment it comes after."""
    row = connection.execute(
        "select max(added), min(added) from exchange_posting where key = %s", [circle(number)]
    ).fetchone()
    last, first = row or (None, None)
    if last is None:
        return {"first page": None}
    return {"first page": None, "added_after": first + (last - first) / 2, "last page": last - timedelta(seconds=PAGE)}


def written(at: datetime) -> str:
    """Return a moment as TAXII writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def measure() -> dict[str, float]:
    """Return median milliseconds by what is asked, in this process."""
    import django

    django.setup()
    from uuid import UUID

    from django.db import connection, transaction

    from port2port.exchange.store.queries import Asked, page
    from port2port.members.actor import Actor, actor_now, nobody

    others = [UUID(int=10**30 + i) for i in range(8)]  # a member holds a dozen keys, most without objects
    found: dict[str, float] = {}
    with nobody(), transaction.atomic(), connection.cursor() as cursor:
        for share, number in SHARES.items():
            held = [*([UUID(circle(number))] if number else []), *others]
            actor_now.set(Actor(held[0], None, None, frozenset(held), 4, frozenset()))
            cursor.execute(SETTINGS, ["{" + ",".join(map(str, held)) + "}", str(held[0])])
            cursor.execute("select max(added), min(added) from exchange_posting where key = any(%s)", [held])
            last, first = cursor.fetchone()
            if last is None:
                found[f"query, first page, sees {share} %"] = median(partial(page, Asked(), size=PAGE))
                continue
            middle, end = first + (last - first) / 2, last - timedelta(seconds=PAGE)
            for name, asked in (
                ("first page", Asked()),
                ("added_after", Asked(after=middle)),
                ("last page", Asked(after=end)),
                ("incidents", Asked(kinds=("incident",))),
            ):
                found[f"query, {name}, sees {share} %"] = median(partial(page, asked, size=PAGE))
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(measure()).decode())
