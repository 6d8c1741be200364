"""The API of exercises while they run: clock, injects, reactions, observations, sheets, players from outside."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Status

from port2port.base.clock import now
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.training.exercises import guests as inviting
from port2port.training.exercises import playing, queries
from port2port.training.exercises.api_shapes import ExerciseClockOut, ExerciseObservationOut, clock_out, observation_out
from port2port.training.exercises.api_shapes_live import (
    ExerciseClockIn,
    ExerciseGuestIn,
    ExerciseGuestMade,
    ExerciseGuestOut,
    ExerciseObservationIn,
    ExerciseReactionIn,
    ExerciseSendIn,
    ExerciseSheetIn,
    guest_out,
)

router = Router(tags=["exercises"])


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
