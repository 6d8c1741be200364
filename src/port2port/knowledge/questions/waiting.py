"""What of questions waits: asked of what one knows; one's own that has answers, or that nobody answers."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.knowledge.experts.vocabulary import limits
from port2port.knowledge.questions import queries
from port2port.knowledge.questions.words import Card
from port2port.members.actor import Actor
from port2port.members.rules import Need


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return the questions that wait for whoever acts."""
    if not actor.may("report"):
        return []
    days = timedelta(days=limits().unanswered_days)
    found = [
        Need(
            title=card.title,
            text=_("%(owner)s asks; you know about it") % {"owner": card.owner},
            href=card.href,
            action=pgettext("verb", "Answer"),
            icon="ask",
            due=(card.record.at + days).date(),
            overdue=card.shown.unanswered,
            sees=card.sees,
        )
        for card in (Card(one) for one in queries.told_me(at=at))
    ]
    for card in (Card(one) for one in queries.my_open(at=at)):
        if card.shown.question.answers:
            text, action = _("%(answers)s to your question: does one help?") % {"answers": card.answers}, _("Read")
        elif card.shown.unanswered:
            text, action = _("Nobody has answered your question yet"), _("Look")
        else:
            continue
        found.append(Need(title=card.title, text=text, href=card.href, action=action, icon="ask", sees=card.sees))
    return found
