"""What holds for exercises, decided on plain values: the plan, the clock, what is due, what may be said.

The database holds the same of states and seats (`training/sql/exercises.sql`).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.measures.rules import text_problems
from port2port.members.data_files import LANGUAGES, Names

STATES = ("planned", "running", "paused", "ended", "closed", "called_off")
LIVE = frozenset({"running", "paused"})
OPEN = frozenset({"planned", "running", "paused"})
AFTER = frozenset({"ended", "closed"})
SEATS = ("lead", "control", "observer", "player")
RUNS = frozenset({"lead", "control"})
HOW = ("clock", "hand", "skipped")
TOLD = ("notified", "reported")  # what the authority's form tells
BECOMES = ("action", "practice", "measure")  # kinds of records that a lesson becomes
ACTS: Mapping[str, frozenset[str]] = {
    "start": frozenset({"planned"}),
    "pause": frozenset({"running"}),
    "resume": frozenset({"paused"}),
    "jump": frozenset({"running", "paused"}),
    "end": frozenset({"running", "paused"}),
}
"""What may be done to the clock, in which states."""
TO_STATE: Mapping[str, str] = {"start": "running", "pause": "paused", "resume": "running", "end": "ended"}
EVERYBODY = "all"
GUEST_COOKIE = "p2p_exercise"  # of a device that plays without an account
LONGEST = {
    "title": 120, "notes": 4000, "text": 1200, "line": 400, "function": 80, "reference": 80, "report": 20000,
    "why": 2000, "name": 80,
}  # fmt: skip
MOST_PARTS, MOST_INJECTS, MOST_ROLES, MOST_GUESTS = 60, 200, 30, 200
LONGEST_PLAY = 1440  # minutes
NOTICE = {"drill": False, "exercise": True}
"""Of which size the local committee is told; how long before, the rules of `compliance` say."""


@dataclass(frozen=True)
class Plan:
    """What an exercise is, as everybody who takes part knows it."""

    title: str
    size: str
    starts_at: datetime
    minutes: int
    notes: str
    language: str


@dataclass(frozen=True)
class Place:
    """An organisation that takes part at a port, or there at a facility."""

    organisation: UUID
    port: UUID
    facility: UUID | None = None


@dataclass(frozen=True)
class RoleText:
    """A role, with its name and task by language."""

    code: str
    names: Names
    does: Names = field(default_factory=dict)


@dataclass(frozen=True)
class InjectText:
    """An inject as it is planned: when, to whom, how, what, and what should then be done."""

    second: int
    roles: tuple[str, ...]
    channel: str
    text: Names
    expected: tuple[Names, ...] = ()


@dataclass(frozen=True)
class Tick:
    """Something that was done to the clock; plain values of a `ClockEvent`."""

    at: datetime
    act: str
    minute: int | None = None


@dataclass(frozen=True)
class Clock:
    """The clock of an exercise at a moment: whether it runs, and how far it is."""

    running: bool
    seconds: float
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def second(self) -> int:
        """The whole seconds since the start."""
        return int(self.seconds)


def clock(ticks: Iterable[Tick], at: datetime) -> Clock:
    """Return the clock at a moment, from all that was done to it, in order."""
    base, since, started, ended = 0.0, None, None, None
    for tick in ticks:
        if since is not None:
            base, since = base + (tick.at - since).total_seconds(), tick.at
        if tick.act == "start":
            base, since, started = 0.0, tick.at, tick.at
        elif tick.act == "pause":
            since = None
        elif tick.act == "resume":
            since = tick.at
        elif tick.act == "jump" and tick.minute is not None:
            base = tick.minute * 60.0
        elif tick.act == "end":
            since, ended = None, tick.at
    running = since is not None
    if since is not None:
        base += max(0.0, (at - since).total_seconds())
    return Clock(running, base, started, ended)


def due(pending: Iterable[tuple[UUID, int]], now: Clock) -> list[UUID]:
    """Return the injects whose second has come, earliest first; nothing is due while the clock stands."""
    if not now.running:
        return []
    return [inject for inject, second in sorted(pending, key=lambda one: (one[1], one[0])) if second <= now.seconds]


def wait(pending: Iterable[tuple[UUID, int]], now: Clock, *, longest: float) -> float:
    """Return how many seconds until the next inject is due, at most `longest`."""
    if not now.running:
        return longest
    return min([longest, *(max(0.0, second - now.seconds) for _inject, second in pending)])


def may_tick(act: str, state: str) -> bool:
    """Tell whether this may be done to the clock in this state."""
    return state in ACTS.get(act, frozenset())


def tick_problems(act: str, minute: int | None, now: Clock, minutes: int) -> list[Problem]:
    """Return what is wrong with something done to the clock: it jumps forward only, within the exercise."""
    if act != "jump":
        return []
    if minute is None or not now.seconds <= minute * 60 or minute > minutes:
        return [Problem("minute", _("Choose a minute that is still to come, within the exercise."))]
    return []


def plan_problems(plan: Plan, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Return what is wrong with a plan. `known`: codes of `size` and `language`."""
    found = text_problems({"title": plan.title, "notes": plan.notes}, LONGEST)
    if not plan.title.strip():
        found.append(Problem("title", _("This is needed.")))
    for name in ("size", "language"):
        if getattr(plan, name) not in known[name]:
            found.append(Problem(name, _("This code is not known here.")))
    if not 1 <= plan.minutes <= LONGEST_PLAY:
        found.append(Problem("minutes", _("Say how many minutes it lasts, at most a day.")))
    return found


def places_problems(places: Sequence[Place]) -> list[Problem]:
    """Return what is wrong with who takes part."""
    if not places:
        return [Problem("parts", _("Say who takes part, and at which port."))]
    if len(set(places)) > MOST_PARTS:
        return [Problem("parts", _("These are too many for one exercise. Plan several."))]
    return []


def roles_problems(roles: Sequence[RoleText]) -> list[Problem]:
    """Return what is wrong with the roles of an exercise."""
    codes = [one.code for one in roles]
    if not codes:
        return [Problem("roles", _("Name at least one role."))]
    if len(codes) > MOST_ROLES or len(set(codes)) < len(codes) or EVERYBODY in codes:
        return [Problem("roles", _("Name each role once, at most 30 of them."))]
    texts = [text for one in roles for text in (*one.names.values(), *one.does.values())]
    if any(len(text) > LONGEST["line"] for text in texts) or any(not one.names for one in roles):
        return [Problem("roles", _("At most 400 characters for each role."))]
    if not {code for one in roles for code in (*one.names, *one.does)} <= set(LANGUAGES):
        return [Problem("roles", _("This code is not known here."))]
    return [problem for text in texts for problem in text_problems({"roles": text}, {"roles": LONGEST["line"]})]


def inject_problems(
    inject: InjectText, *, minutes: int, roles: Collection[str], channels: Collection[str]
) -> list[Problem]:
    """Return what is wrong with an inject."""
    found = []
    if not 0 <= inject.second <= minutes * 60:
        found.append(Problem("minute", _("Choose a minute within the exercise.")))
    if not inject.roles or not set(inject.roles) <= {EVERYBODY, *roles}:
        found.append(Problem("roles", _("Choose to whom it comes.")))
    if inject.channel not in channels:
        found.append(Problem("channel", _("This code is not known here.")))
    if not inject.text or any(not text.strip() for text in inject.text.values()):
        found.append(Problem("text", _("This is needed.")))
    if not {*inject.text, *(code for one in inject.expected for code in one)} <= set(LANGUAGES):
        found.append(Problem("text", _("This code is not known here.")))
    for name, most, texts in (
        ("text", LONGEST["text"], list(inject.text.values())),
        ("expected", LONGEST["line"], [text for one in inject.expected for text in one.values()]),
    ):
        for text in texts:
            found += text_problems({name: text}, {name: most})
    return found


def reaches(roles: Collection[str], role: str) -> bool:
    """Tell whether an inject to these roles comes to this one."""
    return EVERYBODY in roles or role in roles


@dataclass(frozen=True)
class Rated:
    """What the sheets say of one criterion: the middle value, and of how many."""

    criterion: str
    median: float | None
    n: int


def rated(criteria: Sequence[str], scores: Iterable[tuple[str, int]]) -> list[Rated]:
    """Return the median of each criterion with the number of sheets it rests on."""
    values: dict[str, list[int]] = {}
    for criterion, value in scores:
        values.setdefault(criterion, []).append(value)
    return [
        Rated(one, float(median(values[one])) if values.get(one) else None, len(values.get(one, ())))
        for one in criteria
    ]


def first_reaction(released_at: datetime, reactions: Iterable[datetime]) -> timedelta | None:
    """Return how long it took until somebody reacted; None when nobody did."""
    after = [moment - released_at for moment in reactions]
    return max(timedelta(0), min(after)) if after else None


def headline(text: str, longest: int) -> str:
    """Return the first sentence of a text as a title, cut between words when it is longer than a title may be."""
    first = re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0].rstrip(".")
    if len(first) <= longest:
        return first
    return first[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
