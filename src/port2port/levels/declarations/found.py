"""Declarations in the one search: by ship, by IMO number, by place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from port2port.levels.declarations import queries
from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.queries import KIND
from port2port.levels.declarations.shown import Shown
from port2port.sharing.found import Hit, Source, Words

ICON = "document"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the declarations of these that the actor sees."""
    found = {}
    for row in queries.of(ids):
        one = Shown(row, at)
        found[row.record_id] = Hit(
            kind=KIND, record=row.record, title=one.title, text=one.reason, href=one.href,
            api=reverse("api-1:declaration", args=[row.record_id]), icon=ICON, reference=one.reference,
            audience=one.audience, where=one.place,
        )  # fmt: skip
    return found


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these declarations are found (as the owner: of every one there is)."""
    rows = Declaration.objects.select_related("facility", "port").filter(record_id__in=list(ids))
    return {row.record_id: Words(*queries.indexed(row.ship, row.imo, queries.place_of(row)[0])) for row in rows}


SOURCES = (Source(KIND, gettext_lazy("Declaration of Security"), ICON, hits, words),)
