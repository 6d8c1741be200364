"""What can be found, asked of each domain in one explicit table. A domain that gets records adds its line here."""

from functools import cache

from port2port.alerts import found as alerts_found
from port2port.helpdesk import found as helpdesk_found
from port2port.knowledge.practices import found as practices_found
from port2port.measures import found as measures_found
from port2port.reports import found as reports_found
from port2port.sharing.found import Source
from port2port.workgroups import found as workgroups_found

SOURCES: tuple[Source, ...] = (
    *reports_found.SOURCES,
    *alerts_found.SOURCES,
    *helpdesk_found.SOURCES,
    *measures_found.SOURCES,
    *workgroups_found.SOURCES,
    *practices_found.SOURCES,
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
