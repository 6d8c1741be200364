"""Operations and aid requests with their envelopes, as they are shown: read in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.measures.operations.models import Aid, Operation, Participation
from port2port.members.facts import facts, remember
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference


@dataclass(frozen=True)
class ShownOperation:
    """An operation as it is shown: its row, who takes part, its envelope, its audience in words."""

    operation: Operation
    record: Record
    audience: list[str]
    parts: tuple[Participation, ...]

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)


@dataclass(frozen=True)
class ShownAid:
    """A request for aid as it is shown: its row, its envelope, its audience in words."""

    aid: Aid
    record: Record
    audience: list[str]

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)

    @property
    def missing(self) -> int:
        """How many nobody has promised yet."""
        return max(0, self.aid.amount - self.aid.covered)


def shown_operations(ids: Sequence[UUID]) -> list[ShownOperation]:
    """Return these operations in this order, with two queries and at most two for names not everybody may know."""
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Operation, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OPERATIONS, [list(ids)])
        for values in cursor.fetchall():
            operation, record = rows.read(Operation, values[:_O]), rows.read(Record, values[_O:])
            _join(operation, record)
            found[record.id] = operation, record
    parts: dict[UUID, list[Participation]] = {}
    for part in Participation.objects.filter(operation_id__in=list(found)).order_by("id"):
        remember(part, "organisation", known.organisations)
        remember(part, "port", known.ports)
        parts.setdefault(part.operation_id, []).append(part)
    kept = [found[key] for key in ids if key in found]
    words = audiences.names_for((record.addressed, record.author_id) for _o, record in kept)
    return [
        ShownOperation(operation, record, said, tuple(parts.get(record.id, ())))
        for (operation, record), said in zip(kept, words, strict=True)
    ]


def shown_aid(ids: Sequence[UUID]) -> list[ShownAid]:
    """Return these requests in this order."""
    if not ids:
        return []
    found: dict[UUID, tuple[Aid, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_AID, [list(ids)])
        for values in cursor.fetchall():
            aid, record = rows.read(Aid, values[:_A]), rows.read(Record, values[_A:])
            _join(aid, record)
            found[record.id] = aid, record
    kept = [found[key] for key in ids if key in found]
    words = audiences.names_for((record.addressed, record.author_id) for _a, record in kept)
    return [ShownAid(*row, said) for row, said in zip(kept, words, strict=True)]


def _join(row: Operation | Aid, record: Record) -> None:
    row._state.fields_cache["record"] = record
    remember(record, "owner", facts().organisations)
    remember(record, "port", facts().ports)


_OPERATIONS = (
    f"select {rows.columns(Operation, 'o')}, {rows.columns(Record, 'e')} from measures_operation o"
    " join sharing_record e on e.id = o.record_id where o.record_id = any(%s)"
)
_AID = (
    f"select {rows.columns(Aid, 'a')}, {rows.columns(Record, 'e')} from measures_aid a"
    " join sharing_record e on e.id = a.record_id where a.record_id = any(%s)"
)
_O, _A = rows.width(Operation), rows.width(Aid)
