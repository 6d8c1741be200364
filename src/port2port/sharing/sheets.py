"""Tables into a file: CSV, and XLSX that says what it is. Plain values and bytes."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from port2port.base.text import no_formula

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABOUT_WIDTHS = (28, 90)


@dataclass(frozen=True)
class Mark:
    """What a file says about itself: its number, and as names and values who took it out and what may be done."""

    export: UUID
    lines: tuple[tuple[str, str], ...]
    handling: str


@dataclass(frozen=True)
class Sheet:
    """A table: its name (at most 31 characters, Excel's limit), its columns and its rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula (OWASP: CSV injection). Numbers stay numbers."""
    return no_formula(value) if isinstance(value, str) else value


def to_csv(sheet: Sheet) -> bytes:
    """Return a CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read it).

    Each row should end with the number of the export: a line that is no row would break readers, and rows get copied.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([safe(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Sequence[Sheet], mark: Mark | None = None) -> bytes:
    """Return a workbook: each table with its head fixed, and at the end a sheet that says what the file is.

    The mark stands in the properties of the document and at the head and foot of each printed page too. Texts are
    texts, never formulas. Without a mark it is a file that holds no record: something to begin with.
    """
    from openpyxl import Workbook  # heavy

    book = Workbook(write_only=True)
    pages = []
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        page.append([_bold(page, name) for name in sheet.columns])
        for row in sheet.rows:
            page.append([_cell(page, safe(value)) for value in row])
        pages.append(page)
    if mark is not None:
        _mark(book, pages, mark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(book: Any, pages: Sequence[Any], mark: Mark) -> None:
    from openpyxl.packaging.custom import StringProperty  # heavy

    about = book.create_sheet("export")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = ABOUT_WIDTHS
    for name, value in mark.lines:
        about.append([_bold(about, name), _cell(about, safe(value))])
    for page in (*pages, about):
        # "&" begins a code in heads and feet (ECMA-376 part 1, 18.3.1.46)
        page.oddHeader.center.text = mark.handling.replace("&", "&&")
        page.oddFooter.center.text = str(mark.export)
    book.properties.identifier = str(mark.export)
    book.properties.description = "\n".join(f"{name}: {value}" for name, value in mark.lines)
    book.custom_doc_props.append(StringProperty(name="export", value=str(mark.export)))


def _bold(page: Any, value: str) -> Any:
    from openpyxl.styles import Font  # heavy

    cell = _cell(page, value)
    cell.font = Font(bold=True)
    return cell


def _cell(page: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell  # heavy

    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
