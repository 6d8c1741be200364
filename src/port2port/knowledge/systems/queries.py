"""Reading the register: installations one sees, what was measured there, and products compared over them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.knowledge.systems.comparing import (
    Confusion,
    Figures,
    Rest,
    Site,
    Together,
    added,
    figures,
    one_result,
    rests_on,
    together,
)
from port2port.knowledge.systems.models import Installation, Measurement, Procurement
from port2port.knowledge.systems.rules import Assessment, Installed
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.references import reference

KIND, MEASUREMENT, PROCUREMENT = "installation", "measurement", "procurement"
KINDS = (KIND, MEASUREMENT, PROCUREMENT)
MOST = 1000  # installations compared at a time, the newest
Row = TypeVar("Row", Measurement, Procurement)


@dataclass(frozen=True)
class Part(Generic[Row]):
    """A measurement or a procurement annex with its envelope and its audience in words."""

    row: Row
    record: Record
    audience: list[str]

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None


Result = Part[Measurement]
Annex = Part[Procurement]


def table_of(row: Measurement) -> Confusion:
    """Return the confusion table of a period."""
    return one_result(
        alarms=row.alarms, true=row.true_alarms, false=row.false_alarms, missed=row.missed, hours=row.hours
    )  # fmt: skip


def installed_of(row: Installation) -> Installed:
    """Return a stored installation as a value."""
    return Installed(
        kind=row.kind, maker=row.maker, product=row.product, version=row.version, purpose=row.purpose,
        retention_days=row.retention_days, rights=Assessment(row.rights, row.rights_on, row.rights_reason),
        privacy=Assessment(row.privacy, row.privacy_on, row.privacy_reason), ai_class=row.ai_class, since=row.since,
        until=row.until, legal_basis=row.legal_basis, legal_citation=row.legal_citation, ai_article=row.ai_article,
        language=row.language,
    )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """An installation as it is shown, with the results one sees, the newest first."""

    installation: Installation
    record: Record
    audience: list[str]
    results: tuple[Result, ...]

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None

    @cached_property
    def site(self) -> Site:
        """What is compared: the table of all its periods that stand."""
        return site_of(self, [one for one in self.results if not one.withdrawn])

    @cached_property
    def figures(self) -> Figures:
        """What was measured here tells."""
        return figures(self.site.table)


def site_of(one: Shown, results: Sequence[Result]) -> Site:
    """Return what is compared of an installation, by these results."""
    return Site(one.id, one.record.port_id, added(table_of(part.row) for part in results), len(results))


@dataclass(frozen=True)
class Product:
    """The same system at the sites one sees. Named as most of them name it."""

    key: str
    kind: str
    maker: str
    name: str
    sites: tuple[Shown, ...]

    @cached_property
    def rest(self) -> Rest:
        """On what the comparison rests."""
        return rests_on([one.site for one in self.sites])

    @cached_property
    def together(self) -> Together:
        """The pooled figures of its sites."""
        return together([one.site for one in self.sites])

    @property
    def results(self) -> list[Measurement]:
        """Everything that was measured and stands."""
        return [part.row for one in self.sites for part in one.results if not part.withdrawn]


@dataclass(frozen=True)
class Filters:
    """What the register is narrowed to."""

    kind: str = ""
    q: str = ""


def products(filters: Filters, *, at: datetime) -> list[Product]:
    """Return the products of the installations one sees, by kind and name. All sites of each, whatever was found."""
    found = shown(sharing.newest(KIND, size=MOST).ids)
    note(found, at=at, act="listed")
    hits: set[UUID] | None = None
    if filters.q:
        hits = set(sharing.found(filters.q, [KIND]))
    compared = [
        one for one in by_product(found)
        if filters.kind in ("", one.kind) and (hits is None or any(site.id in hits for site in one.sites))
    ]  # fmt: skip
    return sorted(compared, key=lambda one: (one.kind, one.maker.casefold(), one.name.casefold()))


def product(key: str, *, at: datetime) -> Product:
    """Return one product. Raises NotFound, the same whether nobody uses it or nobody whom one sees."""
    ids = Installation.objects.filter(product_key=key).order_by("-record_id").values_list("record_id", flat=True)
    found = by_product(shown(list(ids[:MOST])))
    if not found:
        raise NotFound(kind=KIND)
    note(found[0].sites, at=at, act="listed")
    return found[0]


def by_product(found: Iterable[Shown]) -> list[Product]:
    """Return installations put together by what they are; those taken back count in nothing."""
    sites: dict[str, list[Shown]] = defaultdict(list)
    for one in found:
        if not one.withdrawn:
            sites[one.installation.product_key].append(one)
    return [
        Product(key, there[0].installation.kind, *_named(there), tuple(there)) for key, there in sites.items()
    ]  # fmt: skip


def _named(sites: Sequence[Shown]) -> tuple[str, str]:
    names = Counter((one.installation.maker, one.installation.product) for one in sites)
    return max(names, key=lambda name: (names[name], name))


def installation(identifier: UUID, *, at: datetime) -> Shown:
    """Return one installation with its results. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    note(found, at=at, act="read")
    return found[0]


def shown(ids: Sequence[UUID]) -> list[Shown]:
    """Return these installations in this order, each with its results, as far as they are seen."""
    if not ids:
        return []
    rows = Installation.objects.filter(record_id__in=ids).select_related("record__owner", "record__port", "facility")
    by_id = {one.record_id: one for one in rows}
    kept = [by_id[i] for i in ids if i in by_id]
    measured: dict[UUID, list[Result]] = defaultdict(list)
    for part in parts(Measurement.objects.filter(installation_id__in=list(by_id)).order_by("-until", "-record_id")):
        measured[part.row.installation_id].append(part)
    words = audiences.names_for((one.record.addressed, one.record.author_id) for one in kept)
    return [
        Shown(one, one.record, said, tuple(measured[one.record_id])) for one, said in zip(kept, words, strict=True)
    ]  # fmt: skip


def parts(found: Iterable[Row]) -> list[Part[Row]]:
    """Return parts of installations with their envelopes and audiences, in this order."""
    rows = list(found)
    records = {one.id: one for one in Record.objects.filter(id__in=[row.record_id for row in rows])}
    words = audiences.names_for((one.addressed, one.author_id) for one in (records[row.record_id] for row in rows))
    return [Part(row, records[row.record_id], said) for row, said in zip(rows, words, strict=True)]


def annexes(installation: UUID, *, at: datetime) -> list[Annex]:
    """Return what one sees of an installation's procurement, newest first."""
    found = parts(Procurement.objects.filter(installation_id=installation).order_by("-record_id"))
    sharing.note_reading(PROCUREMENT, [one.record for one in found], at=at)
    return found


def result(identifier: UUID) -> Result:
    """Return one result. Raises NotFound, the same for absent and hidden."""
    found = parts(Measurement.objects.filter(record_id=identifier))
    if not found:
        raise NotFound(kind=MEASUREMENT, record=identifier)
    return found[0]


def annex(identifier: UUID) -> Annex:
    """Return one procurement annex. Raises NotFound, the same for absent and hidden."""
    found = parts(Procurement.objects.filter(record_id=identifier))
    if not found:
        raise NotFound(kind=PROCUREMENT, record=identifier)
    return found[0]


def known_names() -> list[tuple[str, str]]:
    """Return makers and products of the installations one sees, so that a new one is spelled like them."""
    found = Installation.objects.filter(record__withdrawn_at=None).values_list("maker", "product").distinct()
    return sorted(found[:MOST])


def note(found: Iterable[Shown], *, at: datetime, act: str) -> None:
    """Write into the journal that the actor read these and their results, where one is AMBER or narrower."""
    rows = list(found)
    sharing.note_reading(KIND, [one.record for one in rows], at=at, act=act)
    sharing.note_reading(MEASUREMENT, [part.record for one in rows for part in one.results], at=at, act=act)
