"""What the API of flights takes and gives: documented shapes. Unknown fields are refused."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from port2port.base.errors import Invalid, Problem
from port2port.flights.queries import Filters, identifier_of
from port2port.flights.rules import Draft
from port2port.flights.shown import Shown
from port2port.flights.words import card
from port2port.members.areas import Area, CircleArea, FacilityArea, PolygonArea, PortArea, area_to
from port2port.members.places import Places
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Day, Moment, Party, TlpName, tlp_name
from port2port.sharing.tlp import Tlp


class FlightAreaIn(Strict):
    """Where it flies. Which fields are needed follows from `kind`."""

    kind: Literal["port", "facility", "landmark", "circle", "polygon"] = Field(examples=["landmark"])
    port: str = Field("", description="UN/LOCODE, with kind port", examples=["BEANR"])
    facility: str = Field("", description="Facility number, with kind facility", examples=["BEANR-9901"])
    landmark: str = Field("", description="Slug of a lock or bridge, with kind landmark", examples=["kallo-lock"])
    lat: float | None = Field(None, description="Latitude (WGS 84), with kind circle")
    lon: float | None = Field(None, description="Longitude (WGS 84), with kind circle")
    km: float = Field(1.0, description="Kilometres around, with kinds landmark and circle")
    points: list[tuple[float, float]] = Field(
        [], max_length=100, description="Latitude and longitude, the first again at the end, with kind polygon"
    )


class FlightAudienceIn(Strict):
    """Who should know. Left out: ports and police, TLP:AMBER."""

    circles: list[str] = Field(max_length=50, description="Circles by slug or id", examples=[["ports-and-police"]])
    persons: list[UUID] = Field([], max_length=50, description="Persons by id")
    tlp: TlpName = Field("AMBER", description="TLP 2.0")


class FlightIn(Strict):
    """A flight, or one for each day to `repeat_until`. `serial` and `operator_number` never leave your organisation."""

    task: str = Field(description="What it is for: patrol, inspection, survey, incident, search, delivery, exercise, "
                      "media or other", examples=["patrol"])  # fmt: skip
    area: FlightAreaIn
    starts_at: Moment = Field(description="When, with its zone", examples=["2026-11-28T14:00:00+01:00"])
    ends_at: Moment = Field(examples=["2026-11-28T14:30:00+01:00"])
    contact: str = Field(description="The desk that answers while it flies, no person's name",
                         examples=["Drone desk, +32 3 555 01 00"])  # fmt: skip
    repeat_until: Day | None = Field(None, description="Also on each day until, at the same times in Brussels")
    operator: str = Field("", description="Who flies; left out: your organisation")
    height_m: int | None = Field(None, description="Height limit in metres")
    authorisation: str = Field("", description="Reference of the authorisation")
    remark: str = ""
    serial: str = Field("", description="Serial number of the drone (ANSI/CTA-2063-A)")
    operator_number: str = Field("", description="Operator number, without its three secret characters")
    reference: str = Field("", description="Your own reference: the same one is entered once")
    audience: FlightAudienceIn | None = None


class ImportIn(Strict):
    """A CSV of flights, as text; its columns are those of the page and of `port2port import flights`."""

    csv: str = Field(max_length=1_048_576)
    dry_run: bool = Field(True, description="true: only say what would happen")


class ImportOut(Schema):
    """What was done, or would be: references of new rows, and of those that are there already."""

    dry_run: bool
    new: list[str]
    known: list[str]


class FlightOut(Schema):
    """A flight as this token sees it. `version` is also its ETag. Identifiers only for the own organisation."""

    id: UUID
    url: str
    reference: str
    own_reference: str
    version: int
    task: str
    operator: str = Field(description="Who flies, in the language of the request where it is the owner")
    area: dict[str, Any]
    place: str = Field(description="Where, in the language of the request")
    height_m: int | None
    starts_at: datetime
    ends_at: datetime
    state: str
    contact: str
    authorisation: str
    remark: str
    provenance: str
    owner: Party
    tlp: str
    pap: str
    audience: list[str]
    changed_at: datetime
    kept_until: datetime
    withdrawn_at: datetime | None


class FlightWithIdentifiers(FlightOut):
    """One flight; its identifiers only for the own organisation, else null."""

    serial: str | None
    operator_number: str | None


class FlightPage(Schema):
    """A page of a list, the latest to begin first. `next` and `previous` are addresses, or null. Above 1,000: 1001."""

    items: list[FlightOut]
    next: str | None
    previous: str | None
    count: int


class FlightsOut(Schema):
    """Flights, the first to begin first."""

    items: list[FlightOut]


class FlightStateIn(Strict):
    """What happened: it began, it ended, or it does not fly."""

    act: Literal["start", "finish", "cancel"]


class FilterQuery(Schema):
    """What the list is narrowed to."""

    when: str = Field("", description="now, coming or past")
    port: str = Field("", description="UN/LOCODE")
    state: str = Field("", description="planned, flying, done or cancelled")

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(**{name: getattr(self, name) for name in Filters.__dataclass_fields__})


class SightingQuery(Schema):
    """Where and when a drone was seen: a position, or a port alone."""

    occurred_at: Moment = Field(description="When, with its zone")
    occurred_precision: Literal["minute", "hour", "day"] = "minute"
    occurred_margin: int | None = Field(None, ge=0, le=720, description="Minutes either way, with precision minute")
    port: str = Field("", description="UN/LOCODE")
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


# Where a rule's problem is found in the JSON that was sent.
JSON_PATHS: Mapping[str, str] = {"area": "area.kind"}

_NEEDED = {
    "port": ("port",), "facility": ("facility",), "landmark": ("landmark",), "circle": ("lat", "lon"),
    "polygon": ("points",),
}  # fmt: skip


def draft_from(sent: FlightIn, places: Places) -> tuple[Draft, date | None]:
    """Return what was sent as a draft, and to which day it repeats. Raises Invalid for a place."""
    values = sent.dict(exclude={"area", "repeat_until", "audience"})
    return Draft(**values, area=area_from(sent.area, places)), sent.repeat_until


def area_from(sent: FlightAreaIn, places: Places) -> Area:
    """Return a place as it was sent. Raises Invalid naming each field that is missing."""
    missing = [name for name in _NEEDED[sent.kind] if getattr(sent, name) in (None, "", [])]
    if missing:
        raise Invalid([Problem(f"area.{name}", _("This is needed.")) for name in missing])
    if sent.kind == "landmark":
        spot = places.landmarks.get(sent.landmark)
        if spot is None:
            raise Invalid([Problem("area.landmark", _("This lock or bridge is not in the network."))])
        return CircleArea(spot.lat or 0.0, spot.lon or 0.0, sent.km, sent.landmark)
    made: dict[str, Area] = {
        "port": PortArea(sent.port),
        "facility": FacilityArea(sent.facility),
        "circle": CircleArea(sent.lat or 0.0, sent.lon or 0.0, sent.km),
        "polygon": PolygonArea(tuple(sent.points)),
    }
    return made[sent.kind]


def flight_out(shown: Shown) -> dict[str, Any]:
    """Return a flight in the shape of FlightOut."""
    flight, record = shown.flight, shown.record
    same = {
        name: getattr(flight, name)
        for name in (
            "task", "height_m", "starts_at", "ends_at", "contact", "authorisation", "remark",
        )
    }  # fmt: skip
    return same | {
        "id": record.id,
        "url": reverse("api-1:flight", args=[record.id]),
        "reference": shown.reference,
        "own_reference": record.origin_id,
        "version": record.version,
        "area": area_to(shown.area),
        "operator": card(shown).operator,
        "place": card(shown).where,
        "state": shown.state,
        "provenance": record.provenance,
        "owner": {"id": record.owner_id, "names": record.owner.names},
        "tlp": tlp_name(record.tlp),
        "pap": Tlp(record.pap).name,
        "audience": shown.audience,
        "changed_at": record.updated_at,
        "kept_until": record.expires_at,
        "withdrawn_at": record.withdrawn_at,
    }


def with_identifiers(shown: Shown) -> dict[str, Any]:
    """Return a flight in the shape of FlightWithIdentifiers."""
    own = identifier_of(shown.record.id)
    return flight_out(shown) | {
        "serial": own.serial if own else None,
        "operator_number": own.operator_number if own else None,
    }
