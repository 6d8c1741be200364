"""Exercises in a calendar: when one takes place that the actor has a seat in, or whose own organisation takes part.

A calendar leaves the platform (`sharing.calendar`): an entry names neither the exercise nor its threat.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.training.exercises import queries
from port2port.training.exercises.queries import Shown

BACK = timedelta(days=30)  # how long what is over, or was called off, stays in the feed


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the entries of whoever acts."""
    if actor.organisation is None:
        return []
    return [_entry(one) for one in queries.around(at - BACK)]


def _entry(found: Shown) -> Entry:
    row = found.exercise
    gone = row.state == "called_off" or found.record.withdrawn_at is not None
    return Entry(
        key=f"exercise-{row.record_id}",
        sequence=found.record.version,
        starts=row.starts_at,
        ends=row.starts_at + timedelta(minutes=row.minutes),
        summary=_("Exercise"),
        url=f"{settings.SITE_URL}{reverse('training:exercise', args=[found.id])}",
        updated_at=found.record.updated_at,
        cancelled=gone,
        busy=found.seat is not None,
    )
