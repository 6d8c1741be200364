"""A list of staff numbers from a CSV: its columns, and what each cell must be. Plain values and bytes."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.compliance.screening.rules import Line
from port2port.sharing.rows_in import named_rows

MOST_ROWS = 5000
NEEDED = ("number", "function")
DAYS = ("since", "applied_on", "verified_on", "refused_on")
COLUMNS = (*NEEDED, "facility", *DAYS)


def example() -> str:
    """Return a file to begin with: its head and two invented rows."""
    rows = (COLUMNS, ("PG-0412", "guard", "", "2025-03-01", "", "2025-02-10", ""), ("7003", "systems", *[""] * 5))
    return "".join(",".join(row) + "\r\n" for row in rows)


def read_lines(data: bytes) -> list[Line]:
    """Return the rows of a CSV. Raises TooLarge, and Invalid with every problem of reading, by row and column."""
    problems: list[Problem] = []
    lines = []
    for number, row in named_rows(data, needed=NEEDED, known=COLUMNS, most=MOST_ROWS):
        days: dict[str, date | None] = dict.fromkeys(DAYS)
        for name in DAYS:
            try:
                days[name] = date.fromisoformat(row[name]) if row[name] else None
            except ValueError:
                problems.append(Problem(name, _("Write a day as 2026-11-28."), number))
        lines.append(Line(row["number"], row["function"], row["facility"], **days, row=number))
    if problems:
        raise Invalid(problems)
    return lines
