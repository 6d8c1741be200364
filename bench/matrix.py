"""The matrix of the weakest link as one of its circle reads it, in the serving role under the policy.

A network: 30 ports with 200 facilities, 60 measures, every cell told. A continent: 1,200 ports, 200 measures, by
country. Beside each stands the same statement as the owner of the tables,
  without a policy. Tables are filled in bulk as the
superuser (triggers off). Milliseconds are medians, from asking to values; the page's is from request to bytes.
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

WHO = "director@commissioner.demo"
ROUNDS = 15

CLEAR = """
set session_replication_role = replica;
truncate sharing_posting, measures_adoption, measures_version, measures_measure, sharing_searchable,
  sharing_record cascade;
delete from members_facility; delete from members_port where locode like 'X%';
update members_port set member = false;
"""
FILL = """
set session_replication_role = replica;
insert into members_port (id, locode, country, names, kind, lat, lon, member)
select new_uuid7(), 'X' || lpad(i::text, 4, '0'), chr(65 + i % 5) || chr(65 + i % COUNTRIES),
  jsonb_build_object('en', 'Port ' || i),
  'sea', 50 + i % 20 * 0.3, 2 + i / 20 * 0.4, true from generate_series(1, PORTS) i;
insert into members_facility (id, slug, number, names, category, port_id, lat, lon, invented)
select new_uuid7(), 'bench-' || i, 'XX-' || i, jsonb_build_object('en', 'Quay ' || i), 1, p.ids[1 + i % PORTS], 51,
  4, true
from generate_series(1, FACILITIES) i, (select array_agg(id order by locode) ids from members_port where member) p;
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), 'measure', o.id, p.id, array[c.id], array[c.id], 1, 2, 'port_security_isps', 'members_charter',
  'none',
  'member', '', '', null, 'drug_smuggling', now() - i * interval '1 day', now(), now() + interval '5 years', 1
from generate_series(1, MEASURES) i, (select id from members_organisation order by slug limit 1) o,
  (select id from members_person where kind = 'human' order by name limit 1) p,
  (select id from members_circle where slug = 'all-members') c;
insert into sharing_posting (key, record_id, kind, sensitive, at, port, threat, tlp, expires_at)
select k, id, kind, tlp >= 2, at, port_id, threat, tlp, expires_at from sharing_record, unnest(audience) k;
insert into measures_measure (record_id, state, number, category, retired_why, source_name, source_url,
  source_confidence)
select id, 'in_force', 1, 'release_process', '', '', '', '' from sharing_record;
insert into measures_version (id, measure_id, number, language, title, problem, text, modi, phases, effort, cost,
  legal_basis,
  isps, evidence, side_effects, playbook, contact, hash, made_by_id, made_at)
select new_uuid7(), id, 1, 'en', 'A measure of the bench', 'A problem.', repeat('some words of text ', 20),
  array[(array['DR02', 'DR15', 'UA01', 'IN04', 'CY01'])[1 + (random() * 4)::int]], '{extract}', '', '', '', '', '',
  '', '', '', '',
  author_id, at from sharing_record;
insert into measures_adoption (id, measure_id, port_id, facility_id, published, organisation_id, person_id, at,
  state, due,
  progress, since, since_precision, coverage, evidence, reason, obstacles, help_needed, invented, source_name,
  source_url)
select new_uuid7(), r.id, place.port, place.facility, false, r.owner_id, r.author_id, now(), s.state, '2027-06-01',
  40,
  '2026-01-05', 'day', 80, repeat('seen at the gate ', 10), 'so', '', '', true, '', ''
from sharing_record r cross join (
    select id as port, null::uuid as facility from members_port where member
    union all select port_id, id from members_facility) place
  cross join lateral (select (array['in_place', 'in_progress', 'planned', 'suspended', 'not_applicable'])
    [1 + (abs(hashtext(r.id::text || coalesce(place.facility, place.port)::text)) % 5)] as state) s;
analyze sharing_record; analyze sharing_posting; analyze measures_adoption; analyze measures_measure; analyze
  measures_version;
"""
NETWORK = {"PORTS": 30, "FACILITIES": 200, "MEASURES": 60, "COUNTRIES": 3}
CONTINENT = {"PORTS": 1200, "FACILITIES": 0, "MEASURES": 200, "COUNTRIES": 8}


def run() -> list[Figure]:
    """Return the milliseconds of the matrix, of coverage, of the page, and of Europe by country."""
    figures: list[Figure] = []
    with installation() as (environment, admin):
        for what, size in (("network", NETWORK), ("continent", CONTINENT)):
            with admin() as connection:
                connection.execute(CLEAR)
                fill = FILL
                for name, number in size.items():
                    fill = fill.replace(name, str(number))
                connection.execute(fill)
                baseline = plain(connection)
            found = msgspec.json.decode(
                subprocess.run(
                    [sys.executable, "-m", "bench.matrix", what], check=True, capture_output=True, env=environment
                ).stdout
            )
            figures += [
                beside(name, milliseconds, "ms", "all cells read by the owner, no policy", baseline)
                for name, milliseconds in found.items()
            ]
    return figures


def plain(connection: Any) -> float:
    """Return the milliseconds of reading every cell's state and sums without a policy."""
    return median(
        lambda: connection.execute(
            "select measure_id, port_id, max(state), sum(coverage) from measures_adoption group by 1, 2"
        ).fetchall()
    )


def measure(what: str) -> dict[str, float]:
    """Return median milliseconds by what is asked, in this process, as one of the circle."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import RequestFactory

    from port2port.base.clock import now
    from port2port.measures.matrix import countries, pages, queries
    from port2port.members.acting import acting_as
    from port2port.members.cast import cast_member

    settings.ALLOWED_HOSTS = ["*"]
    found: dict[str, float] = {}
    with acting_as(*cast_member(WHO)):
        if what == "continent":
            made = countries.by_country(at=now())
            cells = len(made.rows) * len(made.codes)
            found[f"1,200 ports x 200 measures, by country: {cells:,} cells"] = median(
                lambda: countries.by_country(at=now())
            )
            return found
        found["matrix, 30 ports x 60 measures, 200 facilities"] = median(lambda: queries.matrix(at=now()))
        found["coverage by modus operandi, the same"] = median(lambda: queries.coverage(at=now()))
        request = RequestFactory().get("/measures/matrix/")
        found["the page of the matrix, the same"] = median(lambda: pages.table(request, at=now()))
    return found


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
