"""Events in from a CSV of the other system: its columns, and what each cell must be. Plain values and bytes."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem, TooLarge
from port2port.compliance.actions import Entry

LARGEST_FILE = 1024 * 1024
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
    if len(data) > LARGEST_FILE:
        raise TooLarge(_("This file is larger than 1 MB."))
    problems: list[Problem] = []
    lines: list[Line] = []
    for number, row in _rows(data, details):
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


def _rows(data: bytes, details: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows by name of column. Raises Invalid when the file is no such CSV."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid([Problem("file", _("This is not UTF-8. Save it as CSV UTF-8."))]) from error
    if "\x00" in text:
        raise Invalid([Problem("file", _("This is not a CSV."))])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = [name for name in NEEDED if name not in head]
        if missing:
            raise Invalid(
                [Problem("file", _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, 1)]
            )
        wrong = {name for name in head if (name not in KNOWN and name not in details) or head.count(name) > 1}
        if wrong:
            names = ", ".join(sorted(wrong))
            raise Invalid(
                [Problem("file", _("These columns are not known or there twice: %(names)s.") % {"names": names}, 1)]
            )
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if number > MOST_ROWS + 1:
                raise TooLarge(_("At most %(n)d rows at a time.") % {"n": MOST_ROWS})
            if len(cells) != len(head):
                raise Invalid([Problem("row", _("This row has another number of cells than the head."), number)])
            yield number, dict.fromkeys(KNOWN, "") | dict(zip(head, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise Invalid([Problem("file", _("This is not a CSV."), reader.line_num)]) from error
