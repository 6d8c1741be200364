"""Pages that take reports out (CSV, XLSX) and in (CSV, looked at before it is written). They only translate."""

import base64
import binascii
import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import importing, queries, tabular
from port2port.reports.exporting import take_out, take_out_red
from port2port.reports.small_forms import FilterForm, ImportForm
from port2port.reports.threats import threat_of
from port2port.reports.words import card
from port2port.sharing import exports, pairs
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SALT = "port2port.reports.import"
KEPT = 3600  # seconds between looking at a file and confirming it


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Answer the filtered reports as a file, at most 10,000; journalled, and marked with who took it."""
    at = now()
    form = FilterForm(request.GET, places=known_places())
    kind = request.GET.get("format", "csv")
    if kind not in FORMS:
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    file = take_out(form.filters(), kind, at=at)
    return HttpResponse(
        file.body, content_type=FORMS[kind], headers={"Content-Disposition": f'attachment; filename="{file.name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_out_page(request: HttpRequest, report: UUID) -> HttpResponse:
    """Take a report of TLP:RED out by two persons: ask with a reason, and when a second has approved, take the file."""
    at = now()
    found = queries.report(report, at=at)
    exports.taker()
    if found.record.tlp != Tlp.RED or threat_of(found.record) is not None or found.record.withdrawn_at is not None:
        raise NotFound(kind=queries.KIND, record=report)
    pair = pairs.open_pair(kind=queries.KIND, records=[report], at=at)
    if request.method == "POST" and "format" in request.POST:
        kind = request.POST["format"]
        if kind not in FORMS:
            raise Invalid([Problem("format", _("Choose csv or xlsx."))])
        file = take_out_red(report, kind, at=at)
        return HttpResponse(
            file.body, content_type=FORMS[kind], headers={"Content-Disposition": f'attachment; filename="{file.name}"'}
        )
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            pairs.ask(
                kind=queries.KIND, path=request.path, records=[report], reason=request.POST.get("reason", ""), at=at
            )
        except Invalid as error:
            problems = error.problems
        else:
            messages.success(request, _("Asked. A second person who reads it must approve within a day."))
            return redirect("reports:take_out", report)
    context = {
        "card": card(found), "record": found.record, "report": found.report, "pair": pair, "problems": problems,
        "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "reports/take_out.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_reports(request: HttpRequest) -> HttpResponse:
    """Take a CSV of published incidents: first shown row by row, then confirmed. All rows or none."""
    at = now()
    actor = current_actor()
    if not (actor.may("report") and actor.may("export")):
        raise Refused(REASONS["no-role"])
    if request.method == "POST" and "confirmed" in request.POST:
        return _confirmed(request, at)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": (*tabular.IMPORTED, *tabular.IMPORTED_TOO)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            data = file.read(tabular.LARGEST_FILE + 1)
            try:
                planned = importing.plan(data, at=at)
                context |= {"plan": planned, "packed": _pack(data), "shown": planned.new[:200]}
                status = 200
            except Invalid as error:
                context["problems"] = error.problems[:200]
                context["problem_count"] = len(error.problems)
    return render(request, "reports/import.html", context, status=status)


def _confirmed(request: HttpRequest, at: datetime) -> HttpResponse:
    done = importing.import_reports(data=_unpack(request.POST["confirmed"]), at=at)
    new, known = len(done.new), len(done.known)
    text = ngettext("%(n)s report taken in", "%(n)s reports taken in", new) % {"n": new}
    if known:
        text += ", " + ngettext("%(n)s was there already", "%(n)s were there already", known) % {"n": known}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("reports:list") + "?provenance=published")


def _pack(data: bytes) -> str:
    """Return the file sealed for the round trip to the browser, so that what was looked at is what is written."""
    packed = base64.b64encode(zlib.compress(data, 9)).decode()
    return signing.TimestampSigner(salt=SALT + str(current_actor().person)).sign(packed)


def _unpack(text: str) -> bytes:
    try:
        packed = signing.TimestampSigner(salt=SALT + str(current_actor().person)).unsign(text, max_age=KEPT)
        return zlib.decompress(base64.b64decode(packed))
    except (signing.BadSignature, binascii.Error, zlib.error) as error:
        raise Invalid([Problem("file", _("Choose the file again; it was looked at too long ago."))]) from error
