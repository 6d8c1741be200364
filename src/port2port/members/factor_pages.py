"""A colleague lost the second factor, perhaps at night: one administrator asks, another approves."""

from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from port2port.base import clock
from port2port.base.errors import NotFound
from port2port.members import identity_mail, second_factor
from port2port.members.identity_pages import in_browser
from port2port.members.machine_pages import administrator
from port2port.members.models import Person


def address(person: UUID) -> tuple[str, bool]:
    """Return a colleague's address and whether they have a second factor. Raises NotFound for anyone else."""
    with connection.cursor() as cursor:
        cursor.execute("select email, has_second_factor from members_addresses() where person = %s", [person])
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return row[0], row[1]


@require_GET
@in_browser
def requests(request: HttpRequest) -> HttpResponse:
    """Requests that wait for a second administrator."""
    actor = administrator(request)
    context = {"requests": second_factor.open_requests(), "me": actor.person}
    return render(request, "members/identity/factor_requests.html", context)


@require_http_methods(["GET", "POST"])
@in_browser
def lost(request: HttpRequest, person: UUID) -> HttpResponse:
    """Ask for, or approve, the reset of one person's second factor."""
    actor = administrator(request)
    email, has_factor = address(person)
    waiting = [one for one in second_factor.open_requests() if one.person_id == person]
    if request.method == "POST":
        if "approve" in request.POST:
            if not waiting:
                raise NotFound()
            second_factor.approve_reset(request=waiting[0].id, by=actor.person)
            identity_mail.send(identity_mail.FACTOR_RESET, person=person, email=email)
            messages.success(request, _("The second factor is reset. The person signs in and sets up a new one."))
        elif not waiting:
            second_factor.ask_reset(person=person, organisation=actor.hat.organisation, by=actor.person, at=clock.now())
            messages.success(request, _("Asked. Now another administrator must approve."))
        return redirect("members:factor_lost", person)
    context = {
        "who": Person.objects.get(id=person),
        "has_factor": has_factor,
        "waiting": waiting[0] if waiting else None,
        "asked_by_me": bool(waiting) and waiting[0].asked_by_id == actor.person,
        "is_me": person == actor.person,
    }
    return render(request, "members/identity/factor_lost.html", context)
