"""The page and files of the register of processing. They only translate; everybody who is signed in may read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.base.clock import now
from port2port.governance import files
from port2port.governance.files import Part
from port2port.governance.processing.shown import processings, without
from port2port.governance.sections import sections
from port2port.members.acting import current_actor
from port2port.sharing.sheets import Sheet
from port2port.sharing.tlp import Tlp

KIND = "processing"


def _answer(number: int) -> str:
    return ngettext(
        "The platform processes data of persons in %(n)d way",
        "The platform processes data of persons in %(n)d ways",
        number,
    ) % {"n": number}


@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """Show what the program does with data of persons."""
    found = processings()
    context = {
        "answer": _answer(len(found)), "sections": sections("governance:processing"), "rows": found,
        "without": without(), "may_take": current_actor().may("export"),
    }  # fmt: skip
    return render(request, "governance/processing/register.html", context)


@require_GET
def register_file(request: HttpRequest) -> HttpResponse:
    """Answer the register as PDF, XLSX or CSV."""
    form, at, found = request.GET.get("format", ""), now(), processings()
    if form == "pdf":
        parts = [Part(one.name, one.facts) for one in found]
        file = files.paper(_answer(len(found)), parts=parts, name="processing", kind=KIND, at=at, tlp=Tlp.GREEN)
        return files.answered(file, form)
    heads = [name for name, _value in found[0].facts]
    tables = [
        Sheet("processing", (_("Processing"), *heads), [
            (one.name, *(value for _name, value in one.facts)) for one in found]),
        Sheet("columns", (_("Processing"), _("Table"), _("Column")), [
            (one.name, table.table, column) for one in found for table in one.tables for column in table.personal]),
    ]  # fmt: skip
    return files.answered(files.sheets(tables, name="processing", kind=KIND, form=form, at=at), form)
