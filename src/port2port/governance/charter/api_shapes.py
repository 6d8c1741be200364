"""The JSON of texts and acceptances."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from port2port.governance.charter import words
from port2port.governance.charter.models import Acceptance, CharterText
from port2port.governance.charter.queries import Member, Proof
from port2port.members.queries import called
from port2port.sharing.api_ground import Strict

Language = Literal["nl", "fr", "de", "en"]


class CharterLineOut(Schema):
    """A text in force, and how the own organisation stands with it."""

    code: str
    number: int
    url: str
    title: str
    template: bool
    accepted: bool
    accept_by: dt.date | None = Field(description="Until when it is to be accepted; null: nothing is owed")
    held_back: bool = Field(description="Nothing is shared at TLP:AMBER or narrower until it is accepted")


class CharterTextsOut(Schema):
    """The texts in force."""

    items: list[CharterLineOut]


class CharterVersionOut(Schema):
    """One version of a text, in every language, with the SHA-256 of each."""

    id: UUID
    url: str
    version: int = 1
    code: str
    number: int
    titles: dict[str, str]
    bodies: dict[str, str]
    digests: dict[str, str]
    template: bool
    asks: bool
    entitled: list[str]
    why: str
    state: Literal["proposed", "published", "declined"]
    days: int
    accept_by: dt.date | None
    decided_at: dt.datetime | None


class AcceptanceProofOut(Schema):
    """Where an acceptance stands in the journal; hexadecimal, empty until it is sealed."""

    entry: UUID
    place: int | None
    leaf: str
    size: int | None
    root: str
    sealed_at: dt.datetime | None
    signature: str


class AcceptanceOut(Schema):
    """What an organisation accepted: by whom, when, the very text by its digest."""

    id: UUID
    url: str
    version: int = 1
    code: str
    number: int
    by: str
    role: str
    language: Language
    digest: str
    at: dt.datetime
    proof: AcceptanceProofOut


class AcceptancesOut(Schema):
    """What the own organisation accepted, the newest first."""

    items: list[AcceptanceOut]


class AcceptanceIn(Strict):
    """The text that was read: its language and its digest, as it was given out."""

    language: Language
    digest: str = Field(min_length=64, max_length=64)


class VersionIn(Strict):
    """The next version of a text."""

    bodies: dict[Language, str]
    why: str
    asks: bool = True
    days: int = 30
    entitled: list[str] = ["administrator", "director"]


class VersionDecisionIn(Strict):
    """What the second person does."""

    act: Literal["publish", "decline"]


class PieceOut(Schema):
    """A run of words that is the same in both versions, went, or came."""

    kind: Literal["same", "gone", "new"]
    text: str


class CharterChangesOut(Schema):
    """What differs from the published version before."""

    since: int | None
    number: int
    language: Language
    pieces: list[PieceOut]


class StandingOut(Schema):
    """How a member stands with one text."""

    code: str
    accepted: int | None = Field(description="The newest version that it accepted")
    owes: int | None = Field(description="The version that it has not accepted")
    accept_by: dt.date | None
    held_back: bool


class MemberStandingOut(Schema):
    """A member and its standing on each text."""

    organisation: str
    name: str
    texts: list[StandingOut]


class MemberStandingsOut(Schema):
    """Every member, those that owe something first. For those who oversee it."""

    items: list[MemberStandingOut]


def line_out(line: words.Line) -> dict[str, Any]:
    """Return a text in force as JSON."""
    return {
        "code": line.text.code, "number": line.text.number, "url": _url(line.text), "title": line.title,
        "template": line.text.template, "accepted": line.badge == "ok", "accept_by": line.accept_by,
        "held_back": line.holds,
    }  # fmt: skip


def version_out(text: CharterText) -> dict[str, Any]:
    """Return a version as JSON."""
    return {
        "id": text.id, "url": _url(text), "code": text.code, "number": text.number, "titles": text.titles,
        "bodies": text.bodies, "digests": text.digests, "template": text.template, "asks": text.asks,
        "entitled": text.entitled, "why": text.why, "state": text.state, "days": text.days,
        "accept_by": text.accept_by, "decided_at": text.decided_at,
    }  # fmt: skip


def acceptance_out(one: Acceptance, proof: Proof) -> dict[str, Any]:
    """Return an acceptance with its proof as JSON."""
    return {
        "id": one.id, "url": reverse("api-1:charter_acceptances"), "code": one.text.code, "number": one.text.number,
        "by": words.who(one), "role": one.role, "language": one.language, "digest": one.digest, "at": one.at,
        "proof": {
            "entry": proof.entry, "place": proof.place, "leaf": _hex(proof.leaf), "size": proof.size,
            "root": _hex(proof.root), "sealed_at": proof.sealed_at, "signature": _hex(proof.signature),
        },
    }  # fmt: skip


def member_out(one: Member) -> dict[str, Any]:
    """Return a member's standing as JSON."""
    return {
        "organisation": one.organisation.slug, "name": called(one.organisation.names),
        "texts": [
            {
                "code": standing.code, "owes": standing.owed_number, "accept_by": standing.accept_by,
                "accepted": standing.acceptance.text.number if standing.acceptance else None,
                "held_back": standing.holds,
            }
            for standing in one.standings
        ],
    }  # fmt: skip


def _url(text: CharterText) -> str:
    return reverse("api-1:charter_version", args=[text.code, text.number])


def _hex(value: bytes | None) -> str:
    return value.hex() if value is not None else ""
