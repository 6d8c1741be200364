"""What of who knows what waits: colleagues who ask to be confirmed, and one's own declaration that ends soon."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.knowledge.experts import queries
from port2port.knowledge.experts.vocabulary import limits
from port2port.knowledge.experts.words import ExpertCard
from port2port.members.actor import Actor
from port2port.members.rules import Need


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits: only a human who acts for an organisation declares and confirms."""
    if actor.organisation is None or actor.shielded:
        return []
    found = [
        Need(
            title=_("%(name)s asks you to confirm what they know") % {"name": card.name},
            text=", ".join(one.word for one in card.topics if not one.confirmed),
            href=card.href,
            action=_("Look"),
            icon="person",
        )
        for card in (ExpertCard(one) for one in queries.to_confirm())
    ]
    mine = queries.mine()
    if mine is not None and mine.expert.until <= at.date() + timedelta(days=limits().ends_soon_days):
        found.append(
            Need(
                title=_("What you declared to know ends"),
                text=_("Say until when it holds, or let it go."),
                href=reverse("knowledge:declare"),
                action=_("Look"),
                icon="knowledge",
                due=mine.expert.until,
                overdue=mine.expert.until < at.date(),
            )
        )
    return found
