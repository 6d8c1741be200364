"""The API of a year: it translates, calls one query or one action, and translates back."""

from datetime import time
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StrictBool

from port2port.base.clock import now
from port2port.compliance.queries import code_of
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.api_shapes import Day
from port2port.training.year import actions
from port2port.training.year.queries import Proposal, Year, year_of

router = Router(tags=["training year"])


KEY, SLUG, LINE = "^[ -~]+$", "^[a-z0-9_-]*$", r"^[^\x00]*$"


class YearDateOut(Schema):
    """A date of the year: what it is for, until when, the days that would do, and the one proposed or planned."""

    key: str
    what: Literal["drill", "exercise", "session"]
    code: str = Field(description="The rule that asks for it, or the course")
    due: Day
    first: Day
    last: Day
    late: bool
    on: Day | None
    file: str = Field(description="Security file: a facility's number or a port's code; empty of sessions")
    people: list[UUID] = Field(description="Who must take the course")
    scenario: str
    exercise: UUID | None = Field(description="The one that is planned")
    declined: bool


class YearOut(Schema):
    """What is owed until a day, with the days that would meet it."""

    until: Day
    dates: list[YearDateOut]


class YearChoiceIn(Strict):
    """A date that is wanted."""

    key: str = Field(max_length=160, pattern=KEY)
    on: Day
    scenario: str = Field("", max_length=80, pattern=SLUG)


class YearPlanIn(Strict):
    """The dates that are wanted, at which hour; `place`: where sessions are."""

    year: int | None = None
    hour: time = time(9)
    place: str = Field("", pattern=LINE)
    dates: list[YearChoiceIn] = Field(max_length=200)


class YearPlannedOut(Schema):
    """What was planned."""

    exercises: list[UUID]
    sessions: list[UUID]


class YearAnswerIn(Strict):
    """That a date is not wanted, or is again."""

    key: str = Field(max_length=160, pattern=KEY)
    year: int | None = None
    declined: StrictBool = True


@router.get("", response={200: YearOut} | problems(), summary="What a year owes, and days for it",
            operation_id="read_training_year")  # fmt: skip
def read_year(request: HttpRequest, year: int | None = None) -> Any:
    """Return what is owed until the end of a year (this or the next), for who trains. Scope: read."""
    needs(request, "read")
    known_parameters(request, "year")
    return _year_out(year_of(year, at=now()))


@router.post("/plan", response={200: YearPlannedOut} | problems(409), summary="Plan the dates that are wanted",
             operation_id="plan_training_year")  # fmt: skip
def plan(request: HttpRequest, sent: YearPlanIn) -> Any:
    """Plan exercises and sessions, all or none. Scope: report."""
    needs(request, "report")
    choices = [actions.Choice(one.key, one.on, one.scenario) for one in sent.dates]
    made = actions.plan_year(choices, year=sent.year, hour=sent.hour, place=sent.place, at=now())
    return {"exercises": list(made.exercises), "sessions": list(made.sessions)}


@router.post("/answers", response={204: None} | problems(404, 409), summary="Say that a date is not wanted",
             operation_id="answer_training_date")  # fmt: skip
def answer(request: HttpRequest, sent: YearAnswerIn) -> Any:
    """Decline a date, or let it be proposed again. Scope: report."""
    needs(request, "report")
    if sent.declined:
        actions.decline(sent.key, year=sent.year, at=now())
    else:
        actions.propose_again(sent.key, at=now())
    return Status(204, None)


def _year_out(found: Year) -> dict[str, Any]:
    return {"until": found.until, "dates": [_date_out(one) for one in found.proposals]}


def _date_out(one: Proposal) -> dict[str, Any]:
    return {
        "key": one.key, "what": one.what, "code": one.code, "due": one.due, "first": one.window.first,
        "last": one.window.last, "late": one.window.late, "on": one.on,
        "file": code_of(one.file) if one.file is not None else "", "people": list(one.people),
        "scenario": one.scenario, "exercise": one.planned, "declined": one.declined,
    }  # fmt: skip
