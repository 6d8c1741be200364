"""Reading the courses that the own organisation writes, for who trains there. The policy says whose rows one sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

import msgspec

from port2port.base.errors import NotFound
from port2port.training.authoring.rules import languages_of
from port2port.training.courses.checks import Fault, course_faults
from port2port.training.courses.contents import Course
from port2port.training.courses.kept import media_of
from port2port.training.courses.models import CourseMedium, Edition, OwnCourse
from port2port.training.courses.queries import Body, trainer

State = Literal["draft", "published", "changed", "retired"]


@dataclass(frozen=True)
class Written:
    """A course as it is written, and its newest edition."""

    row: OwnCourse
    course: Course
    edition: Edition | None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in."""
        return languages_of(self.course.head)

    @property
    def changed(self) -> bool:
        """Whether what is written is not what is published."""
        return self.edition is None or _unnumbered(self.edition.content) != _unnumbered(self.row.content)

    @property
    def state(self) -> State:
        """How it stands with it; what is retired is so whatever was written since."""
        if self.edition is None:
            return "draft"
        if self.edition.retired_at is not None:
            return "retired"
        return "changed" if self.changed else "published"

    @cached_property
    def faults(self) -> list[Fault]:
        """What is missing before it can be published."""
        return course_faults(self.course, self.languages)


def _unnumbered(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"head": content["head"] | {"version": 0}}


def own_courses() -> list[Written]:
    """Return what the own organisation writes, the one changed last first. Raises Refused."""
    organisation = trainer()
    rows = OwnCourse.objects.filter(organisation_id=organisation, package=False)
    return _written(rows.order_by("-changed_at", "-id"))


def own_course(identifier: UUID) -> Written:
    """Return one of them. Raises Refused; NotFound, the same for absent, another's and a package."""
    trainer()
    found = _written(OwnCourse.objects.filter(id=identifier, package=False))
    if not found:
        raise NotFound()
    return found[0]


def _written(rows: Iterable[OwnCourse]) -> list[Written]:
    found = list(rows)
    newest = {
        one.slug: one
        for one in Edition.objects.filter(slug__in=[row.slug for row in found], counts_until=None)
    }  # fmt: skip
    return [Written(row, course_of(row), newest.get(row.slug)) for row in found]


def course_of(row: OwnCourse) -> Course:
    """Return a course as it stands in its row, with its pictures."""
    body = msgspec.convert(row.content, Body)
    return Course(body.head, body.modules, body.questions, body.sources, media_of(row.slug), own=True)


def pictures(slug: str) -> list[CourseMedium]:
    """Return the pictures of a course by name."""
    return list(CourseMedium.objects.filter(slug=slug).order_by("name"))
