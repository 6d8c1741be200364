"""The page on which somebody tells that they were approached, bribed, forced or threatened. It only translates."""

from datetime import UTC
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused, Unavailable
from port2port.members.acting import current_actor
from port2port.reports.threats import CONTACT_LONGEST, Told, kinds, tell_threat
from port2port.sharing.rules import REASONS
from port2port.site.reader import language

CREATED = 201
WHAT = "POST reports:threat"


class ThreatForm(forms.Form):
    """What happened to the person who writes, and how they may be reached. Nothing of it is kept in the browser."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened to you?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("Tell it in your own words"),
        widget=forms.Textarea,
        help_text=gettext_lazy("Who, where, what they wanted. You may name numbers and nicknames."),
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        required=False,
        help_text=gettext_lazy("Left empty: just now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    contact = forms.CharField(
        label=gettext_lazy("How may the police reach you safely?"),
        required=False,
        max_length=CONTACT_LONGEST,
        help_text=gettext_lazy("A number or address that nobody else reads, and when. Shown to who reads this only."),
    )
    pso = forms.ChoiceField(
        label=gettext_lazy("May the port security officers at the desk know?"),
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("No, police only")), ("yes", gettext_lazy("Yes"))],
        required=False,
        initial="no",
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(kind.code, kind.label(language())) for kind in kinds().kinds]
        self.fields["kind"].choices = chosen  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what happened and tell the police at the desk; sent twice, it is told once."""
    at, actor = now(), current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    if request.method != "POST":
        return _page(request, ThreatForm(initial={"key": str(uuid4()), "pso": "no"}))
    form = ThreatForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=Invalid.status)
    data = form.cleaned_data
    key = data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what=WHAT, content=b"", at=at)
    if before is not None:
        return _there(before.body.decode())
    told = Told(
        kind=data["kind"],
        text=data["text"],
        occurred_at=data["occurred_at"].astimezone(UTC) if data["occurred_at"] else at,
        contact=data["contact"],
        pso=data["pso"] == "yes",
    )
    try:
        report = tell_threat(told, at=at)
    except Invalid as error:
        idempotency.release(actor.person, key)
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
        return _page(request, form, status=error.status)
    except Unavailable as error:
        idempotency.release(actor.person, key)
        form.add_error(None, str(error.reason))
        return _page(request, form, status=error.status)
    idempotency.keep(actor.person, key, status=CREATED, body=str(report.record_id).encode(), content_type="text/plain")
    messages.success(request, _("Told to the police at the desk."))
    return _there(str(report.record_id))


def _there(report: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("reports:detail", args=[report]))


def _page(request: HttpRequest, form: ThreatForm, status: int = 200) -> HttpResponse:
    answer = render(request, "reports/threat.html", {"form": form}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
