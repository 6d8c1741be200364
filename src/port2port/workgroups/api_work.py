"""The API of papers, decisions and actions: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.sharing.api_ground import around, etag, expected_version, gone, known_parameters, needs, problems
from port2port.workgroups import queries, reading, work_actions
from port2port.workgroups.api_answers import (
    ActionOut,
    ActionPage,
    DecisionOut,
    DecisionPage,
    PaperOut,
    action_out,
    decision_out,
    paper_out,
)
from port2port.workgroups.api_shapes import (
    ActionIn,
    ActionPatch,
    ActionQuery,
    DecisionQuery,
    PaperIn,
    ProposalIn,
    ProposalPatch,
    RecordLinkIn,
    TakenBackIn,
    VotesIn,
)
from port2port.workgroups.models import Action, Decision, Paper
from port2port.workgroups.queries import Row, Shown
from port2port.workgroups.reading import Filters

router = Router(tags=["workgroups"])
LARGEST_PAGE = 100
IF_MATCH = "ETag of the version that changes"


def _read(model: type[Row], identifier: UUID) -> Shown[Row]:
    try:
        return reading.read(model, identifier, at=now())
    except NotFound as error:
        raise gone(identifier, error) from error


@router.post(
    "/workgroups/{uuid:group}/papers", response={201: PaperOut} | problems(404, 409), summary="Hand a paper in",
    operation_id="hand_in_paper",
)  # fmt: skip
def hand_in(request: HttpRequest, group: UUID, sent: PaperIn) -> Any:
    """Hand a paper in to a group you sit in. Scope: report."""
    needs(request, "report")
    made = work_actions.hand_in(
        group,
        title=sent.title,
        text=sent.text,
        language=sent.language,
        meeting=sent.meeting,
        **sent.audience(),
        at=now(),
    )
    return Status(201, paper_out(queries.one(Paper, made.record_id)))


@router.get(
    "/papers/{uuid:paper}", response={200: PaperOut} | problems(404, 410), url_name="paper", summary="One paper",
    operation_id="read_paper",
)  # fmt: skip
def read_paper(request: HttpRequest, response: HttpResponse, paper: UUID) -> Any:
    """Return a paper; 410 when it was withdrawn. Scope: read."""
    needs(request, "read")
    found = _read(Paper, paper)
    response["ETag"] = etag(found.record.version)
    return paper_out(found)


@router.post(
    "/papers/{uuid:paper}/withdrawal", response={204: None} | problems(404), summary="Withdraw a paper",
    operation_id="withdraw_paper",
)  # fmt: skip
def withdraw_paper(request: HttpRequest, paper: UUID, sent: TakenBackIn) -> Any:
    """Take a paper back; all who had it are told. Scope: report."""
    needs(request, "report")
    work_actions.withdraw_paper(paper, reason=sent.reason, at=now())
    return Status(204, None)


@router.get(
    "/decisions", response={200: DecisionPage} | problems(), summary="Decisions you see", operation_id="list_decisions"
)
def list_decisions(
    request: HttpRequest,
    narrowed: Query[DecisionQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE),
) -> Any:
    """Return a page of decisions, newest first, found by their words. Scope: read."""
    needs(request, "read")
    known_parameters(request, *DecisionQuery.model_fields, "cursor", "size")
    found = reading.page(Decision, Filters(**narrowed.model_dump()), at=now(), cursor=cursor, size=size)
    return {"items": [decision_out(row) for row in found.rows], "count": found.count} | around(request, found.slice)


@router.post(
    "/decisions", response={201: DecisionOut} | problems(404, 409), summary="Propose a decision", operation_id="propose"
)
def propose(request: HttpRequest, sent: ProposalIn) -> Any:
    """Propose that a group you sit in decides something. Scope: report."""
    needs(request, "report")
    made = work_actions.propose(
        sent.group,
        title=sent.title,
        text=sent.text,
        language=sent.language,
        item=sent.item,
        **sent.audience(),
        at=now(),
    )
    return Status(201, decision_out(queries.one(Decision, made.record_id)))


@router.get(
    "/decisions/{uuid:decision}", response={200: DecisionOut} | problems(404, 410), url_name="decision",
    summary="One decision", operation_id="read_decision",
)  # fmt: skip
def read_decision(request: HttpRequest, response: HttpResponse, decision: UUID) -> Any:
    """Return a decision with its rule and votes. Scope: read."""
    needs(request, "read")
    found = _read(Decision, decision)
    response["ETag"] = etag(found.record.version)
    return decision_out(found)


@router.patch(
    "/decisions/{uuid:decision}", response={200: DecisionOut} | problems(404, 409, 412, 428),
    summary="Write a proposal otherwise", operation_id="reword_decision",
)  # fmt: skip
def reword(
    request: HttpRequest,
    decision: UUID,
    sent: ProposalPatch,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Write a proposal otherwise, before it is decided. Its author, chair and secretaries. Scope: report."""
    needs(request, "report")
    found = queries.one(Decision, decision)
    expected = expected_version(if_match, found.record)
    title = found.row.title if sent.title is None else sent.title
    text = found.row.text if sent.text is None else sent.text
    work_actions.reword(decision, title=title, text=text, expected=expected, at=now())
    return decision_out(queries.one(Decision, decision))


@router.post(
    "/decisions/{uuid:decision}/votes", response={200: DecisionOut} | problems(404, 409, 412, 428),
    summary="Note how the organisations stood", operation_id="decide",
)  # fmt: skip
def decide(
    request: HttpRequest,
    decision: UUID,
    sent: VotesIn,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Note the votes; what they come to follows from the rule. Until the minutes are approved. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, queries.one(Decision, decision).record)
    work_actions.decide(decision, votes=dict(sent.votes), item=sent.item, expected=expected, at=now())
    return decision_out(queries.one(Decision, decision))


@router.post(
    "/decisions/{uuid:decision}/links", response={200: DecisionOut} | problems(404, 409), summary="Link a decision",
    operation_id="link_decision",
)  # fmt: skip
def link_decision(request: HttpRequest, decision: UUID, sent: RecordLinkIn) -> Any:
    """Say what a decision is about. Scope: report."""
    needs(request, "report")
    queries.one(Decision, decision)
    work_actions.link(decision, kind=sent.kind, target=sent.target, at=now())
    return decision_out(queries.one(Decision, decision))


@router.delete(
    "/decisions/{uuid:decision}/links/{uuid:link}", response={204: None} | problems(404), summary="Take a link off",
    operation_id="unlink_decision",
)  # fmt: skip
def unlink_decision(request: HttpRequest, decision: UUID, link: UUID) -> Any:
    """Take a link off a decision. Scope: report."""
    needs(request, "report")
    work_actions.unlink(decision, link=link, at=now())
    return Status(204, None)


@router.get("/actions", response={200: ActionPage} | problems(), summary="Actions you see", operation_id="list_actions")
def list_actions(
    request: HttpRequest,
    narrowed: Query[ActionQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE),
) -> Any:
    """Return a page of actions, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *ActionQuery.model_fields, "cursor", "size")
    found = reading.page(Action, Filters(**narrowed.model_dump()), at=now(), cursor=cursor, size=size)
    return {"items": [action_out(row) for row in found.rows], "count": found.count} | around(request, found.slice)


@router.post(
    "/actions", response={201: ActionOut} | problems(404, 409), summary="Give an action", operation_id="assign"
)
def assign(request: HttpRequest, sent: ActionIn) -> Any:
    """Give somebody of a group that you keep something to do. Scope: report."""
    needs(request, "report")
    made = work_actions.assign(
        sent.group, text=sent.text, owner=sent.owner, due=sent.due, language=sent.language, item=sent.item,
        **sent.audience(), at=now(),
    )  # fmt: skip
    return Status(201, action_out(queries.one(Action, made.record_id)))


@router.get(
    "/actions/{uuid:action}", response={200: ActionOut} | problems(404, 410), url_name="action", summary="One action",
    operation_id="read_action",
)  # fmt: skip
def read_action(request: HttpRequest, response: HttpResponse, action: UUID) -> Any:
    """Return an action. Scope: read."""
    needs(request, "read")
    found = _read(Action, action)
    response["ETag"] = etag(found.record.version)
    return action_out(found)


@router.patch(
    "/actions/{uuid:action}", response={200: ActionOut} | problems(404, 409, 412, 428),
    summary="Change or end an action",
    operation_id="change_action",
)  # fmt: skip
def change_action(
    request: HttpRequest,
    action: UUID,
    sent: ActionPatch,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Say what came of an action, take it up again, or (chair and secretaries) change it. Scope: report."""
    needs(request, "report")
    found, at = queries.one(Action, action), now()
    expected = expected_version(if_match, found.record)
    row = found.row
    if sent.text is not None or sent.owner is not None or sent.due is not None:
        text = row.text if sent.text is None else sent.text
        work_actions.change_action(
            action, text=text, owner=sent.owner or row.owner_id, due=sent.due or row.due, expected=expected, at=at
        )
        expected += 1
    if sent.state == "open":
        work_actions.reopen_action(action, expected=expected, at=at)
    elif sent.state is not None:
        work_actions.end_action(action, state=sent.state, outcome=sent.outcome, expected=expected, at=at)
    return action_out(queries.one(Action, action))


@router.post(
    "/actions/{uuid:action}/links", response={200: ActionOut} | problems(404, 409), summary="Link an action",
    operation_id="link_action",
)  # fmt: skip
def link_action(request: HttpRequest, action: UUID, sent: RecordLinkIn) -> Any:
    """Say what an action is about. Scope: report."""
    needs(request, "report")
    queries.one(Action, action)
    work_actions.link(action, kind=sent.kind, target=sent.target, at=now())
    return action_out(queries.one(Action, action))


@router.delete(
    "/actions/{uuid:action}/links/{uuid:link}", response={204: None} | problems(404), summary="Take a link off",
    operation_id="unlink_action",
)  # fmt: skip
def unlink_action(request: HttpRequest, action: UUID, link: UUID) -> Any:
    """Take a link off an action. Scope: report."""
    needs(request, "report")
    work_actions.unlink(action, link=link, at=now())
    return Status(204, None)
