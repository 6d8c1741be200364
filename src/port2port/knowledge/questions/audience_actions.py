"""Whom a question asks: more. Who has answered is read by them too, as it was told on the form."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict
from port2port.knowledge.questions.actions import held
from port2port.knowledge.questions.queries import Shown
from port2port.knowledge.widening import widen
from port2port.members.acting import action
from port2port.sharing.addressing import Addressing


def shareable(identifier: UUID, *, at: datetime) -> Shown:
    """Return a question that the actor may let more people read. Raises NotFound, Refused, Conflict."""
    found = held(identifier, "share", at=at)
    if found.question.state == "merged":
        raise Conflict(_("It was merged into another question."))
    return found


@action
def widen_question(identifier: UUID, *, to: Addressing, at: datetime, expected: int | None = None) -> None:
    """Ask more circles or persons, or lower the TLP; nobody loses it. Raises NotFound, Refused, Conflict, Invalid."""
    widen(shareable(identifier, at=at).record, to=to, at=at, expected=expected)
