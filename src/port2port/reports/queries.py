"""Reading reports: lists by filter, one report, its history, who reads it. What one sees is the policy's business."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.members.acting import current_actor
from port2port.members.models import Organisation, Person
from port2port.members.places import Places, known_places
from port2port.reports.models import Annex, Observable, Revision
from port2port.reports.shown import Shown, shown
from port2port.reports.vocabulary import Vocabulary
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where
from port2port.sharing.references import ZONE

KIND = "report"
MOST_FOUND = 1000
PROVENANCES = ("member", "published", "invented")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything. `since` and `until` are days on which it happened, inclusive."""

    q: str = ""
    threat: str = ""
    port: str = ""
    nature: str = ""
    severity: str = ""
    modus_operandi: str = ""
    state: str = ""
    provenance: str = ""
    mine: str = ""  # "1": only those the organisation one acts for owns
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Listing:
    """A page of reports, with how many there are in all and since a moment (more than 1,000 are not counted out)."""

    rows: list[Shown]
    slice: Slice
    count: int
    fresh: int = 0

    @property
    def capped(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.count > sharing.COUNT_LIMIT


def filter_problems(filters: Filters, words: Vocabulary, places: Places) -> list[Problem]:
    """Return what in these filters names nothing known."""
    found = []
    for name, value, known in (
        ("threat", filters.threat, {t.code for t in words.threats}),
        ("port", filters.port, set(places.ports)),
        ("nature", filters.nature, {t.code for t in words.natures}),
        ("severity", filters.severity, {t.code for t in words.severities}),
        ("modus_operandi", filters.modus_operandi, {t.code for t in words.modi_operandi}),
        ("state", filters.state, {t.code for t in words.states}),
        ("provenance", filters.provenance, set(PROVENANCES)),
    ):
        if value and value not in known:
            found.append(Problem(name, _("This code is not known here.")))
    if len(filters.q) > 200:  # noqa: PLR2004 - characters, as the field allows
        found.append(Problem("q", _("This is too long.")))
    if filters.since and filters.until and filters.since > filters.until:
        found.append(Problem("until", _("This lies before the first day.")))
    return found


def open_reports(
    filters: Filters,
    *,
    at: datetime,
    cursor: str = "",
    size: int = 25,
    counted: bool = True,
    after: datetime | None = None,
) -> Listing:
    """Return a page of the reports the actor sees, newest first. Reading AMBER is journalled, once for the page.

    `after`: also count those that were shared later than that.

    Raises Invalid for a cursor that is not ours.
    """
    facets, where = _narrowed(filters)
    part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=size)
    found = shown(part.ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    if not counted:
        return Listing(found, part, 0)
    if not cursor and not part.next:  # the page holds them all
        fresh = sum(1 for row in found if row.record.at > after) if after is not None else 0
        return Listing(found, part, len(part.ids), fresh)
    return Listing(found, part, *sharing.counts(KIND, facets=facets, where=where, after=after))


def some_reports(ids: Iterable[UUID], filters: Filters, *, at: datetime) -> list[Shown]:
    """Return those of the named reports that the actor sees and that pass the filters, newest first."""
    facets, where = _narrowed(filters)
    wanted = list(ids)[:100]
    where = Where(where.join, f"({where.condition}) and p.record_id = any(%s)", (*where.arguments, wanted))
    found = shown(sharing.newest(KIND, facets=facets, where=where, size=100).ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return found


def count(filters: Filters = Filters(), *, after: datetime | None = None) -> int:
    """Return how many reports the actor sees, at most COUNT_LIMIT + 1; `after`: shared later than that."""
    facets, where = _narrowed(filters)
    if after is not None:
        where = Where(where.join, f"({where.condition}) and p.at > %s", (*where.arguments, after))
    return sharing.count(KIND, facets=facets, where=where)


def exportable(filters: Filters, *, most: int) -> list[Shown]:
    """Return up to `most` of the reports the actor sees, newest first. The caller journals."""
    facets, where = _narrowed(filters)
    found: list[Shown] = []
    cursor = ""
    while len(found) < most:
        part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=min(1000, most - len(found)))
        found += shown(part.ids)
        cursor = part.next
        if not cursor:
            break
    return found


def report(identifier: UUID, *, at: datetime) -> Shown:
    """Return one report; reading AMBER or narrower is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def values_on(record: UUID) -> list[str]:
    """Return the observables that are seen by whoever sees this envelope."""
    return list(Observable.objects.filter(record_id=record).order_by("id").values_list("value", flat=True))


def version_of(identifier: UUID) -> int:
    """Return a report's version, for an ETag. Raises NotFound."""
    return sharing.record(identifier, KIND).version


@dataclass(frozen=True)
class Change:
    """One thing that happened to a report: who did what when, and what stood there before."""

    at: datetime
    act: str
    version: int
    author: str
    before: dict[str, Any]


def made_at(identifier: UUID) -> datetime:
    """Return when an id was made: the first 48 bits of a UUIDv7 are Unix milliseconds (RFC 9562 section 5.7)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def history(of: Shown) -> list[Change]:
    """Return what happened to a report, newest first; names only of people the actor may know."""
    revisions = list(Revision.objects.filter(report_id=of.record.id).order_by("-version"))
    people = {of.record.author_id, *(r.author_id for r in revisions)}
    names = dict(Person.objects.filter(id__in=people).values_list("id", "name"))
    changes = [Change(r.at, r.act, r.version, names.get(r.author_id, ""), r.before) for r in revisions]
    author = names.get(of.record.author_id, "")
    if of.record.provenance == "published":  # shared under the day it happened, long before it came here
        return [*changes, Change(made_at(of.record.id), "taken_in", 1, author, {})]
    return [*changes, Change(of.record.at, "reported", 1, author, {})]


@dataclass(frozen=True)
class Reader:
    """Someone who can open the report now, as far as the actor may know names."""

    name: str
    organisation: dict[str, str]


def readers_of(identifier: UUID) -> list[Reader]:
    """Return those who can open it now and whose names the actor may know, by organisation."""
    from_policy = sharing.readers(identifier)
    people = dict(Person.objects.filter(id__in={p for p, _o in from_policy}).values_list("id", "name"))
    organisations = {o.id: o.names for o in Organisation.objects.filter(id__in={o for _p, o in from_policy})}
    found = [Reader(people[p], organisations[o]) for p, o in from_policy if p in people and o in organisations]
    return sorted(found, key=lambda reader: (sorted(reader.organisation.items()), reader.name))


def _narrowed(filters: Filters) -> tuple[dict[str, Any], Where]:
    """Return the facets that have an index and the conditions on the report itself."""
    conditions: list[str] = []
    arguments: list[Any] = []
    joins = []
    for column in ("nature", "severity", "modus_operandi", "state"):
        if value := getattr(filters, column):
            if column == "modus_operandi":
                conditions.append("(r.modus_operandi = %s or %s = any(r.modus_operandi_also))")
                arguments += [value, value]
            else:
                conditions.append(f"r.{column} = %s")
                arguments.append(value)
    if filters.since:
        conditions.append("r.occurred_at >= %s")
        arguments.append(_midnight(filters.since))
    if filters.until:
        conditions.append("r.occurred_at < %s")
        arguments.append(_midnight(filters.until + timedelta(days=1)))
    if conditions:
        joins.append("join reports_report r on r.record_id = p.record_id")
    if filters.provenance or filters.mine:
        joins.append("join sharing_record e on e.id = p.record_id")
    if filters.provenance:
        conditions.append("e.provenance = %s")
        arguments.append(filters.provenance)
    if filters.mine:
        conditions.append("e.owner_id = %s")
        arguments.append(current_actor().organisation)
    if filters.q.strip():
        conditions.append("p.record_id = any(%s)")
        arguments.append(_found(filters.q))
    facets: dict[str, Any] = {"threat": filters.threat}
    if filters.port:
        port = known_places().ports.get(filters.port)
        if port is None:
            raise Invalid([Problem("port", _("This code is not known here."))])
        facets["port"] = port.id
    return facets, Where(" ".join(joins), " and ".join(conditions) or "true", tuple(arguments))


def _found(text: str) -> list[UUID]:
    """Return the reports with these words, in the report or in an annex of it that the actor sees."""
    found = sharing.found(text, [KIND, "annex"], most=MOST_FOUND)
    annexes = dict(Annex.objects.filter(record_id__in=found, answers=None).values_list("record_id", "report_id"))
    return [annexes.get(one, one) for one in found]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
