"""Effort: typed in, taken from a file, or derived. What is not told stays unknown, which is not zero."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Invalid, Problem, Refused
from port2port.displacement.effort_queries import effort, enters_effort
from port2port.displacement.models import Effort
from port2port.displacement.rules import Told, effort_problems
from port2port.displacement.vocabulary import effort_kinds
from port2port.measures.adoption_queries import own_ports
from port2port.measures.operations.queries import effort as operations_effort
from port2port.members.acting import action, current_actor
from port2port.members.places import known_places
from port2port.sharing.references import ZONE
from port2port.sharing.rows_in import named_rows
from port2port.sharing.rules import REASONS

COLUMNS = ("port_unlocode", "month", "kind", "amount")
COLUMN_OF = {"port": "port_unlocode"}
MOST_ROWS = 5000

# What domains below already know of the own ports, month by month: (ports, first month, last month) -> effort. What was
# typed in by a person is never overwritten by it.
Source = Callable[[Sequence[str], date, date], Iterable[Told]]


def of_operations(ports: Sequence[str], first: date, last: date) -> list[Told]:
    """Return what coordinated operations counted at these ports, of the kinds that are effort, summed by month."""
    spots = {spot.id: code for code, spot in known_places().ports.items() if code in ports}
    until = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    kinds = {counted: kind.code for kind in effort_kinds() for counted in kind.operations}
    sums: dict[tuple[str, date, str], float] = {}
    for one in operations_effort(list(spots), first, until) if spots else ():
        if one.kind in kinds:
            key = spots[one.port], one.day.replace(day=1), kinds[one.kind]
            sums[key] = sums.get(key, 0.0) + float(one.amount)
    return [Told(port, month, kind, amount) for (port, month, kind), amount in sorted(sums.items())]


SOURCES: tuple[Source, ...] = (of_operations,)


@dataclass(frozen=True)
class Change:
    """What telling would do: new cells, changed ones, those taken back, and those that are so already."""

    new: tuple[Told, ...]
    changed: tuple[Told, ...]
    removed: tuple[Told, ...]
    same: tuple[Told, ...]

    @property
    def any(self) -> bool:
        """Whether anything would change."""
        return bool(self.new or self.changed or self.removed)


def plan(told: Sequence[Told], *, at: datetime, problems: Sequence[Problem] = ()) -> Change:
    """Return what telling this would do, without doing it. Raises Refused, Invalid with every problem (and its row),
    those that whoever read it found already among them.
    """
    if not enters_effort():
        raise Refused(REASONS["no-role"])
    ports = [port.locode for port in own_ports()]
    kinds = [kind.code for kind in effort_kinds()]
    every = [*problems, *effort_problems(told, ports=ports, kinds=kinds, today=at.astimezone(ZONE).date())]
    if every:
        raise Invalid(sorted(every, key=lambda one: one.row or 0))
    before = {(row.port.locode, row.month, row.kind): row.amount for row in effort()}
    sorted_: dict[str, list[Told]] = {"new": [], "changed": [], "removed": [], "same": []}
    for one in told:
        was = before.get((one.port, one.month, one.kind))
        if was == one.amount:
            sorted_["same"].append(one)
        elif one.amount is None:
            sorted_["removed"].append(one)
        else:
            sorted_["new" if was is None else "changed"].append(one)
    return Change(*(tuple(sorted_[name]) for name in ("new", "changed", "removed", "same")))


@action
def tell_effort(
    told: Sequence[Told], *, at: datetime, source: str = "typed", invented: bool = False,
    problems: Sequence[Problem] = (),
) -> Change:  # fmt: skip
    """Keep effort of the own ports; an amount of None takes back what was told. Raises as `plan` does."""
    change = plan(told, at=at, problems=problems)
    actor = current_actor()
    ports = {port.locode: port.id for port in own_ports()}
    for one in change.removed:
        Effort.objects.filter(port_id=ports[one.port], month=one.month, kind=one.kind).delete()
    values = {"source": source, "organisation_id": actor.organisation, "person_id": actor.person, "at": at}
    for one in change.changed:
        Effort.objects.filter(port_id=ports[one.port], month=one.month, kind=one.kind).update(
            amount=one.amount or 0.0, invented=invented, **values
        )
    Effort.objects.bulk_create(
        Effort(
            port_id=ports[one.port],
            month=one.month,
            kind=one.kind,
            amount=one.amount or 0.0,
            invented=invented,
            **values,
        )
        for one in change.new
    )
    if change.any:
        journal.write(
            "effort.told", kind="effort", at=at, source=source, new=len(change.new), changed=len(change.changed),
            removed=len(change.removed),
        )  # fmt: skip
    return change


@action
def derive_effort(*, first: date, last: date, at: datetime, sources: Sequence[Source] = SOURCES) -> Change:
    """Take effort of the own ports from operations, where nobody typed or imported any. Raises as `plan` does."""
    ports = [port.locode for port in own_ports()]
    kept = {(row.port.locode, row.month, row.kind) for row in effort() if row.source != "derived"}
    told = [one for source in sources for one in source(ports, first, last)]
    return tell_effort(
        [one for one in told if (one.port, one.month, one.kind) not in kept], at=at, source="derived"
    )  # fmt: skip


def read_effort(data: bytes) -> tuple[list[Told], list[Problem]]:
    """Return the rows of a CSV with these COLUMNS, and what is wrong with those that cannot be read: row and column. A
    month as 2026-03 or its first day, an empty amount unknown.

    Raises TooLarge, Invalid for what is no such file.
    """
    rows = named_rows(data, needed=COLUMNS, known=COLUMNS, most=MOST_ROWS, others=True)
    problems: list[Problem] = []
    found = [_line(row, number, problems) for number, row in rows]
    return [one for one in found if one is not None], problems


def _line(row: dict[str, str], number: int, problems: list[Problem]) -> Told | None:
    before = len(problems)
    month, amount = date.min, None
    try:
        month = date.fromisoformat(row["month"] if row["month"].count("-") > 1 else row["month"] + "-01")
    except ValueError:
        problems.append(Problem("month", _("Give the month as its first day, as 2026-03-01."), number))
    try:
        amount = float(row["amount"]) if row["amount"] else None
    except ValueError:
        problems.append(Problem("amount", _("A number from 0 up; leave it empty when nobody knows."), number))
    return Told(row["port_unlocode"], month, row["kind"], amount, number) if len(problems) == before else None


def plan_file(data: bytes, *, at: datetime) -> Change:
    """Return what a file would change. Raises as `read_effort` and `plan` do, problems named by column."""
    try:
        told, problems = read_effort(data)
        return plan(told, at=at, problems=problems)
    except Invalid as error:
        raise _by_column(error) from error


@action
def import_effort(*, data: bytes, at: datetime) -> Change:
    """Take in a file, all rows or none. Raises as `plan_file` does."""
    try:
        told, problems = read_effort(data)
        return tell_effort(told, at=at, source="imported", problems=problems)
    except Invalid as error:
        raise _by_column(error) from error


def _by_column(error: Invalid) -> Invalid:
    return Invalid([Problem(COLUMN_OF.get(p.field, p.field), p.message, p.row) for p in error.problems])
