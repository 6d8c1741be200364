"""What the API takes and gives after an exercise."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from port2port.knowledge.practices.rules import Draft as PracticeDraft
from port2port.measures.rules import Draft as MeasureDraft
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Day, Language
from port2port.training.exercises.afterwards import Facts
from port2port.training.exercises.models import Lesson
from port2port.workgroups.links import Linked


class ExerciseReportIn(Strict):
    """The report; `close`: with it the exercise is closed, and all who took part read it."""

    text: str
    close: bool = False


class ExerciseTextIn(Strict):
    """A text: a lesson, or why it is called off."""

    text: str


class ExerciseCreditIn(Strict):
    """What is written into the security file of a part."""

    part: UUID
    what: Literal["planned", "notified", "held", "reported"]
    on: Day | None = Field(None, description="When the authority's form was sent; for notified and reported")
    reference: str = Field("", max_length=80, description="What the authority calls it")


class ExerciseLessonActionIn(Strict):
    """An action of a group that you keep."""

    group: UUID
    text: str
    owner: UUID
    due: Day


class ExerciseLessonTextIn(Strict):
    """What the record begins with; the rest is added to it where it stands."""

    title: str = Field(max_length=120)
    language: Language = "en"
    audience: AudienceIn | None = Field(None, description="Left out: the circle of all members")


class ExerciseLessonPracticeIn(ExerciseLessonTextIn):
    """A practice in its shortest."""

    topic: str
    context: str
    done: str
    may_stand: bool = Field(False, description="You looked at what may tell whose case it was")

    def draft(self) -> PracticeDraft:
        """Return it as a value."""
        return PracticeDraft(self.title, self.context, self.done, self.topic, "idea", self.language)


class ExerciseLessonMeasureIn(ExerciseLessonTextIn):
    """A proposal in its shortest."""

    text: str
    problem: str = ""

    def draft(self) -> MeasureDraft:
        """Return it as a value."""
        return MeasureDraft(self.title, self.text, self.language, problem=self.problem)


class ExerciseBecameOut(Schema):
    """A record that a lesson became, and that you see."""

    kind: str
    id: UUID
    title: str


class ExerciseLessonOut(Schema):
    """What was learned, and what became of it."""

    id: UUID
    at: datetime
    text: str
    became: list[ExerciseBecameOut]


class ExerciseTakenOut(Schema):
    """Something that was taken out of a text."""

    kind: str
    written: str


class ExerciseBegunOut(Schema):
    """What a practice or a measure begins with, without what tells whose case it was."""

    title: str
    text: str
    context: str
    topic: str
    language: str
    taken: list[ExerciseTakenOut]


class ExerciseLessonWhole(ExerciseLessonOut):
    """A lesson with its exercise, and a text to begin with."""

    exercise: UUID
    begun: ExerciseBegunOut


class ExerciseFormOut(Schema):
    """The authority's form of a part, filled in as far as it is known."""

    code: str
    tells: str
    names: dict[str, str]
    verified: bool
    citation: str
    language: str
    text: str


class ExerciseLineOut(Schema):
    """An inject in the time line."""

    inject: UUID
    came_at: datetime | None
    reached: int
    reacted: int
    first_after_seconds: int | None


class ExerciseRatedOut(Schema):
    """The middle of the sheets for a criterion, and of how many."""

    criterion: str
    median: float | None
    n: int


class ExerciseReportOut(Schema):
    """The report, with the facts it rests on."""

    text: str
    players: int
    lines: list[ExerciseLineOut]
    evaluation: list[ExerciseRatedOut]
    lessons: list[ExerciseLessonOut]


def lesson_out(one: Lesson, links: Iterable[Linked]) -> dict[str, Any]:
    """Return a lesson with what became of it."""
    became = [{"kind": link.kind, "id": link.id, "title": link.title} for link in links]
    return {"id": one.id, "at": one.at, "text": one.text, "became": became}


def report_out(text: str, facts_: Facts, lessons: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the report with its facts."""
    return {
        "text": text, "players": facts_.players, "lessons": lessons,
        "lines": [
            {
                "inject": one.inject.id, "came_at": one.came_at, "reached": one.reached, "reacted": one.reacted,
                "first_after_seconds": int(one.first.total_seconds()) if one.first is not None else None,
            }
            for one in facts_.lines
        ],
        "evaluation": [{"criterion": one.criterion, "median": one.median, "n": one.n} for one in facts_.rated],
    }  # fmt: skip
