"""Pages of what leaves by two persons: what others ask of me, what I asked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from port2port.base import clock
from port2port.members.identity_pages import in_browser
from port2port.members.models import Person
from port2port.members.queries import called
from port2port.sharing import pairs


@never_cache
@require_GET
@in_browser
def pair_list(request: HttpRequest) -> HttpResponse:
    """What waits for me as the second person, and what I asked for."""
    at = clock.now()
    asked = pairs.waiting(at)
    names = dict(Person.objects.filter(id__in={one.person_id for one in asked}).values_list("id", "name"))
    context = {
        "asked": [(one, names.get(one.person_id, ""), called(one.organisation.names)) for one in asked],
        "own": [(one, _state(one.approved, one.used_at)) for one in pairs.own(at)],
    }
    return render(request, "sharing/pairs.html", context)


@require_POST
@in_browser
def answer(request: HttpRequest, pair: UUID) -> HttpResponse:
    """Approve or decline as the second person."""
    approve = request.POST.get("answer") == "approve"
    pairs.answer(pair, approve=approve, at=clock.now())
    messages.success(request, _("Approved: it can be taken out once, within a day.") if approve else _("Declined."))
    return redirect("sharing:pairs")


def _state(approved: bool | None, used_at: object) -> str:
    if approved is None:
        return "waiting"
    if not approved:
        return "declined"
    return "used" if used_at else "ready"
