"""The API of exercises before they run: those there are, the plan, seats, the script."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.reports.addressing import terms_for
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import reporter
from port2port.sharing.api_ground import around, etag, expected_version, gone, known_parameters, needs, problems
from port2port.training.exercises import actions, queries, scripting, seating
from port2port.training.exercises.api_shapes import (
    ExerciseInjectOut,
    ExerciseOut,
    ExercisePage,
    ExerciseWhole,
    clock_out,
    exercise_out,
    inject_out,
    observation_out,
    reaction_out,
    seat_out,
)
from port2port.training.exercises.api_shapes_after import (
    ExerciseTextIn,
)
from port2port.training.exercises.api_shapes_plan import ExerciseIn, ExerciseInjectIn, ExercisePlanIn, ExerciseSeatIn
from port2port.training.exercises.queries import KIND

router = Router(tags=["exercises"])
LARGEST_PAGE = 100
SIZE = query(25, ge=1, le=LARGEST_PAGE, description="How many on a page")
CURSOR = query("", max_length=300, description="From `next` or `previous` of a page")
BASED_ON = header("", alias="If-Match", description="ETag of what is changed")
State = Literal["", "planned", "running", "paused", "ended", "closed", "called_off"]


def _whole(identifier: UUID, *, at: datetime) -> dict[str, Any]:
    found = queries.exercise(identifier, at=at)
    expected = queries.expected(identifier)
    return exercise_out(found) | {
        "clock": clock_out(queries.clock_at(identifier, at=at)),
        "seats": [seat_out(one) for one in queries.seats(identifier)],
        "injects": [inject_out(one, expected.get(one.id, [])) for one in queries.injects(identifier)],
        "reactions": [reaction_out(one) for one in queries.reactions(identifier)],
        "observations": [observation_out(one) for one in queries.observations(identifier)],
    }


@router.get("", response={200: ExercisePage} | problems(), summary="Exercises you see, the newest plan first",
            operation_id="list_exercises")  # fmt: skip
def list_exercises(request: HttpRequest, state: State = "", cursor: str = CURSOR, size: int = SIZE) -> Any:
    """Return a page of the exercises this token's holder sees. Scope: read."""
    needs(request, "read")
    known_parameters(request, "state", "cursor", "size")
    found, part = queries.page(at=now(), state=state, cursor=cursor, size=size)
    return {"items": [exercise_out(row) for row in found], **around(request, part)}


@router.post("", response={201: ExerciseOut} | problems(409), summary="Plan an exercise",
             operation_id="plan_exercise")  # fmt: skip
def plan(request: HttpRequest, sent: ExerciseIn) -> Any:
    """Plan an exercise, from a scenario or with roles of your own; you lead it. Scope: report."""
    needs(request, "report")
    made = actions.plan_exercise(
        plan=sent.value(), threat=sent.threat, places=[one.value() for one in sent.parts], scenario=sent.scenario,
        roles=[one.value() for one in sent.roles], terms=terms_for(sent.threat, reporter()), at=now(),
    )  # fmt: skip
    return Status(201, exercise_out(queries.exercise(made.record_id, at=now())))


@router.get("/{uuid:exercise}", response={200: ExerciseWhole} | problems(404, 410), url_name="exercise",
            summary="One exercise", operation_id="read_exercise")  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, exercise: UUID) -> Any:
    """Return an exercise with what you may know of it now. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    try:
        found = _whole(exercise, at=now())
    except NotFound as error:
        raise gone(exercise, error) from error
    response["ETag"] = etag(found["version"])
    return found


@router.put("/{uuid:exercise}", response={200: ExerciseWhole} | problems(404, 409, 412, 428), summary="Change a plan",
            operation_id="change_exercise")  # fmt: skip
def change(request: HttpRequest, exercise: UUID, sent: ExercisePlanIn, if_match: str = BASED_ON) -> Any:
    """Change a plan before it begins. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(exercise, KIND))
    actions.change_plan(exercise, plan=sent.value(), at=now(), expected=expected)
    return _whole(exercise, at=now())


@router.post("/{uuid:exercise}/seats", response={200: ExerciseWhole} | problems(404, 409), summary="Give a seat",
             operation_id="seat_in_exercise")  # fmt: skip
def seat(request: HttpRequest, exercise: UUID, sent: ExerciseSeatIn) -> Any:
    """Take a role, or give somebody a seat that you may give. Scope: report."""
    needs(request, "report")
    seating.seat(
        exercise, person=sent.person or current_actor().person, kind=sent.kind, role=sent.role, at=now()
    )  # fmt: skip
    return _whole(exercise, at=now())


@router.delete("/seats/{uuid:seat}", response={204: None} | problems(404, 409), summary="Take a seat away",
               operation_id="unseat_in_exercise")  # fmt: skip
def unseat(request: HttpRequest, seat: UUID) -> Any:
    """Take a seat away that you may give. Scope: report."""
    needs(request, "report")
    seating.unseat(seat, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/injects", response={200: ExerciseInjectOut} | problems(404, 409),
             summary="Add an inject", operation_id="add_inject")  # fmt: skip
def add_inject(request: HttpRequest, exercise: UUID, sent: ExerciseInjectIn) -> Any:
    """Add an inject to the script, or while it runs one more. Scope: report."""
    needs(request, "report")
    made = scripting.write_inject(exercise, inject=sent.value(), at=now())
    return inject_out(made, sent.expected)


@router.put("/injects/{uuid:inject}", response={204: None} | problems(404, 409), summary="Change an inject",
            operation_id="change_inject")  # fmt: skip
def change_inject(request: HttpRequest, inject: UUID, sent: ExerciseInjectIn) -> Any:
    """Change an inject before it begins. Scope: report."""
    needs(request, "report")
    scripting.change_inject(inject, to=sent.value(), at=now())
    return Status(204, None)


@router.delete("/injects/{uuid:inject}", response={204: None} | problems(404, 409), summary="Take an inject out",
               operation_id="remove_inject")  # fmt: skip
def remove_inject(request: HttpRequest, inject: UUID) -> Any:
    """Take an inject out of the script before it begins. Scope: report."""
    needs(request, "report")
    scripting.remove_inject(inject, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/call-off", response={200: ExerciseOut} | problems(404, 409), summary="Call it off",
             operation_id="call_off_exercise")  # fmt: skip
def call_off(request: HttpRequest, exercise: UUID, sent: ExerciseTextIn) -> Any:
    """Call off what has not begun. Scope: report."""
    needs(request, "report")
    actions.call_off(exercise, why=sent.text, at=now())
    return exercise_out(queries.exercise(exercise, at=now()))
