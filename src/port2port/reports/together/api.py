"""The API of working together on a report: what was said about it, and the answer to who reported."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from port2port.base.clock import now
from port2port.reports.together import actions, queries
from port2port.reports.together.queries import Said
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import Strict, needs, problems

router = Router(tags=["reports"])


class UpdateOut(Schema):
    """Something said about a report. A sighting elsewhere is unsigned; its report is named if you see that too."""

    id: UUID
    at: datetime
    kind: str = Field(description="note, question, answer or seen_too")
    text: str
    organisation: UUID | None
    reply_to: UUID | None
    let_in: UUID | None = Field(description="The organisation that a question proposes to let see it")
    other_report: UUID | None = Field(description="The report it speaks of, if you see it")
    taken_back: bool


class UpdateIn(Strict):
    """What you add. An answer names the question it answers."""

    text: str = Field(min_length=1, max_length=2000, examples=["Seen again at the outer gate, same time."])
    kind: Literal["note", "question", "answer"] = "note"
    reply_to: UUID | None = None
    let_in: UUID | None = Field(None, description="With kind question: an organisation that should see it")


class FeedbackIn(Strict):
    """The answer that the reporter is owed; the first one counts."""

    verdict: Literal["used", "not_used", "useful_cannot_say"]
    text: str = Field("", max_length=2000)


class LinkIn(Strict):
    """Another report, and how the two belong together. `duplicate`: this one is merged into the other."""

    other: UUID
    kind: Literal["same_event", "related", "duplicate"]


class LinkOut(Schema):
    """A link between two reports, seen by who sees both."""

    id: UUID
    kind: str
    merged: UUID | None = Field(description="The report that was closed as a duplicate")
    asked: bool = Field(description="The other's owner was asked to merge them: you do not look after both")


@router.post("/{uuid:report}/links", response={200: LinkOut} | problems(404, 409), operation_id="link_reports")
def link(request: HttpRequest, report: UUID, sent: LinkIn) -> Any:
    """Link a report to another that you see, or merge it into that; undone on its page. Scope: report."""
    needs(request, "report")
    if sent.kind == "duplicate":
        made = actions.mark_duplicate(report, of=sent.other, at=now())
    else:
        made = actions.link_reports(report, sent.other, kind=sent.kind, at=now())
    return {"id": made.id, "kind": made.kind, "merged": made.merged_id, "asked": made.told_id is not None}


@router.get(
    "/{uuid:report}/updates", response={200: list[UpdateOut]} | problems(404), operation_id="updates_of_report",
    url_name="updates",
)  # fmt: skip
def updates(request: HttpRequest, report: UUID) -> Any:
    """Return what was said about a report, oldest first, at most the newest 200. Scope: read."""
    needs(request, "read")
    sharing.note_reading(queries.KIND, [sharing.record(report, queries.KIND)], at=now())
    return [_out(one) for one in queries.said_about(report)]


@router.post("/{uuid:report}/updates", response={200: UpdateOut} | problems(404, 409), operation_id="say_about_report")
def say(request: HttpRequest, report: UUID, sent: UpdateIn) -> Any:
    """Add a note, a question or an answer to a report that you see. Scope: report."""
    needs(request, "report")
    if sent.let_in is not None and sent.kind == "question":
        said = actions.propose_access(report, organisation=sent.let_in, why=sent.text, at=now())
    else:
        said = actions.say(report, text=sent.text, kind=sent.kind, reply_to=sent.reply_to, let_in=sent.let_in, at=now())
    return _out(next(one for one in queries.said_about(report) if one.update.id == said))


@router.post("/{uuid:report}/answer", response={204: None} | problems(404, 409), operation_id="answer_reporter")
def answer(request: HttpRequest, report: UUID, sent: FeedbackIn) -> Any:
    """Answer who reported, for an authority or port that is not the reporter's own. Scope: report."""
    needs(request, "report")
    actions.answer_reporter(report, verdict=sent.verdict, text=sent.text, at=now())
    return Status(204, None)


def _out(said: Said) -> dict[str, Any]:
    update = said.update
    return {
        "id": update.id,
        "at": update.at,
        "kind": update.kind,
        "text": update.text,
        "organisation": update.organisation_id,
        "reply_to": update.reply_to_id,
        "let_in": update.about_id,
        "other_report": said.other,
        "taken_back": update.withdrawn_at is not None,
    }
