"""The API of exercises: it translates, calls one query or one action, and translates back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.members.acting import current_actor
from port2port.reports.addressing import terms_for
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import reporter
from port2port.sharing.api_ground import around, etag, expected_version, gone, known_parameters, needs, problems
from port2port.training.exercises import actions, afterwards, playing, queries
from port2port.training.exercises import guests as inviting
from port2port.training.exercises.api_shapes import (
    ExerciseClockIn,
    ExerciseClockOut,
    ExerciseCreditIn,
    ExerciseGuestIn,
    ExerciseGuestMade,
    ExerciseGuestOut,
    ExerciseIn,
    ExerciseInjectIn,
    ExerciseInjectOut,
    ExerciseObservationIn,
    ExerciseObservationOut,
    ExerciseOut,
    ExercisePage,
    ExercisePlanIn,
    ExerciseReactionIn,
    ExerciseReportIn,
    ExerciseReportOut,
    ExerciseSeatIn,
    ExerciseSendIn,
    ExerciseSheetIn,
    ExerciseTextIn,
    ExerciseWhole,
    ScenarioOut,
    ScenarioWhole,
    clock_out,
    exercise_out,
    guest_out,
    inject_out,
    observation_out,
    reaction_out,
    report_out,
    scenario_out,
    scenario_whole,
    seat_out,
)
from port2port.training.exercises.queries import KIND
from port2port.training.exercises.rules import AFTER
from port2port.training.exercises.scenarios import library

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


@router.get("/scenarios", response={200: list[ScenarioOut]} | problems(), summary="The library of scenarios",
            operation_id="list_scenarios")  # fmt: skip
def list_scenarios(request: HttpRequest) -> Any:
    """Return the scenarios to start from. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [scenario_out(one) for one in library().values()]


@router.get("/scenarios/{slug:scenario}", response={200: ScenarioWhole} | problems(404), summary="One scenario",
            operation_id="read_scenario")  # fmt: skip
def read_scenario(request: HttpRequest, scenario: str) -> Any:
    """Return a scenario whole; whoever will play should not read it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    one = library().get(scenario)
    if one is None:
        raise NotFound()
    return scenario_whole(one)


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
    actions.seat(
        exercise, person=sent.person or current_actor().person, kind=sent.kind, role=sent.role, at=now()
    )  # fmt: skip
    return _whole(exercise, at=now())


@router.delete("/seats/{uuid:seat}", response={204: None} | problems(404, 409), summary="Take a seat away",
               operation_id="unseat_in_exercise")  # fmt: skip
def unseat(request: HttpRequest, seat: UUID) -> Any:
    """Take a seat away that you may give. Scope: report."""
    needs(request, "report")
    actions.unseat(seat, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/injects", response={200: ExerciseInjectOut} | problems(404, 409),
             summary="Add an inject", operation_id="add_inject")  # fmt: skip
def add_inject(request: HttpRequest, exercise: UUID, sent: ExerciseInjectIn) -> Any:
    """Add an inject to the script, or while it runs one more. Scope: report."""
    needs(request, "report")
    made = actions.write_inject(exercise, inject=sent.value(), at=now())
    return inject_out(made, sent.expected)


@router.put("/injects/{uuid:inject}", response={204: None} | problems(404, 409), summary="Change an inject",
            operation_id="change_inject")  # fmt: skip
def change_inject(request: HttpRequest, inject: UUID, sent: ExerciseInjectIn) -> Any:
    """Change an inject before it begins. Scope: report."""
    needs(request, "report")
    actions.change_inject(inject, to=sent.value(), at=now())
    return Status(204, None)


@router.delete("/injects/{uuid:inject}", response={204: None} | problems(404, 409), summary="Take an inject out",
               operation_id="remove_inject")  # fmt: skip
def remove_inject(request: HttpRequest, inject: UUID) -> Any:
    """Take an inject out of the script before it begins. Scope: report."""
    needs(request, "report")
    actions.remove_inject(inject, at=now())
    return Status(204, None)


@router.post("/injects/{uuid:inject}/release", response={204: None} | problems(404, 409),
             summary="Send it now, or leave it out", operation_id="send_inject")  # fmt: skip
def send(request: HttpRequest, inject: UUID, sent: ExerciseSendIn) -> Any:
    """Let an inject come now, or leave it out; once. Scope: report."""
    needs(request, "report")
    playing.send_inject(inject, how=sent.how, at=now())
    return Status(204, None)


@router.post("/injects/{uuid:inject}/reactions", response={204: None} | problems(404, 409),
             summary="Say that you saw it, or what you would do", operation_id="react_to_inject")  # fmt: skip
def react(request: HttpRequest, inject: UUID, sent: ExerciseReactionIn) -> Any:
    """React to an inject that came to you. Scope: report."""
    needs(request, "report")
    playing.react(inject, text=sent.text, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/clock", response={200: ExerciseClockOut} | problems(404, 409),
             summary="Start, pause, resume, jump, end", operation_id="tick_exercise")  # fmt: skip
def tick(request: HttpRequest, exercise: UUID, sent: ExerciseClockIn) -> Any:
    """Move the clock of an exercise that you run. Scope: report."""
    needs(request, "report")
    return clock_out(playing.tick(exercise, act=sent.act, minute=sent.minute, at=now()))


@router.post("/{uuid:exercise}/observations", response={200: ExerciseObservationOut} | problems(404, 409),
             summary="Note what you saw", operation_id="observe_exercise")  # fmt: skip
def observe(request: HttpRequest, exercise: UUID, sent: ExerciseObservationIn) -> Any:
    """Note what you saw, at this second of the exercise. Scope: report."""
    needs(request, "report")
    return observation_out(playing.observe(exercise, text=sent.text, role=sent.role, at=now()))


@router.put("/{uuid:exercise}/sheet", response={204: None} | problems(404, 409), summary="Fill in your sheet",
            operation_id="score_exercise")  # fmt: skip
def score(request: HttpRequest, exercise: UUID, sent: ExerciseSheetIn) -> Any:
    """Fill in your own evaluation sheet. Scope: report."""
    needs(request, "report")
    playing.score(exercise, values=sent.values, at=now())
    return Status(204, None)


@router.get("/{uuid:exercise}/report", response={200: ExerciseReportOut} | problems(404, 409), summary="The report",
            operation_id="read_exercise_report")  # fmt: skip
def read_report(request: HttpRequest, exercise: UUID) -> Any:
    """Return the report with its facts: to its staff once it has ended, to all who took part once it is closed.
    Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = queries.exercise(exercise, at=now())
    if not found.staff and found.exercise.state != "closed":
        raise Refused(actions.STAFF_ONLY, kind=KIND, record=exercise)
    if found.exercise.state not in AFTER:
        raise Conflict(actions.NOT_NOW)
    lessons = [one.text for one in queries.lessons(exercise)]
    return report_out(found.exercise.report, afterwards.facts_of(exercise), lessons)


@router.put("/{uuid:exercise}/report", response={204: None} | problems(404, 409), summary="Write the report",
            operation_id="write_exercise_report")  # fmt: skip
def write_report(request: HttpRequest, exercise: UUID, sent: ExerciseReportIn) -> Any:
    """Write the report, and with `close` end it all. Scope: report."""
    needs(request, "report")
    afterwards.write_report(exercise, text=sent.text, close=sent.close, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/lessons", response={204: None} | problems(404, 409), summary="Note what was learned",
             operation_id="add_exercise_lesson")  # fmt: skip
def add_lesson(request: HttpRequest, exercise: UUID, sent: ExerciseTextIn) -> Any:
    """Note what was learned. Scope: report."""
    needs(request, "report")
    afterwards.add_lesson(exercise, text=sent.text, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/credit", response={200: ExerciseOut} | problems(404, 409),
             summary="Write it into a security file", operation_id="credit_exercise")  # fmt: skip
def credit(request: HttpRequest, exercise: UUID, sent: ExerciseCreditIn) -> Any:
    """Write it into the security file of a part, as who keeps that file. Scope: report."""
    needs(request, "report")
    if sent.part not in {one.id for one in queries.seen(exercise).parts}:
        raise NotFound()
    afterwards.credit(sent.part, what=sent.what, at=now())
    return exercise_out(queries.exercise(exercise, at=now()))


@router.post("/{uuid:exercise}/call-off", response={200: ExerciseOut} | problems(404, 409), summary="Call it off",
             operation_id="call_off_exercise")  # fmt: skip
def call_off(request: HttpRequest, exercise: UUID, sent: ExerciseTextIn) -> Any:
    """Call off what has not begun. Scope: report."""
    needs(request, "report")
    actions.call_off(exercise, why=sent.text, at=now())
    return exercise_out(queries.exercise(exercise, at=now()))


@router.get("/{uuid:exercise}/guests", response={200: list[ExerciseGuestOut]} | problems(404),
            summary="Players from outside", operation_id="list_exercise_guests")  # fmt: skip
def list_guests(request: HttpRequest, exercise: UUID) -> Any:
    """Return the links for players from outside, to its staff; never their secrets. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.seen(exercise)
    return [guest_out(one) for one in queries.guests(exercise)]


@router.post("/{uuid:exercise}/guests", response={200: ExerciseGuestMade} | problems(404, 409),
             summary="Make a link for a player from outside", operation_id="invite_exercise_guest")  # fmt: skip
def invite(request: HttpRequest, exercise: UUID, sent: ExerciseGuestIn) -> Any:
    """Make a link that opens once; it is shown once. Scope: report."""
    needs(request, "report")
    made, secret = inviting.invite(exercise, role=sent.role, function=sent.function, at=now())
    return guest_out(made) | {"link": settings.SITE_URL + reverse("training:guest_join", args=[secret])}


@router.delete("/guests/{uuid:guest}", response={204: None} | problems(404, 409), summary="End a link",
               operation_id="end_exercise_guest")  # fmt: skip
def end_guest(request: HttpRequest, guest: UUID) -> Any:
    """Let a link, and the device that opened it, see nothing more. Scope: report."""
    needs(request, "report")
    inviting.end_guest(guest, at=now())
    return Status(204, None)
