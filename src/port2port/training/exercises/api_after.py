"""The API of exercises after them: the report and the lessons."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from port2port.base.clock import now
from port2port.base.errors import Conflict, Refused
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.training.exercises import afterwards, learning, queries, standing
from port2port.training.exercises.api_shapes_after import (
    ExerciseLessonOut,
    ExerciseReportIn,
    ExerciseReportOut,
    ExerciseTextIn,
    lesson_out,
    report_out,
)
from port2port.training.exercises.queries import KIND
from port2port.training.exercises.rules import AFTER

router = Router(tags=["exercises"])


@router.get("/{uuid:exercise}/report", response={200: ExerciseReportOut} | problems(404, 409), summary="The report",
            operation_id="read_exercise_report")  # fmt: skip
def read_report(request: HttpRequest, exercise: UUID) -> Any:
    """Return the report with its facts: to its staff once it has ended, to all who took part once it is closed.
    Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = queries.exercise(exercise, at=now())
    if not found.staff and found.exercise.state != "closed":
        raise Refused(standing.STAFF_ONLY, kind=KIND, record=exercise)
    if found.exercise.state not in AFTER:
        raise Conflict(standing.NOT_NOW)
    rows = queries.lessons(exercise)
    links = learning.became(one.id for one in rows)
    lessons = [lesson_out(one, links.get(one.id, [])) for one in rows]
    return report_out(found.exercise.report, afterwards.facts_of(exercise), lessons)


@router.put("/{uuid:exercise}/report", response={204: None} | problems(404, 409), summary="Write the report",
            operation_id="write_exercise_report")  # fmt: skip
def write_report(request: HttpRequest, exercise: UUID, sent: ExerciseReportIn) -> Any:
    """Write the report, and with `close` end it all. Scope: report."""
    needs(request, "report")
    afterwards.write_report(exercise, text=sent.text, close=sent.close, at=now())
    return Status(204, None)


@router.post("/{uuid:exercise}/lessons", response={200: ExerciseLessonOut} | problems(404, 409),
             summary="Note what was learned", operation_id="add_exercise_lesson")  # fmt: skip
def add_lesson(request: HttpRequest, exercise: UUID, sent: ExerciseTextIn) -> Any:
    """Note what was learned. Scope: report."""
    needs(request, "report")
    return lesson_out(afterwards.add_lesson(exercise, text=sent.text, at=now()), [])
