"""From a file of flights to flights: what would happen, and doing it. A second run changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem, Refused
from port2port.flights import queries
from port2port.flights.actions import Entry, enter_flights, problems_with, same_facts
from port2port.flights.shown import shown
from port2port.flights.tabular import COLUMN_OF, Line, read_flights
from port2port.members.acting import action, current_actor
from port2port.members.places import known_places
from port2port.sharing.addressing import Addressing
from port2port.sharing.rules import REASONS


@dataclass(frozen=True)
class Plan:
    """What an import would do: the new rows, and those that are there already, unchanged."""

    new: list[Line]
    known: list[Line]


def plan(data: bytes, *, at: datetime) -> Plan:
    """Read and check a file without writing. Raises Invalid with every problem (row and column), TooLarge, Refused.

    A reference that is there with other facts is a problem: a plan that somebody relies on is not changed in silence.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    lines = read_flights(data, known_places())
    there = queries.known_references([line.draft.reference for line in lines], actor.organisation)
    stored = {one.record.id: one for one in shown(list(there.values()), at=at)}
    new = [line for line in lines if line.draft.reference not in there]
    known = [line for line in lines if line.draft.reference in there]
    problems = [
        Problem("reference", _("This flight is here with other facts. Cancel it, and use a new reference."), line.row)
        for line in known
        if there[line.draft.reference] not in stored or not same_facts(line.draft, stored[there[line.draft.reference]])
    ]
    problems += by_column(problems_with([Entry(line.draft, line.row) for line in new], at=at))
    if problems:
        raise Invalid(sorted(problems, key=lambda one: one.row or 0))
    return Plan(new, known)


def by_column(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems named by the columns they came from."""
    return [Problem(COLUMN_OF.get(one.field, one.field), one.message, one.row) for one in problems]


@action
def import_flights(*, data: bytes, at: datetime, to: Addressing | None = None, provenance: str = "member") -> Plan:
    """Enter a file's new rows, all or none. Raises as `plan` does."""
    planned = plan(data, at=at)
    if planned.new:
        entries = [Entry(line.draft, line.row) for line in planned.new]
        try:
            enter_flights(entries=entries, to=to, at=at, provenance=provenance)
        except Invalid as error:
            raise Invalid(by_column(error.problems)) from error
    return planned
