"""What of the working groups waits for whoever acts: own actions that are due soon or overdue."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.members.actor import Actor, actor_now
from port2port.members.rules import Need
from port2port.workgroups import reading
from port2port.workgroups.rules import SHOWN_BEFORE


def count_waiting(_request: HttpRequest) -> int:
    """Return the number beside "Working groups"; none on a page of an error, where nobody acts any more."""
    return reading.count_mine() if actor_now.get() is not None else 0


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return the actor's open actions that are due within a week, or were."""
    if actor.organisation is None:
        return []
    today = timezone.localdate(at)
    return [
        Need(
            title=row.row.text,
            text=_("Action of a working group, due"),
            href=reverse("workgroups:action", args=[row.id]),
            action=_("Say what came of it"),
            icon="workgroup",
            due=row.row.due,
            overdue=row.row.due < today,
            sees={"tlp": row.record.tlp, "audience": row.audience},
        )
        for row in reading.mine_to_do()
        if row.row.due <= today + SHOWN_BEFORE
    ]
