"""What the API of questions takes and gives: documented shapes. Unknown fields are refused."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema
from pydantic import StrictBool

from port2port.knowledge.questions import queries
from port2port.knowledge.questions.models import QuestionEvent
from port2port.knowledge.questions.queries import Shown
from port2port.knowledge.questions.rules import LONGEST_TEXT, LONGEST_TITLE, acts_of
from port2port.members.acting import current_actor
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Party, tlp_name
from port2port.sharing.found import Hit


class QuestionWords(Strict):
    """The words of a question, and what it is about."""

    topic: str = Field(max_length=40, description="Code of a topic of `GET /experts/topics`", examples=["drones"])
    title: str = Field(max_length=LONGEST_TITLE, examples=["Who has a drone register that false alarms can use?"])
    text: str = Field(max_length=LONGEST_TEXT, description="Markdown")
    language: Language = "en"
    confirmed: StrictBool = Field(False, description="What identifies somebody may stand there")


class NetworkQuestionIn(QuestionWords):
    """A question. Asked of an expertise, those who declared it to your circles are told."""

    asked_of: Literal["network", "circle", "expertise"] = "network"
    circles: list[str] = Field(
        [], max_length=50, description="Circles by slug or id; left out, and of the network: all members"
    )
    tlp: Literal["CLEAR", "GREEN", "AMBER"] = "GREEN"


class QuestionActIn(Strict):
    """What is done with a question. Which acts are possible stands in its `acts`."""

    act: Literal["answer", "accept", "unaccept", "retract", "close", "reopen", "merge", "unmerge"]
    text: str = Field("", max_length=LONGEST_TEXT, description="Of an answer: Markdown")
    language: Language = "en"
    answer: UUID | None = Field(None, description="With accept and retract: which answer")
    into: UUID | None = Field(None, description="With merge: the question that asks the same")
    confirmed: StrictBool = Field(False, description="What identifies somebody may stand there")


class QuestionEventOut(Schema):
    """An answer, or something that was done. An answer that was taken back has no words."""

    id: UUID
    at: datetime
    act: str
    organisation: Party
    person: UUID | None
    text: str
    language: str
    about: UUID | None
    retracted_at: datetime | None
    accepted: bool


class QuestionOut(Schema):
    """A question as this token sees it. `acts`: what its holder may do; `merged_into`: only one that you see."""

    id: UUID
    url: str
    reference: str
    version: int
    asked_of: str
    topic: str
    title: str
    text: str
    language: str
    state: str
    acts: list[str]
    answers: int
    unanswered: bool
    accepted: UUID | None
    merged_into: UUID | None
    owner: Party
    asked_at: datetime
    tlp: str
    audience: list[str]
    provenance: str
    kept_until: datetime


class QuestionWithEvents(QuestionOut):
    """One question with its answers and what was done, in order, and the questions merged into it."""

    events: list[QuestionEventOut]
    duplicates: list[UUID]


class QuestionPage(Schema):
    """A page of a list, newest first. Counts above 1,000 say 1001."""

    items: list[QuestionOut]
    next: str | None
    previous: str | None
    count: int


class AlikeQuestionOut(Schema):
    """Something that is like what you want to ask."""

    kind: str
    id: UUID
    url: str
    title: str
    tlp: str


class AlikePage(Schema):
    """What is alike, best first."""

    items: list[AlikeQuestionOut]


def question_out(found: Shown) -> dict[str, Any]:
    """Return a question as the API shows it."""
    row, record = found.question, found.record
    acts: tuple[str, ...] = ()
    if record.withdrawn_at is None and current_actor().may("report"):
        acts = acts_of(row.state, asker=found.asker, accepted=row.accepted is not None)
    into = queries.shown([row.merged_into], at=found.at) if row.merged_into else []
    return {
        "id": record.id,
        "url": reverse("api-1:question", args=[record.id]),
        "reference": found.reference,
        "version": record.version,
        "asked_of": row.asked_of,
        "topic": row.topic,
        "title": row.title,
        "text": row.text,
        "language": row.language,
        "state": row.state,
        "acts": list(acts),
        "answers": row.answers,
        "unanswered": found.unanswered,
        "accepted": row.accepted,
        "merged_into": into[0].record.id if into else None,
        "owner": {"id": record.owner_id, "names": record.owner.names},
        "asked_at": record.at,
        "tlp": tlp_name(record.tlp),
        "audience": found.audience,
        "provenance": record.provenance,
        "kept_until": record.expires_at,
    }


def with_events(found: Shown) -> dict[str, Any]:
    """Return one question with what was answered and done."""
    events = queries.events(found.record.id)
    merged = {one.about for one in events if one.act == "merge" and one.about is not None}
    seen = {one.record.id for one in queries.shown(list(merged), at=found.at)}
    return question_out(found) | {
        "events": [_event(one, found, hidden=merged - seen) for one in events],
        "duplicates": [one.record.id for one in queries.duplicates(found.record.id, at=found.at)],
    }


def _event(one: QuestionEvent, found: Shown, *, hidden: set[UUID]) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "act": one.act,
        "organisation": {"id": one.organisation_id, "names": one.organisation.names},
        "person": one.person_id,
        "text": one.text,
        "language": one.language,
        "about": None if one.about in hidden else one.about,
        "retracted_at": one.retracted_at,
        "accepted": one.id == found.question.accepted,
    }


def alike_out(hit: Hit) -> dict[str, Any]:
    """Return something alike as the API shows it."""
    return {
        "kind": hit.kind, "id": hit.record.id, "url": hit.api, "title": hit.title, "tlp": tlp_name(hit.record.tlp),
    }  # fmt: skip
