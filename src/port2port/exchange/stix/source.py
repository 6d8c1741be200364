"""What a projection is made of: the values that `exchange_source` gives out, and no others.

The database function is the list of what may leave; what is not a field here was never asked for.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from port2port.alerts.sentences import MessageType
from port2port.alerts.suppliers.names import System
from port2port.alerts.vocabulary import Status


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What of the envelope goes with each object."""

    record: UUID
    owner: UUID
    tlp: int
    pap: int
    purpose: str
    legal_basis: str
    provenance: str
    threat: str
    port: str | None  # UN/LOCODE
    at: datetime
    updated_at: datetime
    expires_at: datetime


class Seen(msgspec.Struct, frozen=True):
    """An observable on the report itself, that leads to nobody."""

    kind: str
    value: str


class Grade(msgspec.Struct, frozen=True):
    """What source and information are worth, and what the next reader may do."""

    scheme: str
    source: str
    information: str
    handling: str
    handling_text: str


class ReportSource(msgspec.Struct, frozen=True, kw_only=True, tag="report", tag_field="kind"):
    """A report."""

    terms: Terms
    nature: str
    title: str
    text: str
    language: str
    severity: str
    occurred_at: datetime
    occurred_precision: str
    occurred_margin: int | None
    place: str
    place_text: str
    facility: UUID | None
    lat: float | None
    lon: float | None
    modi: list[str]
    phase: str
    substance: str
    quantity_kg: float | None
    origin_country: str
    source: str
    source_name: str
    source_url: str
    state: str
    observables: list[Seen]
    grade: Grade | None


class MeasureSource(msgspec.Struct, frozen=True, kw_only=True, tag="measure", tag_field="kind"):
    """The newest text of a measure that was agreed, is in force, or was published; who adopted it is no part of it."""

    terms: Terms
    state: str
    category: str
    language: str
    title: str
    problem: str
    text: str
    modi: list[str]
    source_name: str
    source_url: str


class PracticeSource(msgspec.Struct, frozen=True, kw_only=True, tag="practice", tag_field="kind"):
    """The text of a practice that its readers have."""

    terms: Terms
    language: str
    topic: str
    maturity: str
    title: str
    context: str
    done: str
    outcome: str
    wrong: str
    conditions: str
    modi: list[str]


class AlertSource(msgspec.Struct, frozen=True, kw_only=True, tag="alert", tag_field="kind"):
    """A message of an alert; never its public statement, nor who was reached or has answered.

    `based_on` (a report) and `follows` (an earlier message) are named only if whoever sees the alert sees them too.
    """

    terms: Terms
    event: str
    urgency: str
    severity: str
    certainty: str
    status: Status
    message: MessageType
    state: str
    instructions: list[str]
    areas: list[dict[str, Any]]
    language: str
    headline: str
    text: str
    systems: list[System]
    valid_from: datetime
    valid_until: datetime
    series: UUID
    follows: UUID | None
    based_on: UUID | None


Source = ReportSource | MeasureSource | PracticeSource | AlertSource


def read(text: str | bytes) -> Source:
    """Return what the database gave. Raises msgspec.ValidationError for another shape, which is a fault of ours."""
    found: Source = msgspec.json.decode(text, type=Source)
    return found
