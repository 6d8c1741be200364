"""Alerts in the one search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.alerts.actions import titles
from port2port.alerts.models import Alert
from port2port.alerts.queries import KIND
from port2port.alerts.shown import shown
from port2port.alerts.stored import draft_of
from port2port.alerts.words import Card
from port2port.sharing.found import Hit, Source, Words


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the alerts of these that the actor sees, in the reader's language."""
    found = {}
    for row in shown(ids, at=at):
        card = Card(row)
        found[row.record.id] = Hit(
            kind=KIND,
            record=row.record,
            title=card.texts.headline,
            text=card.texts.description,
            href=card.href,
            api=reverse("api-1:alert", args=[row.record.id]),
            icon=card.icon,
            reference=row.reference,
            audience=row.audience,
            where=card.where,
        )
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these alerts are found (as the owner: of every one there is)."""
    found = {}
    for row in Alert.objects.filter(record_id__in=list(ids)):
        draft = draft_of(row)
        found[row.record_id] = Words(titles(draft, row.message), draft.text)  # type: ignore[arg-type]
    return found


SOURCES = (Source(KIND, pgettext_lazy("kind of record", "Alert"), "alert", hits, words),)
