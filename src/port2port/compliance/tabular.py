"""Events in from a CSV of the other system: its columns, and what each cell must be. Plain values and bytes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.compliance.actions import Entry
from port2port.sharing.rows_in import named_rows

MOST_ROWS = 5000
NEEDED = ("place", "event", "at", "source_id")
KNOWN = (*NEEDED, "reference")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # stands in where a cell is no moment


@dataclass(frozen=True)
class Line:
    """A row of a file: its number (the head is 1), whose file it goes into, and the event."""

    row: int
    place: str
    entry: Entry


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a day (its beginning) or a moment as ISO 8601; without a zone on the clock of the place. None: neither."""
    try:
        if len(text) == len(date.min.isoformat()):
            return datetime.combine(date.fromisoformat(text), time.min, zone)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def read_events(data: bytes, details: frozenset[str], zone: ZoneInfo) -> list[Line]:
    """Return the rows of a CSV: the columns of KNOWN, and any of `details` (what events carry, by name).

    Raises TooLarge, and Invalid with every problem of reading.
    """
    problems: list[Problem] = []
    lines: list[Line] = []
    for number, row in named_rows(data, needed=NEEDED, known=(*KNOWN, *details), most=MOST_ROWS):
        at = moment_of(row["at"], zone)
        problems += [Problem(name, _("This is needed."), number) for name in NEEDED if not row[name]]
        if at is None and row["at"]:
            problems.append(Problem("at", _("Write a day as 2026-11-28, or a moment as 2026-11-28T14:00."), number))
        told = {name: row[name] for name in sorted(details) if row.get(name)}
        entry = Entry(row["event"], at or EPOCH, told, row["reference"], row["source_id"], number)
        lines.append(Line(number, row["place"].upper(), entry))
    if problems:
        raise Invalid(problems)
    return lines
