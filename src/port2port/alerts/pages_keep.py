"""Pages for answering and looking after an alert: acknowledge, cancel, withdraw. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.alerts import actions, queries
from port2port.alerts.forms import AcknowledgeForm, CancelForm
from port2port.alerts.shown import Shown
from port2port.alerts.words import card
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members.acting import current_actor
from port2port.members.topics import is_topic
from port2port.reports.small_forms import AudienceForm, WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address, people_to_address
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language


@require_POST
def acknowledge(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Acknowledge for one's desk with one click, or add what was done."""
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        raise Invalid([])
    actions.acknowledge(alert, done=form.cleaned_data["done"], at=now())
    seen = queries.alert(alert, at=now()).told_apart
    messages.success(request, _("Acknowledged. Whoever raised it sees it.") if seen else _("Acknowledged."))
    return HttpResponseRedirect(reverse("alerts:detail", args=[alert]))


def _held(alert: UUID, *, in_force: bool, act: str = "withdraw") -> Shown:
    """Return the alert if the actor may follow, share further or withdraw it; raises NotFound, Refused, Conflict."""
    at = now()
    found = queries.alert(alert, at=at)
    decision = decide(current_actor(), act, envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=alert)
    if found.withdrawn:
        raise Conflict(_("This was withdrawn."))
    if in_force and not found.in_force:
        raise Conflict(_("This alert is not in force any more."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Ask why it no longer applies, and tell all who were warned."""
    found = _held(alert, in_force=True)
    one = card(found)
    initial = {"version": found.record.version, "reason": f"{one.mark}: " if one.mark else ""}
    form = CancelForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            sent = actions.cancel_alert(
                alert, reason=data["reason"], at=now(), expected=data["version"], language=language()
            )
            messages.success(request, _("Cancelled. All who were warned are told."))
            return HttpResponseRedirect(reverse("alerts:detail", args=[sent.record_id]))
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": one, "people": people}
    return render(request, "alerts/cancel.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def widen(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Warn more circles or persons by the same message, or under a wider TLP."""
    found = _held(alert, in_force=True, act="share")
    record = found.record
    there = {str(key) for key in record.addressed}
    many, single = circles_to_address()
    alone = any(is_topic(key) for key in record.addressed)
    form = AudienceForm(
        request.POST if request.method == "POST" else None,
        record=record,
        circles=([], [])
        if alone
        else ([c for c in many if c[0] not in there], [c for c in single if c[0] not in there]),
        persons=[] if alone else [(i, name) for i, name in people_to_address() if i not in record.audience],
        widen=True,
        initial={"version": record.version, "tlp": Tlp(record.tlp).name},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.widen_alert(alert, to=form.addressing(), at=now(), expected=form.cleaned_data["version"])
            messages.success(request, _("Shared with more. They are told now."))
            return HttpResponseRedirect(reverse("alerts:detail", args=[alert]))
        except Invalid as error:
            for problem in error.problems:
                name = {"audience": "tlp" if alone else "circles"}.get(problem.field, problem.field)
                form.add_error(name if name in form.fields else None, str(problem.message))
    context = {"form": form, "card": card(found), "alone": alone}
    return render(request, "alerts/audience.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Take an alert back that should never have been sent, confirmed by naming it."""
    found = _held(alert, in_force=False)
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_alert(alert, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(reverse("alerts:detail", args=[alert]))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": card(found), "people": people}
    return render(request, "alerts/withdraw.html", context, status=422 if request.method == "POST" else 200)
