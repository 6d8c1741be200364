"""What the API of the help desk takes and gives: documented shapes. Unknown fields are refused."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema
from pydantic import StrictBool

from port2port.helpdesk import queries
from port2port.helpdesk.lesson_queries import LessonShown
from port2port.helpdesk.models import Desk, Message
from port2port.helpdesk.queries import Filters, Pace, Shown
from port2port.helpdesk.rules import acts_of
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Party, tlp_name
from port2port.sharing.references import reference


class CaseIn(Strict):
    """A question or concern for the desk of a port. A tip about a crime is refused: Portwatch takes it."""

    topic: str = Field(max_length=40, description="Code of a topic of `GET /desks`", examples=["access"])
    text: str = Field(max_length=4000, examples=["May a driver without a badge enter for a day?"])
    port: str = Field("", max_length=10, description="UN/LOCODE; left out: the national desk", examples=["BEANR"])
    language: Language = "en"
    confirmed: StrictBool = Field(
        False, description="What identifies somebody (a telephone number, a name) may stand there"
    )
    not_a_tip: StrictBool = Field(False, description="The text reads like a tip about a crime and is none")


class MessageIn(Strict):
    """Something said or done in a case. Which acts are possible stands in `acts` of the case."""

    act: Literal["write", "ask", "answer", "note", "take", "close", "reopen"] = Field(examples=["answer"])
    text: str = Field("", max_length=4000, description="Needed for write, ask, answer and note")
    confirmed: StrictBool = Field(False, description="What identifies somebody may stand there")


class EscalationIn(Strict):
    """To whom a case is sent on."""

    circle: UUID = Field(description="An organisation's own circle, or a circle of organisations")
    reason: str = Field(max_length=4000, description="What they should do; they and whoever asked read it")
    hand_over: bool = Field(False, description="That organisation looks after it from now on")


class LessonIn(Strict):
    """What a case taught, without whose case it was; refused while something in it still tells."""

    title: str = Field(max_length=120)
    question: str = Field(max_length=4000)
    answer: str = Field(max_length=4000)
    language: Language = "en"
    circles: list[str] = Field(min_length=1, max_length=50, description="Circles by slug or id")
    tlp: Literal["CLEAR", "GREEN", "AMBER"] = "GREEN"


class MessageOut(Schema):
    """One thing said or done. `side`: sender, desk, other. `person`: only of those whose names you may know."""

    id: UUID
    at: datetime
    act: str
    side: str
    organisation: Party | None
    person: UUID | None
    text: str
    internal: bool
    circle: UUID | None


class CaseOut(Schema):
    """A case as this token sees it. `acts`: what its holder may do in this state."""

    id: UUID
    url: str
    reference: str
    version: int
    topic: str
    title: str
    language: str
    port: str
    state: str
    side: str
    acts: list[str]
    company: Party | None
    owner: Party
    holder: UUID | None
    opened_at: datetime
    first_answer_due: datetime
    first_answer_at: datetime | None
    closing_due: datetime
    closed_at: datetime | None
    overdue: bool
    tlp: str
    audience: list[str]
    provenance: str
    lesson: UUID | None
    kept_until: datetime


class CaseWithMessages(CaseOut):
    """One case with what was said in it, in order."""

    messages: list[MessageOut]


class CasePage(Schema):
    """A page of a list, newest first. Counts above 1,000 say 1001."""

    items: list[CaseOut]
    next: str | None
    previous: str | None
    count: int


class CaseQuery(Schema):
    """What the list is narrowed to."""

    state: str = Field("", description="new, in_hand, waiting, escalated, answered or closed")
    topic: str = Field("", description="Code of a topic")
    q: str = Field("", max_length=200, description="Words, all of which must occur")

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(self.state, self.topic, self.q)


class LessonOut(Schema):
    """A lesson as this token sees it. Where it comes from stands nowhere."""

    id: UUID
    url: str
    reference: str
    version: int
    topic: str
    title: str
    question: str
    answer: str
    language: str
    owner: Party
    tlp: str
    audience: list[str]
    provenance: str
    shared_at: datetime


class LessonPage(Schema):
    """A page of lessons, newest first."""

    items: list[LessonOut]
    next: str | None
    previous: str | None
    count: int


class TopicOut(Schema):
    """What a question can be about. `tip`: never taken here."""

    code: str
    names: dict[str, str]
    tip: bool


class DeskOut(Schema):
    """A desk: for which ports (none: all others), within how many hours it answers and closes."""

    code: str
    names: dict[str, str]
    organisation: Party
    ports: list[str]
    national: bool
    first_answer_hours: int
    closing_hours: int


class PaceOut(Schema):
    """How fast the own organisation was in the last ninety days, in hours."""

    answered: int
    answer_median: float | None
    answer_worst: float | None
    closed: int
    closing_median: float | None
    closing_worst: float | None
    open: int
    late: int


class DesksOut(Schema):
    """The desks, the topics, where tips go, and the own desk's pace for those who work there."""

    desks: list[DeskOut]
    topics: list[TopicOut]
    portwatch: str
    pace: PaceOut | None


def _party(organisation: Any) -> dict[str, Any] | None:
    return {"id": organisation.id, "names": organisation.names} if organisation is not None else None


def case_out(shown: Shown) -> dict[str, Any]:
    """Return a case in the shape of CaseOut."""
    case, record = shown.case, shown.record
    return {
        "id": record.id,
        "url": reverse("api-1:case", args=[record.id]),
        "reference": shown.reference,
        "version": record.version,
        "topic": case.topic,
        "title": case.title,
        "language": case.language,
        "port": record.port.locode if record.port else "",
        "state": case.state,
        "side": shown.side,
        "acts": list(acts_of(shown.side, case.state)),
        "company": _party(case.company),
        "owner": _party(record.owner),
        "holder": case.holder_id if shown.side == "desk" else None,
        "opened_at": record.at,
        "first_answer_due": case.first_answer_due,
        "first_answer_at": case.first_answer_at,
        "closing_due": case.closing_due,
        "closed_at": case.closed_at,
        "overdue": shown.late,
        "tlp": tlp_name(record.tlp),
        "audience": shown.audience,
        "provenance": record.provenance,
        "lesson": case.lesson if shown.side == "desk" else None,
        "kept_until": record.expires_at,
    }


def with_messages(shown: Shown) -> dict[str, Any]:
    """Return a case in the shape of CaseWithMessages."""
    return case_out(shown) | {"messages": [_message(one, shown) for one in queries.messages(shown.record.id)]}


def _message(message: Message, shown: Shown) -> dict[str, Any]:
    return {
        "id": message.id,
        "at": message.at,
        "act": message.act,
        "side": message.side,
        "organisation": _party(message.organisation),
        "person": message.person_id if message.side == shown.side else None,
        "text": message.text,
        "internal": message.internal,
        "circle": message.circle_id,
    }


def lesson_out(shown: LessonShown) -> dict[str, Any]:
    """Return a lesson in the shape of LessonOut."""
    lesson, record = shown.lesson, shown.record
    return {
        "id": record.id,
        "url": reverse("api-1:lesson", args=[record.id]),
        "reference": reference(record),
        "version": record.version,
        "topic": lesson.topic,
        "title": lesson.title,
        "question": lesson.question,
        "answer": lesson.answer,
        "language": lesson.language,
        "owner": _party(record.owner),
        "tlp": tlp_name(record.tlp),
        "audience": shown.audience,
        "provenance": record.provenance,
        "shared_at": record.at,
    }


def desk_out(desk: Desk, ports: dict[UUID, str]) -> dict[str, Any]:
    """Return a desk in the shape of DeskOut."""
    return {
        "code": desk.code,
        "names": desk.names,
        "organisation": _party(desk.organisation),
        "ports": [ports[port] for port in desk.ports if port in ports],
        "national": desk.national,
        "first_answer_hours": desk.first_answer_hours,
        "closing_hours": desk.closing_hours,
    }


def pace_out(pace: Pace) -> dict[str, Any]:
    """Return a pace in the shape of PaceOut."""
    return {name: getattr(pace, name) for name in Pace.__dataclass_fields__}
