"""Who sits where in an exercise: given and taken away."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.members.acting import action, current_actor
from port2port.members.models import Membership
from port2port.training.exercises.models import Seat
from port2port.training.exercises.queries import KIND, Shown, seen
from port2port.training.exercises.rules import (
    OPEN,
)
from port2port.training.exercises.standing import NOT_NOW, STAFF_ONLY


@action
def seat(identifier: UUID, *, person: UUID, kind: str, role: str = "", at: datetime) -> Seat:
    """Give a person a seat: oneself as player, a steward the own colleagues, who runs it anybody it may know.

    Raises NotFound, Refused, Invalid, Conflict.
    """
    found, actor = seen(identifier), current_actor()
    if found.exercise.state not in OPEN or found.record.withdrawn_at is not None:
        raise Conflict(NOT_NOW)
    problems = []
    if kind not in ("control", "observer", "player"):
        problems.append(Problem("kind", _("This code is not known here.")))
    if kind == "player" and role not in {one["code"] for one in found.exercise.roles}:
        problems.append(Problem("role", _("Choose a role.")))
    organisation = _works_for(person, found)
    if organisation is None:
        problems.append(Problem("person", _("Choose somebody of an organisation that takes part.")))
    if problems:
        raise Invalid(problems)
    assert organisation is not None  # a problem otherwise
    own = kind == "player" and (person == actor.person or (actor.may("steward") and organisation == actor.organisation))
    if not found.runs and not own:
        raise Refused(STAFF_ONLY, kind=KIND, record=identifier)
    if Seat.objects.filter(exercise_id=identifier, person_id=person).exists():
        raise Conflict(_("This person has a seat already."))
    made = Seat(
        exercise=found.exercise, person_id=person, organisation_id=organisation, kind=kind,
        role=role if kind == "player" else "",
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("exercise.seated", kind=KIND, record=identifier, at=at, person=person, what=kind)
    return made


@action
def unseat(seat_id: UUID, *, at: datetime) -> UUID:
    """Take a seat away, as who may give it. Returns the exercise's id. Raises NotFound, Refused, Conflict."""
    row = Seat.objects.filter(id=seat_id).first()
    if row is None:
        raise NotFound()
    found, actor = seen(row.exercise_id), current_actor()
    if found.exercise.state not in OPEN or row.kind == "lead":
        raise Conflict(NOT_NOW)
    own = row.person_id == actor.person or (actor.may("steward") and row.organisation_id == actor.organisation)
    if not found.runs and not (row.kind == "player" and own):
        raise Refused(STAFF_ONLY, kind=KIND, record=row.exercise_id)
    Seat.objects.filter(id=seat_id).delete()
    journal.write("exercise.unseated", kind=KIND, record=row.exercise_id, at=at, person=row.person_id)
    return found.id


def _works_for(person: UUID, found: Shown) -> UUID | None:
    """Return for which of the organisations that take part a person works, as far as the actor may know."""
    allowed = {one.organisation_id for one in found.parts} | {found.record.owner_id}
    actor = current_actor()
    if person == actor.person:
        return actor.organisation if actor.organisation in allowed else None
    rows = Membership.objects.filter(person_id=person, organisation_id__in=allowed, until=None)
    return rows.values_list("organisation_id", flat=True).first()
