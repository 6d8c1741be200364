"""Questions in the one search: found by their words and by those of their answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.knowledge.questions import queries
from port2port.knowledge.questions.models import Question, QuestionEvent
from port2port.knowledge.questions.words import Card
from port2port.sharing.found import Hit, Source, Words
from port2port.sharing.references import reference


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the questions of these that the actor sees."""
    found = {}
    said = _said(ids)
    for row in queries.shown(ids, at=at):
        card = Card(row)
        found[row.record.id] = Hit(
            kind=queries.QUESTION,
            record=row.record,
            title=row.question.title,
            text=" ".join((row.question.text, *said[row.record.id])),
            href=card.href,
            api=reverse("api-1:question", args=[row.record.id]),
            icon="ask",
            reference=reference(row.record),
            audience=row.audience,
            where=card.topic,
            language=row.question.language,
        )
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these questions are found (as the owner: of every one there is)."""
    wanted = list(ids)
    said = _said(wanted)
    return {
        one.record_id: Words(one.title, queries.words_of(one.text, one.topic, said[one.record_id]))
        for one in Question.objects.filter(record_id__in=wanted)
    }


def _said(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for asked, text in (
        QuestionEvent.objects.filter(question_id__in=list(ids), act="answer", retracted_at=None)
        .order_by("at", "id")
        .values_list("question_id", "text")
    ):
        found[asked].append(text)
    return found


SOURCES = (Source(queries.QUESTION, pgettext_lazy("kind of record", "Question"), "ask", hits, words),)
