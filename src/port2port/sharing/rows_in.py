"""Rows of a table that somebody sends in: a CSV, or the first sheet of a workbook. By the names of our columns, or as
another system wrote it (`foreign_rows`).

What each cell must be is the caller's. A workbook's cells come as a CSV of it would say them: a day as 2026-11-28.
"""

import codecs
import csv
import io
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem, TooLarge

LARGEST_FILE = 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024  # of all parts of a workbook together: a small file may unpack to anything
MOST_PARTS = 500
MOST_SHEET_ROWS = 50_000  # blank ones too, which a sheet may hold without a byte for each
SPARE_COLUMNS = 8  # read beside those that are known, so that a cell too many is seen
ZIPPED = b"PK\x03\x04"
SEPARATORS = (";", "\t", ",", "|")  # of two that a head holds as often the first: commas stand in names, too


def named_rows(
    data: bytes,
    *,
    needed: Collection[str],
    known: Collection[str],
    most: int,
    largest: int = LARGEST_FILE,
    others: bool = False,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that is not blank: its number (the head is 1) and its cells, stripped; "" for a known column
    that is not there. `others`: columns that are not known may stand beside, and are left out.

    Raises Invalid when the file is no such table (encoding, columns, cells in a row), TooLarge beyond `largest` bytes
    or `most` rows.
    """
    if len(data) > largest:
        raise TooLarge(_("This file is larger than %(n)d kB.") % {"n": largest // 1024})
    rows = _sheet_rows(data, len(known)) if data.startswith(ZIPPED) else _csv_rows(data)
    head: list[str] = next(rows, (1, []))[1]
    _check_head(head, needed, head if others else known)
    for number, cells in rows:
        if not any(cells):
            continue
        if number > most + 1:
            raise TooLarge(_("At most %(n)d rows at a time.") % {"n": most})
        if len(cells) != len(head):
            raise Invalid([Problem("row", _("This row has another number of cells than the head."), number)])
        row = dict(zip(head, cells, strict=True))
        yield number, {name: row.get(name, "") for name in known}


def foreign_rows(data: bytes, *, most: int, widest: int, largest: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the head and each row that is not blank, as another system wrote it: its number (the head is 1) and its
    cells, stripped. Any of SEPARATORS; UTF-8, UTF-16 with its mark (Unicode 23.8), and what is neither as Windows-1252.

    Raises as `named_rows`, and TooLarge beyond `widest` columns.
    """
    if len(data) > largest:
        raise TooLarge(_("This file is larger than %(n)d kB.") % {"n": largest // 1024})
    rows = _sheet_rows(data, widest) if data.startswith(ZIPPED) else _cells(*_foreign_text(data))
    found = 0
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > widest:
            raise TooLarge(_("At most %(n)d columns.") % {"n": widest})
        found += 1
        if found > most + 1:
            raise TooLarge(_("At most %(n)d rows at a time.") % {"n": most})
        yield number, cells


def _foreign_text(data: bytes) -> tuple[str, str]:
    """Return a text and what parts its cells."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes stand for nothing in Windows-1252; decoded so, each reads as what cannot be shown.
        text = data.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    return text, max(SEPARATORS, key=head.count)


def _check_head(head: list[str], needed: Collection[str], known: Collection[str]) -> None:
    missing = [name for name in needed if name not in head]
    if missing:
        raise Invalid([Problem("file", _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, 1)])
    wrong = {name for name in head if name not in known or head.count(name) > 1}
    if wrong:
        names = ", ".join(sorted(wrong))
        raise Invalid(
            [Problem("file", _("These columns are not known or there twice: %(names)s.") % {"names": names}, 1)]
        )


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid([Problem("file", _("This is not UTF-8. Save it as CSV UTF-8."))]) from error
    # Spreadsheets of Belgium part cells by semicolons; a head of ours holds neither in a name.
    return _cells(text, ";" if ";" in text.partition("\n")[0] else ",")


def _cells(text: str, parted: str) -> Iterator[tuple[int, list[str]]]:
    if "\x00" in text:
        raise Invalid([Problem("file", _("This is not a CSV."))])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=parted)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Invalid([Problem("file", _("This is not a CSV."), reader.line_num)]) from error


def _sheet_rows(data: bytes, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet, each as long as the head unless there is more in it."""
    with _workbook(data) as book:
        rows = book.worksheets[0].iter_rows(max_col=columns + SPARE_COLUMNS, values_only=True)
        width = 0
        for number, cells in enumerate(islice(rows, MOST_SHEET_ROWS), start=1):
            row = [_text(cell) for cell in cells]
            while row and not row[-1] and len(row) > width:
                row.pop()
            width = width or len(row)
            yield number, row + [""] * (width - len(row))
        if next(rows, None) is not None:
            raise TooLarge(_("At most %(n)d rows at a time.") % {"n": MOST_SHEET_ROWS})


@contextmanager
def _workbook(data: bytes) -> Iterator[Any]:
    from openpyxl import load_workbook  # heavy

    _check_parts(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody reads here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # of a broken workbook openpyxl raises whatever its parts run into
        raise Invalid([Problem("file", _("This is not a workbook that can be read."))]) from error
    try:
        if not book.worksheets:
            raise Invalid([Problem("file", _("This is not a workbook that can be read."))])
        yield book
    except (KeyError, ValueError, TypeError, SyntaxError, BadZipFile) as error:  # of a sheet, while it is walked
        raise Invalid([Problem("file", _("This is not a workbook that can be read."))]) from error
    finally:
        book.close()


def _check_parts(data: bytes) -> None:
    """Refuse what would unpack to more than a table of ours may hold. Raises Invalid, TooLarge."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except BadZipFile as error:
        raise Invalid([Problem("file", _("This is not a workbook that can be read."))]) from error
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
        raise TooLarge(_("This workbook holds too much. Save the one sheet as CSV."))


def _text(cell: Any) -> str:
    """Return a cell as a CSV would say it."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case datetime() | time():
            return cell.isoformat(timespec="minutes")
        case date():
            return cell.isoformat()
        case _:
            return str(cell).strip()
