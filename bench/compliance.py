"""Deadlines: 1,200 facilities, 40 rules, five years of history, worked out by one worker; and one event more.

The rules are those that ship for a facility, and as many more of the shapes of a drill, an exercise and a decision as
make 40.
The history is what such a facility would have done, on time, late or not at all: some 300 events. The baseline is the
target.

First the rules alone, then with the tables: an installation is filled with the same histories, and one worker reads
them, works them out and writes what is owed, in the serving role under the policy. An event is written by the national
authority, which sees every file. Seconds of the processor are those of that one process; the clock's hold the
database's work too.
"""

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figures import Figure, beside, quantile
from bench.installation import Connect, installation
from port2port.base.ids import new_id
from port2port.compliance.deadlines import Held, computed, recomputed
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.reading import document_of, extended, rulebook

FACILITIES = 1_200
RULES = 40
YEARS = 5
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
START = NOW - timedelta(days=365 * YEARS)
ROUNDS = 2_000
STORED_ROUNDS = 60
WHO = "authority@ansm.demo"
WHOLE_TARGET = 20.0  # seconds
EVENT_TARGET = 50.0  # milliseconds


def rules() -> Rulebook:
    """Return 40 rules for a facility: those that ship, and more of the same shapes."""
    book = rulebook()
    document = document_of(book)
    models = [rule for rule in document["rules"] if rule["code"] in ("drill", "exercise", "pfsa_decision")]
    more: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    names = {language: "Invented for the bench" for language in ("nl", "fr", "de", "en")}
    for number in range(RULES - len(book.for_subject["facility"])):
        rule = models[number % len(models)]
        code = f"bench_{number}"
        events.append({"code": code, "subjects": ["facility"], "names": names})
        more.append(rule | {"code": code, "fulfilled_by": [code], "triggers": ["pfsp_approved"], "names": names})
    return extended(book, {"rules": more, "events": events}, name="bench")


def history(chance: random.Random, book: Rulebook) -> list[Event]:
    """Return five years of one facility: plans, drills every three months or so, exercises, records, people."""
    found = [Event("facility_opened", START, {}), Event("pfsa_submitted", START, {})]
    found.append(Event("pfsa_approved", START + timedelta(days=25), {}))
    found.append(Event("pfsp_submitted", START + timedelta(days=90), {}))
    found.append(Event("pfsp_opinion_given", START + timedelta(days=115), {}))
    found.append(Event("pfsp_approved", START + timedelta(days=140), {}))
    found.append(Event("interim_evaluation_done", START + timedelta(days=140 + 30 * chance.randint(24, 36)), {}))
    for number in range(YEARS * 4):
        day = START + timedelta(days=140 + number * 90 + chance.randint(-10, 20))
        found.append(Event("drill_held", day, {"drill": f"d{number}"}))
        for kind in ("visitor_register_closed", "camera_images_recorded", "camera_images_erased"):
            found.append(Event(kind, day, {"batch": f"b{number}"}))
        if number % 4 == 0:
            exercise = {"exercise": f"e{number}"}
            found.append(Event("exercise_planned", day, exercise | {"on": f"{day + timedelta(days=60):%Y-%m-%d}"}))
            for kind, days in (("exercise_notified", 20), ("exercise_held", 60), ("exercise_reported", 80)):
                found.append(Event(kind, day + timedelta(days=days), exercise))
            for kind in ("dos_occasion", "dos_signed"):
                details = {"occasion": f"o{number}"} | (
                    {"reason": "threat_or_incident"} if kind == "dos_occasion" else {}
                )
                found.append(Event(kind, day, details))
        for kind in book.event_kinds:
            if kind.startswith("bench_") and chance.random() < 0.5:
                found.append(Event(kind, day, {}))
    for holder in ("h1", "h2"):
        found.append(Event("pfso_appointed" if holder == "h1" else "deputy_appointed", START, {"holder": holder}))
    return [event for event in found if event.at <= NOW]


def run() -> list[Figure]:
    """Return the seconds for all facilities and the milliseconds for one event more, each beside its target."""
    return [*unfolding(), *storing()]


def unfolding() -> list[Figure]:
    """Return the figures of the rules alone."""
    chance = random.Random("compliance")
    book = rules()
    histories = [(Subject("facility", f"f{n}", {}), history(chance, book)) for n in range(FACILITIES)]
    if sum(1 for _rule in book.for_subject["facility"]) != RULES:
        raise RuntimeError(f"there are not {RULES} rules for a facility")
    started, worked = time.perf_counter(), time.process_time()
    held = [computed(subject, events, book, at=NOW) for subject, events in histories]
    whole, worked = time.perf_counter() - started, time.process_time() - worked
    took = [one_more(chance.choice(held), chance, book) for _round in range(ROUNDS)]
    events = sum(len(events) for _subject, events in histories)
    owed = sum(len(one.obligations) for one in held)
    return [
        beside(
            f"{FACILITIES} facilities x {RULES} rules x {YEARS} years worked out", whole, "s", "target", WHOLE_TARGET
        ),
        beside("the same, time of the processor", worked, "s", "target", WHOLE_TARGET),
        beside(
            "one event more, 99 of 100", quantile([wall for wall, _cpu in took], 0.99), "ms", "target", EVENT_TARGET
        ),
        beside("the slowest, time of the processor", max(cpu for _wall, cpu in took), "ms", "target", EVENT_TARGET),
        Figure("events in these histories", events, "events"),
        Figure("obligations that came of them", owed, "obligations"),
    ]


def one_more(held: Held, chance: random.Random, book: Rulebook) -> tuple[float, float]:
    """Return the milliseconds for one event more, and those of the processor; one in ten touches most rules."""
    kind = (
        "facility_closed" if chance.random() < 0.1 else chance.choice(("drill_held", "pfsp_approved", "pfsa_approved"))
    )
    event = Event(kind, NOW - timedelta(days=chance.randint(0, 900)), {})
    started, worked = time.perf_counter(), time.process_time()
    recomputed(held, event, book, at=NOW)
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000


FILL = """
insert into members_facility (id, slug, number, names, category, port_id, lat, lon, invented)
select new_uuid7(), 'bench-' || i, 'XXBEN-' || lpad(i::text, 4, '0'), jsonb_build_object('en', 'Quay ' || i), 1,
  p.ids[1 + mod(i, array_length(p.ids, 1))], 51, 4, true
from generate_series(1, %(facilities)s) i, (select array_agg(id order by locode) ids from members_port where member) p;
insert into compliance_subject (id, kind, facility_id, function, holder, attributes, invented, book)
select new_uuid7(), 'facility', id, '', '', '{}', true, '' from members_facility where slug like 'bench-%%';
"""
COLUMNS = (
    "id, subject_id, kind, at, details, reference, origin, source_id, void, narrow, organisation_id, person_id,"
    " entered_at"
)
CHANGE = (
    "insert into compliance_rulechange (id, code, version, entry, events, why, state, organisation_id, proposed_by_id,"
    " proposed_at, decided_by_id, decided_at) select new_uuid7(), %s, 1, %s, %s, 'bench', 'on', m.organisation_id,"
    " m.person_id, now(), m.person_id, clock_timestamp() from members_membership m join members_account a"
    " on a.person_id = m.person_id where a.email = %s limit 1"
)


def fill(connect: Connect) -> None:
    """Fill an installation with the rules and histories of the bench, as the superuser."""
    book, chance = rules(), random.Random("compliance")
    document = document_of(book)
    shipped = {kind.code for kind in rulebook().events}
    with connect() as admin:
        for entry in document["rules"]:
            if entry["code"].startswith("bench_"):
                mine = [one for one in document["events"] if one["code"] == entry["code"]]
                events = [one for one in mine if one["code"] not in shipped]
                admin.execute(CHANGE, [entry["code"], json.dumps(entry), json.dumps(events), WHO])
        for statement in FILL.split(";")[:-1]:
            admin.execute(statement, {"facilities": FACILITIES})
        who: tuple[Any, ...] = admin.execute(
            "select m.organisation_id, m.person_id from members_membership m join members_account a"
            " on a.person_id = m.person_id where a.email = %s limit 1", [WHO],
        ).fetchone() or ()  # fmt: skip
        subjects = [row[0] for row in admin.execute("select id from compliance_subject order by id").fetchall()]
        admin.execute("set session_replication_role = replica")
        with admin.cursor() as cursor, cursor.copy(f"copy compliance_happening ({COLUMNS}) from stdin") as copy:
            for subject in subjects:
                for event in history(chance, book):
                    told = (event.kind, event.at, json.dumps(dict(event.details)), "", "invented", "", False, False)
                    copy.write_row((new_id(), subject, *told, *who, NOW))
        admin.execute("analyze")


def storing() -> list[Figure]:
    """Return the figures with the tables, from a process of its own."""
    with installation() as (environment, connect):
        fill(connect)
        code = "import json; from bench.compliance import stored; print(json.dumps(stored()))"
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, env={**environment, "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        beside("the same read, worked out, written: processor", found["cpu"], "s", "target", WHOLE_TARGET),
        Figure("the same, with the database's work", found["wall"], "s"),
        Figure("once more, when nothing differs: processor", found["again"], "s"),
        Figure("obligations written", found["written"], "obligations"),
        beside("one event with all it changes, 95 of 100: processor", found["event"], "ms", "target", EVENT_TARGET),
        Figure("the same, with the database's work", found["event_wall"], "ms"),
    ]


def stored() -> dict[str, float]:
    """Return seconds and milliseconds, in this process, in the serving role."""
    import django

    django.setup()
    from port2port.base.clock import now
    from port2port.compliance.actions import Entry, record_event
    from port2port.compliance.models import Subject
    from port2port.compliance.queries import code_of
    from port2port.compliance.tasks import recompute_all
    from port2port.members.acting import acting_as
    from port2port.members.cast import cast_member

    found: dict[str, float] = {}
    started, worked = time.perf_counter(), time.process_time()
    _subjects, written = recompute_all()
    found |= {"wall": time.perf_counter() - started, "cpu": time.process_time() - worked, "written": written}
    worked = time.process_time()
    _subjects, differing = recompute_all()
    if differing:
        raise RuntimeError("working out again changed something")
    found["again"] = time.process_time() - worked
    took = []
    who = cast_member(WHO)
    with acting_as(*who):
        codes = [code_of(one) for one in Subject.objects.select_related("facility")[:STORED_ROUNDS]]
    for code in codes:
        started, worked = time.perf_counter(), time.process_time()
        with acting_as(*who):
            record_event(code, entry=Entry("drill_held", now() - timedelta(days=1)), at=now())
        took.append(((time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000))
    found["event"] = quantile([cpu for _wall, cpu in took], 0.95)
    found["event_wall"] = quantile([wall for wall, _cpu in took], 0.95)
    return found
