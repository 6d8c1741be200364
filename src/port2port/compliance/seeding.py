"""The security files of the demo: invented, and they say so; written through the real actions."""

import random
from datetime import datetime, timedelta

from port2port.compliance import queries
from port2port.compliance.actions import Entry, NewSubject, follow, record_events
from port2port.compliance.models import Happening
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.places import known_places

PFSO, QUAY = "pfso@quay1.demo", "BEANR-9901"
DEMO = "DEMO"  # the reference by which these entries are known
OFFICERS = (
    "pso@antwerp.demo",
    "pso@northsea.demo",
    "pso@limburg.demo",
    "pso@liege.demo",
    "pso@brussels.demo",
    "pso@ostend.demo",
)
INVENTED = "invented"
YEAR = 365
EVALUATED = 0.7  # of the facilities that are old enough: some are late with it


def seed_obligations(at: datetime) -> int:
    """Write an invented history into the file of each facility and port, unless there is any. Returns how many."""
    with acting_as(*cast_member(PFSO)):
        if Happening.objects.filter(subject__facility__number=QUAY, reference=DEMO).exists():  # beside an exercise's
            return 0
        record_events(QUAY, entries=_quay(at), at=at, origin=INVENTED)
        for function, post, days in (("pfso", "Post 1", 1700), ("deputy_pfso", "Post 2", 150)):
            made = follow(
                NewSubject("function_holder", function=function, facility=QUAY, holder=post), at=at, invented=True
            )
            people = [_entry(at, "function_taken", days)]
            people += [_entry(at, "certificate_issued", days - 20)] if function == "pfso" else []
            record_events(str(made.id), entries=people, at=at, origin=INVENTED)
    files = 1
    for email in OFFICERS:
        with acting_as(*cast_member(email)):
            seen, places = queries.sight(), known_places()
            for spot in places.ports.values():
                if spot.id in seen.ports and spot.member:
                    record_events(spot.code, entries=_port(at, random.Random(spot.code)), at=at, origin=INVENTED)
                    files += 1
            for spot in places.facilities.values():
                if spot.id in seen.facilities and spot.code != QUAY:
                    history = _facility(at, random.Random(spot.code))
                    record_events(spot.code, entries=history, at=at, origin=INVENTED)
                    files += 1
    return files


def _entry(at: datetime, kind: str, days: int, **details: str) -> Entry:
    return Entry(kind, at - timedelta(days=days), details, DEMO)


def _planned(at: datetime, days: int) -> list[Entry]:
    """Return how a facility came to its plan, approved so many days ago."""
    steps = (("facility_opened", 400), ("pfsa_submitted", 120), ("pfsa_approved", 95), ("pfsp_submitted", 55))
    found = [_entry(at, kind, days + before) for kind, before in (*steps, ("pfsp_opinion_given", 25))]
    appointed = [
        _entry(at, "pfso_appointed", days + 400, holder="A.B."),
        _entry(at, "deputy_appointed", days + 30, holder="C.D."),
    ]
    return [*found, *appointed, _entry(at, "pfsp_approved", days), _entry(at, "statement_issued", days - 3)]


def _exercise(at: datetime, days: int, number: str) -> list[Entry]:
    on = f"{at - timedelta(days=days):%Y-%m-%d}"
    return [
        _entry(at, "exercise_planned", days + 60, exercise=number, on=on),
        _entry(at, "exercise_notified", days + 45, exercise=number),
        _entry(at, "exercise_held", days, exercise=number),
        _entry(at, "exercise_reported", days - 12, exercise=number),
    ]


def _quay(at: datetime) -> list[Entry]:
    """The file that the demo shows: a drill just late, an interim evaluation soon, a finding to put right."""
    drills = [_entry(at, "drill_held", days) for days in (660, 575, 490, 400, 310, 220, 101)]
    coming = (at + timedelta(days=20)).date().isoformat()
    audit = [
        _entry(at, "audit_held", 40, audit="A1"),
        _entry(at, "finding_made", 40, finding="F1", on=coming, audit="A1"),
    ]
    shut = _entry(at, "finding_made", 40, finding="F2", on=coming, audit="A1")
    done = _entry(at, "corrective_action_done", 12, finding="F2")
    return [*_planned(at, 800), *drills, *_exercise(at, 520, "E1"), *_exercise(at, 180, "E2"), *audit, shut, done]


def _facility(at: datetime, chance: random.Random) -> list[Entry]:
    days = chance.randint(300, 1500)
    last = chance.choice((20, 45, 70, 85, 110))
    drills = [_entry(at, "drill_held", ago) for ago in range(last, days, chance.randint(80, 95))]
    exercises = [
        one for ago in range(chance.randint(60, 200), days - 100, 330) for one in _exercise(at, ago, f"E{ago}")
    ]
    evaluated = (
        [_entry(at, "interim_evaluation_done", days - 900)] if days > 3 * YEAR and chance.random() < EVALUATED else []
    )
    return [*_planned(at, days), *drills, *exercises, *evaluated]


def _port(at: datetime, chance: random.Random) -> list[Entry]:
    days = chance.randint(500, 1500)
    return [
        _entry(at, "port_opened", 4 * YEAR + days), _entry(at, "psa_approved", days + 150),
        _entry(at, "psp_submitted", days + 60), _entry(at, "psp_approved", days),
        _entry(at, "level_set", days - 10, decision="L1", level="1"),
        _entry(at, "level_relayed", days - 10, decision="L1"),
        *_exercise(at, chance.choice((90, 200, 420)), "P1"),
    ]  # fmt: skip
