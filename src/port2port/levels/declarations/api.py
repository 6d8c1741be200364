"""The API of Declarations of Security. It only translates."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.levels.declarations import actions, printing, queries
from port2port.levels.declarations.api_shapes import (
    DeclarationOut,
    DeclarationSignatureIn,
    DeclarationsOut,
    SecurityDeclarationIn,
    declaration_out,
)
from port2port.levels.declarations.pages import PDF, TYPES
from port2port.levels.declarations.queries import IMO, PLACE, Filters
from port2port.levels.declarations.shown import Shown
from port2port.sharing.api_ground import gone, known_parameters, needs, problems
from port2port.site.downloads import as_download

router = Router(tags=["declarations"])
LARGEST_PAGE = 200
MOST_ROWS = 1_000_000
State = Literal["", "in_force", "unsigned", "over"]


class DeclarationQuery(Schema):
    """Which declarations: of a place, of a ship, in a state; a page of them."""

    model_config = ConfigDict(extra="ignore")
    place: str = Field("", max_length=10, pattern=PLACE)
    imo: str = Field("", max_length=7, pattern=IMO)
    state: State = ""
    size: int = Field(50, ge=1, le=LARGEST_PAGE)
    cursor: int = Field(0, ge=0, le=MOST_ROWS, description="The `next` of the page before")


class DeclarationFileQuery(Schema):
    """Which of the own organisation's declarations, and as what."""

    model_config = ConfigDict(extra="ignore")
    place: str = Field("", max_length=10, pattern=PLACE)
    imo: str = Field("", max_length=7, pattern=IMO)
    state: State = ""
    form: Literal["csv", "xlsx"] = "csv"


@router.get("", response={200: DeclarationsOut} | problems(), url_name="declarations",
            summary="Declarations of Security", operation_id="list_declarations")  # fmt: skip
def declarations(request: HttpRequest, asked: Query[DeclarationQuery]) -> Any:
    """Return the declarations one sees, the newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *DeclarationQuery.model_fields)
    at = now()
    found = queries.declarations(Filters(asked.place, asked.imo, asked.state), at=at)
    rows = list(found[asked.cursor : asked.cursor + asked.size + 1])
    return {
        "items": [declaration_out(Shown(row, at)) for row in rows[: asked.size]],
        "next": str(asked.cursor + asked.size) if len(rows) > asked.size else None,
    }


@router.get("/file", response={200: Any} | problems(), url_name="declarations_file",
            summary="One's own declarations as CSV or XLSX", operation_id="take_out_declarations",
            openapi_extra={"responses": {200: {"content": {kind: {} for kind in TYPES.values()}}}})  # fmt: skip
def take_out(request: HttpRequest, asked: Query[DeclarationFileQuery]) -> Any:
    """Return the declarations that the own organisation looks after, as a numbered file. Scope: export."""
    needs(request, "export")
    known_parameters(request, *DeclarationFileQuery.model_fields)
    file = printing.take_out(asked.form, Filters(asked.place, asked.imo, asked.state), at=now())
    return as_download(file.body, file.name, TYPES[asked.form])


@router.post("", response={201: DeclarationOut} | problems(), summary="Write a declaration",
             operation_id="write_declaration")  # fmt: skip
def declare(request: HttpRequest, sent: SecurityDeclarationIn) -> Any:
    """Write a declaration's metadata for a facility or port of one's own. Scope: report."""
    needs(request, "report")
    made = actions.declare(draft=sent.draft(), at=now())
    return Status(201, _out(made.record_id))


def _out(identifier: UUID) -> dict[str, Any]:
    at = now()
    return declaration_out(Shown(queries.declaration(identifier, at=at), at))


@router.get("/{uuid:declaration}", response={200: DeclarationOut} | problems(404, 410), url_name="declaration",
            summary="A declaration", operation_id="read_declaration")  # fmt: skip
def declaration(request: HttpRequest, declaration: UUID) -> Any:
    """Return a declaration; 410 once its time of keeping is over, to who had it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    try:
        return _out(declaration)
    except NotFound as error:
        raise gone(declaration, error) from None


@router.post("/{uuid:declaration}/signature", response={200: DeclarationOut} | problems(404, 409),
             summary="Note that it was signed", operation_id="sign_declaration")  # fmt: skip
def signed(request: HttpRequest, declaration: UUID, sent: DeclarationSignatureIn) -> Any:
    """Note when the paper was signed by both, and where it is kept. Once. Scope: report."""
    needs(request, "report")
    actions.note_signed(declaration, signed_on=sent.signed_on, kept_at=sent.kept_at, at=now())
    return _out(declaration)


@router.get("/{uuid:declaration}/paper", response={200: Any} | problems(404), url_name="declaration_paper",
            summary="The form as PDF", operation_id="print_declaration",
            openapi_extra={"responses": {200: {"content": {PDF: {}}}}})  # fmt: skip
def paper(request: HttpRequest, declaration: UUID) -> Any:
    """Return the form of the ISPS Code to sign by hand, in the language of the request. Scope: export."""
    needs(request, "export")
    known_parameters(request)
    file = printing.paper(declaration, at=now())
    return as_download(file.body, file.name, PDF)
