"""Declarations in a calendar: the day on which one ends, for the desk that wrote it. Never which ship."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.shown import Shown
from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
MOST = 200


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the ends of the declarations that the actor's organisation looks after: all-day, without content."""
    if actor.organisation is None:
        return []
    rows = Declaration.objects.select_related("record").filter(
        record__owner_id=actor.organisation, ends__gte=at - BACK, ends__lte=at + AHEAD
    )
    found = []
    for row in rows.order_by("ends", "record_id")[:MOST]:
        day = timezone.localdate(row.ends)
        found.append(
            Entry(
                key=f"declaration-{row.record_id}", sequence=row.record.version, starts=day,
                ends=day + timedelta(days=1), summary=_("A Declaration of Security ends"),
                url=f"{settings.SITE_URL}{Shown(row, at).href}", updated_at=row.record.updated_at, busy=False,
            )
        )  # fmt: skip
    return found
