"""The newest 25 reports under the policy beside the same rows without it, for members who see much, little and nothing.

The table is filled in bulk as the superuser (triggers off); what is measured runs as the serving role with the keys
of a member, and, as its baseline, as the owner on the plain table with plain indexes. Pairs are taken in turn.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from bench.figures import Figure, beside
from bench.installation import installation

SIZES = (20_000, 200_000, 1_000_000)
ROUNDS = 60

FILL = """
set session_replication_role = replica;
truncate sharing_posting, reports_report, sharing_searchable, sharing_record cascade;
drop index if exists bench_plain, bench_plain_port;
insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by)
select ('00000000-0000-7000-8000-00000000000' || i)::uuid, 'bench-' || i, '{}', 'standing', 'persons', 'own', 'open',
  'members'
from generate_series(1, 4) i on conflict do nothing;
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), 'report', o.id, p.id, array[('00000000-0000-7000-8000-00000000000' ||
    case when r < 0.7 then 1 when r < 0.8 then 2 when r < 0.801 then 3 else 4 end)::uuid, p.id], '{}', 2, 2,
  'port_security_isps', 'members_charter', 'none', 'member', '', '', ports.ids[1 + floor(random() * 8)::int],
  (array['drug_smuggling', 'cyber_attack', 'drone_misuse', 'insider'])[1 + floor(random() * 4)::int],
  now() - random() * interval '900 days', now(), now() + interval '5 years', 1
from (select random() r from generate_series(1, SIZE)) x,
  (select id from members_organisation order by slug limit 1) o,
  (select id from members_person where kind = 'human' order by name limit 1) p,
  (select array_agg(id order by locode) ids from members_port) ports;
insert into sharing_posting (key, record_id, kind, sensitive, at, port, threat, tlp, expires_at)
select k, id, kind, tlp >= 2, at, port_id, threat, tlp, expires_at from sharing_record, unnest(audience) k;
insert into reports_report (record_id, nature, title, text, language, severity, occurred_at, occurred_precision, place,
  place_text, modus_operandi, modus_operandi_also, phase, substance, origin_country, source, source_name, source_url,
  source_precision, source_confidence, event_group, state, outcome, vocabulary, personal_data_breach)
select id, 'incident', 'A report of the bench', repeat('some words of text ', 12), 'nl', 'moderate', at, 'minute',
  'port', '', 'DR02', '{}', '', '', '', 'seen', '', '', '', '', '', 'open', '', 1, '' from sharing_record;
create index bench_plain on sharing_record (kind, at desc, id desc);
create index bench_plain_port on sharing_record (kind, port_id, at desc, id desc);
analyze sharing_record; analyze sharing_posting; analyze reports_report;
"""


def run() -> list[Figure]:
    """Return a figure for each size, share and filter: milliseconds under the policy beside milliseconds without."""

    figures: list[Figure] = []
    with installation() as (environment, admin):
        for size in SIZES:
            with admin() as connection:
                connection.execute(FILL.replace("SIZE", str(size)))
            times = {
                role: msgspec.json.decode(
                    subprocess.run(
                        [sys.executable, "-m", "bench.policy", role],
                        check=True,
                        capture_output=True,
                        env={**environment, **({"PORT2PORT_AS": "owner"} if role == "plain" else {})},
                    ).stdout
                )
                for role in ("plain", "policy")
            }
            for name, milliseconds in times["policy"].items():
                share, kind = name.split("/")
                plain = times["plain"]["count" if kind == "count" else kind]
                what = {"all": "newest 25", "port": "newest 25 at a port", "count": "count"}[kind]
                figures.append(
                    beside(
                        f"{what}, {size:,} reports, sees {share} %", milliseconds, "ms", "same SQL, no policy", plain
                    )
                )
    return figures


def measure(role: str) -> dict[str, float]:
    """Return median milliseconds by what is asked, in this process and role."""
    import django

    django.setup()
    from uuid import UUID

    from django.db import connection, transaction

    from port2port.members.actor import Actor, actor_now, nobody
    from port2port.reports.models import Report
    from port2port.sharing import queries

    circles = [UUID(f"00000000-0000-7000-8000-00000000000{i}") for i in range(1, 5)]
    others = [UUID(int=10**30 + i) for i in range(8)]  # a member holds a dozen keys, most without reports

    def rows(ids: list[Any]) -> int:
        found = Report.objects.filter(record_id__in=ids).values_list("record_id", "title", "severity", "record__tlp")
        return len(found)

    def plain(condition: str, arguments: list[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select id, at from sharing_record where kind = 'report' {condition}"
                " order by at desc, id desc limit 26",
                arguments,
            )
            return [row[0] for row in cursor.fetchall()][:25]

    def plain_count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from (select 1 from sharing_record where kind = 'report' limit 1001) x")
            cursor.fetchone()

    found: dict[str, float] = {}
    with nobody(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select id from members_port order by locode limit 1")
        port = cursor.fetchone()[0]
        if role == "plain":
            found["all"] = median(lambda: rows(plain("", [])))
            found["port"] = median(lambda: rows(plain("and port_id = %s", [port])))
            found["count"] = median(plain_count)
            return found
        for share, keys in (("70", circles[:2]), ("10", circles[1:2]), ("0.1", circles[2:3]), ("0", [])):
            held = [*keys, *others]
            actor_now.set(Actor(held[0], None, None, frozenset(held), 4, frozenset()))
            cursor.execute(SETTINGS, ["{" + ",".join(map(str, held)) + "}", str(held[0])])
            found[f"{share}/all"] = median(lambda: rows(queries.newest("report").ids))
            found[f"{share}/port"] = median(lambda: rows(queries.newest("report", facets={"port": port}).ids))
            found[f"{share}/count"] = median(lambda: queries.count("report"))
    return found


SETTINGS = """select set_config('p2p.keys', %s, true), set_config('p2p.person', %s, true),
 set_config('p2p.ceiling', '4', true), set_config('p2p.acts', '', true), set_config('p2p.scope', 'member', true),
 set_config('p2p.organisation', '', true)"""


def median(ask: Callable[[], Any]) -> float:
    """Return the median milliseconds of asking."""
    ask()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(measure(sys.argv[1])).decode())
