"""The API of campaigns: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.training.campaigns import actions, queries
from port2port.training.campaigns.api_shapes import (
    CampaignDeedIn,
    CampaignIn,
    CampaignMaterialOut,
    CampaignMaterialWhole,
    CampaignNewIn,
    CampaignOut,
    CampaignSlipsIn,
    CampaignSlipsOut,
    CampaignWhole,
    campaign_out,
    campaign_whole,
    material_out,
    material_whole,
)
from port2port.training.campaigns.library import library
from port2port.training.campaigns.papers import poster

PDF: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}}}}
router = Router(tags=["campaigns"])
LANGUAGE = query("", description="nl, fr, de or en; without it the reader's")
PAPER = query("a4", description="a3 or a4")


@router.get("", response={200: list[CampaignMaterialOut]} | problems(), summary="The library of campaigns",
            operation_id="list_campaign_material")  # fmt: skip
def list_material(request: HttpRequest) -> Any:
    """Return the campaigns there are. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    people = queries.run_by()
    return [material_out(one, people.get(one.slug)) for one in library().values()]


@router.get("/runs", response={200: list[CampaignOut]} | problems(), summary="What your organisation runs",
            operation_id="list_campaigns")  # fmt: skip
def list_runs(request: HttpRequest) -> Any:
    """Return the campaigns that your organisation runs or ran, the newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    today = timezone.localdate(now())
    return [campaign_out(one, on=today) for one in queries.campaigns()]


@router.post("/runs", response={201: CampaignWhole} | problems(404), summary="Run a campaign",
             operation_id="run_campaign")  # fmt: skip
def run(request: HttpRequest, sent: CampaignNewIn) -> Any:
    """Run a campaign of the library in your organisation. Scope: report."""
    needs(request, "report")
    made = actions.run_campaign(sent.campaign, plan=sent.value(), at=now())
    return Status(201, _whole(made.id))


def _whole(identifier: UUID) -> dict[str, Any]:
    row = queries.campaign(identifier)
    return campaign_whole(row, queries.deeds(identifier), queries.pulse(row), on=timezone.localdate(now()))


@router.get("/runs/{uuid:ran}", response={200: CampaignWhole} | problems(404), summary="One campaign",
            url_name="campaign", operation_id="read_campaign")  # fmt: skip
def read_run(request: HttpRequest, ran: UUID) -> Any:
    """Return a campaign of your organisation with its reach and what its questions tell. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _whole(ran)


@router.put("/runs/{uuid:ran}", response={200: CampaignWhole} | problems(404, 409), summary="Change a campaign",
            operation_id="change_campaign")  # fmt: skip
def change(request: HttpRequest, ran: UUID, sent: CampaignIn) -> Any:
    """Change period, audience, languages, whom to tell. Scope: report."""
    needs(request, "report")
    actions.change_campaign(ran, plan=sent.value(), at=now())
    return _whole(ran)


@router.get("/runs/{uuid:ran}/poster", response={200: Any} | problems(404), summary="The poster with your own line",
            operation_id="read_campaign_poster", openapi_extra=PDF)  # fmt: skip
def run_poster(request: HttpRequest, ran: UUID, language: str = LANGUAGE, paper: str = PAPER) -> Any:
    """Return the poster as PDF, with whom to tell at your organisation. Scope: read."""
    needs(request, "read")
    known_parameters(request, "language", "paper")
    row = queries.campaign(ran)
    return _poster(row.slug, language, paper, row.tell)


@router.post("/runs/{uuid:ran}/deeds", response={200: CampaignWhole} | problems(404), summary="Say what was done",
             operation_id="note_campaign_deed")  # fmt: skip
def deed(request: HttpRequest, ran: UUID, sent: CampaignDeedIn) -> Any:
    """Say what was done, and how often. Scope: report."""
    needs(request, "report")
    actions.note_deed(ran, kind=sent.kind, number=sent.number, on=sent.on, at=now())
    return _whole(ran)


@router.delete("/deeds/{uuid:deed}", response={204: None} | problems(404), summary="Take back what was said to be done",
               operation_id="remove_campaign_deed")  # fmt: skip
def remove_deed(request: HttpRequest, deed: UUID) -> Any:
    """Take back what was written down by mistake. Scope: report."""
    needs(request, "report")
    actions.remove_deed(deed, at=now())
    return Status(204, None)


@router.post("/runs/{uuid:ran}/slips", response={200: CampaignSlipsOut} | problems(404, 409),
             summary="Make slips for the questions", operation_id="make_campaign_slips")  # fmt: skip
def slips(request: HttpRequest, ran: UUID, sent: CampaignSlipsIn) -> Any:
    """Make slips that open once each; their codes are returned this once. Hand them out by lot. Scope: report."""
    needs(request, "report")
    return {"codes": actions.make_slips(ran, wave=sent.wave, number=sent.number, at=now())}


@router.get("/{slug:campaign}", response={200: CampaignMaterialWhole} | problems(404), summary="The material of one",
            url_name="campaign_material", operation_id="read_campaign_material")  # fmt: skip
def read_material(request: HttpRequest, campaign: str) -> Any:
    """Return the material of a campaign. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return material_whole(queries.material(campaign), queries.run_by().get(campaign))


@router.get("/{slug:campaign}/poster", response={200: Any} | problems(404), summary="The poster",
            operation_id="read_material_poster", openapi_extra=PDF)  # fmt: skip
def material_poster(request: HttpRequest, campaign: str, language: str = LANGUAGE, paper: str = PAPER) -> Any:
    """Return the poster as PDF. Scope: read."""
    needs(request, "read")
    known_parameters(request, "language", "paper")
    return _poster(campaign, language, paper, "")


def _poster(slug: str, wanted: str, paper: str, tell: str) -> HttpResponse:
    code = wanted or language()
    made = poster(queries.material(slug), language=code, paper=paper, tell=tell)
    return as_download(made, f"{slug}-{code}-{paper}.pdf", "application/pdf")
