"""What of the practices waits for whoever acts: a second reader, a review that falls due, an original moved on."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.knowledge.practices import queries
from port2port.knowledge.practices.shown import Shown
from port2port.knowledge.practices.words import Card
from port2port.members.actor import Actor
from port2port.members.rules import Need


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits for who looks after practices of the own organisation."""
    if actor.organisation is None or not actor.may("report"):
        return []
    return [*_to_publish(actor), *_to_look_at(actor, at), *_moved_on(actor)]


def _to_publish(actor: Actor) -> list[Need]:
    if not (actor.may("steward") and actor.may("share")):
        return []
    return [
        Need(
            title=_("A practice waits for a second reader: %(title)s") % {"title": one.text.title},
            text=_("A colleague wrote it. Publish it, or give it back."),
            href=Card(one).href,
            action=_("Read it"),
            icon="knowledge",
        )
        for one in queries.to_review()
    ]


def _to_look_at(actor: Actor, at: datetime) -> list[Need]:
    today = timezone.localdate(at)
    return [
        Need(
            title=_("Does this practice still hold? %(title)s") % {"title": one.text.title},
            text=_("Say that it does, or change it."),
            href=reverse("knowledge:practice_keep", args=[one.id]),
            action=_("Look at it"),
            icon="knowledge",
            due=one.practice.review_on,
            overdue=one.stale(today),
        )
        for one in queries.to_look_at(today=today)
        if _looks_after(actor, one)
    ]


def _moved_on(actor: Actor) -> list[Need]:
    return [
        Need(
            title=_("The original of your translation has changed: %(title)s") % {"title": one.text.title},
            text=_("Bring the translation in line with it."),
            href=reverse("knowledge:practice_edit", args=[one.id]),
            action=_("Change the text"),
            icon="language",
        )
        for one in queries.moved_on()
        if _looks_after(actor, one)
    ]


def _looks_after(actor: Actor, one: Shown) -> bool:
    return actor.may("steward") or one.record.author_id == actor.person
