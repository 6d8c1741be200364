"""Exercises in the one search: by what everybody who takes part knows. The script is never in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.sharing.found import Hit, Source, Words
from port2port.training.exercises.models import Exercise
from port2port.training.exercises.queries import KIND, shown, words_of
from port2port.training.exercises.words import Card

ICON = "measure"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the exercises of these that the actor sees."""
    found = {}
    for row in shown(ids):
        card = Card(row)
        found[row.id] = Hit(
            kind=KIND,
            record=row.record,
            title=row.exercise.title,
            text=words_of(row.exercise),
            href=card.href,
            api=reverse("api-1:exercise", args=[row.id]),
            icon=ICON,
            reference=row.reference,
            audience=row.audience,
            where=card.state,
            language=row.exercise.language,
        )
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these exercises are found (as the owner: of every one there is)."""
    return {row.record_id: Words(row.title, words_of(row)) for row in Exercise.objects.filter(record_id__in=list(ids))}


SOURCES = (Source(KIND, pgettext_lazy("kind of record", "Exercise"), ICON, hits, words),)
