"""The API of questions: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.alerts.api_shapes import WideningIn
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.experts.vocabulary import by_code
from port2port.knowledge.questions import actions, audience_actions, queries
from port2port.knowledge.questions.api_shapes import (
    AlikePage,
    NetworkQuestionIn,
    QuestionActIn,
    QuestionOut,
    QuestionPage,
    QuestionWithEvents,
    QuestionWords,
    alike_out,
    question_out,
    with_events,
)
from port2port.knowledge.questions.queries import QUESTION, Filters
from port2port.knowledge.questions.rules import STATES, Draft
from port2port.knowledge.questions.similar import similar
from port2port.knowledge.widening import asked_by_api
from port2port.reports.api_shapes import WithdrawalIn
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import named
from port2port.sharing.api_ground import (
    around,
    by_path,
    etag,
    expected_version,
    gone,
    has_already,
    known_parameters,
    needs,
    problems,
)
from port2port.sharing.tlp import Tlp

router = Router(tags=["questions"])
PATHS = {"audience": "circles"}


@router.get(
    "/questions", response={200: QuestionPage} | problems(), url_name="questions",
    summary="Questions you see, newest first", operation_id="list_questions",
)  # fmt: skip
def list_questions(
    request: HttpRequest,
    q: str = query("", max_length=200, description="Words, all of which must occur"),
    topic: str = query("", max_length=40, description="Code of a topic; those beneath it count too"),
    state: str = query("", max_length=8, description="open, answered, closed, merged"),
    waiting: bool = query(False, description="Only those without any answer"),
    mine: bool = query(False, description="Only those you asked"),
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=100, description="Questions on a page"),
) -> Any:
    """Return a page of the questions this token's holder sees, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "q", "topic", "state", "waiting", "mine", "cursor", "size")
    wrong = [("topic", topic, set(by_code())), ("state", state, set(STATES))]
    unknown = [Problem(name, _("This code is not known here.")) for name, value, known in wrong
               if value and value not in known]  # fmt: skip
    if unknown:
        raise Invalid(unknown)
    filters = Filters(state=state, topic=topic, q=q, waiting=waiting, mine=mine)
    found = queries.page(filters, at=now(), cursor=cursor, size=size)
    return {
        "items": [question_out(row) for row in found.rows],
        "count": found.count,
        **around(request, found.slice),
    }


@router.get(
    "/questions/alike", response={200: AlikePage} | problems(), url_name="questions_alike",
    summary="What is like a question", operation_id="list_alike_questions",
)  # fmt: skip
def list_alike(
    request: HttpRequest, title: str = query(max_length=120, description="The question, in a line")
) -> Any:  # fmt: skip
    """Return questions and lessons that you see and that are like one you want to ask, best first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "title")
    return {"items": [alike_out(one) for one in similar(title, at=now())]}


@router.post(
    "/questions", response={201: QuestionOut} | problems(), summary="Ask the network", operation_id="ask_question"
)
def ask(request: HttpRequest, sent: NetworkQuestionIn) -> Any:
    """Ask the network, circles, or those who know about a topic. Scope: report."""
    needs(request, "report")
    at = now()
    chosen = named(sent.circles, (), Tlp.parse(sent.tlp)) if sent.circles else None
    to = queries.addressing(sent.asked_of, chosen.addressed if chosen else (), Tlp.parse(sent.tlp))
    try:
        made = actions.ask(draft=_draft(sent, sent.asked_of), to=to, at=at, confirmed=sent.confirmed)
    except Invalid as error:
        raise by_path(error, PATHS) from error
    return Status(201, question_out(queries.question(made.record_id, at=at, noted=False)))


@router.get(
    "/questions/{uuid:asked}", response={200: QuestionWithEvents} | problems(404, 410), url_name="question",
    summary="One question with its answers", operation_id="read_question",
    openapi_extra={"responses": {304: {"description": "You have this version already"}}},
)  # fmt: skip
def read_question(
    request: HttpRequest,
    response: HttpResponse,
    asked: UUID,
    if_none_match: str = header("", alias="If-None-Match", description="ETag you have already"),
) -> Any:
    """Return a question with its answers; 410 when it has gone. Scope: read."""
    needs(request, "read")
    try:
        version = queries.version_of(asked)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.question(asked, at=now())
    except NotFound as error:
        raise gone(asked, error) from error
    response["ETag"] = etag(found.record.version)
    return with_events(found)


@router.put(
    "/questions/{uuid:asked}", response={200: QuestionWithEvents} | problems(404, 409, 412, 428),
    summary="Change the words of a question", operation_id="change_question",
)  # fmt: skip
def change(
    request: HttpRequest,
    response: HttpResponse,
    asked: UUID,
    sent: QuestionWords,
    if_match: str = header("", alias="If-Match", description="ETag of the version that is changed"),
) -> Any:
    """Put the words of your question better; whom it asks stays. Scope: report."""
    needs(request, "report")
    version = expected_version(if_match, sharing.record(asked, QUESTION))
    actions.change(asked, draft=_draft(sent, "network"), at=now(), expected=version, confirmed=sent.confirmed)
    found = queries.question(asked, at=now(), noted=False)
    response["ETag"] = etag(found.record.version)
    return with_events(found)


@router.post(
    "/questions/{uuid:asked}/acts", response={200: QuestionWithEvents} | problems(404, 409), url_name="question_acts",
    summary="Answer a question, or turn it", operation_id="act_on_question",
)  # fmt: skip
def act(request: HttpRequest, asked: UUID, sent: QuestionActIn) -> Any:
    """Answer, accept, take back, close, open again, merge or undo the merge. Scope: report."""
    needs(request, "report")
    if sent.act == "answer":
        actions.answer(asked, text=sent.text, language=sent.language, at=now(), confirmed=sent.confirmed)
    else:
        actions.do(asked, sent.act, at=now(), target=sent.into if sent.act == "merge" else sent.answer)
    return with_events(queries.question(asked, at=now(), noted=False))


@router.post(
    "/questions/{uuid:asked}/audience", response={200: QuestionOut} | problems(404, 409, 412),
    url_name="question_audience", summary="Ask more", operation_id="widen_question",
)  # fmt: skip
def widen(
    request: HttpRequest,
    asked: UUID,
    sent: WideningIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Ask more circles or persons the same question. Scope: report; it needs a role that may share."""
    needs(request, "report")
    record = sharing.record(asked, QUESTION)
    expected = expected_version(if_match, record) if if_match else None
    to = asked_by_api(sent.circles, sent.persons, sent.tlp, record)
    audience_actions.widen_question(asked, to=to, at=now(), expected=expected)
    return question_out(queries.question(asked, at=now(), noted=False))


@router.post(
    "/questions/{uuid:asked}/withdrawal", response={200: QuestionOut} | problems(404, 409),
    url_name="question_withdrawal", summary="Withdraw a question", operation_id="withdraw_question",
)  # fmt: skip
def withdraw(request: HttpRequest, asked: UUID, sent: WithdrawalIn) -> Any:
    """Take a question back with its answers; all who had it are told. Scope: report."""
    needs(request, "report")
    actions.withdraw(asked, reason=sent.reason, at=now())
    return question_out(queries.question(asked, at=now(), noted=False))


def _draft(sent: QuestionWords, asked_of: str) -> Draft:
    return Draft(asked_of=asked_of, topic=sent.topic, title=sent.title, text=sent.text, language=sent.language)
