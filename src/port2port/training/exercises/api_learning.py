"""The API of what comes of exercises: lessons that become records, the security files, the authority's form."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.measures.api import to_whom
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import Language
from port2port.training.exercises import authority, crediting, learning, queries
from port2port.training.exercises.api_shapes import ExerciseOut, exercise_out
from port2port.training.exercises.api_shapes_after import (
    ExerciseCreditIn,
    ExerciseFormOut,
    ExerciseLessonActionIn,
    ExerciseLessonMeasureIn,
    ExerciseLessonPracticeIn,
    ExerciseLessonWhole,
    lesson_out,
)
from port2port.training.exercises.queries import KIND

router = Router(tags=["exercises"])
LANGUAGE = query("en", description="In which language")


def _whole(identifier: UUID) -> dict[str, Any]:
    row, found = learning.lesson(identifier)
    sharing.note_reading(KIND, [found.record], at=now())
    links = learning.became([row.id]).get(row.id, [])
    return lesson_out(row, links) | {"exercise": found.id, "begun": learning.begun(row, found)}


@router.get("/lessons/{uuid:learned}", response={200: ExerciseLessonWhole} | problems(404), summary="One lesson",
            operation_id="read_exercise_lesson")  # fmt: skip
def read_lesson(request: HttpRequest, learned: UUID) -> Any:
    """Return a lesson, what became of it, and a text to begin with. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _whole(learned)


@router.post("/lessons/{uuid:learned}/action", response={200: ExerciseLessonWhole} | problems(404, 409),
             summary="Give an action about a lesson", operation_id="lesson_into_action")  # fmt: skip
def into_action(request: HttpRequest, learned: UUID, sent: ExerciseLessonActionIn) -> Any:
    """Give somebody of a group that you keep something to do. Scope: report."""
    needs(request, "report")
    learning.into_action(learned, group=sent.group, text=sent.text, owner=sent.owner, due=sent.due, at=now())
    return _whole(learned)


@router.post("/lessons/{uuid:learned}/practice", response={200: ExerciseLessonWhole} | problems(404, 409),
             summary="Make a practice of a lesson", operation_id="lesson_into_practice")  # fmt: skip
def into_practice(request: HttpRequest, learned: UUID, sent: ExerciseLessonPracticeIn) -> Any:
    """Write a draft of a practice, which your organisation alone sees until a second person publishes it. Scope:
    report."""
    needs(request, "report")
    _row, found = learning.lesson(learned)
    to = to_whom(sent.audience, found.record.threat)
    learning.into_practice(learned, draft=sent.draft(), to=to, at=now(), may_stand=sent.may_stand)
    return _whole(learned)


@router.post("/lessons/{uuid:learned}/measure", response={200: ExerciseLessonWhole} | problems(404, 409),
             summary="Propose a measure from a lesson", operation_id="lesson_into_measure")  # fmt: skip
def into_measure(request: HttpRequest, learned: UUID, sent: ExerciseLessonMeasureIn) -> Any:
    """Share a draft of a joint measure. Scope: report."""
    needs(request, "report")
    _row, found = learning.lesson(learned)
    learning.into_measure(learned, draft=sent.draft(), to=to_whom(sent.audience, found.record.threat), at=now())
    return _whole(learned)


@router.post("/parts/{uuid:part}/check", response={200: ExerciseOut} | problems(404, 409),
             summary="Say that what the close wrote is right", operation_id="check_exercise_credit")  # fmt: skip
def check(request: HttpRequest, part: UUID) -> Any:
    """Say that what stands in the security file since the close is right, as who keeps that file. Scope: report."""
    needs(request, "report")
    return exercise_out(queries.exercise(crediting.check_credit(part, at=now()), at=now()))


@router.post("/parts/{uuid:part}/take-back", response={200: ExerciseOut} | problems(404, 409),
             summary="Take it back from a security file", operation_id="take_back_exercise_credit")  # fmt: skip
def take_back(request: HttpRequest, part: UUID) -> Any:
    """Take back that it was held, as who keeps that file; the entry stays, marked as taken back. Scope: report."""
    needs(request, "report")
    return exercise_out(queries.exercise(crediting.take_back(part, at=now()), at=now()))


@router.get("/parts/{uuid:part}/{slug:tells}", response={200: ExerciseFormOut} | problems(404, 409),
            summary="The authority's form, filled in", operation_id="read_exercise_form")  # fmt: skip
def read_form(request: HttpRequest, part: UUID, tells: str, language: Language = LANGUAGE) -> Any:
    """Return the form for the notice (`notified`) or the report (`reported`), as who keeps the file. Scope: read."""
    needs(request, "read")
    known_parameters(request, "language")
    found, row = crediting.to_tell(part, tells, at=now())
    one = authority.exercise_forms().form(tells)
    crediting.note_form_taken(found, row, tells=tells, at=now())
    return {
        "code": one.code, "tells": tells, "names": one.names, "verified": one.verified, "citation": one.citation,
        "language": language, "text": authority.filled(found, row, tells, language=language),
    }  # fmt: skip


@router.post("/{uuid:exercise}/credit", response={200: ExerciseOut} | problems(404, 409),
             summary="Write it into a security file", operation_id="credit_exercise")  # fmt: skip
def credit(request: HttpRequest, exercise: UUID, sent: ExerciseCreditIn) -> Any:
    """Write it into the security file of a part, as who keeps that file. Scope: report."""
    needs(request, "report")
    if sent.part not in {one.id for one in queries.seen(exercise).parts}:
        raise NotFound()
    crediting.credit(sent.part, what=sent.what, on=sent.on, reference=sent.reference, at=now())
    return exercise_out(queries.exercise(exercise, at=now()))
