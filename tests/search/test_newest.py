"""The walk from the newest months stops early and finds exactly what sorting everything would, in random worlds."""

import random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

KINDS = ("report", "alert", "case")
THREATS = ("drug_smuggling", "cyber_attack")
QUESTIONS = ("zqoften", "zqsometimes", "zqrarely", "zqoften & zqsometimes", "zqrarely | zqsometimes", "zqnever")
RECORDS = 700
VERIFIED, UNVERIFIED = "pso@northsea.demo", "analyst@police.demo"

FILL = """
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), n.kind, o.id, p.id, n.audience, '{}', n.tlp, 2, 'port_security_isps', 'members_charter', 'none',
  'invented', '', n.number::text, null, n.threat, now() - n.days * interval '1 day', now(),
  now() + n.kept * interval '1 day', 1
from unnest(%(number)s::int[], %(kind)s::text[], %(tlp)s::int[], %(threat)s::text[], %(days)s::float8[],
    %(kept)s::int[], %(audience)s::text[]) x(number, kind, tlp, threat, days, kept, keys),
  lateral (select x.number, x.kind, x.tlp, x.threat, x.days, x.kept, x.keys::uuid[] as audience) n,
  (select id from members_organisation order by slug limit 1) o,
  (select id from members_person where kind = 'human' order by name limit 1) p;
insert into sharing_searchable (record_id, words, lexemes, at, until)
select r.id, n.words, sharing_lexemes(r), r.at, r.expires_at
from sharing_record r join unnest(%(number)s::int[], %(words)s::text[]) n(number, words) on n.number = r.origin_id::int;
"""

# Under the policy itself, every row that is seen sorted: what the function must agree with.
PLAIN = """
select r.id from sharing_record r join sharing_searchable s on s.record_id = r.id
where s.words::tsvector @@ %(query)s::tsquery and r.kind = any(%(kinds)s) and (%(threat)s = '' or r.threat = %(threat)s)
  and (%(since)s::float8 is null or r.at >= now() - %(since)s * interval '1 day')
  and (%(before)s::float8 is null or r.at < now() - %(before)s * interval '1 day')
order by r.at desc, r.id desc limit %(candidates)s
"""
FOUND = """
select record, looked_at from sharing_find(%(query)s, %(kinds)s, %(most)s, near => %(near)s, wide => %(near)s,
  in_threat => %(threat)s, since => now() - %(since)s * interval '1 day',
  before => now() - %(before)s * interval '1 day', candidates => %(candidates)s)
"""


def words(pick: random.Random) -> str:
    """Return what a record is found by; one in ten is so long that its vector stands elsewhere."""
    said = [w for w, share in (("zqoften", 0.7), ("zqsometimes", 0.15), ("zqrarely", 0.01)) if pick.random() < share]
    said += [f"zq{pick.randrange(10**6)}other" for _number in range(300 if pick.random() < 0.1 else 5)]
    return " ".join(f"{word}:{place + 1}{pick.choice('AB')}" for place, word in enumerate(dict.fromkeys(said)))


def fill(admin: Any, pick: random.Random) -> None:
    """Fill a world: dense at its beginning, its end, or evenly; most of it seen by one, by both, or by nobody."""
    ids = dict(admin.execute("select slug, id::text from members_circle").fetchall())
    audiences = [[ids["all-members"]], [ids["ports-and-police"]], [ids["organisation-port-of-antwerp-bruges"]]]
    shares, bend, numbers = [pick.random() for _one in audiences], pick.choice((0.3, 1, 3)), range(RECORDS)
    rows: dict[str, list[Any]] = {
        "number": list(numbers),
        "kind": [pick.choice(KINDS) for _ in numbers],
        "tlp": [pick.choice((1, 1, 2)) for _ in numbers],
        "threat": [pick.choice(THREATS) for _ in numbers],
        "days": [1400 * pick.random() ** bend - 20 for _ in numbers],
        "kept": [pick.choice((-1, 900, 900, 900)) for _ in numbers],
        "audience": ["{" + ",".join(pick.choices(audiences, shares)[0]) + "}" for _ in numbers],
        "words": [words(pick) for _ in numbers],
    }
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        with admin.cursor() as cursor:
            for statement in FILL.split(";\n")[:2]:
                cursor.execute(statement, rows)


def nearly_all(admin: Any, pick: random.Random) -> list[str]:
    """Return every kind there is but one or two."""
    every = [row[0] for row in admin.execute("select kind from sharing_kind order by kind").fetchall()]
    left_out = {pick.choice(every), pick.choice(("", *KINDS))}
    return [one for one in every if one not in left_out]


def asked(sql: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.parametrize("world", range(4))
def test_stopping_early_finds_what_sorting_everything_finds(acting, owner, cast, _admin, world):
    pick = random.Random(world)
    fill(_admin, pick)
    owner.execute("update members_membership set verified_until = null where id = %s", [cast[UNVERIFIED].hat])
    capped = 0
    for email in (VERIFIED, UNVERIFIED):
        with acting(email):
            for _number in range(40):
                narrowed = {
                    "query": pick.choice(QUESTIONS),
                    "kinds": pick.choice((list(KINDS), ["report"], nearly_all(_admin, pick))),
                    "threat": pick.choice(("", "", *THREATS)),
                    "since": pick.choice((None, None, 1000.0, 90.0)),
                    "before": pick.choice((None, None, 30.0, 600.0)),
                    "candidates": pick.choice((1, 7, 40, 150, 1000)),
                }
                plain = [row[0] for row in asked(PLAIN, **narrowed)]
                newest = asked(FOUND, **narrowed, near="", most=1)
                assert [row[0] for row in newest] == plain[:1], narrowed
                ranked = asked(FOUND, **narrowed, near="zqoften | zqrarely", most=narrowed["candidates"])
                assert {row[0] for row in ranked} == set(plain), narrowed
                assert {row[1] for row in ranked} == ({len(plain)} if plain else set()), "it counts what is seen"
                best = asked(FOUND, **narrowed, near="zqoften | zqrarely", most=1)
                assert best == ranked[:1], "the parts are ranked as one"
                capped += len(plain) == narrowed["candidates"]
                every = asked(FOUND, **{**narrowed, "candidates": None}, near="zqoften", most=1000)
                assert {row[0] for row in every} == {row[0] for row in asked(PLAIN, **{**narrowed, "candidates": None})}
    assert capped > 10, "there was something to stop early for"


def test_a_record_that_a_wrong_clock_dated_ahead_is_found(acting, _admin):
    pick = random.Random(9)
    fill(_admin, pick)
    with _admin.transaction():
        _admin.execute("set local session_replication_role = replica")
        made: UUID = _admin.execute(
            "update sharing_record set at = now() + interval '400 days', kind = 'report', tlp = 1,"
            " expires_at = now() + interval '900 days',"
            " audience = array[(select id from members_circle where slug = 'all-members')]"
            " where origin_id = '0' returning id"
        ).fetchone()[0]
        _admin.execute(
            "update sharing_searchable s set words = 'zqahead:1A', at = r.at, until = r.expires_at,"
            " lexemes = sharing_lexemes(r) from sharing_record r where r.id = s.record_id and r.id = %s",
            [made],
        )
    with acting(VERIFIED):
        assert asked("select record from sharing_find('zqahead', array['report'], 10)") == [(made,)]
