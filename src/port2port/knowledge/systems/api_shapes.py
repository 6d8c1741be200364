"""What the API of the register takes and gives: documented shapes. Unknown fields are refused."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from port2port.knowledge.systems.comparing import Figures
from port2port.knowledge.systems.comparing import figures as figures_of
from port2port.knowledge.systems.intervals import Estimate, Pooled
from port2port.knowledge.systems.queries import Annex, Product, Result, Shown, table_of
from port2port.knowledge.systems.rules import Assessment, Bought, Installed, Measured
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Day, Language, Party, tlp_name
from port2port.sharing.models import Record


class AssessmentIn(Strict):
    """An impact assessment: done on a day, not needed for a reason, or not done."""

    state: Literal["done", "not_needed", "not_done"]
    on: Day | None = None
    reason: str = ""

    def value(self) -> Assessment:
        """Return it as a value."""
        return Assessment(self.state, self.on, self.reason.strip())


class InstalledIn(Strict):
    """What is said of a system in use."""

    kind: str = Field(description="Code of a kind", examples=["drone_rf"])
    maker: str
    product: str = Field(description="Spelled as the maker does: by it figures meet those of other ports")
    version: str = ""
    place: str = Field(description="UN/LOCODE of a port, or number of a facility", examples=["BEANR"])
    since: Day
    until: Day | None = None
    purpose: str
    legal_basis: str = Field("", description="Code of the register of legal bases")
    legal_citation: str = Field("", description="The law and article, beside the code or instead of one")
    retention_days: int = Field(description="Days its footage or data are kept; 0: nothing is kept")
    rights_assessment: AssessmentIn = Field(description="AI Act, article 27")
    privacy_assessment: AssessmentIn = Field(description="GDPR, article 35")
    ai_class: str = Field(description="Class under the AI Act, by code", examples=["high_risk"])
    ai_article: str = ""
    language: Language = "en"

    def value(self) -> Installed:
        """Return it as a value."""
        return Installed(
            kind=self.kind, maker=self.maker, product=self.product, version=self.version, purpose=self.purpose,
            retention_days=self.retention_days, rights=self.rights_assessment.value(),
            privacy=self.privacy_assessment.value(), ai_class=self.ai_class, since=self.since, until=self.until,
            legal_basis=self.legal_basis, legal_citation=self.legal_citation, ai_article=self.ai_article,
            language=self.language,
        )  # fmt: skip


class InstallationIn(InstalledIn):
    """A system in use, and who should see it."""

    audience: AudienceIn | None = Field(None, description="Left out: the circle of all members")


class ResultIn(Strict):
    """What a system did in a period: a confusion table with its conditions."""

    since: Day
    until: Day
    hours: float = Field(description="Hours in which it ran and somebody kept count", allow_inf_nan=False)
    alarms: int
    true_alarms: int
    false_alarms: int = Field(description="An alarm that nobody looked into is neither true nor false")
    missed: int | None = Field(None, description="Left out: nobody knows")
    truth: str = Field(description="How the truth was established, by code", examples=["own_test"])
    light: str = ""
    weather: str = ""
    traffic: str = ""
    threshold: str = ""
    remarks: str = ""
    language: Language = "en"
    audience: AudienceIn | None = Field(None, description="Left out: whoever sees the installation")

    def value(self) -> Measured:
        """Return it as a value."""
        return Measured(**self.model_dump(exclude={"audience"}))


class ProcurementIn(Strict):
    """What is sensitive in procurement, with an audience of its own."""

    price: int | None = Field(None, description="In euro")
    contract_until: Day | None = None
    contract: str = ""
    tender: str = ""
    language: Language = "en"
    audience: AudienceIn | None = Field(None, description="Left out: your organisation")

    def value(self) -> Bought:
        """Return it as a value."""
        return Bought(**self.model_dump(exclude={"audience"}))


class EstimateOut(Schema):
    """A value with the interval that holds 95 of 100."""

    value: float
    low: float
    high: float


class PooledOut(Schema):
    """What sites tell together: the typical one, where 95 of 100 further ones lie, whether they differ."""

    typical: EstimateOut
    next_site: EstimateOut
    spread: Literal["alike", "apart", "unknown"]
    sites: int


class FiguresOut(Schema):
    """What one table tells. `precision_floor`: the share that was true if no alarm left unchecked was."""

    precision: EstimateOut | None
    sensitivity: EstimateOut | None
    false_alarms_24h: EstimateOut | None
    precision_floor: float | None


class MeasurementOut(Schema):
    """What an installation did in a period. `url` leads to the installation."""

    id: UUID
    url: str
    reference: str
    version: int
    installation: UUID
    since: date
    until: date
    hours: float
    alarms: int
    true_alarms: int
    false_alarms: int
    missed: int | None
    truth: str
    light: str
    weather: str
    traffic: str
    threshold: str
    remarks: str
    language: str
    figures: FiguresOut
    tlp: str
    audience: list[str]
    provenance: str


class ProcurementOut(Schema):
    """What is sensitive in procurement. `url` leads to the installation."""

    id: UUID
    url: str
    reference: str
    version: int
    installation: UUID
    price: int | None
    contract_until: date | None
    contract: str
    tender: str
    language: str
    tlp: str
    audience: list[str]
    provenance: str


class AssessmentOut(Schema):
    """An impact assessment."""

    state: str
    on: date | None
    reason: str


class InstallationOut(Schema):
    """A system in use as this token sees it, with the results it sees and what they tell together."""

    id: UUID
    url: str
    reference: str
    version: int
    product_key: str
    kind: str
    maker: str
    product: str
    product_version: str
    port: str | None
    facility: str | None
    since: date
    until: date | None
    purpose: str
    legal_basis: str
    legal_citation: str
    retention_days: int
    rights_assessment: AssessmentOut
    privacy_assessment: AssessmentOut
    ai_class: str
    ai_article: str
    language: str
    owner: Party
    tlp: str
    audience: list[str]
    provenance: str
    shared_at: datetime
    kept_until: datetime
    withdrawn: bool
    figures: FiguresOut
    results: list[MeasurementOut]


class InstallationWithProcurement(InstallationOut):
    """The same with what one sees of its procurement."""

    procurement: list[ProcurementOut]


class ProductOut(Schema):
    """A product over the sites this token sees; null where fewer than two of them say anything."""

    key: str
    url: str
    kind: str
    maker: str
    product: str
    sites: int
    sites_measured: int
    ports: int
    hours: float
    precision: PooledOut | None
    sensitivity: PooledOut | None
    false_alarms_24h: PooledOut | None


class ProductWithSites(ProductOut):
    """The same with its sites."""

    installations: list[InstallationOut]


class ProductList(Schema):
    """Products compared. Pooled is over the sites that this token sees: another one may see other figures."""

    items: list[ProductOut]


def _estimate(one: Estimate | None) -> dict[str, float] | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high}


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "precision": _estimate(one.precision), "sensitivity": _estimate(one.sensitivity),
        "false_alarms_24h": _estimate(one.false_a_day), "precision_floor": one.precision_floor,
    }  # fmt: skip


def _pooled(one: Pooled | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "typical": _estimate(one.typical), "next_site": _estimate(one.next_site), "spread": one.spread,
        "sites": one.sites,
    }  # fmt: skip


def _envelope(record: Record, reference: str, audience: list[str], installation: UUID) -> dict[str, Any]:
    return {
        "id": record.id, "url": reverse("api-1:installation", args=[installation]), "reference": reference,
        "version": record.version, "tlp": tlp_name(record.tlp), "audience": audience, "provenance": record.provenance,
    }  # fmt: skip


def result_out(one: Result) -> dict[str, Any]:
    """Return the shape of a result."""
    row = one.row
    names = (
        "since", "until", "hours", "alarms", "true_alarms", "false_alarms", "missed", "truth", "light", "weather",
        "traffic", "threshold", "remarks", "language",
    )  # fmt: skip
    return {
        **_envelope(one.record, one.reference, one.audience, row.installation_id),
        **{name: getattr(row, name) for name in names},
        "installation": row.installation_id, "figures": _figures(figures_of(table_of(row))),
    }  # fmt: skip


def procurement_out(one: Annex) -> dict[str, Any]:
    """Return the shape of a procurement annex."""
    row = one.row
    return {
        **_envelope(one.record, one.reference, one.audience, row.installation_id),
        "installation": row.installation_id, "price": row.price, "contract_until": row.contract_until,
        "contract": row.contract, "tender": row.tender, "language": row.language,
    }  # fmt: skip


def installation_out(one: Shown) -> dict[str, Any]:
    """Return the shape of an installation."""
    row, record = one.installation, one.record
    names = (
        "product_key", "kind", "maker", "product", "since", "until", "purpose", "legal_basis", "legal_citation",
        "retention_days", "ai_class", "ai_article", "language",
    )  # fmt: skip
    return {
        **_envelope(record, one.reference, one.audience, record.id),
        **{name: getattr(row, name) for name in names},
        "product_version": row.version,
        "port": record.port.locode if record.port is not None else None,
        "facility": row.facility.number if row.facility is not None else None,
        "rights_assessment": {"state": row.rights, "on": row.rights_on, "reason": row.rights_reason},
        "privacy_assessment": {"state": row.privacy, "on": row.privacy_on, "reason": row.privacy_reason},
        "owner": {"id": record.owner_id, "names": record.owner.names},
        "shared_at": record.at, "kept_until": record.expires_at, "withdrawn": one.withdrawn,
        "figures": _figures(one.figures),
        "results": [result_out(part) for part in one.results if not part.withdrawn],
    }  # fmt: skip


def product_out(one: Product) -> dict[str, Any]:
    """Return the shape of a product."""
    rest, told = one.rest, one.together
    return {
        "key": one.key, "url": reverse("api-1:system_product", args=[one.key]), "kind": one.kind, "maker": one.maker,
        "product": one.name, "sites": rest.sites, "sites_measured": rest.measured, "ports": rest.ports,
        "hours": rest.hours, "precision": _pooled(told.precision), "sensitivity": _pooled(told.sensitivity),
        "false_alarms_24h": _pooled(told.false_a_day),
    }  # fmt: skip


def with_sites(one: Product) -> dict[str, Any]:
    """Return the shape of a product with its sites."""
    return {**product_out(one), "installations": [installation_out(site) for site in one.sites]}
