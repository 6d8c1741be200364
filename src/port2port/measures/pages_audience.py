"""Pages for who sees a measure, and for ending what a merged or split proposal replaces. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.measures import audience_actions, queries
from port2port.measures.actions import stewarded
from port2port.measures.queries import KIND
from port2port.measures.words import Card
from port2port.reports.small_forms import AudienceForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address, people_to_address
from port2port.sharing.tlp import Tlp


@require_http_methods(["GET", "HEAD", "POST"])
def widen(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Share a measure with more circles or persons, or under a wider TLP."""
    return _audience(request, measure, wide=True)


@require_http_methods(["GET", "HEAD", "POST"])
def narrow(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Share a measure with fewer: those left out lose it and are told that it went."""
    return _audience(request, measure, wide=False)


def _audience(request: HttpRequest, measure: UUID, *, wide: bool) -> HttpResponse:
    at = now()
    found = queries.measure(measure, at=at)
    stewarded(measure, KIND, at=at, act="share" if wide else "withdraw")
    record = found.record
    initial: dict[str, Any] = {"version": record.version, "tlp": Tlp(record.tlp).name}
    if wide:
        there = {str(key) for key in record.addressed}
        many, single = circles_to_address()
        circles = ([c for c in many if c[0] not in there], [c for c in single if c[0] not in there])
        persons = [(key, name) for key, name in people_to_address() if key not in record.audience]
    else:
        others = [key for key in record.addressed if key != record.author_id]
        named = [(str(key), " ".join(audiences.words([key], record.author_id))) for key in others]
        circles, persons = (named, []), []
        initial["circles"] = [value for value, _name in named]
    form = AudienceForm(
        request.POST if request.method == "POST" else None, record=record, circles=circles, persons=persons,
        widen=wide, initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        to, version = form.addressing(), form.cleaned_data["version"]
        try:
            if wide:
                audience_actions.widen_measure(measure, to=to, at=at, expected=version)
                messages.success(request, _("Shared with more."))
            else:
                audience_actions.narrow_measure(measure, keep=to.addressed, tlp=to.tlp, at=at, expected=version)
                messages.success(request, _("Shared with fewer. It has gone from the screens of those who lost it."))
        except Invalid as error:
            for problem in error.problems:
                name = {"audience": "circles"}.get(problem.field, problem.field)
                form.add_error(name if name in form.fields else None, str(problem.message))
        else:
            return HttpResponseRedirect(reverse("measures:detail", args=[measure]))
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees, "widen": wide}
    return render(request, "measures/audience.html", context, status=422 if request.method == "POST" else 200)
