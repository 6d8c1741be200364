"""What the API of reports takes and gives: documented shapes. Unknown fields are refused."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema
from pydantic import StrictBool

from port2port.flights.api_shapes import FlightOut
from port2port.reports.grading import gradings_of
from port2port.reports.models import Grading, Report
from port2port.reports.queries import Filters
from port2port.reports.rules import Draft, breach_of
from port2port.reports.shown import Shown
from port2port.reports.words import place_words
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import (
    AudienceIn,
    Day,
    Language,
    Moment,
    PapName,
    Party,
    TlpName,
    tlp_name,
)
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

BreachName = Literal["", "yes", "no", "unknown"]


class PlaceIn(Strict):
    """Where it was. Which fields are needed follows from `kind`."""

    kind: str = Field(description="port, facility, landmark, waterway, point or sea", examples=["landmark"])
    port: str = Field("", description="UN/LOCODE of the port", examples=["BEANR"])
    facility: str = Field("", description="Facility number, with kind facility", examples=["BEANR-9901"])
    landmark: str = Field("", description="Slug of a lock or bridge, with kind landmark", examples=["kallo-lock"])
    waterway: str = Field("", description="Slug of a waterway, with kind waterway", examples=["albert-canal"])
    km: float | None = Field(None, description="Kilometre point, with kind waterway", examples=[45.2])
    lat: float | None = Field(None, description="Latitude (WGS 84)", examples=[51.26])
    lon: float | None = Field(None, description="Longitude (WGS 84)", examples=[4.28])
    words: str = Field("", description="Where exactly, in words", examples=["outer gate"])


class ObservableIn(Strict):
    """Something that may be seen again, as it is written; it is brought into its canonical form."""

    kind: str = Field(description="Code of a kind of `GET /observables/kinds`", examples=["container"])
    value: str = Field(max_length=200, examples=["CSQU 305438 3"])


class ProtectIn(Strict):
    """A protected reporter: nobody reads who wrote it, but these."""

    may_know: list[UUID] = Field([], max_length=20, description="Persons, and circles of persons, by id")


class ReportIn(Strict):
    """A new report. Codes are those of `GET /vocabulary`, places those of `GET /network`."""

    threat: str = Field(description="Code of a threat", examples=["drone_misuse"])
    text: str = Field(description="What happened, 10 to 8,000 characters; no names of persons",
                      examples=["A quadcopter hung above the inner gate for four minutes."])  # fmt: skip
    place: PlaceIn
    occurred_at: Moment = Field(description="When, with its zone", examples=["2026-11-21T03:05:00+01:00"])
    occurred_precision: str = Field("minute", description="minute, hour, day, month or year")
    occurred_margin: int | None = Field(None, description="Minutes either way, with precision minute", examples=[5])
    language: Language = Field("en", description="Language of the text")
    title: str = Field("", description="Left out: the first sentence of the text")
    nature: str = Field("suspicious", description="Code of a nature")
    severity: str = Field("moderate", description="low, moderate, high or critical")
    modus_operandi: str = Field("", description="Code of a modus operandi", examples=["UA01"])
    modus_operandi_also: list[str] = Field([], max_length=10, description="Further modi operandi")
    phase: str = Field("", description="Code of a phase", examples=["locate"])
    substance: str = Field("", description="Code of a substance", examples=["cocaine"])
    quantity_kg: float | None = Field(None, description="0 to 100,000")
    origin_country: str = Field("", description="ISO 3166-1 alpha-2", examples=["EC"])
    source: str = Field("seen", description="Code of a source")
    source_name: str = ""
    source_url: str = ""
    observables: list[ObservableIn] = Field([], max_length=200, description="What may be seen again")
    audience: AudienceIn | None = None
    purpose: str = Field("", description="Left out: follows from the threat")
    legal_basis: str = Field("", description="Left out: follows from purpose and organisation")
    pap: PapName | None = Field(None, description="Permissible actions; left out: AMBER")
    personal_data: Literal["none", "indirect", "direct"] = "none"
    nobodys: StrictBool = Field(False, description="You say that numbers and names in the text are nobody's own")
    protect: ProtectIn | None = Field(None, description="Written under an alias; its writer follows it in a browser")
    personal_data_breach: BreachName = Field("", description="Of a cyber attack; left out: unknown")
    aware_since: Moment | None = Field(
        None, description="Of a cyber attack: when you came to know of it; the times of NIS2 and GDPR run from here"
    )
    flights_shown: list[UUID] = Field(
        [], max_length=20, description="Authorised flights of `GET /flights/at` that you saw and report all the same"
    )


class ReportPatch(Strict):
    """Changes to a report: what is left out stays. `place` is replaced as a whole; `state` closes or opens again."""

    threat: str | None = None
    text: str | None = None
    place: PlaceIn | None = None
    occurred_at: Moment | None = None
    occurred_precision: str | None = None
    occurred_margin: int | None = None
    language: Language | None = None
    title: str | None = None
    nature: str | None = None
    severity: str | None = None
    modus_operandi: str | None = None
    modus_operandi_also: list[str] | None = Field(None, max_length=10)
    phase: str | None = None
    substance: str | None = None
    quantity_kg: float | None = None
    origin_country: str | None = None
    personal_data_breach: BreachName | None = None
    aware_since: Moment | None = Field(None, description="null: not known")
    state: Literal["open", "closed"] | None = Field(None, description="closed ends it, open opens it again")
    outcome: str = Field("", description="What came of it, with state closed")
    nobodys: StrictBool = Field(False, description="You say that numbers and names in the text are nobody's own")


class WithdrawalIn(Strict):
    """Why it is withdrawn."""

    reason: Literal["mistake", "duplicate", "too-wide", "owner-asked", "other"] = Field(examples=["duplicate"])


class AudienceChange(Strict):
    """Who sees it from now on: `widen` adds these, `narrow` keeps only these (and the author)."""

    act: Literal["widen", "narrow"]
    circles: list[str] = Field([], max_length=50, description="Circles by slug or id", examples=[["all-members"]])
    persons: list[UUID] = Field([], max_length=50)
    tlp: TlpName | None = Field(None, description="Left out: stays. Widening cannot make it stricter")
    nobodys: StrictBool = Field(False, description="You say that numbers and names in the text are nobody's own")


class PlaceOut(PlaceIn):
    """Where it was; `label` in the language of the request."""

    label: str = ""


class GradingOut(Schema):
    """What source and information are worth, in one of two schemes, and what may be done with them."""

    scheme: str = Field(description="admiralty (A-F, 1-6), 4x4 (A-X, 1-4), or empty: handling only")
    source: str
    information: str
    handling: str = Field(description="Europol handling code H0 to H3, or empty")
    handling_text: str = Field(description="What H3 restricts")


class ReportOut(Schema):
    """A report as this token sees it. `version` is also its ETag."""

    id: UUID
    url: str
    reference: str
    version: int
    threat: str
    nature: str
    severity: str
    title: str
    text: str
    language: str
    place: PlaceOut
    occurred_at: datetime
    occurred_precision: str
    occurred_margin: int | None
    modus_operandi: str
    modus_operandi_also: list[str]
    phase: str
    substance: str
    quantity_kg: float | None
    origin_country: str
    source: str
    source_name: str
    source_url: str
    source_published_on: date | None
    personal_data_breach: str = Field(description="Of a cyber attack: yes, no or unknown; empty: not asked")
    aware_since: datetime | None
    state: str
    outcome: str
    grading: GradingOut | None
    protected: bool
    provenance: str
    owner: Party
    tlp: str
    pap: str
    purpose: str
    legal_basis: str
    personal_data: str
    audience: list[str]
    shared_at: datetime
    changed_at: datetime
    kept_until: datetime
    withdrawn_at: datetime | None


class ReportMade(ReportOut):
    """A report that was just shared, with the authorised flights at its place and time that this token sees."""

    flights: list[FlightOut]


class ReportPage(Schema):
    """A page of a list, newest first. `next` and `previous` are addresses, or null. Counts above 1,000 say 1001."""

    items: list[ReportOut]
    next: str | None
    previous: str | None
    count: int


# Where a rule's problem is found in the JSON that was sent.
JSON_PATHS = {
    "place": "place.kind", "port": "place.port", "facility": "place.facility", "landmark": "place.landmark",
    "waterway": "place.waterway", "waterway_km": "place.km", "lat": "place.lat", "lon": "place.lon",
    "place_text": "place.words", "tlp": "audience.tlp",
}  # fmt: skip


def place_values(place: PlaceIn) -> dict[str, Any]:
    """Return a place as fields of a draft."""
    return {
        "place": place.kind, "port": place.port, "facility": place.facility, "landmark": place.landmark,
        "waterway": place.waterway, "waterway_km": place.km, "lat": place.lat, "lon": place.lon,
        "place_text": place.words,
    }  # fmt: skip


def draft_from(sent: ReportIn) -> Draft:
    """Return what was sent as a draft."""
    values = sent.dict(
        exclude={
            "place",
            "observables",
            "audience",
            "purpose",
            "legal_basis",
            "pap",
            "personal_data",
            "nobodys",
            "protect",
            "flights_shown",
        }
    )
    values["modus_operandi_also"] = tuple(sent.modus_operandi_also)
    values["personal_data_breach"] = breach_of(sent.threat, sent.personal_data_breach)
    return Draft(**values, **place_values(sent.place))


EMPTIED = ("occurred_margin", "quantity_kg", "aware_since")  # null takes out what stood there


def changes_of(sent: ReportPatch) -> dict[str, Any]:
    """Return the fields of the draft that a patch names."""
    values = sent.dict(exclude_unset=True, exclude={"place", "state", "outcome", "nobodys"})
    for name in EMPTIED:
        if name in sent.model_fields_set:
            values[name] = getattr(sent, name)
    values = {n: v for n, v in values.items() if v is not None or n in EMPTIED}
    if "modus_operandi_also" in values:
        values["modus_operandi_also"] = tuple(values["modus_operandi_also"])
    if sent.place is not None:
        values |= place_values(sent.place)
    return values


def reports_out(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    """Return reports in the shape of ReportOut, with one query for all their gradings."""
    graded = gradings_of([one.record.id for one in shown])
    return [_report_out(one, graded.get(one.record.id)) for one in shown]


def report_out(shown: Shown, *, fresh: bool = False) -> dict[str, Any]:
    """Return a report in the shape of ReportOut. `fresh`: it was made just now, so that nobody has graded it."""
    return _report_out(shown, None) if fresh else reports_out([shown])[0]


def _report_out(shown: Shown, graded: Grading | None) -> dict[str, Any]:
    report, record = shown.report, shown.record
    same = {
        name: getattr(report, name)
        for name in (
            "nature", "severity", "title", "text", "language", "occurred_at", "occurred_precision", "occurred_margin",
            "modus_operandi", "modus_operandi_also", "phase", "substance", "quantity_kg", "origin_country", "source",
            "source_name", "source_url", "source_published_on", "personal_data_breach", "aware_since", "state",
            "outcome", "protected",
        )
    }  # fmt: skip
    return same | {
        "id": record.id,
        "url": reverse("api-1:report", args=[record.id]),
        "reference": shown.reference,
        "version": record.version,
        "threat": record.threat,
        "place": _place(report, record),
        "grading": graded,
        "provenance": record.provenance,
        "owner": {"id": record.owner_id, "names": record.owner.names},
        "tlp": tlp_name(record.tlp),
        "pap": Tlp(record.pap).name,
        "purpose": record.purpose,
        "legal_basis": record.legal_basis,
        "personal_data": record.personal_data,
        "audience": shown.audience,
        "shared_at": record.at,
        "changed_at": record.updated_at,
        "kept_until": record.expires_at,
        "withdrawn_at": record.withdrawn_at,
    }


def _place(report: Report, record: Record) -> dict[str, Any]:
    return {
        "kind": report.place,
        "port": record.port.locode if record.port else "",
        "facility": (report.facility.number or "") if report.facility else "",
        "landmark": report.landmark.slug if report.landmark else "",
        "waterway": report.waterway.slug if report.waterway else "",
        "km": report.waterway_km,
        "lat": report.lat,
        "lon": report.lon,
        "words": report.place_text,
        "label": place_words(report, record),
    }


class FilterQuery(Schema):
    """What the list is narrowed to."""

    q: str = Field("", max_length=200, description="Words, all of which must occur")
    threat: str = Field("", description="Code of a threat")
    port: str = Field("", description="UN/LOCODE")
    nature: str = ""
    severity: str = ""
    modus_operandi: str = ""
    state: str = Field("", description="open or closed")
    provenance: str = Field("", description="member, published or invented")
    mine: str = Field("", pattern="^1?$", description="1: only what your organisation owns")
    since: Day | None = Field(None, description="First day on which it happened")
    until: Day | None = Field(None, description="Last day on which it happened")

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(**{name: getattr(self, name) for name in Filters.__dataclass_fields__})
