"""Questions in the work of working groups: an unanswered one is offered for the next agenda, and can be linked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.clock import now
from port2port.knowledge.questions import queries
from port2port.knowledge.questions.words import Card
from port2port.sharing.tlp import Tlp
from port2port.workgroups.links import Linked
from port2port.workgroups.models import Group
from port2port.workgroups.offers import Offer


def offers(group: Group, at: datetime) -> list[Offer]:
    """Return the questions to a group's circle that nobody has answered in time, for its agenda.

    The title of an item is read by the whole group, of whom some may not read AMBER: then it says no more than that
    there is a question.
    """
    return [
        Offer(
            queries.QUESTION,
            card.record.id,
            card.title if card.record.tlp <= Tlp.GREEN else _("Question %(reference)s") % {"reference": one.reference},
            card.answers,
        )
        for one in queries.waiting_for(group.circle_id, at=at)
        for card in (Card(one),)
    ]


def linked(ids: Sequence[UUID]) -> list[Linked]:
    """Return the questions among these that the actor sees, as links of decisions and actions."""
    return [
        Linked(
            one.record.id, queries.QUESTION, gettext_lazy("Question"), one.question.title, Card(one).href, "ask"
        )
        for one in queries.shown(list(ids), at=now())
    ]  # fmt: skip
