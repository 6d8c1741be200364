"""News, what one follows and the day of the weekly mail in the API. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from port2port.alerts.delivery import weekly
from port2port.base.clock import now
from port2port.home.following import actions
from port2port.home.following.pages import Row, rows
from port2port.home.news.queries import Filters, Item, news
from port2port.sharing.api_ground import Strict, around, known_parameters, needs, problems
from port2port.sharing.api_shapes import tlp_name
from port2port.sharing.queries import Slice

router = Router(tags=["news"])
following_router = Router(tags=["following"])
digest_router = Router(tags=["news"])
SUNDAY = 7  # ISO 8601: Monday is 1


class NewsItemOut(Schema):
    """Something that was shared with you or changed."""

    kind: str
    id: UUID
    url: str
    reference: str
    title: str
    language: str = Field(description='In which language it was written; "": in that of the answer')
    tlp: str
    act: str = Field(description="shared, changed or widened: what happened to it last")
    at: datetime


class NewsOut(Schema):
    """A page of news, newest first; nothing is counted."""

    items: list[NewsItemOut]
    next: str | None
    previous: str | None


class FollowIn(Strict):
    """What to follow."""

    subject: str = Field(max_length=8, description="threat, port, topic or record")
    key: str = Field(max_length=40, description="Code of a threat or topic, UN/LOCODE of a port, id of a record")


class FollowOut(Schema):
    """Something that you follow."""

    id: UUID
    subject: str
    key: str
    title: str = Field(description="What it is called, in the language of the answer or its own")
    url: str = Field(description="Of a record: its address in the API")
    since: datetime


class FollowsOut(Schema):
    """What you follow, newest first, as far as you see it."""

    items: list[FollowOut]


class DigestDay(Strict):
    """On which day of the week what is new comes by mail."""

    weekday: int = Field(strict=True, ge=0, le=SUNDAY, description="Monday is 1, Sunday 7; 0: no mail")


@router.get("", response={200: NewsOut} | problems(), summary="What is new", operation_id="news")
def read_news(request: HttpRequest, kind: str = "", only: str = "", cursor: str = "") -> Any:
    """Return what was shared with you or changed in four weeks; `only=followed`: what you follow. Scope: read."""
    needs(request, "read")
    known_parameters(request, "kind", "only", "cursor")
    found = news(Filters(kind, only == "followed"), at=now(), cursor=cursor)
    return {"items": [_item(one) for one in found.items]} | around(request, Slice([], found.next, found.previous))


def _item(one: Item) -> dict[str, Any]:
    hit = one.hit
    return {
        "kind": hit.kind, "id": hit.record.id, "url": hit.api, "reference": hit.reference, "title": hit.title,
        "language": hit.language, "tlp": tlp_name(hit.record.tlp), "act": one.act, "at": one.at,
    }  # fmt: skip


@following_router.get("", response={200: FollowsOut} | problems(), summary="What you follow",
                      operation_id="list_follows")  # fmt: skip
def read_follows(request: HttpRequest) -> Any:
    """Return what you follow. A record that you see no more is not there. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_follow(row) for row in rows(at=now())]}


@following_router.post("", response={200: FollowOut} | problems(404), summary="Follow something",
                       operation_id="follow")  # fmt: skip
def write_follow(request: HttpRequest, sent: FollowIn) -> Any:
    """Follow a threat, a port or a record that you see; again changes nothing. Scope: report."""
    needs(request, "report")
    made = actions.follow(sent.subject, sent.key, at=now())
    return next(_follow(row) for row in rows(at=now()) if row.follow.id == made.id)


@following_router.delete("/{uuid:follow}", response={204: None} | problems(404), summary="End following something",
                         operation_id="end_follow")  # fmt: skip
def delete_follow(request: HttpRequest, follow: UUID) -> Any:
    """End following something. Scope: report."""
    needs(request, "report")
    actions.end_follow(follow)
    return Status(204, None)


@digest_router.get("", response={200: DigestDay} | problems(), summary="The day of the weekly mail",
                   operation_id="read_digest_day")  # fmt: skip
def read_digest(request: HttpRequest) -> Any:
    """Return on which day what is new comes to you by mail. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"weekday": weekly.weekday()}


@digest_router.put("", response={200: DigestDay} | problems(), summary="Choose the day of the weekly mail",
                   operation_id="choose_digest_day")  # fmt: skip
def choose_digest(request: HttpRequest, sent: DigestDay) -> Any:
    """Say on which day what is new comes to you by mail, or that none comes. Scope: report."""
    needs(request, "report")
    weekly.choose_weekday(sent.weekday, on=timezone.localdate(now()))
    return {"weekday": weekly.weekday()}


def _follow(row: Row) -> dict[str, Any]:
    one = row.follow
    return {
        "id": one.id, "subject": one.subject, "key": one.key, "title": row.title, "since": one.since,
        "url": row.hit.api if row.hit else "",
    }  # fmt: skip
