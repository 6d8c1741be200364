"""Reports with their envelopes, as they are shown: read in one statement, with the facts everyone knows put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.members.facts import Facts, facts, remember
from port2port.reports.models import Report
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference


@dataclass(frozen=True)
class Shown:
    """A report as it is shown: its row, its envelope, and its audience in words."""

    report: Report
    record: Record
    audience: list[str]

    @property
    def reference(self) -> str:
        """What people call it by, as 26-1122-0A4F: the day it was shared and the end of its id."""
        return reference(self.record)


def shown(ids: Sequence[UUID]) -> list[Shown]:
    """Return these reports in this order, with one query and at most two for names that not everybody may know."""
    if not ids:
        return []
    known = facts()
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids), list(ids)])
        for values in cursor.fetchall():
            row, envelope = rows.read(Report, values[:_WIDTH]), rows.read(Record, values[_WIDTH:])
            row._state.fields_cache["record"] = envelope
            found[row.record_id] = with_facts(row, envelope, known)
    return in_words([found[i] for i in ids if i in found])


_SHOWN = (
    f"select {rows.columns(Report, 'r')}, {rows.columns(Record, 'e')} from reports_report r"
    # Named twice, so that both tables are read by key however few records there are.
    " join sharing_record e on e.id = r.record_id where r.record_id = any(%s) and e.id = any(%s)"
)
_WIDTH = rows.width(Report)


def with_facts(report: Report, record: Record, known: Facts) -> Report:
    """Let a report and its envelope answer from the facts: its port, facility, lock, waterway and owner."""
    remember(record, "owner", known.organisations)
    remember(record, "port", known.ports)
    remember(report, "facility", known.facilities)
    remember(report, "landmark", known.landmarks)
    remember(report, "waterway", known.waterways)
    return report


def in_words(reports: Sequence[Report]) -> list[Shown]:
    """Return reports with their audiences in words."""
    words = audiences.names_for((row.record.addressed, row.record.author_id) for row in reports)
    return [Shown(row, row.record, said) for row, said in zip(reports, words, strict=True)]


def made(report: Report) -> Shown:
    """Return a report that the actor has just shared, as `shown` would: its author sees it."""
    return all_made([report])[0]


def all_made(reports: Sequence[Report]) -> list[Shown]:
    """Return reports that the actor has just shared, as `shown` would. Two queries, whatever their number."""
    known = facts()
    return in_words([with_facts(one, one.record, known) for one in reports])
