"""What of exercises waits for whoever acts: to play, to run, to write the report, to take a role."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.training.exercises import queries
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import LIVE
from port2port.training.exercises.words import Card


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits; the same queries for everybody, whether there is anything or not."""
    if actor.organisation is None:
        return []
    found = queries.of_ours(["planned", "running", "paused", "ended"])
    return [need for one in found if (need := _need(one, at)) is not None]


def _need(found: Shown, at: datetime) -> Need | None:
    row, card = found.exercise, Card(found)
    if row.state in LIVE and found.plays:
        words = _("EXERCISE: it is running and you play"), pgettext("verb", "Play"), "exercise_play"
    elif row.state in LIVE and found.staff:
        words = _("EXERCISE: it is running"), _("Control room"), "exercise_control"
    elif row.state == "ended" and found.runs:
        words = _("Write the report, and close it."), pgettext("verb", "Write"), "exercise_report"
    elif row.state == "planned" and found.runs and row.starts_at <= at:
        words = _("Its time has come: start it, or call it off."), _("Control room"), "exercise_control"
    else:
        return None
    text, action, name = words
    return Need(
        title=row.title,
        text=text,
        href=reverse(f"training:{name}", args=[found.id]),
        action=action,
        icon="alert" if row.state in LIVE else "measure",
        due=timezone.localdate(row.starts_at),
        overdue=row.state == "planned" and card.exercise.starts_at < at,
    )
