"""Cases of the help desk and their lessons in the one search. A desk's own notes are in neither index nor snippet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.helpdesk import lesson_queries, queries
from port2port.helpdesk.calling import opening_words
from port2port.helpdesk.models import Case, Lesson, Message
from port2port.helpdesk.words import Card, LessonCard
from port2port.sharing.found import Hit, Source, Words
from port2port.sharing.references import reference


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the cases of these that the actor sees."""
    found = {}
    said = _said(ids)
    for row in queries.shown(ids, at=at):
        card = Card(row)
        found[row.record.id] = Hit(
            kind=queries.CASE,
            record=row.record,
            title=card.title,
            text=" ".join(said[row.record.id]),
            href=card.href,
            api=reverse("api-1:case", args=[row.record.id]),
            icon=card.icon,
            reference=reference(row.record),
            audience=row.audience,
            where=card.topic,
            language=row.case.language,
        )
    return found


def lesson_hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the lessons of these that the actor sees."""
    found = {}
    for row in lesson_queries.shown(ids):
        card = LessonCard(row)
        found[row.record.id] = Hit(
            kind=queries.LESSON,
            record=row.record,
            title=row.lesson.title,
            text=f"{row.lesson.question} {row.lesson.answer}",
            href=card.href,
            api=reverse("api-1:lesson", args=[row.record.id]),
            icon=card.icon,
            reference=reference(row.record),
            audience=row.audience,
            where=card.topic,
            language=row.lesson.language,
        )
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these cases are found (as the owner: of every one there is)."""
    wanted = list(ids)
    said = _said(wanted)
    found = {}
    for case in Case.objects.filter(record_id__in=wanted):
        first, *later = said[case.record_id] or [""]
        found[case.record_id] = Words(case.title, " ".join((opening_words(first, case.topic), *later)))
    return found


def lesson_words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these lessons are found (as the owner: of every one there is)."""
    return {
        one.record_id: Words(one.title, queries.lesson_words(one.question, one.answer, one.topic))
        for one in Lesson.objects.filter(record_id__in=list(ids))
    }


def _said(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for case, text in (
        Message.objects.filter(case_id__in=list(ids), internal=False)
        .order_by("at", "id")
        .values_list("case_id", "text")
    ):
        found[case].append(text)
    return found


SOURCES = (
    Source(queries.CASE, pgettext_lazy("kind of record", "Help desk case"), "desk", hits, words),
    Source(queries.LESSON, pgettext_lazy("kind of record", "Lesson"), "knowledge", lesson_hits, lesson_words),
)
