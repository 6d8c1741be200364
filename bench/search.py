"""The one search over mixed records in forty circles: the newest 2,000 ranked, all ranked, indexing, and being found.

The tables are filled in bulk as the superuser (triggers off) with texts drawn by Zipf's law from the words of the trade
and made-up ones, so that frequent words are frequent; questions are drawn from the same. Records stand in the table as
they were shared, but for one in ten, which was changed later. What is measured runs as the serving role with the keys
of a member of eight circles, and, as its baseline, as the owner without keys on that index. Times are those of the
processor in the server's process, the better of two rounds, so that a busy machine does not count; the wall's stand
beside them. `BENCH_SEARCH_SIZES=20000,200000` chooses the sizes.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench.figures import Figure, beside, quantile
from bench.installation import Connect, installation
from bench.policy import SETTINGS
from port2port.base.finding import lexicon
from port2port.base.finding.indexing import search_words

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SEARCH_SIZES", "20000,200000,1000000").split(","))
QUESTIONS = 300
DISTINCT = 20_000  # texts; beyond that they come again, in other records
CIRCLES, HELD = 40, 8
ROUNDS = 2
SOME = "select record_id from sharing_searchable where record_id <> '00000000-0000-0000-0000-000000000000' limit "
PLAIN = "one word after the other, no keys, ranked"
INDEXED = 4_000

EMPTY = """
set session_replication_role = replica;
create temporary table decoy as select record_id, words, lexemes, at, until from sharing_searchable
  where record_id = '00000000-0000-0000-0000-000000000000';
truncate sharing_posting, sharing_searchable, sharing_record cascade;
insert into sharing_searchable (record_id, words, lexemes, at, until) select * from decoy;
drop table decoy;
drop index if exists sharing_searchable_vector;
drop table if exists bench_words;
create unlogged table bench_words (number integer primary key, words text);
insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by)
select ('00000000-0000-7000-8000-0000000000' || to_char(i, 'FM00'))::uuid, 'bench-' || i, '{}', 'standing', 'persons',
  'own', 'open', 'members' from generate_series(1, 40) i on conflict do nothing;
"""
FILL = """
insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis,
  personal_data, provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
select new_uuid7(), (array['report', 'report', 'report', 'alert', 'case', 'lesson'])[1 + i % 6], o.id, p.id,
  array(select distinct ('00000000-0000-7000-8000-0000000000' ||
          to_char(1 + floor(power(random(), 1.5) * 40)::int, 'FM00'))::uuid from generate_series(1, 1 + i % 3)) || p.id,
  '{}', 1 + i % 2, 2,
  'port_security_isps', 'members_charter', 'none', 'member', '', i::text, ports.ids[1 + i % 8],
  (array['drug_smuggling', 'cyber_attack', 'drone_misuse', 'insider'])[1 + i % 4],
  now() - (SIZE - i) * (interval '900 days' / SIZE), now(), now() + interval '5 years', 1
from generate_series(1, SIZE) i,
  (select id from members_organisation order by slug limit 1) o,
  (select id from members_person where kind = 'human' order by name limit 1) p,
  (select array_agg(id order by locode) ids from members_port) ports;
insert into sharing_searchable (record_id, words, lexemes, at, until)
select r.id, w.words, sharing_lexemes(r), r.at, r.expires_at
from sharing_record r join bench_words w on w.number = r.origin_id::int % DISTINCT
order by r.origin_id::int % 10 = 0, r.at;
create index sharing_searchable_vector on sharing_searchable using gin (vector) with (gin_pending_list_limit = 512);
"""


class Texts:
    """Texts and questions by Zipf's law: the words of the trade, and made-up ones that nobody asks for by synonym."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        letters = "abcdefghijklmnoprstuvw"
        made_up = ["".join(self.draw.choices(letters, k=self.draw.randint(5, 11))) for _ in range(20_000)]
        known = sorted(lexicon.lexicon())
        self.draw.shuffle(known)
        self.words = [word for pair in zip(known, made_up, strict=False) for word in pair] + made_up[len(known) :]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def text(self) -> str:
        """Return a text of some sixty words, one in four with a container's number."""
        said = self.draw.choices(self.words, self.weights, k=self.draw.randint(30, 90))
        number = (
            f" MSKU {self.draw.randrange(10**6):06d} {self.draw.randrange(10)}" if self.draw.random() < 0.25 else ""
        )
        return " ".join(said) + number

    def question(self) -> str:
        """Return a question of one to three words: four in five of them finished, one in ten a number."""
        if self.draw.random() < 0.1:
            return f"MSKU{self.draw.randrange(10**6):06d}{self.draw.randrange(10)}"
        words = self.draw.choices(self.words, self.weights, k=self.draw.choice((1, 1, 2, 2, 3)))
        return " ".join(words) + ("" if self.draw.random() < 0.2 else " ")


def fill(admin: Connect, size: int) -> None:
    """Fill the tables with so many records."""
    texts = Texts(1)
    distinct = min(size, DISTINCT)
    with admin() as connection:
        connection.execute(EMPTY)
        with connection.cursor() as cursor, cursor.copy("copy bench_words from stdin") as copy:
            for number in range(distinct):
                copy.write_row(
                    (number, search_words(texts.text(), " ".join(texts.words[number % 50 : number % 50 + 3])))
                )
        connection.execute(FILL.replace("SIZE", str(size)).replace("DISTINCT", str(distinct)).encode())
        connection.execute("vacuum analyze sharing_record, sharing_searchable")


def run() -> list[Figure]:
    """Return p50 and p95 for each size, their growth, what indexing does, and how soon a new record is found."""
    figures: list[Figure] = []
    slowest: dict[tuple[str, int], float] = {}
    with installation() as (environment, admin):
        for size in SIZES:
            fill(admin, size)
            times = {role: asked_as(role, environment) for role in ("plain", "policy")}
            plain = times["plain"]["plain"]
            for name, both in times["policy"].items():
                for share in (0.5, 0.95):
                    what = f"{name}, {size:,} records, p{share * 100:.0f}"
                    spent = quantile([one for one, _wall in both], share)
                    against = quantile([one for one, _wall in plain], share)
                    figures.append(beside(f"{what}, processor", spent, "ms", PLAIN, against))
                    figures.append(Figure(f"{what}, wall", quantile([wall for _one, wall in both], share), "ms"))
                slowest[name, size] = spent
                if size != SIZES[0]:
                    before = SIZES[SIZES.index(size) - 1]
                    figures.append(
                        beside(f"{name}, p95, {before:,} to {size:,}", spent, "ms", "before", slowest[name, before])
                    )
            figures.append(Figure(f"found after it was indexed, {size:,} records", found_after(admin), "ms"))
        figures += indexing(admin)
    return figures


def asked_as(role: str, environment: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    """Return what `measure` says in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.search", role],
        check=True,
        capture_output=True,
        env={**environment, **({"PORT2PORT_AS": "owner"} if role == "plain" else {})},
    )
    return msgspec.json.decode(done.stdout, type=dict[str, list[tuple[float, float]]])


def processor(pid: int) -> float:
    """Return the milliseconds that this process has run on a processor (Linux, sched-stats.rst)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6


def questions() -> Iterator[str]:
    """Yield the questions, the same for every role and size."""
    texts = Texts(1)
    texts.draw.seed(2)
    for _number in range(QUESTIONS):
        yield texts.question()


def measure(role: str) -> dict[str, list[tuple[float, float]]]:
    """Return the milliseconds, of processor and wall, of each question by what is asked, in this process and role."""
    import django

    django.setup()
    from uuid import UUID

    from django.db import connection, transaction

    from port2port.base.finding.asking import asked
    from port2port.home.search.sources import kinds_for
    from port2port.members.actor import Actor, actor_now, nobody
    from port2port.sharing import queries

    held = [UUID(f"00000000-0000-7000-8000-0000000000{i:02d}") for i in range(1, CIRCLES + 1, CIRCLES // HELD)]
    held += [UUID(int=10**30 + i) for i in range(8)]  # a member holds keys without records too
    found: dict[str, list[tuple[float, float]]] = {}
    kinds = kinds_for("")
    with nobody(), transaction.atomic(), connection.cursor() as cursor:
        server = cursor.connection.info.backend_pid

        def timed(name: str, ask: Any) -> None:
            for q in list(questions())[:20]:
                ask(q)
            for q in questions():
                rounds = []
                for _round in range(ROUNDS):
                    began, spent = time.perf_counter(), processor(server)
                    ask(q)
                    rounds.append((processor(server) - spent, (time.perf_counter() - began) * 1000))
                found.setdefault(name, []).append(min(rounds))

        if role == "plain":
            cursor.execute("set local enable_seqscan = off")

            def plain(q: str) -> None:
                cursor.execute(
                    "select record_id from sharing_searchable, (select plainto_tsquery('simple', %s) as q) a"
                    " where vector @@ a.q order by ts_rank(vector, a.q) desc limit 21",
                    [q],
                )
                cursor.fetchall()

            timed("plain", plain)
            return found
        actor_now.set(Actor(held[0], None, None, frozenset(held), 4, frozenset()))
        cursor.execute(SETTINGS, ["{" + ",".join(map(str, held)) + "}", str(held[0])])
        for name, every in (("newest 2,000 ranked", False), ("all ranked", True)):
            narrowed = queries.Narrowed(every=every)

            def ask(q: str, narrowed: queries.Narrowed = narrowed) -> None:
                question = asked(q)
                queries.ranked(question, question.match, kinds, narrowed=narrowed, most=21)

            timed(name, ask)
    return found


def found_after(admin: Connect) -> float:
    """Return the worst milliseconds, of twenty, between a record's commit and an answer of the index that holds it."""
    worst = 0.0
    with admin() as writing, admin() as reading:
        reading.execute("set enable_seqscan = off")
        ids = [row[0] for row in writing.execute(f"{SOME} 20").fetchall()]
        for number, one in enumerate(ids):
            words = search_words(f"zqnew{number}word and some others")
            writing.execute("update sharing_searchable set words = %s where record_id = %s", [words, one])
            began = time.perf_counter()
            while not reading.execute(
                "select 1 from sharing_searchable where vector @@ %s::tsquery", [f"zqnew{number}word"]
            ).fetchall():
                pass
            worst = max(worst, (time.perf_counter() - began) * 1000)
    return worst


def indexing(admin: Connect) -> list[Figure]:
    """Return records that one worker indexes in a second of processor, its own and its server's, in batches of 500."""
    texts = Texts(1)
    texts.draw.seed(3)
    said = [texts.text() for _number in range(INDEXED)]
    for one in said[: INDEXED // 4]:
        search_words(one)
    began = time.process_time()
    words = [search_words(one) for one in said]
    alone = INDEXED / (time.process_time() - began)
    with admin() as connection:
        ids = [row[0] for row in connection.execute(f"{SOME} {INDEXED}").fetchall()]
        server = connection.info.backend_pid
        began = time.process_time() + processor(server) / 1000
        for start in range(0, len(ids), 500):
            connection.execute(
                "update sharing_searchable s set words = n.words from unnest(%s::uuid[], %s::text[]) n(id, words)"
                " where s.record_id = n.id",
                [
                    ids[start : start + 500],
                    [search_words(one) for one in said[start : start + len(ids[start : start + 500])]],
                ],
            )
        whole = len(ids) / (time.process_time() + processor(server) / 1000 - began)
    assert len(words) == INDEXED
    return [beside("indexing, one worker, with the database", whole, "records/s", "the words alone", alone)]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(measure(sys.argv[1])).decode())
