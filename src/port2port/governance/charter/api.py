"""The API of the texts and of who accepted them. It only translates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict

from port2port.base.clock import now
from port2port.governance.charter import actions, queries, words
from port2port.governance.charter.actions import Draft
from port2port.governance.charter.api_shapes import (
    AcceptanceIn,
    AcceptanceOut,
    AcceptancesOut,
    CharterChangesOut,
    CharterTextsOut,
    CharterVersionOut,
    Language,
    MemberStandingsOut,
    VersionDecisionIn,
    VersionIn,
    acceptance_out,
    line_out,
    member_out,
    version_out,
)
from port2port.governance.charter.papers import paper
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.site.downloads import as_download

router = Router(tags=["governance"])
PDF = {"responses": {200: {"description": "The file", "content": {"application/pdf": {}}}}}


class TextLanguage(Schema):
    """In which of its languages."""

    model_config = ConfigDict(extra="ignore")
    language: Language = "en"


@router.get("/texts", response={200: CharterTextsOut} | problems(), summary="The texts in force",
            operation_id="list_charter_texts")  # fmt: skip
def texts(request: HttpRequest) -> Any:
    """Return the texts in force and how the own organisation stands with each. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [line_out(one) for one in words.lines()]}


@router.get("/acceptances", response={200: AcceptancesOut} | problems(), url_name="charter_acceptances",
            summary="What the own organisation accepted", operation_id="list_charter_acceptances")  # fmt: skip
def acceptances(request: HttpRequest) -> Any:
    """Return what the own organisation accepted, each with its proof. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [acceptance_out(one, queries.proof(one.id)) for one in queries.own_acceptances()]}


@router.get("/members", response={200: MemberStandingsOut} | problems(404), summary="Who accepted what",
            operation_id="list_charter_members")  # fmt: skip
def members(request: HttpRequest) -> Any:
    """Return how every member stands; nothing is there for who does not oversee it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [member_out(one) for one in queries.members()]}


@router.get("/texts/{str:charter}/{int:edition}", response={200: CharterVersionOut} | problems(404),
            url_name="charter_version", summary="A version", operation_id="read_charter_version")  # fmt: skip
def version(request: HttpRequest, charter: str, edition: int) -> Any:
    """Return one version in every language. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return version_out(queries.version(charter, edition))


@router.get("/texts/{str:charter}/{int:edition}/changes", response={200: CharterChangesOut} | problems(404),
            summary="What changed", operation_id="read_charter_changes")  # fmt: skip
def changes(request: HttpRequest, charter: str, edition: int, asked: Query[TextLanguage]) -> Any:
    """Return what differs from the published version before, in one language. Scope: read."""
    needs(request, "read")
    known_parameters(request, "language")
    found = queries.version(charter, edition)
    before = queries.before(found)
    pieces = queries.changes(found, before, asked.language) if before is not None else ()
    return {
        "since": before.number if before is not None else None, "number": found.number, "language": asked.language,
        "pieces": [{"kind": one.kind, "text": one.text} for one in pieces],
    }  # fmt: skip


@router.get("/texts/{str:charter}/{int:edition}/file", response=problems(404), summary="A version as PDF",
            operation_id="read_charter_file", openapi_extra=PDF)  # fmt: skip
def file(request: HttpRequest, charter: str, edition: int, asked: Query[TextLanguage]) -> HttpResponse:
    """Return a version as PDF, with the proof if the own organisation accepted it. Scope: export."""
    needs(request, "export")
    known_parameters(request, "language")
    made = paper(queries.version(charter, edition), language=asked.language, at=now())
    return as_download(made.body, made.name, "application/pdf")


@router.post("/texts/{str:charter}/{int:edition}/acceptance", response={201: AcceptanceOut} | problems(404, 409),
             summary="Accept a text for the organisation", operation_id="accept_charter_text")  # fmt: skip
def accept(request: HttpRequest, charter: str, edition: int, sent: AcceptanceIn) -> Any:
    """Accept the version in force, as it was read; only by who may bind the organisation. Scope: report."""
    needs(request, "report")
    made = actions.accept_text(queries.version(charter, edition), language=sent.language, digest=sent.digest, at=now())
    return Status(201, acceptance_out(made, queries.proof(made.id)))


@router.post("/texts/{str:charter}/versions", response={201: CharterVersionOut} | problems(404, 409),
             summary="Write the next version", operation_id="propose_charter_version")  # fmt: skip
def propose(request: HttpRequest, charter: str, sent: VersionIn) -> Any:
    """Write the next version of a text; a second operator publishes it. Scope: report."""
    needs(request, "report")
    draft = Draft(
        charter,
        {str(name): body for name, body in sent.bodies.items()},
        sent.why,
        sent.asks,
        sent.days,
        tuple(sent.entitled),
    )
    return Status(201, version_out(actions.propose_version(draft, at=now())))


@router.post("/texts/{str:charter}/{int:edition}/decision", response={200: CharterVersionOut} | problems(404, 409),
             summary="Publish or decline a version", operation_id="decide_charter_version")  # fmt: skip
def decide(request: HttpRequest, charter: str, edition: int, sent: VersionDecisionIn) -> Any:
    """Publish it as the second person, or decline it. Scope: report."""
    needs(request, "report")
    return version_out(actions.decide_version(queries.version(charter, edition), act=sent.act, at=now()))
