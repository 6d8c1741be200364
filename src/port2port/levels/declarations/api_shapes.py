"""The JSON of declarations: what goes in and out."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from port2port.levels.declarations.rules import Draft
from port2port.levels.declarations.shown import Shown
from port2port.sharing.api_ground import Strict

Side = Literal["ship", "facility", "both"]


class DeclarationOut(Schema):
    """A Declaration of Security, as metadata of the signed paper."""

    id: UUID
    url: str
    version: int
    reference: str
    place: str = Field(description="Number of the facility, or UN/LOCODE of the port")
    ship: str
    imo: str
    flag: str
    call_from: dt.date | None
    call_until: dt.date | None
    starts: dt.datetime
    ends: dt.datetime
    ship_level: int
    facility_level: int
    reason: str
    activities: list[str]
    measures: dict[str, Side]
    facility_post: str
    ship_post: str
    signed_on: dt.date | None
    kept_at: str
    kept_until: dt.datetime = Field(description="Then it is deleted, and the journal says so")
    tlp: int
    audience: list[str]
    provenance: str


class DeclarationsOut(Schema):
    """A page of declarations, the newest first."""

    items: list[DeclarationOut]
    next: str | None


class SecurityDeclarationIn(Strict):
    """What ship and facility agree on. Codes as in the form; `measures` names each of its lines once."""

    place: str
    ship: str
    imo: str
    flag: str = ""
    call_from: dt.date | None = None
    call_until: dt.date | None = None
    starts: dt.datetime
    ends: dt.datetime
    ship_level: int
    facility_level: int
    reason: str
    activities: list[str] = Field(max_length=50)
    measures: dict[str, Side]
    facility_post: str
    ship_post: str

    def draft(self) -> Draft:
        """Return it as the rules take it."""
        values = self.model_dump()
        return Draft(**values | {"place": self.place.upper(), "activities": tuple(self.activities)})


class DeclarationSignatureIn(Strict):
    """When the paper was signed by both, and where it is kept."""

    signed_on: dt.date
    kept_at: str


def declaration_out(one: Shown) -> dict[str, Any]:
    """Return a declaration."""
    row = one.row
    return {
        "id": row.record_id, "url": reverse("api-1:declaration", args=[row.record_id]), "version": row.record.version,
        "reference": one.reference, "place": one.code, "ship": row.ship, "imo": row.imo, "flag": row.flag,
        "call_from": row.call_from, "call_until": row.call_until, "starts": row.starts, "ends": row.ends,
        "ship_level": row.ship_level, "facility_level": row.facility_level, "reason": row.reason,
        "activities": row.activities, "measures": row.measures, "facility_post": row.facility_post,
        "ship_post": row.ship_post, "signed_on": row.signed_on, "kept_at": row.kept_at,
        "kept_until": row.record.expires_at, "tlp": row.record.tlp, "audience": one.audience,
        "provenance": row.record.provenance,
    }  # fmt: skip
