"""Practices in the one search."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.knowledge.practices.models import PracticeText
from port2port.knowledge.practices.queries import KIND, words_of
from port2port.knowledge.practices.rules import PARTS
from port2port.knowledge.practices.shown import shown
from port2port.knowledge.practices.words import Card
from port2port.sharing.found import Hit, Source, Words

ICON = "knowledge"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the practices of these that the actor sees, in the text that readers have."""
    found = {}
    for row in shown(ids):
        card = Card(row)
        found[row.id] = Hit(
            kind=KIND,
            record=row.record,
            title=card.title,
            text=" ".join(getattr(row.text, name) for name in PARTS),
            href=card.href,
            api=reverse("api-1:practice", args=[row.id]),
            icon=ICON,
            reference=row.reference,
            audience=row.audience,
            where=card.topic,
            language=row.text.language,
        )
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these practices are found (as the owner: of every one there is)."""
    texts: dict[UUID, list[PracticeText]] = defaultdict(list)
    shown_now = Coalesce(F("practice__published"), F("practice__number"))
    for one in PracticeText.objects.filter(practice_id__in=list(ids), number=shown_now).order_by("id"):
        texts[one.practice_id].append(one)
    return {practice: Words(*words_of(found)) for practice, found in texts.items()}


SOURCES = (Source(KIND, pgettext_lazy("kind of record", "Practice"), ICON, hits, words),)
