"""The register as CSV: read from a list somebody has, each wrong row named, and written as the same columns. Pure."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from port2port.alerts.suppliers.actions import Entry
from port2port.alerts.suppliers.names import System
from port2port.alerts.suppliers.rules import ENTRIES_MOST
from port2port.base.errors import Invalid, Problem, TooLarge

COLUMNS = ("vendor", "product", "version", "cpe", "package", "used_for", "critical")
NEEDED = ("vendor",)
LARGEST_FILE = 500_000  # bytes


def read_uses(data: bytes) -> list[Entry]:
    """Return the rows of a CSV (RFC 4180) whose head names some of COLUMNS, `vendor` among them.

    Commas part the cells, or semicolons when the head holds one.

    Raises TooLarge, and Invalid for what is no such CSV. What is wrong with a row itself is found by the action.
    """
    if len(data) > LARGEST_FILE:
        raise TooLarge(_("This file is larger than 500 kB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid([Problem("file", _("This is not UTF-8. Save it as CSV UTF-8."))]) from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=";" if ";" in first else ",")
    try:
        rows = [
            (number, [cell.strip() for cell in cells]) for number, cells in enumerate(reader, start=1) if any(cells)
        ]
    except csv.Error as error:
        raise Invalid([Problem("file", _("This is not a CSV."), reader.line_num)]) from error
    return _entries(rows)


def _entries(rows: list[tuple[int, list[str]]]) -> list[Entry]:
    head = [name.lower() for name in rows[0][1]] if rows else []
    problems = []
    missing = [name for name in NEEDED if name not in head]
    if missing:
        problems.append(Problem("file", _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, 1))
    unknown = [name for name in head if name not in COLUMNS]
    if unknown or len(set(head)) != len(head):
        problems.append(Problem("file", _("The head names columns of %(names)s, each once.") % {"names": _COLUMNS}, 1))
    if len(rows) - 1 > ENTRIES_MOST:
        problems.append(Problem("file", _("At most %(most)d rows at a time.") % {"most": ENTRIES_MOST}))
    wrong = [number for number, cells in rows[1:] if len(cells) != len(head)]
    problems += [Problem("row", _("This row has another number of cells than the head."), number) for number in wrong]
    if not rows[1:] and not problems:
        problems.append(Problem("file", _("There is no row below the head.")))
    if problems:
        raise Invalid(problems)
    return [_entry(number, dict(zip(head, cells, strict=True))) for number, cells in rows[1:]]


_COLUMNS = ", ".join(COLUMNS)


def _entry(number: int, row: dict[str, str]) -> Entry:
    system = System(**{name: row.get(name, "") for name in ("vendor", "product", "version", "cpe", "package")})
    return Entry(system, row.get("used_for", ""), row.get("critical", "").lower(), number)


def example() -> str:
    """Return a file to begin with."""
    return written(
        [
            ("Siemens", "SIMATIC S7-1500", "V3.1", "", "", "Cranes at quay 1", "vital"),
            ("Microsoft", "Exchange Server", "2019", "", "", "Mail", "serious"),
            ("Progress", "MOVEit Transfer", "", "", "", "Files for customs agents", "minor"),
        ]
    )


def written(rows: Iterable[Iterable[str]]) -> str:
    """Return rows under the head of COLUMNS."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()
