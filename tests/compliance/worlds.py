"""Random rules and random histories, fond of the days on which calendars go wrong."""

import random
from datetime import UTC, date, datetime, timedelta

from port2port.compliance.calendar import Period
from port2port.compliance.obligations import (
    After,
    Basis,
    Before,
    Due,
    Each,
    Event,
    Head,
    Keep,
    Leads,
    On,
    Rule,
    Rulebook,
    Standing,
    SubjectKind,
)

NAMES = {language: "x" for language in ("nl", "fr", "de", "en")}
HEAD = Head(version=1, valid_from=date(2000, 1, 1), country="BE", time_zone="Europe/Brussels", source="invented")
SUBJECT = SubjectKind(code="facility", names=NAMES)
LEADS = Leads(soon=Period(amount=14, unit="days"), late=Period(amount=2, unit="days"))
NASTY = [
    (2, 28), (2, 29), (3, 1), (1, 31), (8, 31), (11, 30), (12, 31), (1, 1), (6, 30), (7, 1), (4, 30), (3, 31), (10, 31),
]  # fmt: skip
KINDS = ("begun", "done", "renewed", "ended", "gone")


def rule(due: Due, **fields: object) -> Rule:
    """Return a rule of the tests; `fields` set or replace any of its fields."""
    given: dict[str, object] = {
        "code": "invented",
        "names": NAMES,
        "version": 1,
        "valid_from": date(2000, 1, 1),
        "active": True,
        "verified": True,
        "subject": "facility",
        "triggers": ("begun",),
        "fulfilled_by": ("done",),
        "leads": LEADS,
        "owed_by": "anybody",
        "seen_by": ("anybody",),
        "decided_by": "anybody",
        "basis": Basis(rests_on="law", citation="invented"),
    }
    return Rule(due=due, **(given | fields))  # type: ignore[arg-type]


def book(*rules: Rule) -> Rulebook:
    """Return a rulebook of these rules only."""
    return Rulebook(HEAD, (SUBJECT,), (), (), rules)


def civil(chance: random.Random, most: int = 40) -> Period:
    unit = chance.choice(("days", "weeks", "months", "months", "years"))
    return Period(amount=chance.randint(1, {"days": 200, "weeks": 30, "months": most, "years": 5}[unit]), unit=unit)


def period(chance: random.Random) -> Period:
    if chance.random() < 0.25:
        return Period(amount=chance.choice((1, 24, 72, 100)), unit="hours")
    return civil(chance)


def invented(chance: random.Random) -> Rule:
    """Return a random rule of a random shape."""
    ended = ("ended",) if chance.random() < 0.6 else ()
    same = "case" if chance.random() < 0.5 else None
    replaced = chance.random() < 0.4
    shape = chance.choice(("after", "again", "window", "lapse", "already", "each", "before", "on", "keep", "standing"))
    months = chance.randint(1, 36)
    more = chance.randint(0, 12)
    near, far = Period(amount=months, unit="months"), Period(amount=months + more, unit="months")
    match shape:
        case "after":
            return rule(After(within=period(chance)), ended_by=ended, same=same, replaced=replaced)
        case "again":
            proofs = ("done", "begun") if chance.random() < 0.3 else ("done",)
            return rule(After(within=period(chance), again=True), ended_by=ended, same=same, fulfilled_by=proofs)
        case "window":
            return rule(After(opens=near, within=far), ended_by=ended, same=same, replaced=replaced)
        case "lapse":
            due = After(within=near, lapses=far, again=chance.random() < 0.5)
            return rule(due, ended_by=ended, same=same, fulfilled_by=("done", "renewed"), restored_by=("renewed",))
        case "already":
            return rule(After(within=near, already=civil(chance)), ended_by=ended, same=same)
        case "each":
            calendar = chance.choice(("year", "year", "half_year", "quarter", "month"))
            apart = Period(amount=chance.choice((3, 9, 18, 20)), unit="months") if chance.random() < 0.7 else None
            return rule(Each(calendar=calendar, apart=apart, first=chance.choice(("same", "next"))), ended_by=ended)
        case "before":
            due_before = Before(at_least=civil(chance), clear=chance.random() < 0.3)
            return rule(due_before, ended_by=ended, same=same, replaced=replaced, counted_from="on")
        case "on":
            day = date(2022, *NASTY[chance.choice((0, 2, 3, 6))])
            return rule(On(day=day, afterwards=period(chance)), ended_by=ended, same=same)
        case "keep":
            return rule(Keep(during=period(chance)), fulfilled_by=(), broken_by=("done",), ended_by=ended, same=same)
        case _:
            most = chance.randint(1, 2)
            due_standing = Standing(at_least=most, within=Period(amount=chance.randint(0, 40), unit="days"))
            return rule(due_standing, undone_by=("gone",), ended_by=ended, same="case")


def moment(chance: random.Random) -> datetime:
    """Return a moment of the years 2019 to 2026: often a month's end, the edge of a day, or a change of the clock."""
    year = chance.randint(2019, 2026)
    kind = chance.random()
    if kind < 0.4:
        month, day = chance.choice(NASTY)
        if (month, day) == (2, 29) and year not in (2020, 2024):
            month, day = 3, 1
        local_midnight = datetime(year, month, day, tzinfo=UTC) - timedelta(hours=chance.choice((1, 2)))
        return local_midnight + timedelta(microseconds=chance.choice((-1, 0, 1, 43_200_000_000)))
    if kind < 0.55:
        month = chance.choice((3, 10))
        last = datetime(year, month, 31, 1, tzinfo=UTC)
        last -= timedelta(days=last.isoweekday() % 7)
        return last + timedelta(minutes=chance.choice((-1500, -1440, -60, -1, 0, 1, 60, 1440)))
    start = datetime(year, 1, 1, tzinfo=UTC)
    return start + timedelta(seconds=chance.randint(0, 365 * 86400 - 1))


def history(chance: random.Random, longest: int = 9) -> list[Event]:
    """Return random events, in no order; some fall on the same moment."""
    moments = [moment(chance) for _number in range(chance.randint(1, longest))]
    events = []
    for number, at in enumerate(moments):
        when = chance.choice(moments) if chance.random() < 0.15 else at
        kind = "begun" if number == 0 else chance.choice(KINDS[: chance.choice((2, 3, 4, 5))])
        ahead = (when + timedelta(days=chance.randint(-30, 900))).date()
        if chance.random() < 0.4:
            ahead = ahead.replace(day=28) + timedelta(days=chance.randint(0, 4))
        details = {"case": chance.choice(("a", "a", "b")), "on": ahead.isoformat()}
        events.append(Event(kind, when, details, id=f"{number:02}"))
    chance.shuffle(events)
    return events
