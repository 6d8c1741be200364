"""What of the working groups stands in a calendar: meetings of my groups, due days of my actions. Labels only."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.workgroups import reading
from port2port.workgroups.models import Action, Meeting
from port2port.workgroups.queries import Shown

BACK = timedelta(days=90)  # how long what is over, or was cancelled, stays in the feed


def entries(_actor: Actor, at: datetime) -> list[Entry]:
    """Return the entries of whoever acts."""
    meetings, actions = reading.in_calendar(at=at, back=BACK)
    return [*(of_meeting(row) for row in meetings), *(of_action(row) for row in actions)]


def of_meeting(shown: Shown[Meeting]) -> Entry:
    """Return a meeting as an entry: the group's public label, the time, the address. Title and place stay here."""
    row = shown.row
    return Entry(
        key=f"meeting-{row.record_id}",
        sequence=row.sequence,
        starts=row.starts_at,
        ends=row.ends_at,
        summary=_("Meeting: %(label)s") % {"label": row.group.label},
        url=f"{settings.SITE_URL}{reverse('workgroups:meeting', args=[row.record_id])}",
        updated_at=shown.record.updated_at,
        cancelled=row.state == "cancelled",
    )


def of_action(shown: Shown[Action]) -> Entry:
    """Return the due day of an action as an entry; an ended one is cancelled, so that the day becomes free."""
    row = shown.row
    return Entry(
        key=f"action-{row.record_id}",
        sequence=row.sequence,
        starts=row.due,
        ends=row.due + timedelta(days=1),
        summary=_("Due: %(label)s") % {"label": row.group.label},
        url=f"{settings.SITE_URL}{reverse('workgroups:action', args=[row.record_id])}",
        updated_at=shown.record.updated_at,
        cancelled=row.state != "open",
        busy=False,
    )
