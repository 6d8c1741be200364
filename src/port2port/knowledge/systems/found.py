"""The register in the one search: installations, and their results and procurement as parts of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from port2port.knowledge.systems.actions import bought_words, result_words, title_of, words_of
from port2port.knowledge.systems.models import Installation, Measurement, Procurement
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT, Part, installed_of, parts, shown
from port2port.knowledge.systems.rules import Bought, Measured
from port2port.knowledge.systems.words import Card
from port2port.sharing.found import Hit, Source, Words

ICON = "camera"


def hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the installations of these that the actor sees."""
    found = {}
    for one in shown(ids):
        card = Card(one)
        found[one.id] = Hit(
            kind=KIND, record=one.record, title=card.title, text=card.row.purpose, href=card.href,
            api=reverse("api-1:installation", args=[one.id]), icon=ICON, reference=one.reference,
            audience=one.audience, where=card.where, language=card.row.language,
        )  # fmt: skip
    return found


def result_hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the results of these that the actor sees, under the installation they were measured at."""
    found = parts(Measurement.objects.filter(record_id__in=list(ids)))
    return {
        one.record.id: _hit(one, MEASUREMENT, text=" ".join([one.row.remarks, one.row.weather, one.row.threshold]))
        for one in found
    }


def procurement_hits(ids: Sequence[UUID], at: datetime) -> dict[UUID, Hit]:
    """Return the procurement annexes of these that the actor sees, under their installation."""
    found = parts(Procurement.objects.filter(record_id__in=list(ids)))
    return {
        one.record.id: _hit(one, PROCUREMENT, text=" ".join([one.row.contract, one.row.tender])) for one in found
    }  # fmt: skip


def _hit(one: Part[Measurement] | Part[Procurement], kind: str, *, text: str) -> Hit:
    of = one.row.installation
    names = {"name": f"{of.maker} {of.product}"}
    title = _("Measured: %(name)s") % names if kind == MEASUREMENT else _("Procurement: %(name)s") % names
    return Hit(
        kind=kind, record=one.record, title=title, text=text,
        href=f"{reverse('knowledge:installation', args=[of.record_id])}#r-{one.record.id}",
        api=reverse("api-1:installation", args=[of.record_id]), icon=ICON, reference=one.reference,
        audience=one.audience, language=one.row.language,
    )  # fmt: skip


def words(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these installations are found (as the owner: of every one there is)."""
    found = {}
    for row in Installation.objects.filter(record_id__in=list(ids)):
        one = installed_of(row)
        found[row.record_id] = Words(title_of(one), words_of(one))
    return found


def result_found_by(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these results are found (as the owner: of every one there is)."""
    return {
        row.record_id: Words("", result_words(Measured(
            row.since, row.until, row.hours, row.alarms, row.true_alarms, row.false_alarms, row.truth,
            weather=row.weather, traffic=row.traffic, threshold=row.threshold, remarks=row.remarks,
        )))
        for row in Measurement.objects.filter(record_id__in=list(ids))
    }  # fmt: skip


def procurement_found_by(ids: Iterable[UUID]) -> dict[UUID, Words]:
    """Return by what these annexes are found (as the owner: of every one there is)."""
    return {
        row.record_id: Words("", bought_words(Bought(contract=row.contract, tender=row.tender)))
        for row in Procurement.objects.filter(record_id__in=list(ids))
    }


SOURCES = (
    Source(KIND, pgettext_lazy("kind of record", "System in use"), ICON, hits, words),
    Source(
        MEASUREMENT, pgettext_lazy("kind of record", "Measured result"), ICON, result_hits, result_found_by, of=KIND
    ),
    Source(
        PROCUREMENT, pgettext_lazy("kind of record", "Procurement"), ICON, procurement_hits, procurement_found_by,
        of=KIND,
    ),
)  # fmt: skip
