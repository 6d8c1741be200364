"""Pages of warnings: what waits, releasing or dismissing one, what came of it. They only translate."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.displacement import warnings
from port2port.displacement.explaining import evidence_facts, evidence_line
from port2port.displacement.forms import DecideForm, OutcomeForm
from port2port.displacement.models import Warning
from port2port.displacement.words import (
    BADGES,
    EVIDENCE,
    OUTCOME_BADGES,
    WARNING_STATES,
    outcome_word,
    track_line,
    warning_title,
)
from port2port.sharing.rules import REASONS


def row(warning: Warning) -> dict[str, object]:
    """Return a warning made ready for a row or a page."""
    return {
        "warning": warning, "title": warning_title(warning), "state": WARNING_STATES[warning.state],
        "badge": BADGES[warning.state], "outcome": outcome_word(warning.outcome),
        "outcome_badge": OUTCOME_BADGES[warning.outcome], "line": evidence_line(warning),
        "kind": EVIDENCE[warning.evidence["kind"]], "href": reverse("displacement:warning", args=[warning.id]),
    }  # fmt: skip


@require_safe
def warning_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for an analyst, what was decided, and how the monitor's warnings did."""
    rows = warnings.warnings()
    context = {
        "waiting": [row(one) for one in rows if one.state == "waiting"],
        "decided": [row(one) for one in rows if one.state != "waiting"],
        "track": track_line(warnings.warning_track(rows)),
    }
    return render(request, "displacement/warnings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, warning: UUID) -> HttpResponse:
    """Show one warning with its evidence; release it, which leads to the alert, or dismiss it, with a reason."""
    found = warnings.warning(warning)
    if request.method == "POST" and not warnings.decides():
        raise Refused(REASONS["no-role"], kind="warning", record=warning)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        release = "release" in request.POST
        try:
            warnings.decide_warning(warning, release=release, reason=form.cleaned_data["reason"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            if release:
                messages.success(request, _("Released. Now say who must do what, and send it."))
                return HttpResponseRedirect(_alert(found))
            messages.success(request, _("Dismissed. It is scored all the same."))
            return HttpResponseRedirect(reverse("displacement:warning", args=[warning]))
    return _page(request, found, form, OutcomeForm(), status=422 if request.method == "POST" else 200)


@require_POST
def outcome(request: HttpRequest, warning: UUID) -> HttpResponse:
    """Say what came of it."""
    found = warnings.warning(warning)
    if not warnings.decides():
        raise Refused(REASONS["no-role"], kind="warning", record=warning)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        try:
            warnings.score_warning(
                warning, outcome=form.cleaned_data["outcome"], why=form.cleaned_data["why"], at=now()
            )
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Kept. It counts in the track record."))
            return HttpResponseRedirect(reverse("displacement:warning", args=[warning]))
    return _page(request, found, DecideForm(), form, status=422)


def _page(request: HttpRequest, found: Warning, decide: DecideForm, scored: OutcomeForm, status: int) -> HttpResponse:
    context = row(found) | {
        "form": decide, "outcome_form": scored, "facts": evidence_facts(found), "may": warnings.decides(),
        "alert_url": _alert(found),
    }  # fmt: skip
    return render(request, "displacement/warning.html", context, status=status)


def _alert(warning: Warning) -> str:
    """Return where an alert is written from it. What only one circle reads goes into no address: its text stays out."""
    query = {"where": f"port:{warning.port.locode}"}
    if warning.sight == "released":
        query["text"] = f"{warning_title(warning)}. {evidence_line(warning)}"
    return f"{reverse('alerts:new')}?{urlencode(query)}"
