"""The page of one's own protected reports: that they are there, and the way to them under their alias."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from port2port.members.acting import Actor
from port2port.members.rules import Need


@dataclass(frozen=True)
class Protected:
    """A report of one's own under an alias: the hat to put on, when it was written, whether something is new."""

    hat: UUID
    report: UUID
    made_at: datetime
    news: bool


def own_protected() -> list[Protected]:
    """Return the actor's protected reports, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select hat, report, made_at, news from reports_protected()")
        return [Protected(*row) for row in cursor.fetchall()]


@never_cache
@require_GET
def protected(request: HttpRequest) -> HttpResponse:
    """List them; each is opened by putting on its alias."""
    found = own_protected()
    context = {"found": found, "news": sum(one.news for one in found), "sent": "sent" in request.GET}
    return render(request, "reports/protected.html", context)


def needs(actor: Actor, _at: datetime) -> list[Need]:
    """Return that there is something new on one of them."""
    if not actor.may("report") or not any(one.news for one in own_protected()):
        return []
    return [
        Need(
            title=_("There is something new on a protected report of yours"),
            text=_("Only you see this line."),
            href=reverse("reports:protected"), action=_("Look"), icon="lock",
        )
    ]  # fmt: skip
