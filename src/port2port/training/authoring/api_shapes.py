"""What the API of own courses takes and gives: documented shapes. Unknown fields are refused; what is typed is checked
as on the pages."""

from typing import Annotated, Any, Literal

import msgspec
from django.urls import reverse
from ninja import Field, Schema
from pydantic import StringConstraints

from port2port.base.errors import Invalid, Problem
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Moment
from port2port.training.authoring.queries import State, Written
from port2port.training.authoring.rules import BEGUN, MOST_MODULES, MOST_QUESTIONS, audiences_of
from port2port.training.courses.api_shapes import CourseModuleOut, Texts
from port2port.training.courses.contents import Course
from port2port.training.courses.loading import content_of
from port2port.training.courses.queries import Body

Said = Annotated[str, StringConstraints(max_length=5000, pattern=r"^[^\x00]*$")]
Language = Literal["nl", "fr", "de", "en"]
TextsIn = dict[Language, Said]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Percent = Annotated[int, Field(ge=0, le=100)]


class OwnAreaIn(Strict):
    """A place in a picture, in percent of it."""

    x: Percent
    y: Percent
    width: Percent
    height: Percent


class OwnOptionIn(Strict):
    """What may be chosen. `right` and `why`: of every kind but `order`; `area`: of `hotspot`."""

    code: Code
    text: TextsIn
    right: bool | None = None
    why: TextsIn | None = None
    area: OwnAreaIn | None = None


class OwnQuestionIn(Strict):
    """A question; it keeps its code as long as it asks the same. An `order` is written in the right one."""

    code: Code
    module: Code
    kind: Literal["single", "multiple", "order", "hotspot"]
    text: TextsIn
    options: list[OwnOptionIn] = Field(max_length=8)
    picture: Name | None = None
    why: TextsIn | None = None


class OwnModuleIn(Strict):
    """A module: its title, and its text as CommonMark, by language."""

    code: Code
    names: TextsIn
    texts: TextsIn


class OwnCourseIn(Strict):
    """A course, whole. Its languages are those in which it has a name; what is missing may follow."""

    names: TextsIn = Field(min_length=1)
    summary: TextsIn
    topics: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}$")]] = Field(min_length=1, max_length=36)
    minutes: int = Field(ge=5, le=60)
    draw: int = Field(ge=5, le=20, description="How many questions an attempt has")
    pass_percent: int = Field(ge=60, le=100)
    valid_months: int = Field(ge=6, le=60)
    grace_days: int = Field(ge=0, le=365, description="How long passes of the version before count on")
    modules: list[OwnModuleIn] = Field(max_length=MOST_MODULES)
    questions: list[OwnQuestionIn] = Field(max_length=MOST_QUESTIONS)

    def course(self) -> Course:
        """Return it as a value. Raises Invalid."""
        sent = self.model_dump(exclude={"sequence"}, exclude_none=True)
        parts = {name: sent.pop(name) for name in ("modules", "questions")}
        head = sent | {"slug": BEGUN.slug, "version": BEGUN.version, "audiences": audiences_of(sent["topics"])}
        try:
            body = msgspec.convert(parts | {"head": head, "sources": []}, Body)
        except msgspec.ValidationError as error:  # a code of another form, or no topic that is known
            raise Invalid([Problem("course", str(error))]) from None
        return Course(body.head, body.modules, body.questions, (), own=True)


class OwnCourseSeenIn(Strict):
    """Which state of the course was read."""

    sequence: int = Field(ge=0, le=2**31 - 1)


class OwnCourseChangeIn(OwnCourseIn, OwnCourseSeenIn):
    """A course as it should be, and which state of it was read."""


class OwnCourseRetiredIn(Strict):
    """Whether nobody can take it any more."""

    retired: bool


class OwnCourseFaultOut(Schema):
    """What is missing or wrong: of which part, by its code, in which field (a text's with its language)."""

    part: Literal["head", "module", "question", "course"]
    code: str
    option: str
    field: str
    message: str


class OwnCourseOut(Schema):
    """A course that your organisation writes."""

    id: str
    url: str
    slug: str
    sequence: int
    names: Texts
    languages: list[str]
    state: State
    version: int | None = Field(description="Of the newest edition")
    changed_at: Moment
    missing: int


class OwnCourseWhole(OwnCourseOut):
    """A course as it is written, with what is missing before it can be published."""

    summary: Texts
    topics: list[str]
    minutes: int
    draw: int
    pass_percent: int
    valid_months: int
    grace_days: int
    modules: list[CourseModuleOut]
    questions: list[dict[str, Any]] = Field(description="As they are sent")
    media: list[str] = Field(description="The names of its pictures")
    faults: list[OwnCourseFaultOut]


def own_course_out(found: Written) -> dict[str, Any]:
    """Return a course as it is listed."""
    return {
        "id": str(found.row.id), "url": reverse("api-1:own_course", args=[found.row.id]), "slug": found.row.slug,
        "sequence": found.row.sequence, "names": found.course.head.names, "languages": list(found.languages),
        "state": found.state, "version": found.edition.version if found.edition else None,
        "changed_at": found.row.changed_at, "missing": len(found.faults),
    }  # fmt: skip


def own_course_whole(found: Written) -> dict[str, Any]:
    """Return a course as it is written."""
    content = content_of(found.course)
    head = {name: content["head"][name] for name in (
        "summary", "topics", "minutes", "draw", "pass_percent", "valid_months", "grace_days"
    )}  # fmt: skip
    return own_course_out(found) | head | {
        "modules": content["modules"], "questions": content["questions"], "media": list(found.course.media),
        "faults": [
            {"part": one.part, "code": one.code, "option": one.option, "field": one.field, "message": str(one.says)}
            for one in found.faults
        ],
    }  # fmt: skip
