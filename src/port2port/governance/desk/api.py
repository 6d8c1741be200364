"""The API of the desk: requests, what was found, letters, retention, transfers. It only translates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Status

from port2port.base.clock import now
from port2port.governance.desk import actions, letters, queries
from port2port.governance.desk.api_shapes import (
    DeskChoicesOut,
    DeskRequestIn,
    DeskRequestOut,
    DeskRequestsOut,
    DeskStepIn,
    RetentionGoneOut,
    RetentionHeldOut,
    RetentionOut,
    TraceDecisionIn,
    TraceOut,
    TraceSearchIn,
    TracesOut,
    TransferOut,
    TransfersOut,
)
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.clocks import Clock
from port2port.governance.desk.queries import RequestShown
from port2port.governance.desk.rules import NewRequest
from port2port.governance.desk.sealing import unseal
from port2port.sharing.api_ground import known_parameters, needs, problems

router = Router(tags=["data protection"])


def owed_out(clock: Clock | None) -> dict[str, Any] | None:
    """Return what is owed in the shape of DueOut."""
    return {"rule": clock.rule.code, "due": clock.due, "state": clock.state} if clock is not None else None


def _out(shown: RequestShown, at: datetime) -> dict[str, Any]:
    row, asked = shown.row, shown.asked
    return {
        "id": row.id, "url": reverse("api-1:desk_request", args=[row.id]), "version": len(shown.steps),
        "number": shown.number, "kind": row.kind, "language": row.language, "received_at": row.received_at,
        "state": row.state, "owed": owed_out(shown.clock), "name": asked.name if asked else "",
        "contact": asked.contact if asked else "", "wish": asked.wish if asked else "",
        "steps": [
            {"act": one.act, "at": one.at, "code": one.code, "number": one.number,
             "text": unseal(one.sealed, row.id) if one.sealed is not None else ""}
            for one in shown.steps
        ],
        "letter": letters.letter(shown, at=at),
    }  # fmt: skip


@router.get("/requests", response={200: DeskRequestsOut} | problems(), url_name="desk_requests",
            summary="Requests at the own desk", operation_id="list_desk_requests")  # fmt: skip
def list_requests(request: HttpRequest) -> Any:
    """Return the requests of the desk; 403 for anybody but its officer. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    at = now()
    return {"items": [_out(one, at) for one in queries.requests(at=at)]}


@router.post("/requests", response={201: DeskRequestOut} | problems(), url_name="desk_requests",
             summary="Write down a request", operation_id="receive_desk_request")  # fmt: skip
def receive(request: HttpRequest, sent: DeskRequestIn) -> Any:
    """Write down a request that came in; the time for the answer runs. Scope: report."""
    needs(request, "report")
    at = now()
    made = actions.receive(NewRequest(**sent.model_dump()), at=at)
    return Status(201, _out(queries.request(made.id, at=at), at))


@router.get("/requests/{uuid:demand}", response={200: DeskRequestOut} | problems(404), url_name="desk_request",
            summary="One request", operation_id="read_desk_request")  # fmt: skip
def read(request: HttpRequest, demand: UUID) -> Any:
    """Return a request with its steps and the letter that belongs to the newest. Scope: read."""
    needs(request, "read")
    at = now()
    return _out(queries.request(demand, at=at), at)


@router.post(
    "/requests/{uuid:demand}/steps", response={200: DeskRequestOut, 204: None} | problems(404, 409),
    url_name="desk_request_steps", summary="Take a step in a request", operation_id="take_desk_step",
)  # fmt: skip
def step(request: HttpRequest, demand: UUID, sent: DeskStepIn) -> Any:
    """Check the identity, extend, hand over (204: this desk reads it no more), answer, refuse ... Scope: report."""
    needs(request, "report")
    at = now()
    if sent.act == "identity":
        actions.check_identity(demand, how=sent.code, at=at)
    elif sent.act == "extended":
        actions.extend(demand, reason=sent.text, at=at)
    elif sent.act == "handed":
        actions.hand_over(demand, organisation=sent.organisation or UUID(int=0), at=at)
        return Status(204, None)
    else:
        actions.close(demand, act=sent.act, ground=sent.code, text=sent.text, at=at)
    return _out(queries.request(demand, at=at), at)


@router.get("/requests/{uuid:demand}/traces", response={200: TracesOut} | problems(404), url_name="desk_traces",
            summary="Where something was found", operation_id="list_traces")  # fmt: skip
def list_traces(request: HttpRequest, demand: UUID) -> Any:
    """Return the places that were found for a request. Scope: read."""
    needs(request, "read")
    queries.request(demand, at=now())
    return {"items": [_trace(one) for one in queries.traces(demand)]}


def _trace(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in TraceOut.model_fields}


@router.post("/requests/{uuid:demand}/traces", response={200: TracesOut} | problems(404, 409), url_name="desk_traces",
             summary="Search a person’s traces", operation_id="search_traces")  # fmt: skip
def search(request: HttpRequest, demand: UUID, sent: TraceSearchIn) -> Any:
    """Look where the own organisation holds something of the person. Never what chosen persons hold. Scope: report."""
    needs(request, "report")
    actions.search(demand, terms=[one.strip() for one in sent.terms], at=now())
    return {"items": [_trace(one) for one in queries.traces(demand)]}


@router.post(
    "/requests/{uuid:demand}/decisions", response={200: TracesOut} | problems(404, 409),
    url_name="desk_decisions", summary="Give or withhold what was found", operation_id="decide_traces",
)  # fmt: skip
def decide(request: HttpRequest, demand: UUID, sent: TraceDecisionIn) -> Any:
    """Decide about places that were found. Scope: report."""
    needs(request, "report")
    actions.decide(demand, traces=sent.traces, decision=sent.decision, ground=sent.ground, at=now())
    return {"items": [_trace(one) for one in queries.traces(demand)]}


@router.get("/retention", response={200: RetentionOut} | problems(), url_name="desk_retention",
            summary="Retention, with its proof", operation_id="read_retention")  # fmt: skip
def retention(request: HttpRequest) -> Any:
    """Return what of the own organisation went, what goes next, and whether anything is past its time. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    gone = [{name: getattr(one, name) for name in RetentionGoneOut.model_fields} for one in queries.gone()]
    held = [{name: getattr(one, name) for name in RetentionHeldOut.model_fields} for one in queries.held()]
    return {"gone": gone, "held": held}


@router.get("/transfers", response={200: TransfersOut} | problems(), url_name="desk_transfers",
            summary="Releases outside Belgium", operation_id="list_transfers")  # fmt: skip
def transfers(request: HttpRequest) -> Any:
    """Return to whom outside Belgium records of the own organisation are addressed. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {
        "items": [
            {name: getattr(one, name) for name in TransferOut.model_fields if name != "recipient"}
            | {"recipient": {"id": one.recipient.id, "names": one.recipient.names}}
            for one in queries.transfers()
        ]
    }


@router.get("/choices", response={200: DeskChoicesOut} | problems(), url_name="desk_choices",
            summary="Kinds of requests, grounds, identities", operation_id="read_desk_choices")  # fmt: skip
def choices(request: HttpRequest) -> Any:
    """Return the codes that the other operations take. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = file()
    return {
        "kinds": [
            {"code": one.code, "names": one.names, "citation": one.citation, "searched": one.searched,
             "grounds": [{"code": g.code, "names": g.names, "citation": g.citation, "verified": g.verified,
                          "to_verify": g.to_verify} for g in found.grounds_for(one.code)]}
            for one in found.kinds
        ],
        "identities": {one.code: one.names for one in found.identities},
    }  # fmt: skip
