"""What others do with a practice: say that they use it, link it to what it belongs to."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.knowledge.practices.models import Endorsement, PracticeLink
from port2port.knowledge.practices.queries import KIND, own_endorsement
from port2port.knowledge.practices.rules import experience_problems
from port2port.knowledge.practices.shown import Shown, shown
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.workgroups import links


def may_endorse(found: Shown) -> bool:
    """Tell whether the actor may say for its organisation that it uses this practice of another."""
    actor = current_actor()
    return (
        actor.organisation is not None
        and not found.own
        and found.practice.published is not None
        and not found.withdrawn
        and (actor.may("speak") or actor.may("steward"))
    )


@action
def endorse(identifier: UUID, *, experience: str, at: datetime) -> Endorsement:
    """Say "we use this" for the own organisation; said again, it replaces what was said before.

    Raises NotFound, Refused for who may not speak for an organisation or looks after the practice itself, Invalid.
    """
    found = _seen(identifier)
    if not may_endorse(found):
        raise Refused(
            _("Your own organisation's practice needs no word of yours.") if found.own else REASONS["no-role"],
            kind=KIND, record=identifier,
        )  # fmt: skip
    problems = [*experience_problems(experience), *guarded({"experience": experience})]
    if problems:
        raise Invalid(problems)
    actor, said = current_actor(), experience.strip()
    assert actor.organisation is not None  # may_endorse
    before = own_endorsement(identifier)
    if before is not None:
        Endorsement.objects.filter(id=before.id).update(experience=said, person_id=actor.person, at=at)
        made = before
    else:
        made = Endorsement(
            id=new_id(), practice_id=identifier, organisation_id=actor.organisation, person_id=actor.person,
            experience=said, at=at,
        )  # fmt: skip
        made.save(force_insert=True)
    journal.write("practice.endorsed", kind=KIND, record=identifier, at=at)
    return made


@action
def take_back_endorsement(identifier: UUID, *, at: datetime) -> None:
    """Say no longer that the own organisation uses it. Raises NotFound, Refused."""
    _seen(identifier)
    before = own_endorsement(identifier)
    if before is None:
        raise NotFound()
    if not Endorsement.objects.filter(id=before.id).delete()[0]:
        raise Refused(REASONS["no-role"], kind=KIND, record=identifier)
    journal.write("practice.endorsement_back", kind=KIND, record=identifier, at=at)


@action
def link(identifier: UUID, *, target: UUID, at: datetime) -> PracticeLink:
    """Say that a practice belongs to a record, whose kind can be linked; who looks after either side may.

    Raises NotFound, Refused, Conflict, Invalid naming `target` for what is not seen.
    """
    found = _seen(identifier)
    other = Record.objects.filter(id=target, kind__in=links.kinds()).exclude(id=identifier).first()
    if other is None or not links.resolved([(other.kind, target)]):
        raise Invalid([Problem("target", _("There is no such record that you see."))])
    if not any(decide(current_actor(), "change", envelope(one), at=at).allowed for one in (found.record, other)):
        raise Refused(_("Who looks after one of the two links them."), kind=KIND, record=identifier)
    if PracticeLink.objects.filter(practice_id=identifier, target_id=target).exists():
        raise Conflict(_("This link is there already."))
    made = PracticeLink(
        id=new_id(), practice_id=identifier, kind=other.kind, target_id=target, by_id=current_actor().person, at=at
    )
    made.save(force_insert=True)
    journal.write("practice.linked", kind=KIND, record=identifier, at=at, to=target)
    return made


@action
def unlink(identifier: UUID, *, tie: UUID, at: datetime) -> None:
    """Take a link off. Raises NotFound, Refused."""
    row = PracticeLink.objects.filter(id=tie, practice_id=identifier).first()
    if row is None:
        raise NotFound()
    if not PracticeLink.objects.filter(id=tie).delete()[0]:
        raise Refused(_("Who looks after one of the two links them."), kind=KIND, record=identifier)
    journal.write("practice.unlinked", kind=KIND, record=identifier, at=at, to=row.target_id)


def _seen(identifier: UUID) -> Shown:
    found = shown([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    return found[0]
