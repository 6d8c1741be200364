"""What the API takes and gives after an exercise."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

from port2port.sharing.api_ground import Strict
from port2port.training.exercises.afterwards import Facts


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
    lessons: list[str]


def report_out(text: str, facts_: Facts, lessons: list[str]) -> dict[str, Any]:
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
