"""What of operations and aid waits for whoever acts: answers, counts, ends, requests, offers, what is not back."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.measures.operations import aid_queries, queries
from port2port.measures.operations.words import AidCard, OperationCard
from port2port.members.actor import Actor
from port2port.members.rules import Need


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits; the same queries for everybody, whether there is anything or not."""
    if actor.organisation is None:
        return []
    found: list[Need] = []
    if actor.may("steward") or actor.may("speak"):
        found += _answers(at)
    if actor.may("report"):
        found += [*_counts(), *_offers(), *_requests(at), *_late(at)]
    if actor.may("steward"):
        found += _turns(at)
    return found


def _answers(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("Does your organisation take part: %(title)s?") % {"title": card.title},
            text=card.window,
            href=card.href,
            action=pgettext("verb", "Answer"),
            icon="measure",
            due=timezone.localdate(card.shown.operation.starts_at),
            overdue=card.shown.operation.starts_at < at,
        )
        for card in map(OperationCard, queries.answers_waiting(at=at))
    ]


def _counts() -> list[Need]:
    return [
        Need(
            title=_("Running: %(title)s") % {"title": card.title},
            text=_("Write down what is checked and found; it takes a minute."),
            href=reverse("measures:operation_count", args=[card.shown.id]),
            action=_("Write it down"),
            icon="measure",
            due=timezone.localdate(card.shown.operation.ends_at),
        )
        for card in map(OperationCard, queries.running_for_us())
    ]


def _turns(at: datetime) -> list[Need]:
    words = {
        "planned": _("Its time has come: say that it has begun, or call it off."),
        "running": _("Its time is over: say that it has ended."),
        "ended": _("Write what was learned."),
    }
    return [
        Need(
            title=card.title,
            text=words[card.shown.operation.state],
            href=card.href,
            action=_("Open"),
            icon="measure",
            due=timezone.localdate(card.shown.operation.ends_at),
            overdue=card.shown.operation.ends_at < at,
        )
        for card in map(OperationCard, queries.to_turn(at=at))
    ]


def _requests(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("%(who)s asks for help: %(what)s") % {"who": card.owner, "what": card.title},
            text=card.window,
            href=card.href,
            action=_("Can you lend?"),
            icon="desk",
            due=timezone.localdate(card.shown.aid.from_at),
        )
        for card in map(AidCard, aid_queries.requests_to_us(at=at))
    ]


def _offers() -> list[Need]:
    return [
        Need(
            title=_("Help is offered: %(what)s") % {"what": AidCard(row.aid).kind},
            text=_("Accept it, all or a part, or say that it is not needed."),
            href=AidCard(row.aid).href,
            action=_("Decide"),
            icon="desk",
            due=timezone.localdate(row.aid.aid.from_at),
        )
        for row in aid_queries.offers_to_decide()
    ]


def _late(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("Lent and not back: %(what)s") % {"what": AidCard(row.aid).kind},
            text=_("The time is over. Say that it is back, or agree on more time."),
            href=AidCard(row.aid).href,
            action=_("Open"),
            icon="deadline",
            due=timezone.localdate(row.aid.aid.until_at),
            overdue=True,
        )
        for row in aid_queries.lent_now(at=at)
        if row.overdue
    ]
