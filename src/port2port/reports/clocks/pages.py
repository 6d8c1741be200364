"""Pages of clocks: the panel of a report, the text that is prepared, what was sent. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.compliance.actions import NOT_YOURS
from port2port.members.acting import current_actor
from port2port.members.data_files import LANGUAGES
from port2port.members.queries import called
from port2port.reports import queries as reports
from port2port.reports.clocks import actions, queries, words
from port2port.reports.clocks.beginning import waits_to_begin
from port2port.reports.clocks.forms import SentForm
from port2port.reports.clocks.queries import Clock, Clocks
from port2port.reports.shown import Shown
from port2port.sharing.papers import printed
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download
from port2port.site.reader import language

TEMPLATE = "reports/papers/clock.typ"
PDF = "application/pdf"
MINUTE = "%Y-%m-%dT%H:%M"


def section(found: Shown, *, at: datetime) -> dict[str, Any]:
    """Return the panel of a report's clocks; empty for whom they are not."""
    told = queries.clocks(found.record.id, at=at)
    may = decide(current_actor(), "change", envelope(found.record), at=at).allowed
    begins = may and waits_to_begin(found)
    if told.subject is None and not begins:
        return {}
    return {
        "heading": words.heading(told, at=at)
        if told.subject is not None
        else _("Clocks of this report do not run yet"),
        "lines": [words.clock_line(one, found.record.id, at=at) for one in told.clocks],
        "sent": [words.sending_line(one) for one in told.sendings],
        "subject": told.subject,
        "may": may,
        "begins": begins,
        "aware_since": found.report.aware_since,
    }


@require_POST
def begin(request: HttpRequest, report: UUID) -> HttpResponse:
    """Let the clocks of a report begin that should run."""
    actions.begin(report, at=now())
    messages.success(request, _("The clocks run."))
    return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#clocks")


@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest, report: UUID, kind: str) -> HttpResponse:
    """Prepare the text of a clock, take it out as a file, and record what was sent."""
    at, case = now(), request.GET.get("case", "")
    found, told, one = _waiting(report, kind, case, at)
    asked = request.GET.get("language", "")
    chosen = asked if asked in LANGUAGES else language()
    if request.method == "POST":
        form = SentForm(request.POST)
        if form.is_valid():
            act = request.POST.get("act", "")
            if act in ("text", "pdf"):
                return _file(found, one, kind, form.cleaned_data["text"], chosen, at, pdf=act == "pdf")
            try:
                actions.record_sent(report, form.sent(kind, case, chosen), at=at)
            except Invalid as error:
                form.put(error.problems)
            else:
                messages.success(request, _("Recorded. The clock is met, and the next one begins where there is one."))
                return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#clocks")
    else:
        with override(chosen):
            text = words.prepared(found, told, one, kind)
        form = SentForm(initial={"text": text, "sent_at": timezone.localtime(at).strftime(MINUTE), "channel": "portal"})
    template = next(text for text in one.forms if text.sends == kind)
    here = reverse("reports:clock", args=[report, kind])
    query = f"&case={case}" if case else ""
    context = {
        "form": form, "found": found, "record": found.record, "line": words.clock_line(one, report, at=at),
        "template": template, "name": template.label(language()), "chosen": chosen,
        "languages": [
            {"word": code, "href": f"{here}?language={code}{query}", "current": code == chosen} for code in LANGUAGES
        ],
        "sees": sees(), "href": reverse("reports:detail", args=[report]), "may_take": current_actor().may("export"),
    }  # fmt: skip
    return render(request, "reports/clock.html", context, status=422 if form.errors else 200)


def sees() -> dict[str, Any]:
    """Return who sees clocks and what was sent: the own organisation, whoever the report was shared with."""
    return {
        "tlp": int(Tlp.AMBER_STRICT), "audience": [_("those of your organisation who look after this report")],
        "note": _("Whoever the report was shared with sees none of it."),
    }  # fmt: skip


def _waiting(report: UUID, kind: str, case: str, at: datetime) -> tuple[Shown, Clocks, Clock]:
    """Return a report that the actor looks after, and its clock that a text would meet. Raises NotFound, Refused."""
    found = reports.report(report, at=at)
    told = queries.clocks(report, at=at)
    one = told.waiting(kind, case)
    if one is None:
        raise NotFound(kind=reports.KIND, record=report)
    if not decide(current_actor(), "change", envelope(found.record), at=at).allowed:
        raise Refused(NOT_YOURS)
    return found, told, one


def _file(found: Shown, one: Clock, kind: str, text: str, chosen: str, at: datetime, *, pdf: bool) -> HttpResponse:
    """Answer the text as a file, numbered and watermarked as PDF; journalled either way."""
    with translation.override(chosen):
        form = next(form for form in one.forms if form.sends == kind)
        title = form.label(chosen)
        name = f"{found.reference}-{kind.replace('_', '-')}"
        if pdf:
            owner = called(found.record.owner.names) if found.record.owner else ""
            data = {"lines": actions.plain(text).split("\n"), "owner": owner, "citation": form.citation}
            made = printed(
                TEMPLATE, data, title=title, name=name, kind="clock", tlp=Tlp(found.record.tlp),
                records=[found.record.id], at=at,
            )  # fmt: skip
            return as_download(made.body, made.name, PDF)
    actions.note_taken(found.record.id, kind=kind, at=at)
    return as_download(actions.plain(text) + "\n", f"{name}.txt", "text/plain; charset=utf-8")


@require_safe
def sending(request: HttpRequest, sending: UUID) -> HttpResponse:
    """Show what was sent, with its text and digest."""
    one = queries.sending(sending)
    found = reports.report(one.report_id, at=now())
    line = words.sending_line(one)
    context = {
        "one": one, "line": line, "found": found, "sees": sees(),
        "href": reverse("reports:detail", args=[one.report_id]),
        "facts": [
            (_("Sent on"), timezone.localtime(one.sent_at).strftime("%d/%m/%Y %H:%M")),
            (_("How it was sent"), line["channel"]), (_("Their reference"), one.reference),
            (_("Request"), one.case), (_("Written down by"), one.by.name),
            (_("Written down on"), timezone.localtime(one.at).strftime("%d/%m/%Y %H:%M")),
        ],
    }  # fmt: skip
    return render(request, "reports/sending.html", context)
