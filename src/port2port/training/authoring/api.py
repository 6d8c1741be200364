"""The API of own courses: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Status
from ninja.files import UploadedFile

from port2port.base.clock import now
from port2port.reports.attachments.forms import uploads
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.training.authoring import actions, pictures, queries
from port2port.training.authoring.api_shapes import (
    OwnCourseChangeIn,
    OwnCourseIn,
    OwnCourseOut,
    OwnCourseRetiredIn,
    OwnCourseSeenIn,
    OwnCourseWhole,
    own_course_out,
    own_course_whole,
)

router = Router(tags=["courses"])


def _whole(own: UUID) -> dict[str, Any]:
    return own_course_whole(queries.own_course(own))


@router.get("", response={200: list[OwnCourseOut]} | problems(), summary="Courses that your organisation writes",
            operation_id="list_own_courses")  # fmt: skip
def list_own(request: HttpRequest) -> Any:
    """Return what your organisation writes, for who trains there. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [own_course_out(one) for one in queries.own_courses()]


@router.post("", response={201: OwnCourseWhole} | problems(), summary="Begin a course of your own",
             operation_id="begin_own_course")  # fmt: skip
def begin(request: HttpRequest, sent: OwnCourseIn) -> Any:
    """Begin a course; what is missing may follow. Scope: report."""
    needs(request, "report")
    return Status(201, _whole(actions.write_course(sent.course(), at=now())))


@router.get("/{uuid:own}", response={200: OwnCourseWhole} | problems(404), summary="A course as it is written",
            url_name="own_course", operation_id="read_own_course")  # fmt: skip
def read(request: HttpRequest, own: UUID) -> Any:
    """Return a course with what is missing before it can be published. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _whole(own)


@router.put("/{uuid:own}", response={200: OwnCourseWhole} | problems(404, 409), summary="Write a course",
            operation_id="write_own_course")  # fmt: skip
def write(request: HttpRequest, own: UUID, sent: OwnCourseChangeIn) -> Any:
    """Keep a course whole; 409 when it is no longer at the sequence that was read. Scope: report."""
    needs(request, "report")
    actions.put_course(own, sent.course(), seen=sent.sequence, at=now())
    return _whole(own)


@router.delete("/{uuid:own}", response={204: None} | problems(404, 409), summary="Delete a course never published",
               operation_id="delete_own_course")  # fmt: skip
def delete(request: HttpRequest, own: UUID) -> Any:
    """Delete a course that was never published. Scope: report."""
    needs(request, "report")
    actions.delete_course(own, at=now())
    return Status(204, None)


@router.post("/{uuid:own}/publication", response={200: OwnCourseWhole} | problems(404, 409), summary="Publish a course",
             operation_id="publish_own_course")  # fmt: skip
def publish(request: HttpRequest, own: UUID, sent: OwnCourseSeenIn) -> Any:
    """Make a version of what is written; passes of the one before count on for the days it says. Scope: report."""
    needs(request, "report")
    actions.publish(own, seen=sent.sequence, at=now())
    return _whole(own)


@router.post("/{uuid:own}/retirement", response={200: OwnCourseWhole} | problems(404, 409), summary="Retire a course",
             operation_id="retire_own_course")  # fmt: skip
def retire(request: HttpRequest, own: UUID, sent: OwnCourseRetiredIn) -> Any:
    """Take a course off what can be taken, or offer it again; its passes count on. Scope: report."""
    needs(request, "report")
    actions.retire(own, retired=sent.retired, at=now())
    return _whole(own)


@router.post("/{uuid:own}/media", response={200: OwnCourseWhole} | problems(404, 413, 503),
             summary="Add pictures and videos", operation_id="add_own_course_media")  # fmt: skip
def add_media(request: HttpRequest, own: UUID, files: File[list[UploadedFile]]) -> Any:
    """Put pictures, videos and subtitles on a course, without what is hidden in them. Scope: report.

    multipart/form-data, field `files`; subtitles are named as their video, then the language: `gate.nl.vtt`.
    """
    needs(request, "report")
    pictures.add_pictures(own, uploads(files), at=now())
    return _whole(own)


@router.delete("/{uuid:own}/media/{str:medium}", response={204: None} | problems(404, 409),
               summary="Take a picture or video off", operation_id="remove_own_course_media")  # fmt: skip
def remove_media(request: HttpRequest, own: UUID, medium: str) -> Any:
    """Take off a picture that nothing shows and no version has. Scope: report."""
    needs(request, "report")
    pictures.remove_picture(own, medium, at=now())
    return Status(204, None)
