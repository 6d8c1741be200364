"""The API of operations: it translates, calls one query or one action, and translates back."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.measures.operations import actions, queries
from port2port.measures.operations.api_shapes import (
    CountedKindOut,
    CountIn,
    EntryOut,
    FoundReportIn,
    OperationEffortOut,
    OperationIn,
    OperationOut,
    OperationPage,
    OperationTurnIn,
    OperationWhole,
    PartAnswerIn,
    PartsIn,
    PlanIn,
    WidenIn,
    WithdrawIn,
    effort_out,
    entry_out,
    kinds_out,
    operation_out,
    port_id,
    sum_out,
)
from port2port.measures.operations.queries import KIND
from port2port.reports.addressing import terms_for
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import named, reporter
from port2port.sharing.api_ground import around, etag, expected_version, gone, known_parameters, needs, problems
from port2port.sharing.api_shapes import Day
from port2port.sharing.tlp import Tlp

router = Router(tags=["operations"])
LARGEST_PAGE = 100
SIZE = query(25, ge=1, le=LARGEST_PAGE, description="How many on a page")
CURSOR = query("", max_length=300, description="From `next` or `previous` of a page")
BASED_ON = header("", alias="If-Match", description="ETag of what is changed")
State = Literal["", "planned", "called_off", "running", "ended", "evaluated"]


def _whole(identifier: UUID) -> dict[str, Any]:
    found = queries.operation(identifier, at=now())
    return operation_out(found) | {
        "counted": [sum_out(one) for one in queries.sums(identifier)],
        "entries": [entry_out(one) for one in queries.entries(identifier)],
        "reports": [row.id for row in queries.reports(identifier)],
        "overlapping": sorted({other.id for _port, other in queries.overlapping(found)}),
    }


@router.get("", response={200: OperationPage} | problems(), summary="Operations you see, the newest plan first",
            operation_id="list_operations")  # fmt: skip
def list_operations(request: HttpRequest, state: State = "", cursor: str = CURSOR, size: int = SIZE) -> Any:
    """Return a page of the operations this token's holder sees. Scope: read."""
    needs(request, "read")
    known_parameters(request, "state", "cursor", "size")
    found, part = queries.page(at=now(), state=state, cursor=cursor, size=size)
    return {"items": [operation_out(row) for row in found], **around(request, part)}


@router.post("", response={201: OperationOut} | problems(409), summary="Plan an operation",
             operation_id="plan_operation")  # fmt: skip
def plan(request: HttpRequest, sent: OperationIn) -> Any:
    """Plan an operation; those who take part are asked and nobody else sees it. Scope: report."""
    needs(request, "report")
    made = actions.plan_operation(
        plan=sent.value(), threat=sent.threat, parts=sent.asked(), tlp=Tlp[sent.tlp], persons=sent.persons,
        terms=terms_for(sent.threat, reporter()), at=now(),
    )  # fmt: skip
    return Status(201, operation_out(queries.operation(made.record_id, at=now())))


@router.get("/kinds", response={200: list[CountedKindOut]} | problems(), summary="What is counted",
            operation_id="list_operation_kinds")  # fmt: skip
def list_kinds(request: HttpRequest) -> Any:
    """Return the kinds of effort and of finds, with units. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return kinds_out()


@router.get(
    "/effort",
    response={200: list[OperationEffortOut]} | problems(),
    summary="What ports did to find something",
    operation_id="read_effort",
)
def read_effort(request: HttpRequest, since: Day, until: Day, port: str = "") -> Any:
    """Return the effort from `since` to before `until`, of the operations you see. Scope: read."""
    needs(request, "read")
    known_parameters(request, "since", "until", "port")
    return effort_out(queries.effort([port_id(port, "port")] if port else [], since, until))


@router.get("/{uuid:operation}", response={200: OperationWhole} | problems(404, 410), url_name="operation",
            summary="One operation", operation_id="read_operation")  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, operation: UUID) -> Any:
    """Return an operation with what was counted; 410 to who had it and has it no more. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    try:
        found = _whole(operation)
    except NotFound as error:
        raise gone(operation, error) from error
    response["ETag"] = etag(found["version"])
    return found


@router.put("/{uuid:operation}", response={200: OperationWhole} | problems(404, 409, 412, 428),
            summary="Change a plan", operation_id="change_operation")  # fmt: skip
def change(request: HttpRequest, operation: UUID, sent: PlanIn, if_match: str = BASED_ON) -> Any:
    """Change a plan before it runs. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(operation, KIND))
    actions.change_plan(operation, plan=sent.value(), at=now(), expected=expected)
    return _whole(operation)


@router.post("/{uuid:operation}/parts", response={200: OperationWhole} | problems(404, 409),
             summary="Ask more to take part", operation_id="ask_into_operation")  # fmt: skip
def ask_in(request: HttpRequest, operation: UUID, sent: PartsIn) -> Any:
    """Ask more organisations to take part in a plan. Scope: report."""
    needs(request, "report")
    actions.ask_in(operation, parts=sent.asked(), persons=sent.persons, at=now())
    return _whole(operation)


@router.post("/{uuid:operation}/answer", response={200: OperationWhole, 204: None} | problems(404, 409),
             summary="Say whether you take part", operation_id="answer_operation")  # fmt: skip
def answer(request: HttpRequest, operation: UUID, sent: PartAnswerIn) -> Any:
    """Answer for your organisation; 204 when you decline all your ports and see it no more. Scope: report."""
    needs(request, "report")
    if sent.part not in {one.id for one in queries.own_parts(queries.operation(operation, at=now()))}:
        raise NotFound()
    actions.answer(sent.part, accept=sent.accept, at=now())
    try:
        return _whole(operation)
    except NotFound:
        return Status(204, None)


@router.post("/{uuid:operation}/state", response={200: OperationWhole} | problems(404, 409),
             summary="Call off, begin, end, evaluate", operation_id="turn_operation")  # fmt: skip
def turn(request: HttpRequest, operation: UUID, sent: OperationTurnIn) -> Any:
    """Turn the state. Scope: report."""
    needs(request, "report")
    actions.turn(operation, to=sent.state, said=sent.said, at=now())
    return _whole(operation)


@router.post("/{uuid:operation}/counts", response={200: list[EntryOut]} | problems(404, 409),
             summary="Write down what was checked and found", operation_id="count_operation")  # fmt: skip
def count(request: HttpRequest, operation: UUID, sent: CountIn) -> Any:
    """Add to what was counted on a day at one of your ports. Scope: report."""
    needs(request, "report")
    made = actions.count(
        operation, port=port_id(sent.port, "port"), day=sent.day, counts=sent.value(), at=now()
    )  # fmt: skip
    return [entry_out(one) for one in made]


@router.delete("/{uuid:operation}/counts/{uuid:entry}", response={204: None} | problems(404, 409),
               summary="Take back a line", operation_id="uncount_operation")  # fmt: skip
def take_back(request: HttpRequest, operation: UUID, entry: UUID) -> Any:
    """Take back what your organisation wrote down by mistake. Scope: report."""
    needs(request, "report")
    queries.operation(operation, at=now())
    actions.take_back(entry, at=now())
    return Status(204, None)


@router.post("/{uuid:operation}/reports", response={200: OperationWhole} | problems(404, 409),
             summary="Link a report of what was found", operation_id="link_operation_report")  # fmt: skip
def link(request: HttpRequest, operation: UUID, sent: FoundReportIn) -> Any:
    """Link a report you see; only who sees both sees the link. Scope: report."""
    needs(request, "report")
    actions.link_report(operation, report=sent.report, at=now())
    return _whole(operation)


@router.post("/{uuid:operation}/audience", response={200: OperationWhole} | problems(404, 409),
             summary="Let others see it", operation_id="widen_operation")  # fmt: skip
def widen(request: HttpRequest, operation: UUID, sent: WidenIn) -> Any:
    """Let others see it, once it runs or has ended. Scope: report."""
    needs(request, "report")
    tlp = Tlp.parse(sent.tlp) if sent.tlp else Tlp(sharing.record(operation, KIND).tlp)
    actions.widen_operation(operation, to=named(sent.circles, sent.persons, tlp), at=now())
    return _whole(operation)


@router.post("/{uuid:operation}/withdrawal", response={204: None} | problems(404, 409), summary="Withdraw it",
             operation_id="withdraw_operation")  # fmt: skip
def withdraw(request: HttpRequest, operation: UUID, sent: WithdrawIn) -> Any:
    """Take back what should never have been written. Scope: report."""
    needs(request, "report")
    actions.withdraw_operation(operation, reason=sent.reason, at=now())
    return Status(204, None)
