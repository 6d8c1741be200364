"""What holds when several work on one report: texts, times of answers, pairs, the drawing of a small graph. Pure."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.members.data_files import Entry, Reader
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.guardrails.text import findings
from port2port.sharing.guardrails.words import kind as kind_of_finding

DATA = Path(__file__).resolve().parent.parent / "data" / "answer_times.v1.toml"
TEXT_LONGEST, LESSON_LONGEST = 2000, 1000
VERDICTS = ("used", "not_used", "useful_cannot_say")
LINKS = ("same_event", "related", "duplicate")  # what a person chooses; `seen_too` comes with a sighting
OWED_ON = ("member", "invented")  # what was taken from a publication was reported by nobody
INSIDER = "insider"
PORT_DESKS = ("port_authority", "police")  # where no port authority holds a port, the police does
INSIDER_DESKS = ("police",)
REFERENCE = re.compile(r"(\d{2})-(\d{2})(\d{2})-([0-9A-Fa-f]{4})")
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the times this is, and who says so."""

    version: int
    valid_from: date
    source: str


class Time(Entry, frozen=True, kw_only=True):
    """How many days an answer may take."""

    severity: str
    days: Annotated[int, msgspec.Meta(ge=1, le=90)]


def read_answer_times(path: Path) -> dict[str, timedelta]:
    """Return the times in a file by severity. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.single("head", Head)
    times = reader.entries("times", Time, "severity")
    reader.check_sections(("head", "times"))
    severities = {one.code for one in vocabulary().severities}
    for time in times:
        reader.check_reference("times", "severity", time.severity, severities, "severity")
    for missing in sorted(severities - {time.severity for time in times}):
        reader.problem("times", missing, "is missing")
    reader.finish()
    return {time.severity: timedelta(days=time.days) for time in times}


@cache
def answer_times() -> dict[str, timedelta]:
    """Return the times that ship with the program, read once per process."""
    return read_answer_times(DATA)


def due_at(shared_at: datetime, severity: str) -> datetime:
    """Return until when who reported is owed an answer; a severity of a later version counts as the slowest."""
    times = answer_times()
    return shared_at + times.get(severity, max(times.values()))


def desk_kinds(threat: str) -> tuple[str, ...]:
    """Return the kinds of organisations that answer for this threat: the port's, and for insiders the police."""
    return INSIDER_DESKS if threat == INSIDER else PORT_DESKS


def owed(*, provenance: str, withdrawn: bool, reporter: UUID, desks: Collection[UUID]) -> bool:
    """Tell whether somebody owes the reporter an answer: a desk that sees the report and is not the reporter's own."""
    return provenance in OWED_ON and not withdrawn and any(desk != reporter for desk in desks)


def text_problems(text: str, *, longest: int = TEXT_LONGEST, field: str = "text", needed: bool = True) -> list[Problem]:
    """Return why this text cannot be shared: empty, too long, unreadable, or identifying somebody beyond doubt."""
    if not text.strip():
        return [Problem(field, _("Write a sentence."))] if needed else []
    if len(text) > longest:
        return [Problem(field, _("Write at most %(n)d characters.") % {"n": longest})]
    if unreadable(text):
        return [Problem(field, _("This holds characters that cannot be shown. Type it again."))]
    if any(kind_of_finding(finding.kind).always_refused for finding in findings(text)):
        return [
            Problem(
                field, _("This holds a register number or a date of birth. Identities are never shared; take it out.")
            )
        ]
    return []


def pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return two ids as a link holds them."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Named:
    """How somebody named a report: by its id, or by the day and the last four digits of its reference."""

    id: UUID | None = None
    day: date | None = None
    ending: str = ""


def named(text: str) -> Named | None:
    """Return which report a text names: its address, its id, or its reference as 26-1122-0A4F; None when none."""
    identifier = IDENTIFIER.search(text)
    if identifier:
        return Named(id=UUID(identifier[0]))
    reference = REFERENCE.search(text)
    if reference is None:
        return None
    try:
        day = date(2000 + int(reference[1]), int(reference[2]), int(reference[3]))
    except ValueError:
        return None
    return Named(day=day, ending=reference[4].lower())


@dataclass(frozen=True)
class Spot:
    """Where a node of the graph stands, from 0 to 100 across and down."""

    x: float
    y: float


def laid_out(centre: UUID, edges: Iterable[tuple[UUID, UUID]], nodes: Sequence[UUID]) -> Mapping[UUID, Spot]:
    """Return where each node stands: the centre in the middle, what it is linked to around it, the rest outside.

    What is two steps away stands beside what leads to it, so that lines cross as little as a small graph allows.
    """
    beside: dict[UUID, list[UUID]] = {node: [] for node in nodes}
    for one, other in edges:
        beside[one].append(other)
        beside[other].append(one)
    first = [node for node in nodes if node in beside[centre]]
    places = {centre: Spot(50, 50)}
    angles: dict[UUID, float] = {}
    for number, node in enumerate(first):
        angles[node] = math.pi + 2 * math.pi * number / len(first)
        places[node] = _around(angles[node], 24)
    for parent in first:
        outer = [node for node in beside[parent] if node not in places]
        width = 2 * math.pi / max(len(first), 3)
        for number, node in enumerate(dict.fromkeys(outer)):
            share = (number + 1) / (len(set(outer)) + 1) - 0.5
            places[node] = _around(angles[parent] + share * width, 44)
    return places


def _around(angle: float, radius: float) -> Spot:
    return Spot(round(50 + radius * math.cos(angle), 1), round(50 + radius * math.sin(angle), 1))
