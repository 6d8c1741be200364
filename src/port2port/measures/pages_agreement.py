"""Pages for agreeing: put to the members, give a position, remark, close, stop, put in force, end."""

import re
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.measures import agreement_actions, queries
from port2port.measures.actions import remark as make_remark
from port2port.measures.agreement_queries import asks_us, open_round
from port2port.measures.forms import CONSULTED_FOR, OpenForm, PositionForm, RemarkForm, RetireForm
from port2port.measures.queries import KIND
from port2port.measures.shown import Shown
from port2port.measures.words import Card
from port2port.members.acting import current_actor
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.workgroups import queries as workgroups

REFERENCE = re.compile(r"[0-9]{2}-[0-9]{4}-[0-9A-F]{4}")


def _held(measure: UUID) -> Shown:
    """Return a measure that the actor may turn. Raises NotFound, Refused; Conflict when it was withdrawn."""
    at = now()
    found = queries.measure(measure, at=at)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=measure)
    if found.withdrawn:
        raise Conflict(_("This was withdrawn."))
    return found


def _back(measure: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("measures:detail", args=[measure]))


@require_http_methods(["GET", "HEAD", "POST"])
def consult(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Choose in whose name and until when, and put the draft to the members."""
    found = _held(measure)
    if found.measure.state != "draft":
        raise Conflict(_("The state of this does not allow it."))
    groups = workgroups.deciding()
    initial: dict[str, object] = {"until": timezone.localdate(now()) + CONSULTED_FOR}
    if len(groups) == 1:
        initial |= {"group": groups[0].group.id}
    form = OpenForm(request.POST if request.method == "POST" else None, initial=initial, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            group = UUID(form.cleaned_data["group"])
            agreement_actions.open_consultation(measure, group=group, until=form.ends(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Put to the members. Each of them is asked for one position."))
            return _back(measure)
    card = Card(found)
    context = {
        "form": form, "card": card, "sees": card.sees, "groups": groups, "may_found": workgroups.may_found()
    }  # fmt: skip
    return render(request, "measures/consult.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def position(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Give the own organisation's position on the text that was read, or another one until the end."""
    at = now()
    found = queries.measure(measure, at=at)
    asked = open_round(measure)
    if asked is None or not asked.takes_positions(at):
        raise Conflict(_("No position is asked now: the consultation has ended."))
    if not asks_us(asked):
        raise Refused(_("Your role does not speak for an organisation that is asked."), kind=KIND, record=measure)
    own = asked.of(current_actor().organisation)
    said = {"stance": own.stance, "reason": own.reason} if own is not None else {}
    form = PositionForm(
        request.POST if request.method == "POST" else None, initial=said | {"read": asked.version.hash}
    )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            agreement_actions.give_position(
                measure, stance=data["stance"], reason=data["reason"], read=data["read"], at=at
            )
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
            status = Conflict.status
        else:
            messages.success(request, _("Your position stands. You can change it until the consultation ends."))
            return _back(measure)
    card = Card(found)
    context = {
        "form": form,
        "card": card,
        "sees": card.sees,
        "until": asked.consultation.until,
        "version": asked.version,
    }
    return render(request, "measures/position.html", context, status=status)


@require_POST
def remark(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Say something without a position."""
    queries.version_of(measure)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        raise Invalid([])
    make_remark(measure, text=form.cleaned_data["text"], at=now())
    messages.success(request, _("Your remark stands below the measure."))
    return _back(measure)


@require_POST
def close(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Close the consultation and say what came of it."""
    outcome = agreement_actions.close_consultation(measure, at=now())
    agreed = outcome == "agreed"
    messages.success(request, _("Agreed.") if agreed else _("Not agreed: it is a draft again."))
    return _back(measure)


def _turned(request: HttpRequest, measure: UUID, act: Callable[..., None], said: str) -> HttpResponse:
    act(measure, at=now())
    messages.success(request, said)
    return _back(measure)


@require_POST
def stop(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Take the question back."""
    return _turned(request, measure, agreement_actions.stop_consultation, _("Stopped: it is a draft again."))


@require_POST
def in_force(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Let an agreed measure hold."""
    return _turned(request, measure, agreement_actions.put_in_force, _("In force from now on."))


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Say why a measure ends, and end it."""
    found = _held(measure)
    by = request.GET.get("by", "")
    reason = _("Replaced by %(reference)s.") % {"reference": by} if REFERENCE.fullmatch(by) else ""
    form = RetireForm(request.POST if request.method == "POST" else None, initial={"reason": reason})
    if request.method == "POST" and form.is_valid():
        try:
            agreement_actions.retire(measure, reason=form.cleaned_data["reason"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Ended. It stays readable, with its positions."))
            return _back(measure)
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees}
    return render(request, "measures/retire.html", context, status=422 if request.method == "POST" else 200)
