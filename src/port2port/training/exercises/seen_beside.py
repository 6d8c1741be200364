"""What the pages of actions, practices and measures show of exercises: the lesson that they came from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.sharing import queries as sharing
from port2port.training.exercises import queries
from port2port.training.exercises.learning import came_from
from port2port.training.exercises.queries import KIND
from port2port.training.exercises.words import Card

TEMPLATE = "training/beside.html"


def origin(record: UUID, at: datetime) -> dict[str, Any]:
    """Return the lesson of a record, with its exercise; nothing where there is none that the actor sees."""
    lesson = came_from(record)
    if lesson is None:
        return {}
    found = queries.seen(lesson.exercise_id)
    sharing.note_reading(KIND, [found.record], at=at, act="listed")
    return {"card": Card(found), "lesson": lesson}
