"""The API of the register of processing. It only translates."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from port2port.governance.processing.register import register
from port2port.governance.processing.shown import processings
from port2port.sharing.api_ground import known_parameters, needs, problems

router = Router(tags=["data protection"])


class ProcessingTableOut(Schema):
    """A table, with the columns that hold or may hold something of a person."""

    table: str
    columns: list[str]


class ProcessingOut(Schema):
    """One processing (GDPR, article 30), in the reader's language."""

    code: str
    name: str
    controller: str
    purpose: str
    persons: str
    data: str
    recipients: str
    legal_bases: str
    kept: str
    measures: str
    transfers: str
    tables: list[ProcessingTableOut]


class ProcessingsOut(Schema):
    """The register."""

    version: int
    items: list[ProcessingOut]


@router.get("", response={200: ProcessingsOut} | problems(), url_name="processing", 
            summary="The register of processing", operation_id="read_processing_register")  # fmt: skip
def processing(request: HttpRequest) -> Any:
    """Return what the program does with data of persons, from what it really stores. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    items = [
        {name: getattr(one, name) for name in ProcessingOut.model_fields if name not in ("legal_bases", "tables")}
        | {"legal_bases": one.bases, "tables": [{"table": t.table, "columns": list(t.personal)} for t in one.tables]}
        for one in processings()
    ]
    return {"version": register().head.version, "items": items}
