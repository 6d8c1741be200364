"""What the API of operations and aid takes and gives: documented shapes. Unknown fields are refused."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from pydantic import StrictBool

from port2port.base.errors import Invalid, Problem
from port2port.measures.api_shapes import party
from port2port.measures.operations.models import Entry, Offer
from port2port.measures.operations.queries import Effort, Sum
from port2port.measures.operations.rules import Count, Need, Part, Plan
from port2port.measures.operations.shown import ShownAid, ShownOperation
from port2port.measures.operations.vocabulary import terms
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Day, Language, Moment, Party, TlpName, tlp_name


class PlanIn(Strict):
    """What an operation is, and when."""

    kind: str = Field(description="Code of a kind", examples=["inspection"])
    title: str = Field(max_length=120)
    plan: str = Field(description="Who does what, where")
    starts_at: Moment
    ends_at: Moment
    language: Language = "en"

    def value(self) -> Plan:
        """Return it as a value."""
        return Plan(self.kind, self.title, self.plan, self.starts_at, self.ends_at, self.language)


class PartIn(Strict):
    """An organisation that takes part at a port."""

    organisation: UUID
    port: str = Field(description="UN/LOCODE", examples=["BEANR"])


class PartsIn(Strict):
    """Who takes part; under TLP:RED the persons by name."""

    parts: list[PartIn] = Field(max_length=60)
    persons: list[UUID] = Field([], max_length=100, description="With TLP:RED only")

    def asked(self) -> list[Part]:
        """Return it as values. Raises Invalid for an unknown port."""
        return [Part(one.organisation, port_id(one.port, "parts")) for one in self.parts]


class OperationIn(PlanIn, PartsIn):
    """A plan, who takes part, and how confidential it is."""

    threat: str = Field(description="Code of a threat", examples=["drug_smuggling"])
    tlp: Literal["AMBER", "RED"] = "AMBER"


class PartAnswerIn(Strict):
    """Whether your organisation takes part."""

    part: UUID
    accept: StrictBool


class OperationTurnIn(Strict):
    """The state it turns to; `said`: why it is called off, what was learned."""

    state: Literal["called_off", "running", "ended", "evaluated"]
    said: str = ""


class CountOne(Strict):
    """An amount of one kind."""

    kind: str = Field(description="Code of what is counted", examples=["scans"])
    amount: Decimal = Field(gt=0, description="At most one decimal")


class CountIn(Strict):
    """What was checked and found on a day at one of your ports; it is added to what stands there."""

    port: str = Field(description="UN/LOCODE")
    day: Day
    counts: list[CountOne] = Field(max_length=40)

    def value(self) -> list[Count]:
        """Return the numbers as values."""
        return [Count(one.kind, one.amount) for one in self.counts]


class FoundReportIn(Strict):
    """A report of what was found."""

    report: UUID


class WidenIn(Strict):
    """Who else may see it, once it runs or has ended."""

    circles: list[str] = Field([], max_length=50)
    persons: list[UUID] = Field([], max_length=50)
    tlp: TlpName | None = None


class WithdrawIn(Strict):
    """Why it is taken back, by code."""

    reason: str


class OperationPartOut(Schema):
    """An organisation at a port, with its answer."""

    id: UUID
    organisation: Party
    port: str
    answer: str
    answered_at: datetime | None


class OperationOut(Schema):
    """An operation as this token sees it. `version` is also its ETag."""

    id: UUID
    url: str
    reference: str
    version: int
    state: str
    kind: str
    title: str
    plan: str
    language: str
    starts_at: datetime
    ends_at: datetime
    called_off_why: str
    learned: str
    threat: str
    provenance: str
    owner: Party
    tlp: str
    audience: list[str]
    parts: list[OperationPartOut]
    planned_at: datetime
    kept_until: datetime
    withdrawn_at: datetime | None


class OperationPage(Schema):
    """A page of operations, the newest plan first."""

    items: list[OperationOut]
    next: str | None
    previous: str | None


class SumOut(Schema):
    """What was counted of a kind on a day at a port."""

    port: str
    day: date
    kind: str
    found: bool
    amount: float


class EntryOut(Schema):
    """A line as it was written down."""

    id: UUID
    organisation: Party
    port: str
    day: date
    kind: str
    found: bool
    amount: float
    at: datetime


class OperationWhole(OperationOut):
    """An operation with what was counted, the reports you see, and plans of the same ports in the same hours."""

    counted: list[SumOut]
    entries: list[EntryOut]
    reports: list[UUID]
    overlapping: list[UUID]


class OperationEffortOut(Schema):
    """What was done on a day at a port, in which operation."""

    port: str
    day: date
    kind: str
    amount: float
    operation: UUID | None


class CountedKindOut(Schema):
    """What is counted: unit and which detections it serves; `found`: what came of a check."""

    code: str
    names: dict[str, str]
    unit: dict[str, str]
    serves: list[str]
    found: bool


class NeedIn(Strict):
    """What you ask for, and of whom."""

    kind: str = Field(description="Code of a kind", examples=["divers"])
    amount: int = Field(ge=1)
    what: str = ""
    port: str = Field("", description="UN/LOCODE, if it is a port")
    where: str
    from_at: Moment
    until_at: Moment
    why: str
    language: Language = "en"
    threat: str = Field(description="Code of a threat", examples=["drug_smuggling"])
    audience: AudienceIn | None = Field(None, description="Left out: ports and police, TLP:AMBER")

    def value(self) -> Need:
        """Return it as a value. Raises Invalid for an unknown port."""
        port = port_id(self.port, "port") if self.port else None
        return Need(
            self.kind, self.what, self.amount, port, self.where, self.from_at, self.until_at, self.why, self.language
        )  # fmt: skip


class OfferIn(Strict):
    """How many you can lend."""

    amount: int = Field(ge=1)
    note: str = ""


class OfferTurnIn(Strict):
    """What happens with an offer; `amount` with accepted: how many of it."""

    state: Literal["accepted", "declined", "taken_back", "on_way", "returned"]
    amount: int | None = Field(None, ge=1)


class AidOfferOut(Schema):
    """An offer: seen by who asked and by who lends."""

    id: UUID
    aid: UUID
    organisation: Party
    amount: int
    accepted: int
    note: str
    state: str
    at: datetime
    turned_at: datetime | None


class AidOut(Schema):
    """A request for aid as this token sees it. `version` is also its ETag."""

    id: UUID
    url: str
    reference: str
    version: int
    kind: str
    amount: int
    covered: int
    what: str
    port: str | None
    where: str
    from_at: datetime
    until_at: datetime
    why: str
    language: str
    threat: str
    provenance: str
    owner: Party
    tlp: str
    audience: list[str]
    asked_at: datetime
    closed_at: datetime | None
    withdrawn_at: datetime | None


class AidWhole(AidOut):
    """A request with the offers you see."""

    offers: list[AidOfferOut]


class AidPage(Schema):
    """A page of requests, newest first."""

    items: list[AidOut]
    next: str | None
    previous: str | None


class LentOut(AidOfferOut):
    """What is promised or lent now, until when, and whether it is late."""

    asked_by: Party
    kind: str
    until_at: datetime
    overdue: bool


def port_id(code: str, field: str) -> UUID:
    """Return a port by UN/LOCODE. Raises Invalid naming the field."""
    port = known_places().ports.get(code)
    if port is None:
        raise Invalid([Problem(field, _("This code is not known here."))])
    return port.id


def locode(port: UUID | None) -> str | None:
    """Return a port's UN/LOCODE."""
    return facts().ports[port].locode if port is not None else None


def operation_out(shown: ShownOperation) -> dict[str, Any]:
    """Return an operation as the API gives it."""
    row, record = shown.operation, shown.record
    return {
        "id": record.id, "url": reverse("measures:operation", args=[record.id]), "reference": shown.reference,
        "version": record.version, "state": row.state, "kind": row.kind, "title": row.title, "plan": row.plan,
        "language": row.language, "starts_at": row.starts_at, "ends_at": row.ends_at, "called_off_why": row.why,
        "learned": row.learned, **_envelope(shown), "planned_at": record.at, "kept_until": record.expires_at,
        "parts": [
            {
                "id": one.id, "organisation": party(one.organisation_id), "port": locode(one.port_id),
                "answer": one.answer, "answered_at": one.answered_at,
            }
            for one in shown.parts
        ],
    }  # fmt: skip


def _envelope(shown: ShownOperation | ShownAid) -> dict[str, Any]:
    record = shown.record
    return {
        "threat": record.threat, "provenance": record.provenance, "owner": party(record.owner_id),
        "tlp": tlp_name(record.tlp), "audience": shown.audience, "withdrawn_at": record.withdrawn_at,
    }  # fmt: skip


def sum_out(one: Sum) -> dict[str, Any]:
    """Return a sum as the API gives it."""
    return {
        "port": locode(one.port), "day": one.day, "kind": one.kind, "found": one.found, "amount": float(one.amount),
    }  # fmt: skip


def entry_out(one: Entry) -> dict[str, Any]:
    """Return a line as the API gives it."""
    return {
        "id": one.id, "organisation": party(one.organisation_id), "port": locode(one.port_id), "day": one.day,
        "kind": one.kind, "found": one.found, "amount": float(one.amount), "at": one.at,
    }  # fmt: skip


def effort_out(found: Iterable[Effort]) -> list[dict[str, Any]]:
    """Return effort as the API gives it."""
    return [
        {
            "port": locode(one.port), "day": one.day, "kind": one.kind, "amount": float(one.amount),
            "operation": one.operation,
        }
        for one in found
    ]  # fmt: skip


def kinds_out() -> list[dict[str, Any]]:
    """Return what is counted as the API gives it."""
    return [
        {"code": one.code, "names": one.names, "unit": one.unit, "serves": list(one.serves), "found": one.found}
        for one in terms().counted
    ]


def aid_out(shown: ShownAid) -> dict[str, Any]:
    """Return a request as the API gives it."""
    row, record = shown.aid, shown.record
    return {
        "id": record.id, "url": reverse("measures:aid_request", args=[record.id]), "reference": shown.reference,
        "version": record.version, "kind": row.kind, "amount": row.amount, "covered": row.covered, "what": row.what,
        "port": locode(record.port_id), "where": row.where, "from_at": row.from_at, "until_at": row.until_at,
        "why": row.why, "language": row.language, **_envelope(shown), "asked_at": record.at,
        "closed_at": row.closed_at,
    }  # fmt: skip


def offer_out(one: Offer) -> dict[str, Any]:
    """Return an offer as the API gives it."""
    return {
        "id": one.id, "aid": one.aid_id, "organisation": party(one.organisation_id), "amount": one.amount,
        "accepted": one.accepted, "note": one.note, "state": one.state, "at": one.at, "turned_at": one.turned_at,
    }  # fmt: skip
