"""Pages that take reports out (CSV, XLSX) and in (CSV, looked at before it is written). They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
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
from port2port.reports.small_forms import FilterForm
from port2port.reports.threats import threat_of
from port2port.reports.words import card
from port2port.sharing import exports, intake, pairs
from port2port.sharing.rules import REASONS
from port2port.sharing.sheets import XLSX
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Answer the filtered reports as a file, at most 10,000; journalled, and marked with who took it."""
    at = now()
    form = FilterForm(request.GET, places=known_places())
    kind = request.GET.get("format", "csv")
    if kind not in FORMS:
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    file = take_out(form.filters(), kind, at=at)
    return as_download(file.body, file.name, FORMS[kind])


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
        return as_download(file.body, file.name, FORMS[kind])
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
    """Take a file of published incidents: first shown row by row, then confirmed. All rows or none."""
    at, actor, listed = now(), current_actor(), reverse("reports:list")
    if not (actor.may("report") and actor.may("export")):
        raise Refused(REASONS["no-role"])
    return intake.page(
        request,
        intake.Intake(
            name="reports", title=_("Take in published incidents"),
            lead=_("First you see what would happen, row by row."), crumbs=[(_("Reports"), listed)],
            plan=lambda data: importing.plan(data, at=at),
            write=lambda data: importing.import_reports(data=data, at=at), look=_look, said=_taken_in,
            to=f"{listed}?provenance=published", to_word=_("To the reports"), largest=tabular.LARGEST_FILE,
            needed=(*tabular.IMPORTED, *tabular.IMPORTED_TOO),
        ),
    )  # fmt: skip


def _look(planned: importing.Plan) -> intake.Look:
    number = len(planned.new)
    return intake.Look(
        answer=ngettext("%(n)s report would be taken in", "%(n)s reports would be taken in", number) % {"n": number},
        stays=intake.stays(len(planned.known)),
        note=_("They become TLP:CLEAR, for everyone, marked as published, with their source."),
        columns=[intake.Column(_("Id"), "mono"), intake.Column(_("What happened"), "head"), intake.Column(_("Port")),
                 intake.Column(_("When"), "day")],
        lines=[
            intake.Line(one.row, (one.identifier, one.draft.text, one.draft.port,
                                  one.draft.occurred_at))
            for one in planned.new
        ],
    )  # fmt: skip


def _taken_in(done: importing.Plan) -> str:
    new, known = len(done.new), len(done.known)
    text = ngettext("%(n)s report taken in", "%(n)s reports taken in", new) % {"n": new}
    if known:
        text += ", " + ngettext("%(n)s was there already", "%(n)s were there already", known) % {"n": known}
    return text
