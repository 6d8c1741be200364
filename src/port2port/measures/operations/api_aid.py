"""The API of mutual aid: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.measures.api_shapes import party
from port2port.measures.operations import aid_actions, aid_queries
from port2port.measures.operations.api import CURSOR, SIZE
from port2port.measures.operations.api_shapes import (
    AidOfferOut,
    AidOut,
    AidPage,
    AidWhole,
    LentOut,
    NeedIn,
    OfferIn,
    OfferTurnIn,
    WithdrawIn,
    aid_out,
    offer_out,
)
from port2port.reports.addressing import terms_for
from port2port.reports.api import addressed
from port2port.sharing.addressing import named, reporter
from port2port.sharing.api_ground import around, etag, gone, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp

router = Router(tags=["aid"])
DEFAULT_CIRCLE = "ports-and-police"


def _whole(identifier: UUID) -> dict[str, Any]:
    found = aid_queries.one_aid(identifier, at=now())
    return aid_out(found) | {"offers": [offer_out(one) for one in aid_queries.offers(identifier)]}


@router.get("", response={200: AidPage} | problems(), summary="Requests for aid you see", operation_id="list_aid")
def list_aid(request: HttpRequest, standing: bool = True, cursor: str = CURSOR, size: int = SIZE) -> Any:
    """Return a page of requests, newest first; `standing`: only those that still stand. Scope: read."""
    needs(request, "read")
    known_parameters(request, "standing", "cursor", "size")
    found, part = aid_queries.page(at=now(), standing=standing, cursor=cursor, size=size)
    return {"items": [aid_out(row) for row in found], **around(request, part)}


@router.post("", response={201: AidOut} | problems(409), summary="Ask for aid", operation_id="ask_aid")
def ask(request: HttpRequest, sent: NeedIn) -> Any:
    """Ask a circle for what you lack. Scope: report."""
    needs(request, "report")
    if sent.audience is None:
        to = named([DEFAULT_CIRCLE], [], Tlp.AMBER)
    else:
        to = addressed(sent.audience, sent.threat, reporter())
    made = aid_actions.ask_aid(
        need=sent.value(), threat=sent.threat, to=to, terms=terms_for(sent.threat, reporter()), at=now()
    )  # fmt: skip
    return Status(201, aid_out(aid_queries.one_aid(made.record_id, at=now())))


@router.get("/lent", response={200: list[LentOut]} | problems(), summary="Who has what now", operation_id="list_lent")
def list_lent(request: HttpRequest) -> Any:
    """Return what your organisation has promised, lent or borrowed and is not back. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [
        offer_out(row.offer)
        | {
            "asked_by": party(row.aid.record.owner_id), "kind": row.aid.aid.kind, "until_at": row.aid.aid.until_at,
            "overdue": row.overdue,
        }
        for row in aid_queries.lent_now(at=now())
    ]  # fmt: skip


@router.get("/{uuid:aid}", response={200: AidWhole} | problems(404, 410), url_name="aid", summary="One request",
            operation_id="read_aid")  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, aid: UUID) -> Any:
    """Return a request with the offers you see; 410 to who had it and has it no more. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    try:
        found = _whole(aid)
    except NotFound as error:
        raise gone(aid, error) from error
    response["ETag"] = etag(found["version"])
    return found


@router.post("/{uuid:aid}/offers", response={200: AidOfferOut} | problems(404, 409), summary="Offer it",
             operation_id="offer_aid")  # fmt: skip
def offer(request: HttpRequest, aid: UUID, sent: OfferIn) -> Any:
    """Offer what is asked for, also a part of it. Scope: report."""
    needs(request, "report")
    made = aid_actions.offer_aid(aid, amount=sent.amount, note=sent.note, at=now())
    return offer_out(aid_queries.offer(made.id))


@router.post("/offers/{uuid:offer}", response={200: AidOfferOut} | problems(404, 409), summary="Turn an offer",
             operation_id="turn_aid_offer")  # fmt: skip
def turn(request: HttpRequest, offer: UUID, sent: OfferTurnIn) -> Any:
    """Accept (also a part), decline, take back, send, or say that it is back. Scope: report."""
    needs(request, "report")
    aid_actions.turn_offer(offer, to=sent.state, amount=sent.amount, at=now())
    return offer_out(aid_queries.offer(offer))


@router.post("/{uuid:aid}/closure", response={200: AidWhole} | problems(404, 409), summary="No more is needed",
             operation_id="close_aid")  # fmt: skip
def close(request: HttpRequest, aid: UUID) -> Any:
    """Say that no more is needed; what is lent goes on. Scope: report."""
    needs(request, "report")
    aid_actions.close_aid(aid, at=now())
    return _whole(aid)


@router.post("/{uuid:aid}/withdrawal", response={204: None} | problems(404, 409), summary="Withdraw it",
             operation_id="withdraw_aid")  # fmt: skip
def withdraw(request: HttpRequest, aid: UUID, sent: WithdrawIn) -> Any:
    """Take back what should never have been shared. Scope: report."""
    needs(request, "report")
    aid_actions.withdraw_aid(aid, reason=sent.reason, at=now())
    return Status(204, None)
