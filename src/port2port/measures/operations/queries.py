"""Reading operations, what they counted, and the effort of ports. The policy says what one sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from port2port.base.errors import NotFound
from port2port.measures.operations.models import Entry, FoundReport, Participation
from port2port.measures.operations.shown import ShownOperation, shown_operations
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Slice, Where

KIND = "operation"
MOST = 200
_JOINED = "join measures_operation o on o.record_id = p.record_id"


@dataclass(frozen=True)
class Effort:
    """What was done to find something: on a day (or, from `monthly_effort`, in the month that begins with it) at a
    port. `operation`: in which; None in monthly totals."""

    port: UUID
    day: date
    kind: str
    amount: Decimal
    operation: UUID | None


@dataclass(frozen=True)
class Sum:
    """What was counted of a kind on a day at a port, by everybody who takes part there."""

    port: UUID
    day: date
    kind: str
    found: bool
    amount: Decimal


def operation(identifier: UUID, *, at: datetime) -> ShownOperation:
    """Return one operation; reading it is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown_operations([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def operations(*, at: datetime, states: Iterable[str]) -> list[ShownOperation]:
    """Return the operations in these states that the actor sees, at most 200, by their beginning."""
    where = Where(_JOINED, "o.state = any(%s)", (sorted(states),))
    found = shown_operations(sharing.newest(KIND, where=where, size=MOST).ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return sorted(found, key=lambda row: (row.operation.starts_at, row.id))


def page(*, at: datetime, state: str = "", cursor: str = "", size: int = 25) -> tuple[list[ShownOperation], Slice]:
    """Return a page of operations, the newest plan first. Raises Invalid for a foreign cursor."""
    where = Where(_JOINED, "o.state = %s", (state,)) if state else Where()
    part = sharing.newest(KIND, where=where, cursor=cursor, size=size)
    found = shown_operations(part.ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return found, part


def overlapping(shown: ShownOperation) -> list[tuple[UUID, ShownOperation]]:
    """Return (port, other operation) where another that the actor sees has a port of this one in its window."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPPING, [shown.id])
        pairs = cursor.fetchall()
    others = {row.id: row for row in shown_operations(list(dict.fromkeys(other for _port, other in pairs)))}
    return [(port, others[other]) for port, other in pairs if other in others]


_OVERLAPPING = """select distinct y.port_id, b.record_id from measures_operation a
  join measures_participation x on x.operation_id = a.record_id and x.answer <> 'declined'
  join measures_participation y on y.port_id = x.port_id and y.operation_id <> a.record_id and y.answer <> 'declined'
  join measures_operation b on b.record_id = y.operation_id and b.state in ('planned', 'running')
    and b.starts_at < a.ends_at and b.ends_at > a.starts_at
  where a.record_id = %s order by 1, 2"""


def own_parts(shown: ShownOperation) -> list[Participation]:
    """Return the parts of the actor's organisation."""
    mine = current_actor().organisation
    return [part for part in shown.parts if part.organisation_id == mine]


def sums(identifier: UUID) -> list[Sum]:
    """Return what was counted, by day, port and kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select port_id, day, kind, found, sum(amount) from measures_entry where operation_id = %s"
            " group by 1, 2, 3, 4 order by 2, 1, 4, 3",
            [identifier],
        )
        return [Sum(*row) for row in cursor.fetchall()]


def entries(identifier: UUID, *, most: int = MOST) -> list[Entry]:
    """Return what was written down, newest first, with the organisations that did."""
    found = list(Entry.objects.filter(operation_id=identifier).order_by("-at", "-id")[:most])
    for one in found:
        remember(one, "organisation", facts().organisations)
        remember(one, "port", facts().ports)
    return found


def reports(identifier: UUID) -> list[Record]:
    """Return the envelopes of reports of what was found, as far as the actor sees them."""
    ids = FoundReport.objects.filter(operation_id=identifier).values_list("report_id", flat=True)
    return list(Record.objects.filter(id__in=list(ids)).order_by("at", "id"))


def effort(ports: Sequence[UUID], since: date, until: date) -> list[Effort]:
    """Return what was done at these ports (none named: at all) from `since` to before `until`, by day, kind and
    operation, of the operations that the actor sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select port_id, day, kind, sum(amount), operation_id from measures_entry"
            " where not found and day >= %s and day < %s and (port_id = any(%s) or %s) group by 1, 2, 3, 5"
            " order by 2, 1, 3, 5",
            [since, until, list(ports), not ports],
        )
        return [Effort(*row) for row in cursor.fetchall()]


def monthly_effort(since: date, until: date) -> list[Effort]:
    """Return the monthly totals of each port and kind, of operations that have ended: for the worker alone.

    `day`: the first of the month. Raises Refused under any other scope.
    """
    with connection.cursor() as cursor:
        cursor.execute("select port, month, kind, amount from measures_effort(%s, %s)", [since, until])
        return [Effort(port, month, kind, amount, None) for port, month, kind, amount in cursor.fetchall()]


def answers_waiting(*, at: datetime) -> list[ShownOperation]:
    """Return the planned operations in which the actor's organisation has not answered, by their beginning."""
    ids = Participation.objects.filter(
        organisation_id=_ours(), answer="asked", operation__state__in=["planned", "running"],
        operation__ends_at__gt=at,
    ).values_list("operation_id", flat=True)  # fmt: skip
    return sorted(shown_operations(list(dict.fromkeys(ids))[:MOST]), key=lambda row: row.operation.starts_at)


def running_for_us() -> list[ShownOperation]:
    """Return the running operations in which the actor's organisation takes part."""
    ids = Participation.objects.filter(
        organisation_id=_ours(), answer="accepted", operation__state="running"
    ).values_list("operation_id", flat=True)
    return sorted(shown_operations(list(dict.fromkeys(ids))[:MOST]), key=lambda row: row.operation.starts_at)


def to_turn(*, at: datetime) -> list[ShownOperation]:
    """Return what the actor's organisation owns and must turn: its time has come, or it is not evaluated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select o.record_id from measures_operation o join sharing_record r on r.id = o.record_id"
            " where r.owner_id = %s and r.withdrawn_at is null and (o.state = 'planned' and o.starts_at <= %s"
            " or o.state = 'running' and o.ends_at < %s or o.state = 'ended') order by o.ends_at limit %s",
            [current_actor().organisation, at, at, MOST],
        )
        return shown_operations([row[0] for row in cursor.fetchall()])


def _ours() -> UUID:
    """Return the actor's organisation; for who acts for none, one that takes part in nothing."""
    return current_actor().organisation or UUID(int=0)
