"""The screen of a duty desk: whole, as the fragment it renews itself with, and its one click. They only translate."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from port2port.alerts import actions
from port2port.alerts.desk.screen import SHOWN, desk_name, screen
from port2port.base.clock import now


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the screen, which renews itself until the session ends."""
    return render(request, "alerts/desk.html", {"desk": desk_name()} | screen(at=now(), known=""))


@require_safe
def desk_now(request: HttpRequest) -> HttpResponse:
    """Answer what stands on the screen at this moment."""
    return _fragment(request)


def _fragment(request: HttpRequest) -> HttpResponse:
    return render(request, "alerts/desk_now.html", screen(at=now(), known=request.headers.get(SHOWN, "")))


@require_POST
def desk_acknowledge(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Acknowledge for the own desk with one click, and stay on the screen."""
    actions.acknowledge(alert, at=now())
    if SHOWN in request.headers:
        return _fragment(request)
    return HttpResponseRedirect(reverse("alerts:desk"))
