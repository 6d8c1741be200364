"""Shapes that the API of every domain takes and gives: moments, languages, marks, audiences, organisations."""

import re
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime, BeforeValidator, StrictBool

from port2port.sharing.api_ground import Strict
from port2port.sharing.tlp import Tlp


def written_out(value: object) -> object:
    """Refuse numbers: pydantic would take them for seconds since 1970. A day or moment is written out (RFC 3339)."""
    if isinstance(value, int | float) or (isinstance(value, str) and not re.match(r"\d{4}-\d{2}-\d{2}", value)):
        raise ValueError("not written out")
    return value


Day = Annotated[date, BeforeValidator(written_out)]
Moment = Annotated[AwareDatetime, BeforeValidator(written_out)]
Language = Literal["nl", "fr", "de", "en"]
TlpName = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
PapName = Literal["CLEAR", "GREEN", "AMBER", "RED"]


class AudienceIn(Strict):
    """Who should know: a choice, or circles and persons by hand. Left out: the default for the threat."""

    choice: str = Field("", description="A choice of `GET /network`", examples=["ports-and-police"])
    circles: list[str] = Field([], max_length=50, description="Circles by slug or id", examples=[["all-members"]])
    persons: list[UUID] = Field([], max_length=50, description="Persons by id")
    tlp: TlpName | None = Field(None, description="TLP 2.0; left out: the choice's own, AMBER for circles by hand")


class FileIn(Strict):
    """A CSV as text, and whether to say only what it would do."""

    csv: str = Field(description="The columns are those that the page names")
    dry_run: StrictBool = False


class Party(Schema):
    """An organisation, by name in each language."""

    id: UUID
    names: dict[str, str]


def tlp_name(rank: int) -> str:
    """Return the TLP as the API spells it."""
    return Tlp(rank).name.replace("_", "+")
