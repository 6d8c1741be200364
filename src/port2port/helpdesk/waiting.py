"""What of the help desk waits: cases late or new at the own desk, questions and answers for a company."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from port2port.base.clock import now
from port2port.helpdesk import queries
from port2port.helpdesk.queries import Shown
from port2port.helpdesk.words import Card
from port2port.members.actor import Actor, actor_now
from port2port.members.rules import Need

MOST = 8  # of the desk's; more are behind the entry in the bar
ANSWER_NEW = timedelta(days=3)  # so long an answer stands on home: then it was read, or will be found


def _waits(one: Shown, actor: Actor, at: datetime) -> bool:
    case = one.case
    if one.side == "desk":
        fresh = case.state in ("new", "escalated") and case.holder_id is None
        return actor.may("steward") and (fresh or (one.late and case.holder_id in (None, actor.person)))
    if one.side == "sender":
        return case.state == "waiting" or (case.state == "answered" and at - case.state_at < ANSWER_NEW)
    return False


def count_waiting(_request: HttpRequest) -> int:
    """Return the number beside "Help desk" in the bar; none on a page of an error, where nobody acts any more."""
    actor = actor_now.get()
    if actor is None or not actor.may("report"):
        return 0
    at = now()
    return sum(_waits(one, actor, at) for one in queries.waiting(at=at))


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return the cases that wait, late ones first."""
    if not actor.may("report"):
        return []
    found = [one for one in queries.waiting(at=at) if _waits(one, actor, at)]
    return [_need(Card(one)) for one in sorted(found, key=lambda one: not one.late)[:MOST]]


def _need(card: Card) -> Need:
    shown = card.shown
    if shown.side == "sender":
        asked = shown.case.state == "waiting"
        text = _("The help desk asks you something") if asked else _("The help desk has answered")
        return Need(
            title=card.title, text=text, href=card.href, action=_("Answer") if asked else _("Read"), icon="ask",
            sees=card.sees,
        )  # fmt: skip
    return Need(
        title=card.title,
        text=_("Help desk, %(company)s") % {"company": card.company},
        href=card.href,
        action=_("Open"),
        icon=card.icon,
        due=card.due.date() if card.due else None,
        overdue=card.late,
        sees=card.sees,
    )
