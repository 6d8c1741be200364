"""What can be found, asked of each domain in one explicit table. A domain that gets records adds its line here."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from uuid import UUID

from port2port.alerts import found as alerts_found
from port2port.helpdesk import found as helpdesk_found
from port2port.knowledge.practices import found as practices_found
from port2port.knowledge.questions import found as questions_found
from port2port.knowledge.systems import found as systems_found
from port2port.levels.declarations import found as declarations_found
from port2port.measures import found as measures_found
from port2port.reports import found as reports_found
from port2port.sharing import queries as sharing
from port2port.sharing.found import Hit, Source
from port2port.sharing.models import Record
from port2port.training.exercises import found as exercises_found
from port2port.workgroups import found as workgroups_found

SOURCES: tuple[Source, ...] = (
    *reports_found.SOURCES,
    *alerts_found.SOURCES,
    *helpdesk_found.SOURCES,
    *measures_found.SOURCES,
    *workgroups_found.SOURCES,
    *practices_found.SOURCES,
    *systems_found.SOURCES,
    *questions_found.SOURCES,
    *declarations_found.SOURCES,
    *exercises_found.SOURCES,
)


@cache
def by_kind() -> dict[str, Source]:
    """Return the source of each kind of record."""
    return {source.kind: source for source in SOURCES}


def kinds_shown() -> list[Source]:
    """Return the kinds that hits are shown as: a part of another record is none."""
    return [source for source in SOURCES if not source.of]


def kinds_for(shown_as: str) -> list[str]:
    """Return the kinds that are looked through for one that is shown; all for ""."""
    return [source.kind for source in SOURCES if shown_as in ("", source.shown_as)]


def hits_of(records: Iterable[tuple[UUID, str]], at: datetime) -> dict[UUID, Hit]:
    """Return how these records, (id, kind), are shown, in this order: those that the actor sees."""
    ordered = list(records)
    by_source: dict[str, list[UUID]] = defaultdict(list)
    for identifier, kind in ordered:
        by_source[kind].append(identifier)
    shown = {kind: by_kind()[kind].hits(ids, at) for kind, ids in by_source.items()}
    return {one: shown[kind][one] for one, kind in ordered if one in shown[kind]}


def note_hits(hits: Iterable[Hit], at: datetime) -> None:
    """Write into the journal that a list with these was read: AMBER and narrower, once for each kind."""
    read: dict[str, list[Record]] = defaultdict(list)
    for one in hits:
        read[one.kind].append(one.record)
    for kind, records in read.items():
        sharing.note_reading(kind, records, at=at, act="listed")
