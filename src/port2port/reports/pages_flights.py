"""The question before a report about a drone is sent: is it one of these flights? And its answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from port2port.base.clock import now
from port2port.flights.actions import recognise_flight
from port2port.flights.shown import Shown as Flight
from port2port.flights.words import Card, card, here_words
from port2port.members.places import known_places
from port2port.reports.authorised import flights_at, flights_for, shown_before
from port2port.reports.forms import ReportForm
from port2port.reports.shown import Shown
from port2port.sharing.addressing import reporter

CHOSEN = "flight"  # the button "it is this one"
ASKED = "flights_shown"  # which were shown, in the form


@require_GET
def flights_here(request: HttpRequest) -> HttpResponse:
    """Answer the authorised flights at the place and time that stand in the form, as a part of it."""
    at = now()
    form = ReportForm(request.GET, places=known_places(), who=reporter())
    form.is_valid()  # most of it is not there yet: what is, counts
    return render(request, "reports/flights_ask.html", {"flights": asked(flights_for(form.draft(at), at=at))})


def asked(found: Sequence[Flight]) -> dict[str, Any]:
    """Return flights as the form asks about them; without any, nothing."""
    cards = [card(one) for one in found]
    return {"rows": cards, "answer": here_words(len(cards))} if cards else {}


def shown_in(request: HttpRequest) -> list[UUID]:
    """Return which flights were shown to whoever sends this; what is no id is left out."""
    return [found for text in request.POST.getlist(ASKED) if (found := _identifier(text)) is not None]


def recognised(request: HttpRequest, at: datetime) -> HttpResponse | None:
    """Take "it is this one": nothing is sent. None when that button was not pressed."""
    chosen = _identifier(request.POST.get(CHOSEN, ""))
    if chosen is None:
        return None
    recognise_flight(chosen, at=at)
    messages.success(request, _("Nothing was sent. The desk that flies sees that it was noticed."))
    return HttpResponseRedirect(f"{reverse('flights:detail', args=[chosen])}?recognised=1")


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def section(found: Shown, *, at: datetime) -> dict[str, Any]:
    """Return the authorised flights at a report's place and time for its page, and which were shown before."""
    rows = flights_at(found, at=at)
    if not rows:
        return {}
    before = shown_before(found.record.id)
    lines: list[tuple[Card, bool]] = [(card(one), one.record.id in before) for one in rows]
    return {"rows": lines, "answer": here_words(len(lines))}
