"""Measures and objectives with their envelopes and newest text, as they are shown: read in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.measures.models import Measure, Objective, Version
from port2port.measures.rules import FIELDS, Draft
from port2port.members.facts import facts, remember
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference


@dataclass(frozen=True)
class Shown:
    """A measure as it is shown: its row, its newest text, its envelope, its audience in words."""

    measure: Measure
    version: Version
    record: Record
    audience: list[str]

    @cached_property
    def draft(self) -> Draft:
        """The newest text as a value."""
        return draft_of(self.version)

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)


@dataclass(frozen=True)
class ShownObjective:
    """An objective as it is shown, with those of its measures that the actor sees, when they were asked for."""

    objective: Objective
    record: Record
    audience: list[str]
    measures: tuple[Shown, ...] = ()

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)


def draft_of(version: Version) -> Draft:
    """Return a stored text as a value."""
    values = {name: getattr(version, name) for name in FIELDS}
    return Draft(**values | {"modi": tuple(version.modi), "phases": tuple(version.phases)})


def shown(ids: Sequence[UUID]) -> list[Shown]:
    """Return these measures in this order, with one query and at most two for names not everybody may know."""
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Measure, Version, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids), list(ids)])
        for values in cursor.fetchall():
            measure = rows.read(Measure, values[:_M])
            version = rows.read(Version, values[_M : _M + _V])
            record = rows.read(Record, values[_M + _V :])
            measure._state.fields_cache["record"] = record
            version._state.fields_cache["measure"] = measure
            remember(record, "owner", known.organisations)
            remember(record, "port", known.ports)
            found[record.id] = measure, version, record
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((record.addressed, record.author_id) for _m, _v, record in kept)
    return [Shown(*row, said) for row, said in zip(kept, words, strict=True)]


_SHOWN = (
    f"select {rows.columns(Measure, 'm')}, {rows.columns(Version, 'v')}, {rows.columns(Record, 'e')}"
    " from measures_measure m join measures_version v on v.measure_id = m.record_id and v.number = m.number"
    " join sharing_record e on e.id = m.record_id where m.record_id = any(%s) and e.id = any(%s)"
)
_M, _V = rows.width(Measure), rows.width(Version)


def shown_objectives(ids: Sequence[UUID]) -> list[ShownObjective]:
    """Return these objectives in this order, without their measures."""
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Objective, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OBJECTIVES, [list(ids)])
        for values in cursor.fetchall():
            objective, record = rows.read(Objective, values[:_O]), rows.read(Record, values[_O:])
            objective._state.fields_cache["record"] = record
            remember(record, "owner", known.organisations)
            remember(record, "port", known.ports)
            found[record.id] = objective, record
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((record.addressed, record.author_id) for _o, record in kept)
    return [ShownObjective(*row, said) for row, said in zip(kept, words, strict=True)]


_OBJECTIVES = (
    f"select {rows.columns(Objective, 'o')}, {rows.columns(Record, 'e')} from measures_objective o"
    " join sharing_record e on e.id = o.record_id where o.record_id = any(%s)"
)
_O = rows.width(Objective)
