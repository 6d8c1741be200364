"""Alerts with their envelopes, as they are shown: read in one statement, with the facts everyone knows put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast
from uuid import UUID

from django.db import connection

from port2port.alerts.models import Alert
from port2port.alerts.rules import Draft, is_urgent
from port2port.alerts.sentences import MessageType
from port2port.alerts.stored import draft_of
from port2port.base import rows
from port2port.members.facts import facts, remember
from port2port.members.topics import is_topic
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference


@dataclass(frozen=True)
class Shown:
    """An alert as it is shown at a moment: its row, its envelope, its audience in words, and the own desk's answer."""

    alert: Alert
    record: Record
    audience: list[str]
    at: datetime
    acknowledged: bool

    @cached_property
    def draft(self) -> Draft:
        """What it was raised from. Only `sentences` makes texts of it: they carry the mark of an exercise."""
        return draft_of(self.alert)

    @property
    def message(self) -> MessageType:
        """Whether it is the first, an update or a cancellation."""
        return cast("MessageType", self.alert.message)

    @property
    def state(self) -> str:
        """Where it stands now: raised, updated, cancelled or expired."""
        over = self.alert.state == "raised" and self.alert.valid_until <= self.at
        return "expired" if over else self.alert.state

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None

    @property
    def in_force(self) -> bool:
        """Whether somebody must act on it now."""
        return self.state == "raised" and not self.withdrawn

    @property
    def urgent(self) -> bool:
        """Whether it is called URGENT: in force, and to be acted on at once."""
        return self.in_force and is_urgent(self.draft)

    @property
    def told_apart(self) -> bool:
        """Whether its stewards learn who has answered: not of what goes to the users of a supplier."""
        return not any(is_topic(key) for key in self.record.audience)

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)


def shown(ids: Sequence[UUID], *, at: datetime) -> list[Shown]:
    """Return these alerts in this order, with one query and at most two for names that not everybody may know."""
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Alert, Record, bool]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids), list(ids)])
        for values in cursor.fetchall():
            row, envelope = rows.read(Alert, values[:_WIDTH]), rows.read(Record, values[_WIDTH:-1])
            row._state.fields_cache["record"] = envelope
            remember(envelope, "owner", known.organisations)
            remember(envelope, "port", known.ports)
            found[row.record_id] = row, envelope, values[-1]
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((record.addressed, record.author_id) for _row, record, _done in kept)
    return [Shown(row, record, said, at, done) for (row, record, done), said in zip(kept, words, strict=True)]


# Of acknowledgements one sees only those of the own organisation; a facility's officer answers for the facility.
OWN_DESK = (
    "exists (select 1 from alerts_acknowledgement k where k.alert_id = a.record_id"
    " and k.facility_id is not distinct from (select alerts_desk()))"
)
_SHOWN = (
    f"select {rows.columns(Alert, 'a')}, {rows.columns(Record, 'e')}, {OWN_DESK} from alerts_alert a"
    " join sharing_record e on e.id = a.record_id where a.record_id = any(%s) and e.id = any(%s)"
)
_WIDTH = rows.width(Alert)
