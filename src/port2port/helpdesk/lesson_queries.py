"""Reading lessons: what desks have learned, shared with whoever may see it. A lesson does not know its case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.helpdesk.models import Lesson
from port2port.helpdesk.queries import LESSON, Listing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Where


@dataclass(frozen=True)
class LessonShown:
    """A lesson with its envelope and its audience in words."""

    lesson: Lesson
    record: Record
    audience: list[str]


def lessons(*, at: datetime, q: str = "", cursor: str = "", size: int = 25) -> Listing:
    """Return a page of the lessons the actor sees, newest first; `q`: with all these words."""
    where = Where()
    if q:
        where = Where("", "p.record_id = any(%s)", (sharing.found(q, [LESSON]),))
    part = sharing.newest(LESSON, where=where, cursor=cursor, size=size)
    found = shown(part.ids)
    sharing.note_reading(LESSON, [one.record for one in found], at=at, act="listed")
    return Listing(found, part, sharing.count(LESSON, where=where))


def lesson(identifier: UUID, *, at: datetime) -> LessonShown:
    """Return one lesson. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=LESSON, record=identifier)
    sharing.note_reading(LESSON, [found[0].record], at=at)
    return found[0]


def shown(ids: Iterable[UUID]) -> list[LessonShown]:
    """Return these lessons in this order, as far as they are seen."""
    wanted = list(ids)
    by_id = {one.record_id: one for one in Lesson.objects.filter(record_id__in=wanted).select_related("record__owner")}
    kept = [by_id[i] for i in wanted if i in by_id]
    words = audiences.names_for((one.record.addressed, one.record.author_id) for one in kept)
    return [LessonShown(one, one.record, said) for one, said in zip(kept, words, strict=True)]
