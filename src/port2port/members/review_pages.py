"""Page of the access review: the administrator confirms each person one by one, every quarter."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from port2port.base import clock
from port2port.members import actions, people_queries
from port2port.members.identity_pages import in_browser
from port2port.members.people_queries import administrator


@require_GET
@in_browser
def review(request: HttpRequest) -> HttpResponse:
    """Whom the review waits for, whom it has decided on, by when it is due."""
    administrator()
    now = people_queries.review_now(clock.now().date())
    return render(request, "members/review/review.html", {"now": now})


@require_POST
@in_browser
def keep(request: HttpRequest, person: UUID) -> HttpResponse:
    """Confirm that one person still needs what they have."""
    at = clock.now()
    row = people_queries.person(person, at.date())
    actions.keep_access(person, at=at)
    messages.success(request, _("%(name)s keeps access.") % {"name": row.name})
    return redirect("members:review")
