"""What the API of practices takes and gives: documented shapes. Unknown fields are refused."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from ninja import Field, Schema

from port2port.base.clock import now
from port2port.knowledge.practices import queries
from port2port.knowledge.practices.models import PracticeText
from port2port.knowledge.practices.queries import Filters
from port2port.knowledge.practices.rules import FIELDS, Draft
from port2port.knowledge.practices.shown import Shown
from port2port.knowledge.practices.turning import Prepared
from port2port.knowledge.practices.words import changes
from port2port.measures.api_shapes import TextPieceOut, party
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Day, Language, Party, tlp_name

TopicCode = Literal[
    "inspections", "access_control", "screening", "drones", "ai_cameras", "cyber", "release_process", "insider",
    "training", "other",
]  # fmt: skip
MaturityCode = Literal["idea", "pilot", "proven_one", "proven_several"]


class PracticeTextIn(Strict):
    """What a practice says. The long parts are Markdown (CommonMark with tables, without HTML)."""

    title: str = Field(max_length=120, examples=["A second look at inland pick-ups"])
    topic: TopicCode
    maturity: MaturityCode
    context: str = Field(description="Where, and which problem it was to solve")
    done: str = Field(description="What was done, in Markdown; ![words](file name) shows a picture of its own")
    language: Language = "en"
    cost: str = ""
    outcome: str = Field("", description="What came of it; needed for what is proven")
    wrong: str = Field("", description="What went wrong")
    conditions: str = Field("", description="What another port needs for it")
    contact: str = ""
    modi: list[str] = Field([], max_length=60, description="Modi operandi it counters, by code", examples=[["DR02"]])
    threat: str = Field("", description="Code of a threat, or empty")
    port: str = Field("", description="UN/LOCODE of the port it is from, or empty", examples=["BEANR"])

    def draft(self) -> Draft:
        """Return it as a value."""
        return Draft(**{name: getattr(self, name) for name in FIELDS} | {"modi": tuple(self.modi)})


class SourceIn(Strict):
    """Of what it is made: a closed report of one's own, or a lesson of one's own desk."""

    kind: Literal["report", "lesson"]
    id: UUID
    may_stand: bool = Field(False, description="What may still tell whose case it was was looked at and may stand")


class PracticeIn(PracticeTextIn):
    """A new practice, and whom it will reach once it is published."""

    audience: AudienceIn | None = Field(None, description="Left out: the circle of all members")
    review_on: Day | None = Field(None, description="When it will be looked at again; needed to publish")
    original: UUID | None = Field(None, description="The practice that this one translates, in its published version")
    source: SourceIn | None = Field(None, description="The report or lesson that it is made of")


class PracticeChangeIn(PracticeTextIn):
    """The next version: a draft again. Readers keep the published one until the next is published."""

    audience: AudienceIn | None = Field(None, description="Left out: as it is")
    original_number: int | None = Field(None, ge=1, description="The version of the original that it says now")


class PracticeTurnIn(Strict):
    """Ask a second person to read it, give it back, or publish what a colleague wrote."""

    turn: Literal["ask", "back", "publish"]
    review_on: Day | None = Field(None, description="When it will be looked at again; for publish, if not said before")


class PracticeReviewIn(Strict):
    """It still holds, until this day."""

    review_on: Day


class ExperienceIn(Strict):
    """What it was like at one's own place."""

    experience: str


class PracticeLinkIn(Strict):
    """A record that it belongs to: a report, a measure, an objective, a lesson, another practice."""

    target: UUID


class PracticeSourceOut(Schema):
    """A publication that an editorial practice rests on."""

    title: str
    publisher: str
    url: str
    year: int


class PracticeOut(Schema):
    """A practice as this token sees it, in the reader's language. `version` is also its ETag; `number` its text's.

    `state` is that of the newest text (`newest_number`), `published_number` the one that readers have.
    """

    id: UUID
    url: str
    reference: str
    version: int
    state: str
    number: int
    newest_number: int
    published_number: int | None
    published_at: datetime | None
    title: str
    topic: str
    maturity: str
    context: str
    done: str
    cost: str
    outcome: str
    wrong: str
    conditions: str
    contact: str
    modi: list[str]
    language: str
    languages: list[str]
    threat: str
    port: str | None
    review_on: date | None
    out_of_date: bool
    editorial: bool
    sources: list[PracticeSourceOut]
    organisations_using: int
    ports_using: int
    original: UUID | None
    original_number: int | None
    provenance: str
    owner: Party
    tlp: str
    audience: list[str]
    shared_at: datetime
    kept_until: datetime
    withdrawn_at: datetime | None


class PracticeUseOut(Schema):
    """An organisation that uses it, and what that was like."""

    organisation: Party
    experience: str
    at: datetime


class TieOut(Schema):
    """A record that it belongs to."""

    id: UUID
    kind: str
    target: UUID
    title: str
    url: str


class PracticeFileOut(Schema):
    """A picture or document. Its content stands at /practice-files/{id}."""

    id: UUID
    filename: str
    media_type: str
    size: int = Field(description="Bytes")
    sha256: str = Field(description="Of the file as it was added, in hexadecimal")
    number: int = Field(description="The version it came with")
    removed: list[str] = Field(description="What was taken out of it: exif, gps, author, ...")


class PracticeWhole(PracticeOut):
    """One practice with who uses it, what it belongs to, its translations and its files."""

    uses: list[PracticeUseOut]
    links: list[TieOut]
    translations: list[UUID]
    original_moved_on: bool
    files: list[PracticeFileOut]


class PracticePage(Schema):
    """A page of a list, newest first. Counts above 1,000 say 1001."""

    items: list[PracticeOut]
    next: str | None
    previous: str | None
    count: int


class PracticeFieldChangeOut(Schema):
    """A field that differs from the version before, in words."""

    field: str
    pieces: list[TextPieceOut]


class PracticeVersionOut(Schema):
    """A text, and what differs from the one before."""

    number: int
    language: str
    title: str
    made_at: datetime
    changes: list[PracticeFieldChangeOut]


class TakenOut(Schema):
    """What was taken out of a text, as it stood there."""

    kind: str
    written: str


class PreparedOut(Schema):
    """A practice to begin with. Nothing was kept: send it to POST /practices with `source`."""

    title: str
    topic: str
    maturity: str
    context: str
    done: str
    outcome: str
    modi: list[str]
    language: str
    threat: str
    port: str
    taken_out: list[TakenOut]


class PracticeFilterQuery(Schema):
    """What the list is narrowed to."""

    q: str = Field("", max_length=200, description="Words, all of which must occur")
    topic: str = Field("", description="Code of a topic")
    maturity: str = Field("", description="How far proven")
    language: str = Field("", description="A language it is written in")
    port: str = Field("", description="UN/LOCODE of the port it is from")
    modus_operandi: str = Field("", description="Code of a modus operandi it counters")
    state: str = Field("", description="draft, review or published")

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(**{name: getattr(self, name) for name in Filters.__dataclass_fields__})


def practice_out(found: Shown) -> dict[str, Any]:
    """Return a practice in the shape of PracticeOut."""
    row, text, record = found.practice, found.text, found.record
    return {name: getattr(text, name) for name in FIELDS} | {
        "id": record.id, "url": reverse("api-1:practice", args=[record.id]), "reference": found.reference,
        "version": record.version, "state": found.state, "number": text.number, "newest_number": _newest(found),
        "published_number": row.published, "published_at": row.published_at, "languages": sorted(found.texts),
        "threat": record.threat, "port": record.port.locode if record.port is not None else None,
        "review_on": row.review_on, "out_of_date": found.stale(timezone.localdate(now())),
        "editorial": found.editorial, "sources": row.sources, "organisations_using": found.uses.organisations,
        "ports_using": found.uses.ports, "original": row.original_id, "original_number": row.original_number,
        "provenance": record.provenance, "owner": party(record.owner_id), "tlp": tlp_name(record.tlp),
        "audience": found.audience, "shared_at": record.at, "kept_until": record.expires_at,
        "withdrawn_at": record.withdrawn_at,
    }  # fmt: skip


def _newest(found: Shown) -> int:
    """Return the newest version that the reader may know of: others than the owner know the published one only."""
    row = found.practice
    return row.number if found.own or row.published is None else row.published


def whole(found: Shown) -> dict[str, Any]:
    """Return a practice in the shape of PracticeWhole."""
    identifier, row = found.id, found.practice
    original = queries.published_number(row.original_id) if row.original_id is not None else None
    return practice_out(found) | {
        "uses": [
            {"organisation": party(one.organisation_id), "experience": one.experience, "at": one.at}
            for one in queries.endorsements(identifier)
        ],
        "links": [
            {"id": one.id, "kind": one.to.kind, "target": one.to.id, "title": one.to.title, "url": one.to.href}
            for one in queries.ties(identifier)
        ],
        "translations": [one.id for one in queries.translations(identifier)],
        "original_moved_on": original is not None and original > (row.original_number or 0),
        "files": [
            {name: getattr(one, name) for name in PracticeFileOut.model_fields} for one in queries.files(identifier)
        ],
    }


def version_out(before: PracticeText | None, after: PracticeText) -> dict[str, Any]:
    """Return a text in the shape of PracticeVersionOut."""
    return {name: getattr(after, name) for name in ("number", "language", "title", "made_at")} | {
        "changes": [
            {"field": one.field, "pieces": [{"kind": p.kind, "text": p.text} for p in one.pieces]}
            for one in (changes(before, after) if before is not None else [])
        ],
    }


def prepared_out(found: Prepared) -> dict[str, Any]:
    """Return what a practice begins with in the shape of PreparedOut."""
    names = ("title", "topic", "maturity", "context", "done", "outcome", "language")
    return {name: getattr(found.draft, name) for name in names} | {
        "modi": list(found.draft.modi), "threat": found.threat, "port": found.port,
        "taken_out": [{"kind": one.kind, "written": one.written} for one in found.taken],
    }  # fmt: skip
