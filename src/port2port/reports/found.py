"""Reports and their annexes in the one search. A hit in an annex leads to its report."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from port2port.members.places import known_places
from port2port.reports.drafts import draft_of, searched
from port2port.reports.models import Annex, Observable, Report
from port2port.reports.queries import KIND
from port2port.reports.shown import shown
from port2port.reports.words import card
from port2port.sharing.found import Hit, Source, Words

ANNEX = "annex"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the reports of these that the actor sees."""
    found = {}
    for row in shown(ids):
        made = card(row)
        found[row.record.id] = Hit(
            kind=KIND,
            record=row.record,
            title=row.report.title,
            text=row.report.text,
            href=made.href,
            api=reverse("api-1:report", args=[row.record.id]),
            icon=made.icon,
            reference=row.reference,
            audience=row.audience,
            where=made.place,
            language=row.report.language,
        )
    return found


def annex_hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the reports of these annexes that the actor sees. Their snippet is the report's own text."""
    reports = dict(Annex.objects.filter(record_id__in=ids, answers=None).values_list("record_id", "report_id"))
    found = hits(list(reports.values()), at)
    return {annex: found[report] for annex, report in reports.items() if report in found}


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these reports are found (as the owner: of every one there is); no observable of an annex."""
    wanted = list(ids)
    values = _values(wanted)
    places = known_places()
    return {
        row.record_id: Words(
            row.title,
            searched(draft_of(row, row.record, places), [*(o.value for o in values[row.record_id]), row.outcome]),
        )
        for row in Report.objects.filter(record_id__in=wanted).select_related("record__port")
    }


def annex_words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these annexes are found: the values that stand on them."""
    wanted = list(ids)
    values = _values(wanted)
    return {one: Words("", " ".join(o.value for o in values[one])) for one in wanted}


def _values(ids: list[UUID]) -> dict[UUID, list[Observable]]:
    found: dict[UUID, list[Observable]] = defaultdict(list)
    for one in Observable.objects.filter(record_id__in=ids).order_by("id"):
        found[one.record_id].append(one)
    return found


SOURCES = (
    Source(KIND, pgettext_lazy("kind of record", "Report"), "document", hits, words),
    Source(ANNEX, pgettext_lazy("kind of record", "Report"), "document", annex_hits, annex_words, of=KIND),
)
