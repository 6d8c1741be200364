"""Pages for attachments: add, take off, give out, show a picture, hand the original over. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.members.acting import current_actor
from port2port.reports import queries as reports
from port2port.reports.attachments import actions, queries
from port2port.reports.attachments.forms import OWN_ONLY, AddForm, HandOverForm, uploads
from port2port.reports.attachments.shown import SHOWN, Line
from port2port.reports.shown import Shown
from port2port.sharing import audiences
from port2port.sharing.guardrails.scanner import ScannerUnavailable
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.downloads import as_download

# Whatever is in a file, a browser runs nothing of it and asks for nothing in its name (W3C CSP level 3, sandbox).
ALONE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
SEALED = "application/octet-stream"  # an original is given out as bytes: nothing shall open it by itself


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, report: UUID) -> HttpResponse:
    """Put files on a report; on a refusal nothing is written and each reason stands at the field."""
    found = reports.report(report, at=now())
    decision = decide(current_actor(), "change", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=reports.KIND, record=report)
    if request.method != "POST":
        return _form(request, found, AddForm())
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    data = form.cleaned_data
    try:
        made = actions.add_files(report, uploads(data["files"]), own_only=data["sight"] == OWN_ONLY, at=now())
    except Invalid as error:
        form.put(error.problems)
        return _form(request, found, form, status=422)
    except ScannerUnavailable as error:
        form.put([Problem("files", error.reason)])
        return _form(request, found, form, status=error.status)
    count = len(made)
    messages.success(request, ngettext("%(n)d added.", "%(n)d added.", count) % {"n": count})
    return _to_report(report)


@require_safe
def download(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Give out what may be shared of a file."""
    row = queries.attachment(attachment)
    return given_out(queries.content(row, at=now()), row.media_type, row.filename)


@require_safe
def preview(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Show a picture, which was drawn anew when it was added. Nothing else is shown."""
    row = queries.attachment(attachment)
    if not row.media_type.startswith(SHOWN):
        raise NotFound()
    return HttpResponse(queries.content(row, at=now()), content_type=row.media_type, headers=ALONE)


@require_safe
def original(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Give the untouched file to a steward of its owner."""
    row, content = queries.original_content(attachment, at=now())
    return given_out(content, SEALED, f"original-{row.filename}")


@require_POST
def remove(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Take an attachment off its report."""
    report = actions.remove_attachment(attachment, at=now())
    messages.success(request, _("Taken off."))
    return _to_report(report)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Write down that the original was handed over to the police."""
    row, there = queries.original(attachment)
    found = reports.report(row.report_id, at=now())
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.hand_over(attachment, to=data["to"], reference=data["reference"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Written down."))
            return _to_report(row.report_id)
    line = Line(row, row.record_id != row.report_id, there)
    sees = {"tlp": row.record.tlp, "audience": audiences.words(row.record.addressed, row.record.author_id)}
    context = {"form": form, "found": found, "line": line, "sees": sees}
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/attachment_hand_over.html", context, status=status)


def given_out(content: bytes, media_type: str, filename: str) -> HttpResponse:
    """Return a file to be kept and never to be shown, complete."""
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return as_download(content, filename, media_type + charset, headers=ALONE)


def _form(request: HttpRequest, found: Shown, form: AddForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "found": found, "sees": {"tlp": found.record.tlp, "audience": found.audience}}
    return render(request, "reports/attachments_add.html", context, status=status)


def _to_report(report: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#attachments")
