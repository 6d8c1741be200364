"""What of governance is taken out as a file: tables as CSV or XLSX, and papers. Each is numbered and remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem
from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.sheets import XLSX, Sheet, to_csv, to_xlsx
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download

TEMPLATE = "governance/papers/tables.typ"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": XLSX,
}


@dataclass(frozen=True)
class Part:
    """A section of a paper: facts as pairs, then a table."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@action
def sheets(tables: Sequence[Sheet], *, name: str, kind: str, form: str, at: datetime) -> File:
    """Return tables as `xlsx`, or the first as `csv` with the number of the export in each row.

    Raises Invalid for another form, Refused without the act `export`.
    """
    exports.taker()
    if form not in ("csv", "xlsx"):
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    export = new_id()
    if form == "xlsx":
        body = to_xlsx(tables, exports.mark(export, 0, at=at))
    else:
        first = tables[0]
        body = to_csv(Sheet(first.name, (*first.columns, "export"), [(*row, str(export)) for row in first.rows]))
    exports.remember(export, kind=kind, form=form, records=(), at=at)
    return File(f"{name}-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, 0)


def paper(
    title: str,
    *,
    lines: Sequence[str] = (),
    parts: Sequence[Part] = (),
    name: str,
    kind: str,
    at: datetime,
    tlp: Tlp = Tlp.AMBER_STRICT,
    landscape: bool = False,
) -> File:
    """Return a paper of lines and tables. Raises Refused without the act `export`."""  # fmt: skip
    data: dict[str, Any] = {
        "answer": title, "lines": list(lines), "landscape": landscape,
        "parts": [
            {"title": one.title, "facts": [list(pair) for pair in one.facts], "head": list(one.head),
             "rows": [list(row) for row in one.rows]}
            for one in parts
        ],
    }  # fmt: skip
    return printed(TEMPLATE, data, title=title, name=name, kind=kind, tlp=tlp, records=(), at=at)


def answered(file: File, form: str) -> HttpResponse:
    """Return a file as a download."""
    return as_download(file.body, file.name, TYPES[form])
