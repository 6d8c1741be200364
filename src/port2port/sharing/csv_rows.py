"""Rows of a CSV that somebody sends in, by the names of its columns. What each cell must be is the caller's."""

import csv
import io
from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem, TooLarge


def named_rows(
    data: bytes, *, needed: Collection[str], known: Collection[str], most: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that is not blank: its number (the head is 1) and its cells, stripped; "" for a known column
    that is not there.

    Raises Invalid when the file is no such CSV (encoding, columns, cells in a row), TooLarge beyond `most` rows.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid([Problem("file", _("This is not UTF-8. Save it as CSV UTF-8."))]) from error
    if "\x00" in text:
        raise Invalid([Problem("file", _("This is not a CSV."))])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = [name for name in needed if name not in head]
        if missing:
            raise Invalid(
                [Problem("file", _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, 1)]
            )
        wrong = {name for name in head if name not in known or head.count(name) > 1}
        if wrong:
            names = ", ".join(sorted(wrong))
            raise Invalid(
                [Problem("file", _("These columns are not known or there twice: %(names)s.") % {"names": names}, 1)]
            )
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if number > most + 1:
                raise TooLarge(_("At most %(n)d rows at a time.") % {"n": most})
            if len(cells) != len(head):
                raise Invalid([Problem("row", _("This row has another number of cells than the head."), number)])
            yield number, dict.fromkeys(known, "") | dict(zip(head, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise Invalid([Problem("file", _("This is not a CSV."), reader.line_num)]) from error
