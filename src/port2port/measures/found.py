"""Measures and objectives in the one search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.measures.actions import Aim, aim_words, words_of
from port2port.measures.models import Objective, Version
from port2port.measures.queries import KIND, OBJECTIVE
from port2port.measures.shown import draft_of, shown, shown_objectives
from port2port.measures.words import Card
from port2port.sharing.found import Hit, Source, Words

ICON = "measure"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the measures of these that the actor sees, in their newest text."""
    found = {}
    for row in shown(ids):
        card = Card(row)
        found[row.id] = Hit(
            kind=KIND,
            record=row.record,
            title=card.title,
            text=" ".join([row.draft.problem, row.draft.text]),
            href=card.href,
            api=reverse("api-1:measure", args=[row.id]),
            icon=ICON,
            reference=row.reference,
            audience=row.audience,
            where=card.state,
            language=row.draft.language,
        )
    return found


def objective_hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the objectives of these that the actor sees."""
    return {
        row.record.id: Hit(
            kind=OBJECTIVE,
            record=row.record,
            title=row.objective.title,
            text=" ".join([row.objective.why, row.objective.change, row.objective.indicator]),
            href=reverse("measures:objective", args=[row.record.id]),
            api=reverse("api-1:objective", args=[row.record.id]),
            icon=ICON,
            reference=row.reference,
            audience=row.audience,
            language=row.objective.language,
        )
        for row in shown_objectives(ids)
    }


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these measures are found (as the owner: of every one there is)."""
    newest = Version.objects.filter(measure_id__in=list(ids), number=F("measure__number"))
    drafts = {one.measure_id: draft_of(one) for one in newest}
    return {one: Words(draft.title, words_of(draft)) for one, draft in drafts.items()}


def objective_words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these objectives are found (as the owner: of every one there is)."""
    return {
        one.record_id: Words(one.title, aim_words(Aim(one.title, one.why, one.change, one.indicator, one.language)))
        for one in Objective.objects.filter(record_id__in=list(ids))
    }


SOURCES = (
    Source(KIND, pgettext_lazy("kind of record", "Measure"), ICON, hits, words),
    Source(OBJECTIVE, pgettext_lazy("kind of record", "Objective"), ICON, objective_hits, objective_words),
)
