"""The API of clocks: what runs on a report, the text to send, what was sent. It only translates."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from port2port.base.clock import now
from port2port.base.errors import NotFound, Refused
from port2port.compliance.actions import NOT_YOURS
from port2port.compliance.api_shapes import State
from port2port.members.acting import current_actor
from port2port.members.data_files import LANGUAGES
from port2port.reports import queries as reports
from port2port.reports.clocks import actions, queries, words
from port2port.reports.clocks.beginning import waits_to_begin
from port2port.reports.clocks.models import Sending
from port2port.reports.clocks.queries import Clock
from port2port.reports.shown import Shown
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.reader import language

router = Router(tags=["clocks"])
Channel = Literal["portal", "mail", "phone", "letter", "other"]
Written = Literal["nl", "fr", "de", "en"]


class ClockOut(Schema):
    """One thing owed to an authority after a report. `due` null: no time is stated."""

    rule: str
    version: int
    name: str
    authority: str
    case: str = Field(description="Which request of the authority it answers; empty: none")
    since: dt.datetime
    due: dt.datetime | None
    state: State
    settled_at: dt.datetime | None
    citation: str
    texts: list[str] = Field(description="The kinds of text of which one would meet it")


class SendingOut(Schema):
    """What was sent, with its text and digest. `corrected`: the event that it was kept with was corrected since."""

    id: UUID
    url: str
    version: int = 1
    report: UUID
    kind: str
    case: str
    language: str
    text: str
    sha256: str
    channel: Channel
    sent_at: dt.datetime
    reference: str
    recorded_at: dt.datetime
    corrected: bool


class ClocksOut(Schema):
    """The clocks of your organisation on a report. `file`: its security file, into which other events are written."""

    file: str
    waits_to_begin: bool
    clocks: list[ClockOut]
    sent: list[UUID]


class ClockTextOut(Schema):
    """A text, filled in from the report; what nobody knows yet says so in it."""

    kind: str
    language: Written
    verified: bool = Field(description="False: the layout is ours and stands in for the authority's own")
    citation: str
    text: str


class TextQuery(Schema):
    """Which text: for which request, in which language (yours, without it)."""

    model_config = ConfigDict(extra="ignore")
    case: str = ""
    language: Written | None = None


class SentIn(Strict):
    """What was sent: the text as it was, when, how, and the number that the authority gave."""

    text: str
    sent_at: dt.datetime
    channel: Channel
    reference: str = ""
    case: str = ""
    language: Written = "en"


@router.get("/reports/{uuid:report}/clocks", response={200: ClocksOut} | problems(404), url_name="clocks",
            summary="The clocks of a report", operation_id="clocks_of_report")  # fmt: skip
def of_report(request: HttpRequest, report: UUID) -> Any:
    """Return what your organisation owes an authority after its report; of others' reports nothing. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _clocks(reports.report(report, at=now()))


@router.post("/reports/{uuid:report}/clocks", response={200: ClocksOut} | problems(404, 409),
             summary="Let clocks run that should", operation_id="begin_clocks")  # fmt: skip
def begin(request: HttpRequest, report: UUID) -> Any:
    """Begin what your organisation's own statement makes run; a second time changes nothing. Scope: report."""
    needs(request, "report")
    actions.begin(report, at=now())
    return _clocks(reports.report(report, at=now()))


@router.get("/reports/{uuid:report}/clocks/{slug:kind}/text", response={200: ClockTextOut} | problems(404),
            summary="The text to send", operation_id="text_of_clock")  # fmt: skip
def text(request: HttpRequest, report: UUID, kind: str, asked: Query[TextQuery]) -> Any:
    """Return the text that would meet a running clock, filled in from the report. Nothing is sent. Scope: read."""
    needs(request, "read")
    known_parameters(request, "case", "language")
    found, told, one = _waiting(report, kind, asked.case)
    chosen = asked.language or _own_language()
    form = next(form for form in one.forms if form.sends == kind)
    with override(chosen):
        filled = words.prepared(found, told, one, kind)
    return {"kind": kind, "language": chosen, "verified": form.verified, "citation": form.citation, "text": filled}


@router.post("/reports/{uuid:report}/clocks/{slug:kind}/sent", response={201: SendingOut} | problems(404, 409),
             summary="Record what was sent", operation_id="record_sent")  # fmt: skip
def sent(request: HttpRequest, report: UUID, kind: str, sent: SentIn) -> Any:
    """Write down what was sent; the clock is met by it, and the next one begins. Scope: report."""
    needs(request, "report")
    return Status(201, _sending(actions.record_sent(report, actions.Sent(kind, **sent.model_dump()), at=now())))


@router.get("/clocks/sent/{uuid:sending}", response={200: SendingOut} | problems(404), url_name="sending",
            summary="What was sent", operation_id="read_sending")  # fmt: skip
def sending(request: HttpRequest, sending: UUID) -> Any:
    """Return what your organisation sent, with its text. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _sending(queries.sending(sending))


def _own_language() -> str:
    return language() if language() in LANGUAGES else "en"


def _waiting(report: UUID, kind: str, case: str) -> tuple[Shown, queries.Clocks, Clock]:
    at = now()
    found, told = reports.report(report, at=at), queries.clocks(report, at=at)
    one = told.waiting(kind, case)
    if one is None:
        raise NotFound(kind=reports.KIND, record=report)
    if not decide(current_actor(), "change", envelope(found.record), at=at).allowed:
        raise Refused(NOT_YOURS)
    return found, told, one


def _clocks(found: Shown) -> dict[str, Any]:
    at = now()
    told = queries.clocks(found.record.id, at=at)
    may = decide(current_actor(), "change", envelope(found.record), at=at).allowed
    return {
        "file": str(told.subject.id) if told.subject is not None else "",
        "waits_to_begin": may and waits_to_begin(found),
        "clocks": [_clock(one, found.record.id, at) for one in told.clocks],
        "sent": [one.id for one in told.sendings],
    }


def _clock(one: Clock, report: UUID, at: dt.datetime) -> dict[str, Any]:
    line, row = words.clock_line(one, report, at=at), one.row
    return {
        "rule": row.rule, "version": row.version, "name": line.name, "authority": line.authority, "case": row.case,
        "since": row.since, "due": row.due, "state": one.state, "settled_at": row.settled_at,
        "citation": line.citation, "texts": [form.sends for form in one.forms] if one.open else [],
    }  # fmt: skip


def _sending(one: Sending) -> dict[str, Any]:
    return {
        "id": one.id, "url": reverse("api-1:sending", args=[one.id]), "report": one.report_id, "kind": one.kind,
        "case": one.case, "language": one.language, "text": one.text, "sha256": one.sha256, "channel": one.channel,
        "sent_at": one.sent_at, "reference": one.reference, "recorded_at": one.at,
        "corrected": getattr(one.happening, "corrected_by", None) is not None,
    }  # fmt: skip
