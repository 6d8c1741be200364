"""What of exercises waits for whoever acts: to play, to run, to write the report, to take a role."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.compliance.queries import sight
from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.training.exercises import queries
from port2port.training.exercises.crediting import credits_for, keeps, sent, to_check
from port2port.training.exercises.models import Part
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import LIVE
from port2port.training.exercises.words import Card, where

LOOKED_BACK = timedelta(days=90)  # after that a report that is owed stands among the deadlines alone
NOTICE = timedelta(days=30)  # a month: the exact day stands among the deadlines (`compliance`)


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits; the same queries for everybody, whether there is anything or not."""
    if actor.organisation is None:
        return []
    found = queries.of_ours(["planned", "running", "paused", "ended"], closed_since=at - LOOKED_BACK)
    waits = [need for one in found if (need := _need(one, at)) is not None]
    return [*waits, *_of_files(actor, found, at)]


def _of_files(actor: Actor, found: list[Shown], at: datetime) -> list[Need]:
    """Return what the keeper of a security file still has to write into it: notice, that it was held, report."""
    if not actor.may("report"):
        return []
    own = sight()
    return [
        need
        for one in found
        for part in one.parts
        if keeps(part, own) and _owes(part, actor)
        for need in (_to_check(one, part), _of_file(one, part, at))
        if need is not None
    ]


def _to_check(found: Shown, part: Part) -> Need | None:
    """Return that the close wrote it into a file, for who keeps that file."""
    if not to_check(part):
        return None
    return Need(
        title=found.exercise.title,
        text=_("It was closed and stands in your security file by itself (%(place)s). Take it back if that is wrong.")
        % {"place": where(part)},
        href=Card(found).href, action=_("It is right"), icon="deadline",
        post=reverse("training:credit_check", args=[part.id]),
    )  # fmt: skip


def _owes(part: Part, actor: Actor) -> bool:
    """Tell whether it is the actor's to do: a facility's own, though its port's officer may write into its file too."""
    return part.facility_id is None or part.organisation_id == actor.organisation


def _of_file(found: Shown, part: Part, at: datetime) -> Need | None:
    row, may = found.exercise, credits_for(found, part)
    if "reported" in may:
        words = _("Send the report to the authority, and write down when."), _("The form")
        href, due = reverse("training:exercise_form", args=[part.id, "reported"]), row.turned_at
    elif "held" in may:
        words = _("It was held: write it into the security file."), _("Open")
        href, due = Card(found).href, row.turned_at
    elif "notified" in may and row.state == "planned" and sent(part, "notified") is None:
        words = _("Tell the local committee, a month before, and write down when."), _("The form")
        href, due = reverse("training:exercise_form", args=[part.id, "notified"]), row.starts_at - NOTICE
    else:
        return None
    day = timezone.localdate(due) if due is not None else None
    if "reported" in may and due is not None:
        day = timezone.localdate(due + NOTICE)
    return Need(
        title=row.title, text=f"{words[0]} ({where(part)})", href=href, action=words[1], icon="deadline", due=day,
        overdue=day is not None and day < timezone.localdate(at),
    )  # fmt: skip


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
