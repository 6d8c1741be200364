"""The calendar as a feed that a phone subscribes to, and the page where its secret link is made, replaced and ended."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.home.calendar_sources import entries_of
from port2port.members import tokens
from port2port.members.acting import current_actor
from port2port.members.identity_pages import in_browser
from port2port.members.models import Token
from port2port.sharing.api_ground import needs
from port2port.sharing.calendar import TYPE, calendar


@never_cache
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer the calendar of whom the secret link stands for. Scope: calendar."""
    needs(request, tokens.CALENDAR)
    body = calendar(entries_of(current_actor(), now()), name="Port 2 Port")
    return HttpResponse(body, content_type=f"{TYPE}; charset=utf-8")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_browser
def calendar_page(request: HttpRequest) -> HttpResponse:
    """What the link shows to whom, and making, replacing and ending it. The link itself is shown once."""
    at, actor = now(), current_actor()
    links = [one for one in _links(request) if one.hat_id == actor.hat]
    if request.method != "POST":
        coming = [entry for entry in entries_of(actor, at) if not entry.cancelled]
        return render(request, "home/calendar.html", {"link": links[0] if links else None, "entries": coming})
    if actor.hat is None:
        raise Refused(_("You belong to no organisation: there is nothing a calendar could show."))
    for old in links:
        tokens.revoke(old.id, at=at)
    if "end" in request.POST:
        messages.success(request, _("The link no longer works."))
        return redirect("calendar")
    _token, secret = tokens.make(
        person=actor.person, hat=actor.hat, name=_("Calendar"), scopes=[tokens.CALENDAR], expires=at + tokens.LONGEST,
        by=actor.person, at=at,
    )  # fmt: skip
    address = f"{settings.SITE_URL}{reverse('calendar_feed')}?{urlencode({'key': secret})}"
    return render(request, "home/calendar_link.html", {"address": address})


def _links(request: HttpRequest) -> list[Token]:
    person = request.actor.person  # type: ignore[attr-defined]
    return [one for one in tokens.current(person, at=now()) if one.scopes == [tokens.CALENDAR]]
