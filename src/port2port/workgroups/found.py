"""Decisions of working groups in the one search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.sharing.found import Hit, Source, Words
from port2port.sharing.references import reference
from port2port.workgroups.models import Decision
from port2port.workgroups.queries import KIND_OF, shown
from port2port.workgroups.words import DECISION_STATES

KIND, ICON = KIND_OF[Decision], "workgroup"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the decisions of these that the actor sees."""
    return {
        one.id: Hit(
            kind=KIND,
            record=one.record,
            title=one.row.title,
            text=one.row.text,
            href=reverse("workgroups:decision", args=[one.id]),
            api=reverse("api-1:decision", args=[one.id]),
            icon=ICON,
            reference=reference(one.record),
            audience=one.audience,
            where=str(DECISION_STATES[one.row.state][1]),
            language=one.row.language,
        )
        for one in shown(Decision, ids)
    }


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these decisions are found (as the owner: of every one there is)."""
    return {
        row.record_id: Words("", f"{row.title} {row.text}") for row in Decision.objects.filter(record_id__in=list(ids))
    }


SOURCES = (Source(KIND, pgettext_lazy("kind of record", "Decision"), ICON, hits, words),)
