"""The courses that ship with the program, as rows: every migrate adds the versions that are new, as the owner."""

import logging
from datetime import datetime, timedelta
from typing import Any

import msgspec

from port2port.training.courses.contents import Course
from port2port.training.courses.library import library
from port2port.training.courses.models import Edition

log = logging.getLogger(__name__)


def load_courses(at: datetime) -> int:
    """Write each version that is not there yet, and say of older ones until when passes of them count.

    Of a version that is there, corrected words are taken over; other questions or answers are not, and the log says so.
    Returns how many are new.
    """
    made = 0
    for course in library().values():
        held = Edition.objects.filter(slug=course.slug, version=course.head.version).first()
        if held is None:
            Edition.objects.create(
                slug=course.slug, version=course.head.version, content=content_of(course), published_at=at
            )
            ends = (at + timedelta(days=course.head.grace_days)).date()
            older = Edition.objects.filter(slug=course.slug, version__lt=course.head.version, counts_until=None)
            older.update(counts_until=ends)
            made += 1
        elif held.content != (content := content_of(course)):
            if _asked(held.content) == _asked(content):
                Edition.objects.filter(id=held.id).update(content=content)
            else:
                log.error("course %s: other questions without a new version; what was published stays", course.slug)
    return made


def _asked(content: dict[str, Any]) -> list[Any]:
    """Return what attempts and analyses rest on: the questions, their options, and which are right."""
    return [
        (one["code"], one["kind"], [(option["code"], option["right"]) for option in one["options"]])
        for one in content["questions"]
    ]


def content_of(course: Course) -> dict[str, Any]:
    """Return what is kept of a course, as it is read back: all of it but its pictures."""
    parts = {"head": course.head, "modules": course.modules, "questions": course.questions, "sources": course.sources}
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(parts))
    return found
