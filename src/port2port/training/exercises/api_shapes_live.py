"""What the API takes and gives while an exercise runs, beside what it always gives."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from port2port.sharing.api_ground import Strict
from port2port.training.exercises.models import Guest


class ExerciseClockIn(Strict):
    """What is done to the clock; `minute` for a jump."""

    act: Literal["start", "pause", "resume", "jump", "end"]
    minute: int | None = Field(None, ge=0, le=1440)


class ExerciseSendIn(Strict):
    """Whether it comes now (`hand`) or is left out."""

    how: Literal["hand", "skipped"] = "hand"


class ExerciseReactionIn(Strict):
    """Empty: seen. Otherwise what you would do."""

    text: str = Field("", max_length=1200)


class ExerciseObservationIn(Strict):
    """What you saw, and of which role."""

    text: str = Field(max_length=1200)
    role: str = ""


class ExerciseSheetIn(Strict):
    """Your evaluation sheet: criterion to number, null for what you did not see."""

    values: dict[str, int | None]


class ExerciseGuestIn(Strict):
    """A player from outside: a function, never a name."""

    function: str = Field(max_length=80, examples=["Fire brigade, officer on duty"])
    role: str


class ExerciseGuestOut(Schema):
    """A player from outside, and whether the link was opened or ended."""

    id: UUID
    function: str
    role: str
    opened_at: datetime | None
    ended_at: datetime | None


class ExerciseGuestMade(ExerciseGuestOut):
    """The same with its link, which is shown this once."""

    link: str


def guest_out(one: Guest) -> dict[str, Any]:
    """Return a guest."""
    return {
        "id": one.id, "function": one.function, "role": one.role, "opened_at": one.opened_at, "ended_at": one.ended_at,
    }  # fmt: skip
