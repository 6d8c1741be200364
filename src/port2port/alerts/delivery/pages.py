"""Pages of one's own notices: channels, quiet hours, browsers, leave. They only translate."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.alerts.channels.push import Subscription
from port2port.alerts.delivery import actions, queries, senders, weekly
from port2port.alerts.delivery.actions import Wish
from port2port.alerts.delivery.forms import (
    CHANNELS,
    NEVER,
    URGENT_ONLY,
    LeaveForm,
    SubscriptionForm,
    WishForm,
    wishes,
)
from port2port.alerts.delivery.rules import Quiet
from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.identity_pages import in_browser


@require_http_methods(["GET", "HEAD", "POST"])
@in_browser
def mine(request: HttpRequest) -> HttpResponse:
    """How I am told, and when not; my browsers; who stands in for me."""
    push = bool(settings.OPTIONS.push_subject) and queries.reach().push_allowed
    phones = bool(settings.OPTIONS.gateway_url)
    begun = wishes(queries.preferences(), queries.quiet(), weekly=weekly.weekday())
    form = WishForm(request.POST if request.method == "POST" else None, initial=begun, phones=phones, push=push)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form.cleaned_data)
            messages.success(request, _("Kept."))
            return redirect("notices:mine")
        except Invalid as error:
            for problem in error.problems:
                form.add_error("phone" if problem.field.endswith("_address") else None, str(problem.message))
    return _mine(request, form, LeaveForm(people=queries.others()), push=push)


def _keep(data: dict[str, Any]) -> None:
    """Write down the channels that the form offered, the quiet hours and the day of the digest."""
    actions.set_wishes(
        {one: Wish(data[one] != NEVER, data[one] == URGENT_ONLY) for one in CHANNELS if one in data},
        phone=data["phone"],
        quiet=Quiet(data["quiet_from"], data["quiet_to"], data["urgent_overrides"], data["digest"])
        if data["quiet_from"]
        else None,
    )
    if data["weekly"] is not None:
        weekly.choose_weekday(data["weekly"], on=timezone.localdate(now()))


def _mine(request: HttpRequest, form: WishForm, leave_form: LeaveForm, *, push: bool) -> HttpResponse:
    context = {
        "form": form,
        "leave_form": leave_form,
        "leaves": queries.leaves(today=now().date()),
        "browsers": queries.subscriptions(),
        "vapid": senders.vapid().public if push else "",
        "acts": current_actor().organisation is not None,
    }
    problem = form.errors or leave_form.errors
    return render(request, "alerts/delivery_mine.html", context, status=422 if problem else 200)


@require_POST
@in_browser
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take this browser on for push messages; asked by the page's script."""
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        raise Invalid([Problem("endpoint", _("This browser's subscription cannot be used."))])
    actions.subscribe(Subscription(**form.cleaned_data), at=now())
    return HttpResponse(status=204)


@require_POST
@in_browser
def unsubscribe(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Take one of my browsers off."""
    actions.unsubscribe(subscription)
    messages.success(request, _("That browser is told no more."))
    return redirect("notices:mine")


@require_POST
@in_browser
def leave(request: HttpRequest) -> HttpResponse:
    """Name who stands in for me."""
    form = LeaveForm(request.POST, people=queries.others())
    if form.is_valid():
        try:
            data = form.cleaned_data
            actions.add_leave(UUID(data["deputy"]), from_day=data["from_day"], to_day=data["to_day"])
            messages.success(request, _("Kept."))
            return redirect("notices:mine")
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field, str(problem.message))
    push = bool(settings.OPTIONS.push_subject) and queries.reach().push_allowed
    begun = wishes(queries.preferences(), queries.quiet(), weekly=weekly.weekday())
    return _mine(
        request, WishForm(initial=begun, phones=bool(settings.OPTIONS.gateway_url), push=push), form, push=push
    )


@require_POST
@in_browser
def end_leave(request: HttpRequest, leave: UUID) -> HttpResponse:
    """Take a leave of mine back."""
    actions.end_leave(leave)
    messages.success(request, _("You are told yourself again."))
    return redirect("notices:mine")
