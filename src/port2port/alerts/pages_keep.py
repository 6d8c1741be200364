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
from port2port.reports.small_forms import WithdrawForm
from port2port.reports.words import language
from port2port.sharing import audiences
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp


@require_POST
def acknowledge(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Acknowledge for one's desk with one click, or add what was done."""
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        raise Invalid([])
    actions.acknowledge(alert, done=form.cleaned_data["done"], at=now())
    messages.success(request, _("Acknowledged. Whoever raised it sees it."))
    return HttpResponseRedirect(reverse("alerts:detail", args=[alert]))


def _held(alert: UUID, *, in_force: bool) -> Shown:
    """Return the alert if the actor may follow or withdraw it; raises NotFound, Refused, Conflict."""
    at = now()
    found = queries.alert(alert, at=at)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
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
