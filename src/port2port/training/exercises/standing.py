"""Who may do something with an exercise now, and the one way of turning its state."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Refused
from port2port.training.exercises.queries import KIND, Shown, seen

STAFF_ONLY = _("Only who leads or controls the exercise may do this.")
NOT_NOW = _("The state of this does not allow it.")


def running_it(identifier: UUID, states: Iterable[str]) -> Shown:
    """Return an exercise that the actor leads or controls, in one of these states. Raises NotFound, Refused,
    Conflict."""
    found = seen(identifier)
    if not found.runs:
        raise Refused(STAFF_ONLY, kind=KIND, record=identifier)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    if found.exercise.state not in set(states):
        raise Conflict(NOT_NOW)
    return found


def turn(identifier: UUID, to: str, said: str = "") -> None:
    """Turn the state by the database's one way."""
    with connection.cursor() as cursor:
        cursor.execute("select training_turn(%s, %s, %s)", [identifier, to, said])
