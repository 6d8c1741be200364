"""A file taken in by a page: looked at row by row first, then confirmed, all rows or none.

What was looked at is what is written: the file goes to the browser and back, sealed for the person and the page. A
domain says what its file is (`Intake`) and what it would do (`Look`); pages, template and seal are here alone.
"""

import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.sharing.rows_in import LARGEST_FILE
from port2port.sharing.sheets import XLSX

KEPT = 3600  # seconds between looking at a file and confirming it
SHOWN_ROWS = 200
INVALID = 422
SALT = "port2port.intake"
TABLES = f".csv,.xlsx,text/csv,{XLSX}"
Kind = Literal["text", "head", "mono", "code", "number", "day", "moment"]
P = TypeVar("P")


@dataclass(frozen=True)
class Column:
    """A column of what is shown: its word, and how its cells are said."""

    word: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Line:
    """A row of what is shown: its number in the file and its cells, one for each column."""

    row: int | None
    cells: Sequence[Any]


@dataclass(frozen=True)
class Look:
    """What a file would do: the answer in a sentence, what of it stays as it is, and row by row what would be written.

    `seen`: who would see it, for `{% sees %}`.
    """

    answer: str
    stays: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    seen: Any = None
    note: str = ""


@dataclass(frozen=True)
class Codes:
    """Codes that a column takes, each with its word."""

    title: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Intake(Generic[P]):
    """A page that takes files in. `plan` reads and writes nothing, `write` does it in one transaction; both take the
    file and raise Invalid with every problem by row and column. `name` parts the seals of pages. `examples`: files to
    begin with, each as a word and an address.
    """

    name: str
    title: str
    lead: str
    crumbs: Sequence[tuple[str, str]]
    plan: Callable[[bytes], P]
    write: Callable[[bytes], P]
    look: Callable[[P], Look]
    said: Callable[[P], str]
    to: str
    to_word: str
    needed: Sequence[str]
    needed_note: str = ""
    optional: Sequence[str] = ()
    optional_title: str = ""
    optional_note: str = ""
    codes: Sequence[Codes] = field(default=())
    examples: Sequence[tuple[str, str]] = ()
    largest: int = LARGEST_FILE
    seen: Any = None


class FileForm(forms.Form):
    """A table to be read; nothing is written before it was looked at."""

    file = forms.FileField(
        label=gettext_lazy("CSV file or workbook (XLSX)"), widget=forms.FileInput(attrs={"accept": TABLES})
    )


def page(request: HttpRequest, intake: Intake[Any]) -> HttpResponse:
    """Ask for a file, show what it would do, and do it once it is confirmed. Raises what `plan` raises but Invalid."""
    if request.method == "POST" and "confirmed" in request.POST:
        done = intake.write(unsealed(request.POST["confirmed"], intake.name))
        messages.success(request, intake.said(done))
        return HttpResponseRedirect(intake.to)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"intake": intake, "form": form, "crumbs": [*intake.crumbs, (_("File in"), "")]}
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            data = form.cleaned_data["file"].read(intake.largest + 1)
            try:
                look = intake.look(intake.plan(data))
                context |= {"look": look, "packed": sealed(data, intake.name), "lines": _shown(look)}
                status = 200
            except Invalid as error:
                context |= {"problems": error.problems[:SHOWN_ROWS], "problem_count": len(error.problems)}
    return render(request, "sharing/intake.html", context, status=status)


def _shown(look: Look) -> list[tuple[int | None, list[tuple[Column, Any]]]]:
    return [(one.row, list(zip(look.columns, one.cells, strict=True))) for one in look.lines[:SHOWN_ROWS]]


def _signer(name: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{SALT} {name} {current_actor().person}")


def sealed(data: bytes, name: str) -> str:
    """Return a file sealed for the round trip to the browser of whoever acts, for the page of this name."""
    return _signer(name).sign(base64.b64encode(zlib.compress(data, 9)).decode())


def unsealed(text: str, name: str) -> bytes:
    """Return a file that was sealed for the same person and page. Raises Invalid for another one and an old one."""
    try:
        return zlib.decompress(base64.b64decode(_signer(name).unsign(text, max_age=KEPT)))
    except (signing.BadSignature, binascii.Error, zlib.error) as error:
        raise Invalid([Problem("file", _("Choose the file again; it was looked at too long ago."))]) from error


def stays(number: int) -> str:
    """Return how many rows are there already, as a sentence."""
    return ngettext("%(n)s is there already and stays.", "%(n)s are there already and stay.", number) % {"n": number}
