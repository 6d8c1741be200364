"""Pages for looking after a report: close, open again, share with more or fewer, withdraw. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members.acting import current_actor
from port2port.reports import actions, queries
from port2port.reports.forms import CircleChoices, People
from port2port.reports.shown import Shown
from port2port.reports.small_forms import AudienceForm, CloseForm, WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing, circles_to_address, people_to_address
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp


def _held(report: UUID, act: str) -> Shown:
    """Return the report if the actor may do this to it; raises NotFound, Refused."""
    at = now()
    found = queries.report(report, at=at)
    decision = decide(current_actor(), act, envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=report)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return found


def _back(report: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("reports:detail", args=[report]))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask what came of it and close the report."""
    found = _held(report, "change")
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"version": found.record.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                data = form.cleaned_data
                actions.close_report(report, expected=data["version"], outcome=data["outcome"], at=now())
                messages.success(request, _("Closed."))
                return _back(report)
            except Invalid as error:
                for problem in error.problems:
                    form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
    return render(request, "reports/close.html", {"form": form, "found": found, "sees": _sees(found)}, status=status)


@require_POST
def reopen(request: HttpRequest, report: UUID) -> HttpResponse:
    """Open a closed report again."""
    found = _held(report, "change")
    actions.reopen_report(report, expected=found.record.version, at=now())
    messages.success(request, _("Open again."))
    return _back(report)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, report: UUID) -> HttpResponse:
    """Take a report back, confirmed by naming it."""
    found = _held(report, "withdraw")
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_report(report, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return _back(report)
    status = 422 if request.method == "POST" else 200
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "found": found, "sees": _sees(found), "people": people}
    return render(request, "reports/withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def widen(request: HttpRequest, report: UUID) -> HttpResponse:
    """Share a report with more circles or persons, or under a wider TLP."""
    found = _held(report, "share")
    record = found.record
    there = {str(key) for key in record.addressed}
    many, single = circles_to_address()
    circles = ([c for c in many if c[0] not in there], [c for c in single if c[0] not in there])
    persons = [(i, name) for i, name in people_to_address() if i not in record.audience]
    form = _audience_form(request, record, circles, persons, widen=True)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            to = form.addressing()
            if not to.addressed:
                to = Addressing(tuple(record.addressed), to.tlp)
            actions.widen_report(report, to=to, expected=data["version"], at=now(), nobodys=data["nobodys"])
            messages.success(request, _("Shared with more."))
            return _back(report)
        except Invalid as error:
            _put(form, error)
    return _audience_page(request, form, found, widen=True)


@require_http_methods(["GET", "HEAD", "POST"])
def narrow(request: HttpRequest, report: UUID) -> HttpResponse:
    """Share a report with fewer: those left out lose it and are told that it went."""
    found = _held(report, "withdraw")
    record = found.record
    others = [key for key in record.addressed if key != record.author_id]
    names = dict(zip(others, audiences_named(others, record), strict=True))
    form = _audience_form(request, record, ([(str(key), name) for key, name in names.items()], []), [], widen=False)
    if request.method == "POST" and form.is_valid():
        try:
            to = form.addressing()
            actions.narrow_report(
                report, keep=to.addressed, tlp=to.tlp, expected=form.cleaned_data["version"], at=now()
            )
            messages.success(request, _("Shared with fewer. It has gone from the screens of those who lost it."))
            return _back(report)
        except Invalid as error:
            _put(form, error)
    return _audience_page(request, form, found, widen=False)


def audiences_named(keys: list[UUID], record: Record) -> list[str]:
    """Return a name for each circle or person it was addressed to."""
    return [" ".join(audiences.words([key], record.author_id)) for key in keys]


def _audience_form(
    request: HttpRequest,
    record: Record,
    circles: CircleChoices,
    persons: People,
    *,
    widen: bool,
) -> AudienceForm:
    initial: dict[str, Any] = {"version": record.version, "tlp": Tlp(record.tlp).name}
    if not widen:
        initial["circles"] = [value for value, _name in circles[0]]
    data = request.POST if request.method == "POST" else None
    return AudienceForm(data, record=record, circles=circles, persons=persons, widen=widen, initial=initial)


def _audience_page(request: HttpRequest, form: AudienceForm, found: Shown, *, widen: bool) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "found": found, "sees": _sees(found), "widen": widen}
    return render(request, "reports/audience.html", context, status=status)


def _put(form: AudienceForm, error: Invalid) -> None:
    for problem in error.problems:
        name = {"audience": "circles"}.get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, str(problem.message))


def _sees(found: Shown) -> dict[str, Any]:
    return {"tlp": found.record.tlp, "audience": found.audience}
