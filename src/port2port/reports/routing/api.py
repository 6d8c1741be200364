"""The API of routing: what the rules say about a report, and what was done."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from port2port.base.clock import now
from port2port.members.acting import current_actor
from port2port.reports import queries as reports
from port2port.reports.routing import actions, queries
from port2port.reports.routing.models import OrganisationFact
from port2port.reports.routing.queries import DueForm, Plan, Proposal
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide

router = Router(tags=["routing"])


class ProposalOut(Schema):
    """One step of a rule for one recipient."""

    rule: str
    version: int
    names: dict[str, str]
    reasons: dict[str, str] = Field(description="Why the report goes there")
    rests_on: str = Field(description="law, charter or request")
    citation: str
    verified: bool = Field(description="False: something in the rule is still to be checked against its source")
    recipient: str
    recipient_names: dict[str, str]
    organisation: UUID | None = Field(description="Null: not on the platform")
    step: str
    due_at: datetime | None
    way: str = Field(description="share, person, case, outside or elsewhere: how it can be followed")
    sees: bool = Field(description="Somebody there sees the report already, as far as you may know")
    state: str = Field(description="proposed, sent (shared here), done (sent elsewhere) or not_needed")
    sent_at: datetime | None
    reference: str


class AlsoDueOut(Schema):
    """An authority's own form that is due besides."""

    form: str
    names: dict[str, str]
    kind: str = Field(description="link or prefilled")
    url: str = Field(description="Empty: not known, or a form that is filled in from the report's page")
    rule: str
    step: str
    due_at: datetime | None
    state: str
    sent_at: datetime | None
    reference: str


class ReceivedOut(Schema):
    """A rule under which the report was sent to your organisation."""

    rule: str
    version: int
    step: str
    sent_at: datetime


class RoutingOut(Schema):
    """Proposals and forms for who looks after the report; what was received for who got it."""

    aware_since: datetime | None = Field(description="From when times are counted")
    proposals: list[ProposalOut]
    also_due: list[AlsoDueOut]
    received: list[ReceivedOut]


class OwnFactsIn(Strict):
    """What your organisation says of itself; null: not said. It holds for reports from `since` on."""

    nis2_scope: bool | None = Field(None, description="In scope of NIS2 (law of 26 April 2024)")
    nis2_category: Literal["", "essential", "important"] = ""
    critical_entity: bool | None = Field(None, description="A critical entity (CER, law of 19 December 2025)")
    supervisor: str = Field("", description="Under whose authority it stands")
    since: date | None = Field(None, description="Null: it always did")
    source: str = Field("", description="On what it rests, as the number of a registration")


class OwnFactsOut(OwnFactsIn):
    """What your organisation said of itself, and when; `set_at` null: nothing was said."""

    model_config = ConfigDict(extra="ignore")
    set_at: datetime | None


@router.get("/routing/organisation", response={200: OwnFactsOut} | problems(), url_name="own_facts",
            summary="What your organisation says of itself", operation_id="read_own_facts")  # fmt: skip
def own_facts(request: HttpRequest) -> Any:
    """Return what rules ask of your organisation and it said; of no other organisation. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _facts(queries.own_facts())


@router.put("/routing/organisation", response={200: OwnFactsOut} | problems(),
            summary="Say what your organisation is", operation_id="say_of_ourselves")  # fmt: skip
def say(request: HttpRequest, sent: OwnFactsIn) -> Any:
    """Say it anew, whole; who administers or speaks for the organisation. Scope: administer."""
    needs(request, "administer")
    actions.say_of_ourselves(**sent.model_dump(), at=now())
    return _facts(queries.own_facts())


def _facts(own: OrganisationFact | None) -> dict[str, Any]:
    names = [*OwnFactsIn.model_fields, "set_at"]
    empty = dict.fromkeys(names) | {"nis2_category": "", "supervisor": "", "source": ""}
    return {name: getattr(own, name) for name in names} if own is not None else empty


@router.get(
    "/reports/{uuid:report}/routing", response={200: RoutingOut} | problems(404), operation_id="routing_of_report",
    summary="Who must get a report", url_name="routing",
)  # fmt: skip
def of_report(request: HttpRequest, report: UUID) -> Any:
    """Return who must get a report, why and by when, if you look after it; else what was sent to you. Scope: read."""
    needs(request, "read")
    at = now()
    found = reports.report(report, at=at)
    steward = decide(current_actor(), "change", envelope(found.record), at=at).allowed
    made = queries.plan(found) if steward else Plan(at)
    return {
        "aware_since": made.aware_since if steward else None,
        "proposals": [_proposal(one) for one in made.proposals],
        "also_due": [_form(one) for one in made.forms],
        "received": [vars(one) for one in queries.received(report)],
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    basis = one.rule.basis
    return {
        "rule": one.rule.code,
        "version": one.rule.version,
        "names": one.rule.names,
        "reasons": one.rule.reasons,
        "rests_on": basis.rests_on,
        "citation": basis.citation,
        "verified": one.rule.verified,
        "recipient": one.recipient.code,
        "recipient_names": one.recipient.names,
        "organisation": one.organisation.id if one.organisation else None,
        "step": one.step.code,
        "due_at": one.due_at,
        "way": one.way,
        "sees": one.sees,
        "state": one.state,
        "sent_at": one.row.sent_at if one.row else None,
        "reference": one.row.reference if one.row else "",
    }


def _form(one: DueForm) -> dict[str, Any]:
    return {
        "form": one.form.code,
        "names": one.form.names,
        "kind": one.form.kind,
        "url": one.form.url,
        "rule": one.rule.code,
        "step": one.step.code,
        "due_at": one.due_at,
        "state": one.state,
        "sent_at": one.row.sent_at if one.row else None,
        "reference": one.row.reference if one.row else "",
    }
