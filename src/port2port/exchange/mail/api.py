"""The API of mail that came in: the address, what waits, making a report of it. It only translates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.exchange.api import AboutIn, AcceptedOut
from port2port.exchange.mail import actions, queries
from port2port.exchange.mail.models import MailDesk, MailDraft
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.api_shapes import Language, Moment

router = Router(tags=["exchange"])
SHOWN = 100
NOT_KEPT = "Attachments are listed and not kept"


class MailAddressOut(Strict):
    """Where mail for your organisation goes. `address`: empty while this installation takes no mail."""

    url: str
    address: str
    made_at: datetime


class MailCheckOut(Strict):
    """What the own mail server found out (RFC 8601). It proves nothing about who wrote the message."""

    method: str = Field(examples=["dkim"])
    result: str = Field(examples=["pass"])
    about: str = Field(examples=["example.be"])


class MailAttachmentOut(Strict):
    """A part that is not text."""

    name: str
    type: str
    size: int


class MailDraftLine(Strict):
    """A message that came, in a list. Sender and time are what it claims."""

    id: UUID
    url: str
    came_at: datetime
    written_at: datetime | None
    sender: str
    subject: str
    report: UUID | None = Field(description="The report that was made of it")


class MailDraftOut(MailDraftLine):
    """A message that came. The text is plain, whatever it was."""

    text: str
    shortened: bool
    checks: list[MailCheckOut]
    attachments: list[MailAttachmentOut] = Field(description=NOT_KEPT)


class MailDraftList(Strict):
    """What came, what waits first."""

    items: list[MailDraftLine]


class MailReportIn(AboutIn):
    """What a message is about."""

    text: str = Field(max_length=8000)
    title: str = Field("", max_length=160)
    occurred_at: Moment
    occurred_precision: str = Field("day", max_length=10)
    language: Language = "en"


def _address(row: MailDesk) -> dict[str, Any]:
    return {"url": reverse("api-1:mail_address"), "address": queries.address_of(row), "made_at": row.made_at}


LINE = ("id", "came_at", "written_at", "sender", "subject")
WHOLE = (*LINE, "text", "shortened", "checks", "attachments")


def _out(row: MailDraft, names: Sequence[str] = WHOLE) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} | {
        "url": reverse("api-1:mail_draft", args=[row.id]),
        "report": row.report_id,
    }


@router.get(
    "/mail/address", response={200: MailAddressOut} | problems(404), url_name="mail_address",
    operation_id="get_mail_address", summary="Where mail for your organisation goes",
)  # fmt: skip
def get_mail_address(request: HttpRequest) -> Any:
    """Return the address; 404 while there is none. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    row = queries.desk()
    if row is None:
        raise NotFound(kind=queries.KIND)
    return _address(row)


@router.post(
    "/mail/address", response={201: MailAddressOut} | problems(), url_name="mail_address",
    operation_id="renew_mail_address", summary="Make an address for mail, or another in its place",
)  # fmt: skip
def renew_mail_address(request: HttpRequest) -> Any:
    """Make an unguessable address; one that there was takes no mail any more. Scope: administer."""
    needs(request, "administer")
    return Status(201, _address(actions.renew_address(at=now())))


@router.delete(
    "/mail/address", response={204: None} | problems(404), url_name="mail_address", operation_id="end_mail_address",
    summary="Take no mail any more",
)  # fmt: skip
def end_mail_address(request: HttpRequest) -> Any:
    """Take the address away; messages that came stay for their time. Scope: administer."""
    needs(request, "administer")
    actions.end_address(at=now())
    return Status(204, None)


@router.get(
    "/mail", response={200: MailDraftList} | problems(), url_name="mail", operation_id="list_mail",
    summary="Mail that came to your organisation",
)  # fmt: skip
def list_mail(request: HttpRequest) -> Any:
    """Return the newest hundred, those that wait first, to whoever may report. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_out(row, LINE) for row in queries.drafts(SHOWN)]}


@router.get(
    "/mail/{uuid:letter}", response={200: MailDraftOut} | problems(404), url_name="mail_draft",
    operation_id="get_mail", summary="One message",
)  # fmt: skip
def get_mail(request: HttpRequest, letter: UUID) -> Any:
    """Return a message; that it was read is written down. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(actions.open_letter(letter, at=now()))


@router.delete(
    "/mail/{uuid:letter}", response={204: None} | problems(404), url_name="mail_draft", operation_id="throw_mail",
    summary="Throw a message away",
)  # fmt: skip
def throw_mail(request: HttpRequest, letter: UUID) -> Any:
    """Delete a message; a report that was made of it stays. Scope: report."""
    needs(request, "report")
    actions.throw_away(letter, at=now())
    return Status(204, None)


@router.post(
    "/mail/{uuid:letter}/report", response={201: AcceptedOut} | problems(404, 409), url_name="mail_report",
    operation_id="report_mail", summary="Make a report of a message",
)  # fmt: skip
def report_mail(request: HttpRequest, letter: UUID, said: MailReportIn) -> Any:
    """Make a report for your organisation alone; share it from there. Scope: report."""
    needs(request, "report")
    made = actions.report_letter(letter, actions.Said(**said.dict()), at=now())
    address = reverse("api-1:report", args=[made.record_id])
    return Status(201, {"report": made.record_id, "url": address, "version": made.record.version})
