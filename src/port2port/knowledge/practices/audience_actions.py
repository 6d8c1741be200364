"""Who sees a published practice: shared with more. The text stays as its second reader published it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.knowledge.practices.actions import stewarded
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.rules import may_publish
from port2port.knowledge.practices.shown import Shown, shown
from port2port.knowledge.widening import widen
from port2port.members.acting import action, current_actor
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp


def shareable(identifier: UUID, *, at: datetime) -> Shown:
    """Return a practice as its readers have it, if the actor may let more of them read it.

    As with publishing, that is somebody of its organisation who looks after its records and is not who wrote it last.
    Raises NotFound, Refused; Conflict for a draft and for what was withdrawn.
    """
    newest = stewarded(identifier, at=at, act="share")
    if newest.editorial:
        raise Refused(_("The platform's editors look after this one."), kind=KIND, record=identifier)
    if newest.practice.published is None:
        raise Conflict(_("It is a draft: whom it will reach is chosen with its text."))
    found, actor = shown([identifier])[0], current_actor()
    refusal = may_publish(actor.acts, person=actor.person, last_writer=found.text.made_by_id)
    if refusal:
        raise Refused(refusal, kind=KIND, record=identifier)
    return found


@action
def widen_practice(identifier: UUID, *, to: Addressing, at: datetime, expected: int | None = None) -> None:
    """Let more circles or persons read it, or lower its TLP; the next version goes to them too.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    found = shareable(identifier, at=at)
    if to.tlp == Tlp.RED:
        raise Invalid([Problem("tlp", _("What is for named persons only is no practice for others."))])
    widen(found.record, to=to, at=at, expected=expected)
    row = found.practice
    Practice.objects.filter(record_id=identifier).update(
        audience=list(dict.fromkeys((*row.audience, *to.addressed))), audience_tlp=min(row.audience_tlp, int(to.tlp))
    )
