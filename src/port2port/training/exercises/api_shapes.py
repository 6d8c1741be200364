"""What the API of exercises gives: documented shapes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from port2port.measures.api_shapes import party
from port2port.sharing.api_shapes import Party, tlp_name
from port2port.training.exercises import queries
from port2port.training.exercises.crediting import code_of, credits_for
from port2port.training.exercises.models import Inject, Observation, Reaction, Seat
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import Clock

Texts = dict[str, str]


class ExerciseSentOut(Schema):
    """That the authority's form was sent: what it told, when, and what the authority calls it."""

    what: str
    on: date
    reference: str


class ExercisePartOut(Schema):
    """Where it takes place, with what may be written into its security file now."""

    id: UUID
    organisation: Party
    file: str = Field(description="Code of the security file: facility number or UN/LOCODE")
    credited_at: datetime | None = Field(description="Since when that it was held stands in the file")
    checked_at: datetime | None = Field(description="When somebody who keeps the file said so, or that it is right")
    sent: list[ExerciseSentOut]
    offered: list[str]


class ExerciseRoleOut(Schema):
    """A role, by language."""

    code: str
    names: Texts
    does: Texts


class ExerciseClockOut(Schema):
    """The clock: whether it runs, and how many seconds it shows."""

    running: bool
    second: int
    started_at: datetime | None
    ended_at: datetime | None


class ExerciseOut(Schema):
    """An exercise, as who takes part knows it."""

    id: UUID
    url: str
    reference: str
    version: int
    title: str
    size: str
    state: str
    starts_at: datetime
    minutes: int
    notes: str
    language: str
    threat: str
    tlp: str
    owner: Party
    audience: list[str]
    provenance: str
    roles: list[ExerciseRoleOut]
    safety: list[Texts]
    phrase: Texts
    parts: list[ExercisePartOut]
    your_seat: str
    your_role: str
    why: str


class ExercisePage(Schema):
    """A page of exercises."""

    items: list[ExerciseOut]
    next: str | None
    previous: str | None


class ExerciseInjectOut(Schema):
    """An inject that you may see; `expected` for its staff, and for all once it is closed."""

    id: UUID
    second: int
    roles: list[str]
    channel: str
    text: Texts
    expected: list[Texts]
    came_at: datetime | None
    left_out: bool


class ExerciseSeatOut(Schema):
    """Who sits where."""

    id: UUID
    person: UUID
    organisation: Party
    kind: str
    role: str


class ExerciseReactionOut(Schema):
    """That somebody saw an inject, or what that player would do."""

    inject: UUID
    person: UUID | None
    role: str
    at: datetime
    text: str


class ExerciseObservationOut(Schema):
    """What was observed."""

    id: UUID
    person: UUID
    at: datetime
    second: int
    role: str
    text: str


class ExerciseWhole(ExerciseOut):
    """One exercise with its clock, seats, and as much of injects, reactions and observations as you may know."""

    clock: ExerciseClockOut
    seats: list[ExerciseSeatOut]
    injects: list[ExerciseInjectOut]
    reactions: list[ExerciseReactionOut]
    observations: list[ExerciseObservationOut]


def exercise_out(found: Shown) -> dict[str, Any]:
    """Return an exercise as who takes part knows it."""
    row, record = found.exercise, found.record
    return {
        "id": found.id, "url": reverse("api-1:exercise", args=[found.id]), "reference": found.reference,
        "version": record.version, "title": row.title, "size": row.size,
        "state": row.state, "starts_at": row.starts_at, "minutes": row.minutes, "notes": row.notes,
        "language": row.language, "threat": record.threat, "tlp": tlp_name(record.tlp),
        "owner": party(record.owner_id), "audience": found.audience, "provenance": record.provenance,
        "roles": row.roles, "safety": row.safety, "phrase": row.phrase,
        "parts": [
            {
                "id": one.id, "organisation": party(one.organisation_id), "file": code_of(one),
                "credited_at": one.credited_at, "checked_at": one.checked_at, "sent": list(one.sent.all()),
                "offered": credits_for(found, one),
            }
            for one in found.parts
        ],
        "your_seat": found.seat.kind if found.seat else "", "your_role": found.seat.role if found.seat else "",
        "why": row.why,
    }  # fmt: skip


def inject_out(one: Inject, expected: list[Texts]) -> dict[str, Any]:
    """Return an inject that the actor may see."""
    release = queries.released(one)
    came = release is not None and release.how != "skipped"
    return {
        "id": one.id, "second": one.second, "roles": one.roles, "channel": one.channel, "text": one.text,
        "expected": expected, "came_at": release.at if came and release else None,
        "left_out": release is not None and not came,
    }  # fmt: skip


def seat_out(one: Seat) -> dict[str, Any]:
    """Return a seat."""
    return {
        "id": one.id, "person": one.person_id, "organisation": party(one.organisation_id), "kind": one.kind,
        "role": one.role,
    }  # fmt: skip


def reaction_out(one: Reaction) -> dict[str, Any]:
    """Return a reaction."""
    return {"inject": one.inject_id, "person": one.person_id, "role": one.role, "at": one.at, "text": one.text}


def observation_out(one: Observation) -> dict[str, Any]:
    """Return an observation."""
    return {
        "id": one.id, "person": one.person_id, "at": one.at, "second": one.second, "role": one.role, "text": one.text,
    }  # fmt: skip


def clock_out(one: Clock) -> dict[str, Any]:
    """Return the clock."""
    return {
        "running": one.running, "second": one.second, "started_at": one.started_at, "ended_at": one.ended_at,
    }  # fmt: skip
