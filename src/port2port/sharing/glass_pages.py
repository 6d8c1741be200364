"""Pages of breaking the glass: an operator asks, somebody of another organisation approves, the owner is told."""

import json
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import clock
from port2port.base.errors import Invalid, Refused
from port2port.members.acting import current_actor
from port2port.members.identity_pages import in_browser
from port2port.members.models import Person
from port2port.members.people_forms import put
from port2port.members.queries import called
from port2port.sharing.actions import ask_glass, open_glass
from port2port.sharing.journal_actions import approve_and_tell, confirm_seen
from port2port.sharing.models import Glass
from port2port.sharing.pages import record_in
from port2port.sharing.queries import glass_requests

SHOWN_FOR = timedelta(minutes=5)


class AskForm(forms.Form):
    """Which record, and why."""

    record = forms.CharField(
        max_length=400,
        label=gettext_lazy("Which record?"),
        help_text=gettext_lazy("Its link or its number, as somebody gave it to you."),
        error_messages={"required": gettext_lazy("Give the link or the number of a record.")},
    )
    reason = forms.CharField(
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why is this necessary?"),
        help_text=gettext_lazy("The second person and the owner of the record read this."),
        error_messages={"required": gettext_lazy("Say in a sentence why this is necessary.")},
    )

    def clean_record(self) -> UUID:
        """Find the number in whatever was pasted."""
        return record_in(self.cleaned_data["record"])


@never_cache
@require_http_methods(["GET", "POST"])
@in_browser
def glass(request: HttpRequest) -> HttpResponse:
    """Requests: mine, those that wait for a second person, and those about records of my organisation."""
    actor = current_actor()
    if not (actor.may("operate") or actor.may("audit")):
        raise Refused(_("Operators ask and approve; administrators and data-protection officers see what was done."))
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_glass(record=form.cleaned_data["record"], reason=form.cleaned_data["reason"], at=clock.now())
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            messages.success(request, _("Asked. Now a second person of another organisation must approve."))
            return redirect("sharing:glass")
    at = clock.now()
    concerning, waiting = glass_requests()
    about_us = [one for one in concerning if one.owner_id is not None and one.owner_id == actor.organisation]
    mine = [one for one in concerning if one.asked_by_id == actor.person]
    known = _names([*mine, *about_us, *waiting])
    context = {
        "form": form if actor.may("operate") else None,
        "mine": [(one, _state(one, at)) for one in mine],
        "waiting": [(one, known.get(one.asked_by_id, ""), called(one.asked_for.names)) for one in waiting],
        "about_us": [
            (one, called(one.asked_for.names), called(one.approved_for.names) if one.approved_for else "")
            for one in about_us
        ],
        "unseen": sum(one.seen_by_owner_at is None for one in about_us),
        "may_audit": actor.may("audit"),
    }
    return render(request, "sharing/glass.html", context, status=422 if form.errors else 200)


@require_POST
@in_browser
def approve(request: HttpRequest, glass: UUID) -> HttpResponse:
    """Approve as the second person."""
    approve_and_tell(glass, at=clock.now())
    messages.success(request, _("Approved. It can be opened once, within an hour; the owner is told."))
    return redirect("sharing:glass")


@never_cache
@require_POST
@in_browser
def open_once(request: HttpRequest, glass: UUID) -> HttpResponse:
    """Show the record once, as plain facts; the page leaves by itself."""
    at = clock.now()
    shown = open_glass(glass, at=at)
    context = {
        "shown": shown,
        "facts": _facts(shown["content"] or {}),
        "closes_at": at + SHOWN_FOR,
        "seconds": int(SHOWN_FOR.total_seconds()),
    }
    return render(request, "sharing/glass_open.html", context)


@require_POST
@in_browser
def seen(request: HttpRequest, glass: UUID) -> HttpResponse:
    """Confirm that the owner has noticed."""
    confirm_seen(glass, at=clock.now())
    messages.success(request, _("Noted that your organisation has seen this."))
    return redirect("sharing:glass")


def _names(requests: list[Glass]) -> dict[UUID, str]:
    people = {key for one in requests for key in (one.asked_by_id, one.approved_by_id) if key}
    return dict(Person.objects.filter(id__in=people).values_list("id", "name"))


def _state(one: Glass, at: object) -> str:
    if one.approved_at is None:
        return "waiting"
    return "ready" if one.until is not None and one.until > at else "closed"  # type: ignore[operator]


def _facts(content: dict[str, object]) -> list[tuple[str, str]]:
    """Return a row's columns as names and values; empty ones and references to other rows are left out."""
    return [
        (name.replace("_", " "), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in content.items()
        if value not in (None, "", [], {}) and not name.endswith("_id")
    ]
