"""Reading measures and objectives: lists, one, its texts, where it came from. The policy says what one sees."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.measures.models import Comment, Lineage, Measure, Version
from port2port.measures.rules import ADOPTABLE
from port2port.measures.shown import Shown as Shown  # the queries of this domain are asked for here
from port2port.measures.shown import ShownObjective as ShownObjective
from port2port.measures.shown import shown, shown_objectives
from port2port.measures.vocabulary import known_codes, terms
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.reports.vocabulary import threats
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where

KIND, OBJECTIVE = "measure", "objective"
MOST = 500
MOST_FOUND = 1000
_JOINED = (
    "join measures_measure m on m.record_id = p.record_id"
    " join measures_version v on v.measure_id = m.record_id and v.number = m.number"
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything. `state` may be "joint": all but published and retired."""

    q: str = ""
    threat: str = ""
    port: str = ""
    modus_operandi: str = ""
    phase: str = ""
    category: str = ""
    state: str = ""
    objective: UUID | None = None

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Listing:
    """A page of measures, and how many fit in all (more than 1,000 are not counted out)."""

    rows: list[Shown]
    slice: Slice
    count: int


JOINT = "joint"


def filter_problems(filters: Filters) -> list[Problem]:
    """Return what in these filters names nothing known."""
    codes, words = known_codes(), terms()
    return [
        Problem(name, _("This code is not known here."))
        for name, value, known in (
            ("threat", filters.threat, {one.code for one in threats()}),
            ("port", filters.port, set(known_places().ports)),
            ("modus_operandi", filters.modus_operandi, codes["modi"]),
            ("phase", filters.phase, codes["phases"]),
            ("category", filters.category, {one.code for one in words.categories}),
            ("state", filters.state, {JOINT, *(one.code for one in words.states)}),
        )
        if value and value not in known
    ]


def page(filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of measures, newest first. Reading AMBER is journalled. Raises Invalid for a foreign cursor."""
    facets, where = _narrowed(filters)
    part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=size)
    found = shown(part.ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return Listing(found, part, sharing.count(KIND, facets=facets, where=where))


def measures(*, at: datetime, states: Iterable[str] = ADOPTABLE, filters: Filters = Filters()) -> list[Shown]:
    """Return all measures in these states that the actor sees, newest first, at most 500, with modi and phases.

    A constant number of queries. Reading AMBER is journalled, once for all of them.
    """
    facets, where = _narrowed(filters)
    states = sorted(states)
    where = Where(where.join, f"({where.condition}) and m.state = any(%s)", (*where.arguments, states))
    found = shown(sharing.newest(KIND, facets=facets, where=where, size=MOST).ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return found


def measure(identifier: UUID, *, at: datetime) -> Shown:
    """Return one measure; reading AMBER or narrower is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID, kind: str = KIND) -> int:
    """Return the version of an envelope, for an ETag. Raises NotFound."""
    return sharing.record(identifier, kind).version


def versions(identifier: UUID) -> list[Version]:
    """Return the texts of a measure, oldest first."""
    return list(Version.objects.filter(measure_id=identifier).order_by("number"))


def comments(identifier: UUID) -> list[Comment]:
    """Return the remarks on a measure, oldest first, with the organisations that made them."""
    found = list(Comment.objects.filter(measure_id=identifier).order_by("at", "id"))
    known = facts().organisations
    for one in found:
        if one.organisation_id in known:
            one.organisation = known[one.organisation_id]
    return found


@dataclass(frozen=True)
class Related:
    """A measure that another came from (`later` False) or that came from it."""

    kind: str
    later: bool
    shown: Shown


def lineage(identifier: UUID) -> list[Related]:
    """Return the measures this one came from and those that came from it, as far as the actor sees them."""
    links = list(Lineage.objects.filter(measure_id=identifier).order_by("at", "id"))
    links += list(Lineage.objects.filter(predecessor_id=identifier).order_by("at", "id"))
    other = [link.predecessor_id if link.measure_id == identifier else link.measure_id for link in links]
    found = {row.id: row for row in shown(other)}
    return [
        Related(link.kind, link.predecessor_id == identifier, found[key])
        for link, key in zip(links, other, strict=True)
        if key in found
    ]


def objective(identifier: UUID, *, at: datetime) -> ShownObjective:
    """Return one objective with its measures. Raises NotFound, the same for absent and hidden."""
    found = shown_objectives([identifier])
    if not found:
        raise NotFound(kind=OBJECTIVE, record=identifier)
    sharing.note_reading(OBJECTIVE, [found[0].record], at=at)
    return with_measures(found)[0]


def objectives(*, at: datetime, cursor: str = "", size: int = MOST) -> tuple[list[ShownObjective], Slice]:
    """Return the objectives that the actor sees with their measures, newest first, in a constant number of queries."""
    part = sharing.newest(OBJECTIVE, cursor=cursor, size=size)
    found = with_measures(shown_objectives(part.ids))
    sharing.note_reading(OBJECTIVE, [row.record for row in found], at=at, act="listed")
    return found, part


def with_measures(found: list[ShownObjective]) -> list[ShownObjective]:
    """Put to objectives the measures of theirs that the actor sees, in the order they were proposed."""
    ids = [row.record.id for row in found]
    listed = Measure.objects.filter(objective_id__in=ids).order_by("record_id").values_list("record_id", flat=True)
    rows = shown(list(listed[:MOST]))
    return [replace(one, measures=tuple(m for m in rows if m.measure.objective_id == one.record.id)) for one in found]


def objective_choices() -> list[tuple[UUID, str]]:
    """Return the objectives a measure may serve, by title."""
    part = sharing.newest(OBJECTIVE, size=MOST)
    return sorted(((row.record.id, row.objective.title) for row in shown_objectives(part.ids)), key=lambda row: row[1])


def count_by_state() -> dict[str, int]:
    """Return how many measures the actor sees in each state. One query."""
    with connection.cursor() as cursor:
        cursor.execute("select state, count(*) from measures_measure group by state")
        return dict(cursor.fetchall())


def _narrowed(filters: Filters) -> tuple[dict[str, Any], Where]:
    """Return the facets that have an index and the conditions on the measure itself."""
    conditions: list[str] = []
    arguments: list[Any] = []
    for condition, value in (
        ("v.modi @> array[%s]::varchar[]", filters.modus_operandi),
        ("v.phases @> array[%s]::varchar[]", filters.phase),
        ("m.category = %s", filters.category),
        ("m.objective_id = %s", filters.objective),
        ("m.state = %s", "" if filters.state == JOINT else filters.state),
    ):
        if value:
            conditions.append(condition)
            arguments.append(value)
    if filters.state == JOINT:
        conditions.append("m.state not in ('published', 'retired')")
    if filters.q:
        conditions.append("m.record_id = any(%s)")
        arguments.append(sharing.found(filters.q, [KIND], most=MOST_FOUND))
    facets: dict[str, Any] = {"threat": filters.threat}
    if filters.port:
        port = known_places().ports.get(filters.port)
        if port is None:
            raise Invalid([Problem("port", _("This code is not known here."))])
        facets["port"] = port.id
    return facets, Where(_JOINED, " and ".join(conditions) or "true", tuple(arguments))
