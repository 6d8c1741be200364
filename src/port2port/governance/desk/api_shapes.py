"""What the API of the desk takes and gives: documented shapes. Unknown fields are refused."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Moment, Party


class DeskRequestIn(Strict):
    """A request that came in. The name is sealed to the desk and erased after closing."""

    kind: str = Field(max_length=40, description="access, erasure, openness_flemish ...", examples=["access"])
    received_at: Moment
    language: Language
    name: str = Field(max_length=200)
    contact: str = Field(max_length=200)
    wish: str = Field("", max_length=4000)


class DeskStepIn(Strict):
    """What the desk does. `code`: how the identity was checked, or the ground; `text`: the reason, the letter."""

    act: Literal["identity", "extended", "handed", "answered", "refused", "forwarded", "withdrawn"]
    code: str = Field("", max_length=40)
    text: str = Field("", max_length=4000)
    organisation: UUID | None = Field(None, description="For `handed`: whose desk")


class TraceSearchIn(Strict):
    """Names, addresses, numbers, plates: written down nowhere."""

    terms: list[str] = Field(max_length=8, examples=[["1-ABC-234"]])


class TraceDecisionIn(Strict):
    """What is done with places that were found."""

    traces: list[UUID] = Field(min_length=1, max_length=500)
    decision: Literal["given", "withheld", "asked"]
    ground: str = Field("", max_length=40)


class DueOut(Schema):
    """What is owed next, and under which rule."""

    rule: str
    due: datetime | None
    state: str


class DeskStepOut(Schema):
    """A step, as it was taken."""

    act: str
    at: datetime
    code: str
    number: int | None
    text: str


class DeskRequestOut(Schema):
    """A request. `name`, `contact` and `wish` are empty once they are erased."""

    id: UUID
    url: str
    version: int
    number: str
    kind: str
    language: str
    received_at: datetime
    state: str
    owed: DueOut | None
    name: str
    contact: str
    wish: str
    steps: list[DeskStepOut]
    letter: list[str]


class DeskRequestsOut(Schema):
    """Requests, the nearest due first."""

    items: list[DeskRequestOut]


class TraceOut(Schema):
    """Where something was found: a table and a row, never what stands there."""

    id: UUID
    place: str
    row: str
    at: datetime | None
    number: int
    decision: str
    ground: str


class TracesOut(Schema):
    """What was found for a request."""

    items: list[TraceOut]


class RetentionGoneOut(Schema):
    """What of a kind went in a month."""

    kind: str
    month: date
    expired: int
    withdrawn: int


class RetentionHeldOut(Schema):
    """What of a kind is held. `past`: past its time and still there, which should be nothing."""

    kind: str
    held: int
    soon: int
    next: date | None
    past: int


class RetentionOut(Schema):
    """Retention of the own organisation, with its proof."""

    gone: list[RetentionGoneOut]
    held: list[RetentionHeldOut]


class TransferOut(Schema):
    """What is released to one organisation outside Belgium."""

    recipient: Party
    country: str = Field(description="Its own and those of its ports.", examples=["BE, NL"])
    kind: str
    legal_basis: str
    personal_data: str
    records: int
    first_at: datetime
    last_at: datetime


class TransfersOut(Schema):
    """Releases outside Belgium."""

    items: list[TransferOut]


class GroundOut(Schema):
    """A ground on which something is kept back."""

    code: str
    names: dict[str, str]
    citation: str
    verified: bool
    to_verify: dict[str, str] | None = Field(description="What is to be read before one leans on it, by language.")


class DeskChoiceOut(Schema):
    """A kind of request with its grounds."""

    code: str
    names: dict[str, str]
    citation: str
    searched: bool
    grounds: list[GroundOut]


class DeskChoicesOut(Schema):
    """What may be asked, and how an identity is checked."""

    kinds: list[DeskChoiceOut]
    identities: dict[str, dict[str, str]]
