"""Files as partners' systems write them: their own columns, their own codes. Invented."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEAD = ("PV-nummer", "Datum", "Uur", "Haven", "Soort", "Omschrijving", "Ploeg")
ROWS = (
    ("AN-1", "28/11/2025", "03:10", "Antwerpen", "DRG", "Twee mannen klommen over het hek (verzonnen).", "A"),
    ("AN-2", "29/11/2025", "", "Zeebrugge", "UAV", "Een drone hing boven de kade (verzonnen).", "B"),
)
MAPPING: dict[str, Any] = {
    "partner": "Scheepvaartpost",
    "columns": [
        {"name": "PV-nummer", "field": "identifier"},
        {"name": "Datum", "field": "occurred_at"},
        {"name": "Uur", "field": "time"},
        {"name": "Haven", "field": "port", "values": {"Antwerpen": "BEANR", "Zeebrugge": "BEZEE"}},
        {"name": "Soort", "field": "threat", "values": {"DRG": "drug_smuggling", "UAV": "drone_misuse"}},
        {"name": "Omschrijving", "field": "text"},
        {"name": "Ploeg"},
    ],
}


def as_csv(
    head: Sequence[str] = HEAD, rows: Sequence[Sequence[str]] = ROWS, *, parted: str = ";", encoding: str = "utf-8"
) -> bytes:
    """Return a table as a CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=parted)
    writer.writerows([head, *rows])
    return out.getvalue().encode(encoding)


def as_workbook(head: Sequence[str] = HEAD, rows: Sequence[Sequence[Any]] = ROWS) -> bytes:
    """Return a table as a workbook, as openpyxl writes it."""
    book = Workbook()
    page = book.active
    for row in (head, *rows):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
