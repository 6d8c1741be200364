"""The API of what was sent by TAXII: which incidents wait, and making a report of one. All else is TAXII itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.exchange.inbound import accepting, queries
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp

router = Router(tags=["exchange"])
SHOWN = 100


class InboundOut(Strict):
    """An object that a system sent for the own organisation."""

    id: UUID
    stix_id: str
    type: str
    version: datetime
    added: datetime
    tlp: str = Field(examples=["AMBER+STRICT"])
    report: UUID | None = Field(description="The report that was made of it")


class InboundList(Strict):
    """The newest of what was sent."""

    items: list[InboundOut]


class AcceptIn(Strict):
    """What an incident is about."""

    threat: str = Field(max_length=40)
    port: str = Field(max_length=5, description="UN/LOCODE")


class AcceptedOut(Strict):
    """The report that was made, and its address in this API."""

    report: UUID
    url: str
    version: int


@router.get(
    "/inbound", response={200: InboundList} | problems(), url_name="inbound", operation_id="list_inbound",
    summary="What your systems sent by TAXII, newest first",
)  # fmt: skip
def list_inbound(
    request: HttpRequest, type: str = query("", max_length=60, description="Only objects of this type, as incident")
) -> Any:
    """Return the newest hundred objects that were sent for your organisation. Scope: read."""
    needs(request, "read")
    known_parameters(request, "type")
    return {
        "items": [
            {
                "id": row.id,
                "stix_id": row.stix_id,
                "type": row.kind,
                "version": row.version,
                "added": row.added,
                "tlp": Tlp(row.tlp).label.removeprefix("TLP:"),
                "report": row.report_id,
            }
            for row in queries.newest(SHOWN, kind=type)
        ]
    }


@router.post(
    "/inbound/{inbound}/report", response={201: AcceptedOut} | problems(404, 409), url_name="inbound_report",
    operation_id="report_inbound", summary="Make a report of an incident that was sent",
)  # fmt: skip
def report_inbound(request: HttpRequest, inbound: UUID, said: AcceptIn) -> Any:
    """Make a report for your organisation, marked as it was sent. Scope: report."""
    needs(request, "report")
    made = accepting.make_report(inbound, threat=said.threat, port=said.port, at=now())
    address = reverse("api-1:report", args=[made.record_id])
    return Status(201, {"report": made.record_id, "url": address, "version": made.record.version})
