"""What the API of exercises takes and gives: documented shapes. Unknown fields are refused."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from port2port.base.errors import Invalid, Problem
from port2port.measures.api_shapes import party
from port2port.members.places import known_places
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Moment, Party, tlp_name
from port2port.training.exercises import queries
from port2port.training.exercises.afterwards import Facts, code_of, credits_for
from port2port.training.exercises.models import Guest, Inject, Observation, Reaction, Seat
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import Clock, InjectText, Place, Plan, RoleText
from port2port.training.exercises.scenarios import Scenario

Texts = dict[str, str]


class ExercisePlanIn(Strict):
    """What an exercise is, as everybody who takes part knows it."""

    title: str = Field(max_length=120)
    size: Literal["drill", "exercise"]
    starts_at: Moment
    minutes: int = Field(ge=1, le=1440)
    notes: str = Field("", max_length=4000)
    language: Language = "en"

    def value(self) -> Plan:
        """Return it as a value."""
        return Plan(self.title, self.size, self.starts_at, self.minutes, self.notes, self.language)


class ExercisePlaceIn(Strict):
    """An organisation that takes part at a port, or there at a facility."""

    organisation: UUID
    port: str = Field(description="UN/LOCODE", examples=["BEANR"])
    facility: str = Field("", description="Facility number", examples=["BEANR-0001"])

    def value(self) -> Place:
        """Return it as a value. Raises Invalid for an unknown port or facility."""
        places = known_places()
        port, spot = places.ports.get(self.port), places.facilities.get(self.facility) if self.facility else None
        if port is None or (self.facility and spot is None):
            raise Invalid([Problem("parts", _("There is no such port."))])
        return Place(self.organisation, port.id, spot.id if spot is not None else None)


class ExerciseRoleIn(Strict):
    """A role of an exercise that is made without a scenario."""

    code: str = Field(pattern="^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)
    names: Texts
    does: Texts = {}

    def value(self) -> RoleText:
        """Return it as a value."""
        return RoleText(self.code, self.names, self.does)


class ExerciseIn(ExercisePlanIn):
    """A plan, who takes part, and from which scenario or with which roles."""

    threat: str = Field(description="Code of a threat", examples=["drone_misuse"])
    parts: list[ExercisePlaceIn] = Field(max_length=60)
    scenario: str = Field("", max_length=80)
    roles: list[ExerciseRoleIn] = Field([], max_length=30)


class ExerciseInjectIn(Strict):
    """An inject: when, to whom, how, what, and what should then be done. Texts by language."""

    second: int = Field(ge=0, le=86400)
    roles: list[str] = Field(max_length=30, description="Codes of roles, or all alone")
    channel: str
    text: Texts
    expected: list[Texts] = Field([], max_length=20)

    def value(self) -> InjectText:
        """Return it as a value."""
        return InjectText(self.second, tuple(self.roles), self.channel, self.text, tuple(self.expected))


class ExerciseSeatIn(Strict):
    """Who gets which seat; without a person: you."""

    person: UUID | None = None
    kind: Literal["control", "observer", "player"] = "player"
    role: str = ""


class ExerciseGuestIn(Strict):
    """A player from outside: a function, never a name."""

    function: str = Field(max_length=80, examples=["Fire brigade, officer on duty"])
    role: str


class ExerciseClockIn(Strict):
    """What is done to the clock; `minute` for a jump."""

    act: Literal["start", "pause", "resume", "jump", "end"]
    minute: int | None = Field(None, ge=0, le=1440)


class ExerciseSendIn(Strict):
    """Whether it comes now (`hand`) or is left out."""

    how: Literal["hand", "skipped"] = "hand"


class ExerciseReactionIn(Strict):
    """Empty: seen. Otherwise what you would do."""

    text: str = Field("", max_length=1200)


class ExerciseObservationIn(Strict):
    """What you saw, and of which role."""

    text: str = Field(max_length=1200)
    role: str = ""


class ExerciseSheetIn(Strict):
    """Your evaluation sheet: criterion to number, null for what you did not see."""

    values: dict[str, int | None]


class ExerciseReportIn(Strict):
    """The report; `close`: with it the exercise is closed, and all who took part read it."""

    text: str
    close: bool = False


class ExerciseTextIn(Strict):
    """A text: a lesson, or why it is called off."""

    text: str


class ExerciseCreditIn(Strict):
    """What is written into the security file of a part."""

    part: UUID
    what: Literal["planned", "notified", "held", "reported"]


class ExercisePartOut(Schema):
    """Where it takes place, with what may be written into its security file now."""

    id: UUID
    organisation: Party
    file: str = Field(description="Code of the security file: facility number or UN/LOCODE")
    credited_at: datetime | None
    reported_at: datetime | None
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


class ExerciseGuestOut(Schema):
    """A player from outside, and whether the link was opened or ended."""

    id: UUID
    function: str
    role: str
    opened_at: datetime | None
    ended_at: datetime | None


class ExerciseGuestMade(ExerciseGuestOut):
    """The same with its link, which is shown this once."""

    link: str


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


class ExerciseLineOut(Schema):
    """An inject in the time line."""

    inject: UUID
    came_at: datetime | None
    reached: int
    reacted: int
    first_after_seconds: int | None


class ExerciseRatedOut(Schema):
    """The middle of the sheets for a criterion, and of how many."""

    criterion: str
    median: float | None
    n: int


class ExerciseReportOut(Schema):
    """The report, with the facts it rests on."""

    text: str
    players: int
    lines: list[ExerciseLineOut]
    evaluation: list[ExerciseRatedOut]
    lessons: list[str]


class ScenarioOut(Schema):
    """A scenario of the library."""

    slug: str
    version: int
    threat: str
    size: str
    minutes: int
    isps: list[str]
    modi_operandi: list[str]
    names: Texts
    summary: Texts


class ScenarioInjectOut(Schema):
    """An inject of a scenario."""

    code: str
    minute: int
    to: list[str]
    channel: str
    text: Texts
    expected: list[Texts]


class ScenarioWhole(ScenarioOut):
    """A scenario whole."""

    roles: list[ExerciseRoleOut]
    injects: list[ScenarioInjectOut]
    objectives: list[Texts]
    preparation: list[Texts]
    safety: list[Texts]
    questions: list[Texts]
    criteria: list[dict[str, Any]]
    sources: list[dict[str, Any]]


def scenario_out(one: Scenario) -> dict[str, Any]:
    """Return a scenario as it is listed."""
    head = one.head
    return {
        "slug": head.slug, "version": head.version, "threat": head.threat, "size": head.size, "minutes": head.minutes,
        "isps": list(head.isps), "modi_operandi": list(head.modi_operandi), "names": head.names,
        "summary": head.summary,
    }  # fmt: skip


def scenario_whole(one: Scenario) -> dict[str, Any]:
    """Return a scenario whole."""
    lists = ("objectives", "preparation", "safety", "questions")
    return scenario_out(one) | {name: [line.names for line in getattr(one, name)] for name in lists} | {
        "roles": [{"code": role.code, "names": role.names, "does": role.does} for role in one.roles],
        "injects": [
            {"code": i.code, "minute": i.minute, "to": list(i.to), "channel": i.channel, "text": i.text,
             "expected": list(i.expected)}
            for i in one.injects
        ],
        "criteria": [{"code": line.code, "names": line.names, "scale": line.scale} for line in one.criteria],
        "sources": [{"names": line.names, "url": line.url} for line in one.sources],
    }  # fmt: skip


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
                "credited_at": one.credited_at, "reported_at": one.reported_at, "offered": credits_for(found, one),
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


def guest_out(one: Guest) -> dict[str, Any]:
    """Return a guest."""
    return {
        "id": one.id, "function": one.function, "role": one.role, "opened_at": one.opened_at, "ended_at": one.ended_at,
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


def report_out(text: str, facts_: Facts, lessons: list[str]) -> dict[str, Any]:
    """Return the report with its facts."""
    return {
        "text": text, "players": facts_.players, "lessons": lessons,
        "lines": [
            {
                "inject": one.inject.id, "came_at": one.came_at, "reached": one.reached, "reacted": one.reacted,
                "first_after_seconds": int(one.first.total_seconds()) if one.first is not None else None,
            }
            for one in facts_.lines
        ],
        "evaluation": [{"criterion": one.criterion, "median": one.median, "n": one.n} for one in facts_.rated],
    }  # fmt: skip
