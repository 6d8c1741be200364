"""The comparison into a file: what one sees, without TLP:RED, marked with a number, remembered and journalled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from port2port.base.ids import new_id
from port2port.knowledge.systems import queries
from port2port.knowledge.systems.comparing import figures, rests_on, together
from port2port.knowledge.systems.intervals import Estimate, Pooled
from port2port.knowledge.systems.queries import KIND, Filters, Product, Shown, table_of
from port2port.members.acting import action
from port2port.members.queries import called
from port2port.sharing import exports
from port2port.sharing.api_shapes import tlp_name
from port2port.sharing.exports import File
from port2port.sharing.sheets import Sheet, to_csv, to_xlsx

FIGURES = ("precision", "sensitivity", "false_a_day")
SITE = (
    "reference", "kind", "maker", "product", "version", "port", "facility", "owner", "in_use_since", "in_use_until",
    "legal_basis", "legal_citation", "retention_days", "rights_assessment", "privacy_assessment", "ai_class",
)  # fmt: skip
RESULT = (
    "from", "to", "hours", "alarms", "true_alarms", "false_alarms", "missed", "truth", "light", "weather", "traffic",
    "threshold",
)  # fmt: skip
ENDS = ("", "_low", "_high")
ROWS = (*SITE, *RESULT, *(f"{name}{end}" for name in FIGURES for end in ENDS), "tlp", "provenance", "export")
POOLED = (
    "kind", "maker", "product", "sites", "ports", "hours",
    *(f"{name}_{what}{end}" for name in FIGURES for what in ("typical", "next_site") for end in ENDS),
    *(f"{name}_spread" for name in FIGURES), "export",
)  # fmt: skip


@action
def take_out(filters: Filters, form: str, *, at: datetime) -> File:
    """Return the comparison as `csv` (a row for each result) or `xlsx` (the pooled figures beside it).

    Pooled is over the rows of the file. Raises Refused without the act `export`.
    """
    exports.taker()
    found = queries.products(filters, at=at)
    sites = [(product, site) for product in found for site in product.sites if exports.may_leave(site.record)]
    records = [site.record.id for _product, site in sites]
    records += [part.record.id for _product, site in sites for part in _leaving(site)]
    export = new_id()
    sheet = Sheet("results", ROWS, [row for product, site in sites for row in _rows(product, site, export)])
    if form == "csv":
        body = to_csv(sheet)
    else:
        pooled = Sheet("pooled", POOLED, [_pooled(product, export) for product in found if _sites(product)])
        body = to_xlsx([sheet, pooled], exports.mark(export, len(records), at=at))
    queries.note([site for _product, site in sites], at=at, act="exported")
    # last, since it keeps the records from changing until the transaction ends
    exports.remember(export, kind=KIND, form=form, records=records, at=at)
    return File(f"systems-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, len(records))


def _leaving(site: Shown) -> list[queries.Result]:
    return [part for part in site.results if exports.may_leave(part.record) and not part.withdrawn]


def _rows(product: Product, site: Shown, export: UUID) -> Iterable[list[Any]]:
    row, record = site.installation, site.record
    said = [
        site.reference, row.kind, product.maker, product.name, row.version,
        record.port.locode if record.port is not None else "", row.facility.number if row.facility is not None else "",
        called(record.owner.names), row.since, row.until, row.legal_basis, row.legal_citation, row.retention_days,
        row.rights, row.privacy, row.ai_class,
    ]  # fmt: skip
    parts = _leaving(site)
    if not parts:
        yield [*said, *[None] * (len(RESULT) + len(FIGURES) * len(ENDS)), tlp_name(record.tlp), record.provenance,
               str(export)]  # fmt: skip
    for part in parts:
        one, tlp = part.row, max(record.tlp, part.record.tlp)
        told = figures(table_of(one))
        yield [
            *said, one.since, one.until, one.hours, one.alarms, one.true_alarms, one.false_alarms, one.missed,
            one.truth, one.light, one.weather, one.traffic, one.threshold,
            *(value for name in FIGURES for value in _ends(getattr(told, name))),
            tlp_name(tlp), record.provenance, str(export),
        ]  # fmt: skip


def _sites(product: Product) -> list[Shown]:
    return [site for site in product.sites if exports.may_leave(site.record)]


def _pooled(product: Product, export: UUID) -> list[Any]:
    sites = [queries.site_of(site, _leaving(site)) for site in _sites(product)]
    rest, told = rests_on(sites), together(sites)
    found: list[Pooled | None] = [getattr(told, name) for name in FIGURES]
    values: list[Any] = []
    for one in found:
        values += [*_ends(one.typical if one else None), *_ends(one.next_site if one else None)]
    spreads = [one.spread if one is not None else "one_site" for one in found]
    said = [product.kind, product.maker, product.name, rest.measured, rest.ports, rest.hours]
    return [*said, *values, *spreads, str(export)]


def _ends(one: Estimate | None) -> list[float | None]:
    return [None, None, None] if one is None else [one.value, one.low, one.high]
