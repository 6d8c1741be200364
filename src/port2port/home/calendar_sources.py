"""What stands in the calendar of whoever acts, asked of each domain in one explicit table, as `needs` is."""

from collections.abc import Callable
from datetime import date, datetime

from port2port.alerts import in_calendar as alerts
from port2port.compliance import in_calendar as compliance
from port2port.levels.declarations import in_calendar as declarations
from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.training.campaigns import in_calendar as campaigns
from port2port.training.courses import in_calendar as courses
from port2port.training.exercises import in_calendar as exercises
from port2port.workgroups import calendar as workgroups

Source = Callable[[Actor, datetime], list[Entry]]

SOURCES: tuple[Source, ...] = (
    workgroups.entries, compliance.entries, declarations.entries, exercises.entries, courses.entries,
    campaigns.entries, alerts.entries,
)  # fmt: skip


def entries_of(actor: Actor, at: datetime) -> list[Entry]:
    """Return everything that stands in a calendar, by day."""
    found = [entry for source in SOURCES for entry in source(actor, at)]
    return sorted(found, key=lambda entry: (_day(entry.starts), entry.key))


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
