"""Flights with their envelopes, as they are shown: read in one statement, with the facts everyone knows put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.flights.models import Flight
from port2port.flights.rules import state_at
from port2port.members.areas import Area, area_from
from port2port.members.facts import facts, remember
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference


@dataclass(frozen=True)
class Shown:
    """A flight as it is shown at a moment: its row, its envelope, its audience in words."""

    flight: Flight
    record: Record
    audience: list[str]
    at: datetime

    @cached_property
    def area(self) -> Area:
        """Where it flies."""
        return area_from(self.flight.area)

    @property
    def state(self) -> str:
        """Where it stands now: planned, flying, done or cancelled."""
        return state_at(self.flight.state, self.flight.ends_at, self.at)

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None

    @property
    def reference(self) -> str:
        """What people call it by, as a report's: the day it flies and the end of its id."""
        return reference(self.record)


def shown(ids: Sequence[UUID], *, at: datetime) -> list[Shown]:
    """Return these flights in this order, with one query and at most two for names that not everybody may know."""
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Flight, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids), list(ids)])
        for values in cursor.fetchall():
            row, envelope = rows.read(Flight, values[:_WIDTH]), rows.read(Record, values[_WIDTH:])
            row._state.fields_cache["record"] = envelope
            remember(envelope, "owner", known.organisations)
            remember(envelope, "port", known.ports)
            found[row.record_id] = row, envelope
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((record.addressed, record.author_id) for _row, record in kept)
    return [Shown(row, record, said, at) for (row, record), said in zip(kept, words, strict=True)]


_SHOWN = (
    f"select {rows.columns(Flight, 'f')}, {rows.columns(Record, 'e')} from flights_flight f"
    # Named twice, so that both tables are read by key however few records there are.
    " join sharing_record e on e.id = f.record_id where f.record_id = any(%s) and e.id = any(%s)"
)
_WIDTH = rows.width(Flight)
