"""The API of the help desk, for members: it translates, calls one query or one action, and translates back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.helpdesk import actions, lesson_queries, queries
from port2port.helpdesk.actions import LessonDraft
from port2port.helpdesk.api_shapes import (
    CaseIn,
    CaseOut,
    CasePage,
    CaseQuery,
    CaseWithMessages,
    DesksOut,
    EscalationIn,
    LessonIn,
    LessonOut,
    LessonPage,
    MessageIn,
    case_out,
    desk_out,
    lesson_out,
    pace_out,
    with_messages,
)
from port2port.helpdesk.queries import Listing
from port2port.helpdesk.rules import STATES, Draft
from port2port.helpdesk.vocabulary import portwatch, topics
from port2port.reports.api_shapes import WithdrawalIn
from port2port.sharing.addressing import named
from port2port.sharing.api_ground import around, etag, gone, has_already, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp

router = Router(tags=["help desk"])
LARGEST_PAGE = 100


def _page(request: HttpRequest, found: Listing, shape: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:

    return {
        "items": [shape(row) for row in found.rows],
        "count": found.count,
        **around(request, found.slice),
    }


@router.get(
    "/desks", response={200: DesksOut} | problems(), url_name="desks", summary="The help desks, and how fast yours is",
    operation_id="list_desks",
)  # fmt: skip
def list_desks(request: HttpRequest) -> Any:
    """Return the desks with the ports they serve, the topics, and the own desk's pace. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    ports = {port.id: port.locode for port in queries.ports().values()}
    return {
        "desks": [desk_out(desk, ports) for desk in queries.desks()],
        "topics": [{"code": one.code, "names": one.names, "tip": one.tip} for one in topics()],
        "portwatch": portwatch().url,
        "pace": pace_out(queries.pace(at=now())) if queries.works_at_desk() else None,
    }


@router.get(
    "/cases", response={200: CasePage} | problems(), url_name="cases", summary="Cases you see, newest first",
    operation_id="list_cases",
)  # fmt: skip
def list_cases(
    request: HttpRequest,
    narrowed: Query[CaseQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Cases on a page"),
) -> Any:
    """Return a page of the cases this token's holder sees, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *CaseQuery.model_fields, "cursor", "size")
    known = {"state": set(STATES), "topic": {one.code for one in topics()}}
    wrong = [name for name, codes in known.items() if getattr(narrowed, name) not in {"", *codes}]
    if wrong:
        raise Invalid([Problem(name, _("This code is not known here.")) for name in wrong])
    return _page(request, queries.page(narrowed.filters(), at=now(), cursor=cursor, size=size), case_out)


@router.post("/cases", response={201: CaseOut} | problems(), summary="Ask a help desk", operation_id="open_case")
def open_case(request: HttpRequest, sent: CaseIn) -> Any:
    """Bring a question to the desk of its port, for your organisation. Scope: report."""
    needs(request, "report")
    at = now()
    draft = Draft(topic=sent.topic, text=sent.text, language=sent.language, port=sent.port)
    made = actions.open_case(draft=draft, at=at, confirmed=sent.confirmed, not_a_tip=sent.not_a_tip)
    return Status(201, case_out(queries.shown([made.record_id], at=at)[0]))


@router.get(
    "/cases/{uuid:case}", response={200: CaseWithMessages} | problems(404, 410), url_name="case", summary="One case",
    operation_id="read_case", openapi_extra={"responses": {304: {"description": "You have this version already"}}},
)  # fmt: skip
def read_case(
    request: HttpRequest,
    response: HttpResponse,
    case: UUID,
    if_none_match: str = header("", alias="If-None-Match", description="ETag you have already"),
) -> Any:
    """Return a case with what was said; 410 when it has gone. Scope: read."""
    needs(request, "read")
    try:
        version = queries.version_of(case)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.case(case, at=now())
    except NotFound as error:
        raise gone(case, error) from error
    response["ETag"] = etag(found.record.version)
    return with_messages(found)


@router.post(
    "/cases/{uuid:case}/messages", response={200: CaseWithMessages} | problems(404, 409), url_name="case_messages",
    summary="Say or do something in a case", operation_id="act_in_case",
)  # fmt: skip
def act(request: HttpRequest, case: UUID, sent: MessageIn) -> Any:
    """Write, ask back, answer, note, take in hand, close or open again. Scope: report."""
    needs(request, "report")
    actions.do(case, sent.act, text=sent.text, confirmed=sent.confirmed, at=now())
    return with_messages(queries.shown([case], at=now())[0])


@router.post(
    "/cases/{uuid:case}/escalation", response={200: CaseWithMessages} | problems(404, 409), url_name="case_escalation",
    summary="Send a case on", operation_id="escalate_case",
)  # fmt: skip
def escalate(request: HttpRequest, case: UUID, sent: EscalationIn) -> Any:
    """Let an organisation or a circle see a case, or hand it over. Scope: report."""
    needs(request, "report")
    actions.escalate(case, circle=sent.circle, reason=sent.reason, hand_over=sent.hand_over, at=now())
    return with_messages(queries.shown([case], at=now())[0])


@router.post(
    "/cases/{uuid:case}/lesson", response={201: LessonOut} | problems(404, 409), url_name="case_lesson",
    summary="Make a lesson of a case", operation_id="share_lesson",
)  # fmt: skip
def make_lesson(request: HttpRequest, case: UUID, sent: LessonIn) -> Any:
    """Share what was learned; 422 names everything that still tells whose case it was. Scope: report."""
    needs(request, "report")
    draft = LessonDraft(sent.title, sent.question, sent.answer, sent.language)
    to = named(sent.circles, (), Tlp.parse(sent.tlp))
    made = actions.share_lesson(case, draft=draft, to=to, at=now())
    return Status(201, lesson_out(lesson_queries.lesson(made.record_id, at=now())))


@router.get(
    "/lessons", response={200: LessonPage} | problems(), url_name="lessons", summary="Lessons of the help desks",
    operation_id="list_lessons",
)  # fmt: skip
def list_lessons(
    request: HttpRequest,
    q: str = query("", max_length=200, description="Words, all of which must occur"),
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Lessons on a page"),
) -> Any:
    """Return a page of the lessons this token's holder sees, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "q", "cursor", "size")
    return _page(request, lesson_queries.lessons(at=now(), q=q, cursor=cursor, size=size), lesson_out)


@router.get(
    "/lessons/{uuid:lesson}", response={200: LessonOut} | problems(404, 410), url_name="lesson", summary="One lesson",
    operation_id="read_lesson",
)  # fmt: skip
def read_lesson(request: HttpRequest, response: HttpResponse, lesson: UUID) -> Any:
    """Return a lesson; 410 when it was withdrawn. Scope: read."""
    needs(request, "read")
    try:
        found = lesson_queries.lesson(lesson, at=now())
    except NotFound as error:
        raise gone(lesson, error) from error
    response["ETag"] = etag(found.record.version)
    return lesson_out(found)


@router.post(
    "/lessons/{uuid:lesson}/withdrawal", response={200: LessonOut} | problems(404, 409), url_name="lesson_withdrawal",
    summary="Withdraw a lesson", operation_id="withdraw_lesson",
)  # fmt: skip
def withdraw_lesson(request: HttpRequest, lesson: UUID, sent: WithdrawalIn) -> Any:
    """Take a lesson back; all who had it are told. Scope: report."""
    needs(request, "report")
    actions.withdraw_lesson(lesson, reason=sent.reason, at=now())
    return lesson_out(lesson_queries.lesson(lesson, at=now()))
