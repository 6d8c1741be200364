"""Pages against misuse from inside: what was exported, and the alarms of the own organisation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from port2port.base import clock
from port2port.members.acting import current_actor
from port2port.members.identity_pages import in_browser
from port2port.members.models import Person
from port2port.sharing import alarms, exports
from port2port.sharing.alarms import LONGEST_REMARK


@never_cache
@require_GET
@in_browser
def exports_page(request: HttpRequest) -> HttpResponse:
    """What I exported and must delete; with the act `audit`, what my organisation exported, without the records."""
    mine, others = exports.own(), exports.of_organisation()
    known = _names({one.person_id for one in others})
    context = {
        "mine": mine,
        "recalled": sum(one.recalled_at is not None and one.deleted_at is None for one in mine),
        "others": [(one, known.get(one.person_id, _("somebody who has left"))) for one in others],
        "may_audit": current_actor().may("audit"),
    }
    return render(request, "sharing/exports.html", context)


@require_POST
@in_browser
def deleted(request: HttpRequest, export: UUID) -> HttpResponse:
    """Confirm that one has deleted a file."""
    exports.confirm_deleted(export, at=clock.now())
    messages.success(request, _("Noted that you deleted this file."))
    return redirect("sharing:exports")


@never_cache
@require_GET
@in_browser
def alarms_page(request: HttpRequest) -> HttpResponse:
    """Alarms of the own organisation, newest first."""
    found = alarms.alarms()
    person = current_actor().person
    known = _names({key for one in found for key in (one.person_id, one.seen_by_id) if key})
    somebody = _("somebody who has left")
    context = {
        "alarms": [
            (one, known.get(one.person_id, somebody), known.get(one.seen_by_id, somebody) if one.seen_by_id else "",
             one.seen_at is None and one.person_id != person)
            for one in found
        ],
        "waiting": sum(one.seen_at is None for one in found),
        "longest": LONGEST_REMARK,
    }  # fmt: skip
    return render(request, "sharing/alarms.html", context)


@require_POST
@in_browser
def looked(request: HttpRequest, alarm: UUID) -> HttpResponse:
    """Note that an alarm was looked at."""
    alarms.look_at(alarm, remark=request.POST.get("remark", ""), at=clock.now())
    messages.success(request, _("Noted that this alarm was looked at."))
    return redirect("sharing:alarms")


def _names(people: set[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(id__in=people).values_list("id", "name"))
