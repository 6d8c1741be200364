"""The API of measures: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.measures import actions, agreement_actions, agreement_queries, queries
from port2port.measures.api_shapes import (
    ChangeIn,
    ConsultationIn,
    FilterQuery,
    MeasureIn,
    MeasureOut,
    MeasurePage,
    MeasureWithAgreement,
    ObjectiveIn,
    ObjectiveOut,
    ObjectivePage,
    ObjectiveTextIn,
    PositionIn,
    ProofOut,
    RemarkIn,
    TurnIn,
    VersionOut,
    measure_out,
    objective_out,
    proof_out,
    version_out,
    with_agreement,
)
from port2port.measures.differences import differences
from port2port.measures.queries import KIND, OBJECTIVE
from port2port.measures.shown import draft_of, shown
from port2port.reports import addressing
from port2port.reports.api import addressed
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, named, reporter
from port2port.sharing.api_ground import (
    around,
    etag,
    expected_version,
    gone,
    has_already,
    known_parameters,
    needs,
    problems,
)
from port2port.sharing.api_shapes import AudienceIn
from port2port.sharing.tlp import Tlp

router = Router(tags=["measures"])
objectives_router = Router(tags=["objectives"])
LARGEST_PAGE = 100
SIZE = query(25, ge=1, le=LARGEST_PAGE, description="How many on a page")
CURSOR = query("", max_length=300, description="From `next` or `previous` of a page")
BASED_ON = header("", alias="If-Match", description="ETag of what is changed")
KNOWN = header("", alias="If-None-Match", description="ETag you have already")


def to_whom(sent: AudienceIn | None, threat: str) -> Addressing:
    """Return who should see it; left out, all members."""
    if sent is None:
        return named(["all-members"], [], Tlp.GREEN)
    return addressed(sent, threat or "other", reporter())


def _whole(identifier: UUID) -> dict[str, Any]:
    found = queries.measure(identifier, at=now())
    return with_agreement(
        found, agreement_queries.rounds(identifier), queries.lineage(identifier), queries.comments(identifier)
    )


@router.get("", response={200: MeasurePage} | problems(), url_name="measures", summary="Measures you see, newest first",
            operation_id="list_measures")  # fmt: skip
def list_measures(request: HttpRequest, narrowed: Query[FilterQuery], cursor: str = CURSOR, size: int = SIZE) -> Any:
    """Return a page of the measures this token's holder sees. Scope: read."""
    needs(request, "read")
    known_parameters(request, *FilterQuery.model_fields, "cursor", "size")
    filters = narrowed.filters()
    wrong = queries.filter_problems(filters)
    if wrong:
        raise Invalid(wrong)
    found = queries.page(filters, at=now(), cursor=cursor, size=size)
    return {"items": [measure_out(row) for row in found.rows], "count": found.count, **around(request, found.slice)}


@router.post(
    "", response={201: MeasureOut} | problems(409), summary="Propose a measure", operation_id="propose_measure"
)
def propose(request: HttpRequest, sent: MeasureIn) -> Any:
    """Share a draft, from nothing or from other measures. Scope: report."""
    needs(request, "report")
    made = actions.propose(
        draft=sent.draft(), threat=sent.threat, to=to_whom(sent.audience, sent.threat), at=now(),
        terms=addressing.terms_for(sent.threat, reporter()), objective=sent.objective,
        category=sent.category, predecessors=sent.predecessors, lineage=sent.lineage,
    )  # fmt: skip
    return Status(201, measure_out(shown([made.record_id])[0]))


@router.get("/{uuid:measure}", response={200: MeasureWithAgreement} | problems(404, 410), url_name="measure",
            summary="One measure", operation_id="read_measure",
            openapi_extra={"responses": {304: {"description": "You have this version already"}}})  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, measure: UUID, if_none_match: str = KNOWN) -> Any:
    """Return a measure with its consultations and positions; 410 when it was withdrawn. Scope: read.

    Its ETag is its version, which positions and remarks do not change: ask without If-None-Match to read new ones.
    """
    needs(request, "read")
    try:
        version = queries.version_of(measure)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = _whole(measure)
    except NotFound as error:
        raise gone(measure, error) from error
    response["ETag"] = etag(version)
    return found


@router.put("/{uuid:measure}", response={200: MeasureOut} | problems(404, 409, 412, 428), summary="Change the text",
            operation_id="change_measure")  # fmt: skip
def change(request: HttpRequest, measure: UUID, sent: ChangeIn, if_match: str = BASED_ON) -> Any:
    """Change the text; once somebody has given a position, by a new version that asks all again. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(measure, KIND))
    actions.change_text(measure, draft=sent.draft(), objective=sent.objective, at=now(), expected=expected)
    return measure_out(shown([measure])[0])


@router.post("/{uuid:measure}/consultation", response={201: MeasureWithAgreement} | problems(404, 409),
             summary="Put it to the members", operation_id="open_consultation")  # fmt: skip
def consult(request: HttpRequest, measure: UUID, sent: ConsultationIn) -> Any:
    """Ask each member that sees it and has a voice for one position, by the rule of a working group. Scope: report."""
    needs(request, "report")
    agreement_actions.open_consultation(measure, group=sent.group, until=sent.until, at=now())
    return Status(201, _whole(measure))


@router.post("/{uuid:measure}/position", response={200: MeasureWithAgreement} | problems(404, 409),
             summary="Give your organisation's position", operation_id="give_position")  # fmt: skip
def position(request: HttpRequest, measure: UUID, sent: PositionIn) -> Any:
    """Say what your organisation thinks of the text you read; again, it replaces what you said. Scope: report."""
    needs(request, "report")
    agreement_actions.give_position(measure, stance=sent.stance, reason=sent.reason, read=sent.text_hash, at=now())
    return _whole(measure)


@router.post("/{uuid:measure}/closure", response={200: MeasureWithAgreement} | problems(404, 409),
             summary="Close the consultation", operation_id="close_consultation")  # fmt: skip
def close(request: HttpRequest, measure: UUID) -> Any:
    """Close it when all have answered or its time is over: the rule says what it comes to. Scope: report."""
    needs(request, "report")
    agreement_actions.close_consultation(measure, at=now())
    return _whole(measure)


@router.post("/{uuid:measure}/state", response={200: MeasureWithAgreement} | problems(404, 409),
             summary="Stop, put in force, retire", operation_id="turn_measure")  # fmt: skip
def turn(request: HttpRequest, measure: UUID, sent: TurnIn) -> Any:
    """Stop a consultation (draft), put an agreed measure in force, or retire one. Scope: report."""
    needs(request, "report")
    if sent.state == "draft":
        agreement_actions.stop_consultation(measure, at=now())
    elif sent.state == "in_force":
        agreement_actions.put_in_force(measure, at=now())
    else:
        agreement_actions.retire(measure, reason=sent.reason, at=now())
    return _whole(measure)


@router.post("/{uuid:measure}/remarks", response={201: MeasureWithAgreement} | problems(404),
             summary="Say something without a position", operation_id="remark_on_measure")  # fmt: skip
def remark(request: HttpRequest, measure: UUID, sent: RemarkIn) -> Any:
    """Say something about a measure without a position. Scope: report."""
    needs(request, "report")
    actions.remark(measure, text=sent.text, at=now())
    return Status(201, _whole(measure))


@router.get("/{uuid:measure}/versions", response={200: list[VersionOut]} | problems(404), summary="Its texts",
            operation_id="list_measure_versions")  # fmt: skip
def versions(request: HttpRequest, measure: UUID) -> Any:
    """Return the texts, oldest first, each with what differs from the one before. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.measure(measure, at=now())
    texts = queries.versions(measure)
    return [
        version_out(after, differences(draft_of(before), draft_of(after)) if before is not None else [])
        for before, after in zip([None, *texts], texts, strict=False)
    ]


@router.get("/{uuid:measure}/proof", response={200: list[ProofOut]} | problems(404),
            summary="Who agreed to what, from the journal", operation_id="read_measure_proof")  # fmt: skip
def proof(request: HttpRequest, measure: UUID) -> Any:
    """Return the journal's entries about its agreement, each with what it takes to check it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.measure(measure, at=now())
    return [proof_out(one) for one in agreement_queries.proof(measure)]


@objectives_router.get("", response={200: ObjectivePage} | problems(), url_name="objectives",
                       summary="Objectives you see",
                       operation_id="list_objectives")  # fmt: skip
def list_objectives(request: HttpRequest, cursor: str = CURSOR, size: int = SIZE) -> Any:
    """Return a page of objectives with the ids of their measures, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "cursor", "size")
    found, part = queries.objectives(at=now(), cursor=cursor, size=size)
    return {"items": [objective_out(row) for row in found], **around(request, part)}


@objectives_router.post("", response={201: ObjectiveOut} | problems(409), summary="Set an objective",
                        operation_id="set_objective")  # fmt: skip
def set_objective(request: HttpRequest, sent: ObjectiveIn) -> Any:
    """Share what the network wants to reach. Scope: report."""
    needs(request, "report")
    made = actions.set_objective(
        aim=sent.aim(), threat=sent.threat, to=to_whom(sent.audience, sent.threat), at=now(),
        terms=addressing.terms_for(sent.threat, reporter()),
    )  # fmt: skip
    return Status(201, objective_out(queries.objective(made.record_id, at=now())))


@objectives_router.get("/{uuid:objective}", response={200: ObjectiveOut} | problems(404, 410), url_name="objective",
                       summary="One objective", operation_id="read_objective")  # fmt: skip
def read_objective(request: HttpRequest, response: HttpResponse, objective: UUID) -> Any:
    """Return an objective with the ids of its measures. Scope: read."""
    needs(request, "read")
    try:
        found = queries.objective(objective, at=now())
    except NotFound as error:
        raise gone(objective, error) from error
    response["ETag"] = etag(found.record.version)
    return objective_out(found)


@objectives_router.put("/{uuid:objective}", response={200: ObjectiveOut} | problems(404, 409, 412, 428),
                       summary="Change an objective", operation_id="change_objective")  # fmt: skip
def change_objective(request: HttpRequest, objective: UUID, sent: ObjectiveTextIn, if_match: str = BASED_ON) -> Any:
    """Change what an objective says; who sees it stays. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(objective, OBJECTIVE))
    actions.change_objective(objective, aim=sent.aim(), at=now(), expected=expected)
    return objective_out(queries.objective(objective, at=now()))
