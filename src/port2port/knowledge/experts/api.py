"""The API of who knows what: it translates, calls one query or one action, and translates back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.experts import actions, queries
from port2port.knowledge.experts.queries import EXPERTISE, Filters, Known
from port2port.knowledge.experts.rules import Declaration
from port2port.knowledge.experts.vocabulary import by_code, topics
from port2port.members.data_files import LANGUAGES
from port2port.sharing.addressing import named
from port2port.sharing.api_ground import Strict, around, known_parameters, needs, problems
from port2port.sharing.api_shapes import Day, Language, Party
from port2port.sharing.tlp import Tlp

router = Router(tags=["who knows what"])


class ExpertTopicOut(Schema):
    """A topic one may know about; `parent`: the one it stands beneath."""

    code: str
    parent: str
    names: dict[str, str]


class ExpertTopicsOut(Schema):
    """All topics, in their order."""

    items: list[ExpertTopicOut]


class DeclaredTopicOut(Schema):
    """A topic that somebody declared, and when a colleague confirmed it."""

    topic: str
    declared_at: datetime
    confirmed_at: datetime | None


class ExpertOut(Schema):
    """Somebody who knows something. `name`: "" of a person whose name you may not know."""

    id: UUID
    url: str
    name: str
    organisation: Party
    topics: list[DeclaredTopicOut]
    languages: list[str]
    reached: list[str] = Field(description="question, duty_desk, mail")
    mail: str
    until: date
    own: bool
    circles: list[UUID] = Field(description="Who may find it; of your own alone")


class ExpertPage(Schema):
    """A page of a list, confirmed ones first."""

    items: list[ExpertOut]
    next: str | None
    previous: str | None


class DeclarationIn(Strict):
    """What you know, for the organisation you act for; it takes the place of what you said before."""

    topics: list[str] = Field(min_length=1, max_length=50, examples=[["drones", "drone_law"]])
    languages: list[Language] = Field(min_length=1, max_length=4)
    reached: list[str] = Field(min_length=1, max_length=3, description="question, duty_desk, mail")
    mail: str = Field("", max_length=200, description="A working address, when `reached` holds mail")
    until: Day
    circles: list[str] | None = Field(
        None, max_length=50, description="Circles by slug or id; left out: the circles of your organisation"
    )
    asked: UUID | None = Field(None, description="A colleague who is asked to confirm")


class ConfirmationIn(Strict):
    """Which topic of a colleague is confirmed."""

    topic: str = Field(max_length=40)


def expert_out(known: Known) -> dict[str, Any]:
    """Return somebody as the API shows them."""
    row = known.expert
    return {
        "id": row.id,
        "url": reverse("api-1:expert", args=[row.id]),
        "name": known.name,
        "organisation": {"id": known.organisation.id, "names": known.organisation.names},
        "topics": [
            {"topic": one.topic, "declared_at": one.declared_at, "confirmed_at": one.confirmed_at}
            for one in known.topics
        ],
        "languages": row.languages,
        "reached": row.reaches,
        "mail": row.mail,
        "until": row.until,
        "own": known.own,
        "circles": row.audience if known.own else [],
    }


@router.get(
    "/experts/topics", response={200: ExpertTopicsOut} | problems(), url_name="expert_topics",
    summary="Topics one may know about", operation_id="list_expert_topics",
)  # fmt: skip
def list_topics(request: HttpRequest) -> Any:
    """Return the topics in four languages. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [{"code": one.code, "parent": one.parent, "names": one.names} for one in topics()]}


@router.get(
    "/experts", response={200: ExpertPage} | problems(), url_name="experts", summary="Who knows what",
    operation_id="list_experts",
)  # fmt: skip
def list_experts(
    request: HttpRequest,
    topic: str = query("", max_length=40, description="Code of a topic; those beneath it are found too"),
    language: str = query("", max_length=2, description="nl, fr, de or en"),
    cursor: str = query("", max_length=100, description="From `next` of a page"),
    size: int = query(25, ge=1, le=100, description="People on a page"),
) -> Any:
    """Return those who declared something to circles you are in, confirmed ones first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "topic", "language", "cursor", "size")
    wrong = [("topic", topic, set(by_code())), ("language", language, set(LANGUAGES))]
    found = [
        Problem(name, _("This code is not known here.")) for name, value, known in wrong if value and value not in known
    ]
    if found:
        raise Invalid(found)
    page = queries.page(Filters(topic, language), today=now().date(), cursor=cursor, size=size)
    return {"items": [expert_out(one) for one in page.rows], **around(request, page.slice)}


@router.get(
    "/experts/me", response={200: ExpertOut} | problems(404), url_name="expert_me", summary="What you declared",
    operation_id="read_own_expertise",
)  # fmt: skip
def read_own(request: HttpRequest) -> Any:
    """Return what you declared for the organisation you act for. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    mine = queries.mine()
    if mine is None:
        raise NotFound(kind=EXPERTISE)
    return expert_out(mine)


@router.put(
    "/experts/me", response={200: ExpertOut} | problems(), summary="Declare what you know",
    operation_id="declare_expertise",
)  # fmt: skip
def declare(request: HttpRequest, sent: DeclarationIn) -> Any:
    """Say what you know, in the place of what you said before. Scope: report."""
    needs(request, "report")
    if sent.circles is None:
        circles = tuple(queries.default_circles(queries.circles()))
    else:
        circles = named(sent.circles, (), Tlp.GREEN).addressed
    said = Declaration(
        topics=tuple(sent.topics), languages=tuple(sent.languages), reaches=tuple(sent.reached), until=sent.until,
        circles=circles, mail=sent.mail.strip(), asked=sent.asked,
    )  # fmt: skip
    return expert_out(actions.declare(said, at=now()))


@router.delete(
    "/experts/me", response={204: None} | problems(404), summary="Take back what you declared",
    operation_id="end_expertise",
)  # fmt: skip
def end(request: HttpRequest) -> Any:
    """Take back what you declared, with its confirmations. Scope: report."""
    needs(request, "report")
    actions.end(at=now())
    return Status(204, None)


@router.get(
    "/experts/{uuid:expert}", response={200: ExpertOut} | problems(404), url_name="expert",
    summary="What one person declared", operation_id="read_expert",
)  # fmt: skip
def read_expert(request: HttpRequest, expert: UUID) -> Any:
    """Return what one person declared; absent and hidden alike 404. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return expert_out(queries.expert(expert))


@router.post(
    "/experts/{uuid:expert}/confirmations", response={200: ExpertOut} | problems(404, 409),
    url_name="expert_confirmations", summary="Confirm a topic of a colleague", operation_id="confirm_expertise",
)  # fmt: skip
def confirm(request: HttpRequest, expert: UUID, sent: ConfirmationIn) -> Any:
    """Say of a colleague of the same organisation that one knows it to be so, never of oneself. Scope: report."""
    needs(request, "report")
    return expert_out(actions.confirm(expert, topic=sent.topic, at=now()))


@router.delete(
    "/experts/{uuid:expert}/confirmations/{topic}", response={200: ExpertOut} | problems(404, 409),
    url_name="expert_confirmation", summary="Take a confirmation back", operation_id="unconfirm_expertise",
)  # fmt: skip
def unconfirm(request: HttpRequest, expert: UUID, topic: str) -> Any:
    """Take back what you confirmed. Scope: report."""
    needs(request, "report")
    return expert_out(actions.unconfirm(expert, topic=topic, at=now()))
