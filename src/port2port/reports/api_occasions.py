"""The API of ties of place, time and method: possible duplicates before a report is sent, what is alike afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import observable_actions as actions
from port2port.reports import queries
from port2port.reports.api_observables import Asked, AskIn
from port2port.reports.api_shapes import JSON_PATHS, ReportIn, draft_from
from port2port.reports.occasion_queries import Alike, alike, met_by, possible_duplicates
from port2port.reports.occasion_words import tie_words
from port2port.reports.rules import problems_of
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.api_ground import by_path, needs, problems

router = Router(tags=["reports"])
HOUR = timedelta(hours=1)


class AlikeOut(Schema):
    """A report that you see, of nearly the same place, time and method, and why it is said to be."""

    report: UUID
    url: str
    reference: str
    title: str
    occurred_at: datetime
    method: str = Field(description="The modus operandi that both name, as main or further one")
    hours_apart: float
    km_apart: float | None = Field(description="null: one of the two has a name and no position")
    same_place: bool = Field(description="Both name the same lock, bridge or port facility")
    words: str = Field(examples=["same method DR06 at Kallo lock, 2 hours apart"])


class PossibleDuplicates(Schema):
    """Reports that may tell of the same event, the nearest in time first, at most 25."""

    possible_duplicates: list[AlikeOut]


class AlikeReports(Schema):
    """What a report ties with: the nearest 25 of `count`. `to_ask`: members that have one you do not see and say so."""

    items: list[AlikeOut]
    count: int
    to_ask: int


@router.post(
    "/possible-duplicates", response={200: PossibleDuplicates} | problems(), operation_id="possible_duplicates",
    summary="Is it the same event as a report you see?",
)  # fmt: skip
def possible(request: HttpRequest, sent: ReportIn) -> Any:
    """Take a report as it would be shared and share nothing: return those you see that may be the same. Scope: read."""
    needs(request, "read")
    at = now()
    draft, places = draft_from(sent), known_places()
    wrong = problems_of(draft, vocabulary(), places, at=at)
    if wrong:
        raise by_path(Invalid(wrong), JSON_PATHS)
    found = possible_duplicates(draft, places, at=at)
    return {"possible_duplicates": [_out(one, draft.occurred_precision) for one in found]}


@router.get(
    "/{uuid:report}/alike", response={200: AlikeReports} | problems(404), operation_id="alike_reports",
    summary="Reports of the same place, time and method", url_name="alike",
)  # fmt: skip
def alike_reports(request: HttpRequest, report: UUID) -> Any:
    """Return what a report ties with; nothing when its method, place or time say too little. Scope: read."""
    needs(request, "read")
    at = now()
    found = queries.report(report, at=at)
    met = met_by(found.report, ask=found.record.owner_id == current_actor().organisation)
    if met is None:
        return {"items": [], "count": 0, "to_ask": 0}
    items = [_out(one, found.report.occurred_precision) for one in alike(met.ties, at=at)]
    return {"items": items, "count": met.near, "to_ask": met.hidden}


@router.post(
    "/{uuid:report}/alike/asks", response={200: Asked} | problems(404, 409), operation_id="ask_about_alike",
    summary="Ask who has a report of the same place, time and method",
)  # fmt: skip
def ask(request: HttpRequest, report: UUID, sent: AskIn) -> Any:
    """Ask those members that have one you do not see and let that be known. Scope: report."""
    needs(request, "report")
    return {"asked": actions.ask_about_occasion(report, reason=sent.reason, basis=sent.legal_basis, at=now())}


def _out(one: Alike, precision: str) -> dict[str, Any]:
    return {
        "report": one.tie.report,
        "url": reverse("api-1:report", args=[one.tie.report]),
        "reference": one.shown.reference,
        "title": one.shown.report.title,
        "occurred_at": one.tie.at,
        "method": one.tie.method,
        "hours_apart": round(one.tie.apart / HOUR, 2),
        "km_apart": None if one.tie.km is None else round(one.tie.km, 2),
        "same_place": one.tie.named,
        "words": tie_words(one, precision=precision),
    }
