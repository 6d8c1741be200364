"""The API of what was sent by TAXII or taken in from a MISP: which incidents wait, and making a report of one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status
from ninja.params.functions import Query as query
from pydantic import ConfigDict

from port2port.base.clock import now
from port2port.exchange.inbound import accepting, queries
from port2port.exchange.misp import importing
from port2port.exchange.misp.groups import limit_of
from port2port.exchange.models import Inbound
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp

router = Router(tags=["exchange"])
DRY = "Look only: nothing is written"
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
    circle: UUID | None = Field(description="The circle that its sharing group is here: a report may go there too")


class InboundList(Strict):
    """The newest of what was sent."""

    items: list[InboundOut]


class AboutIn(Strict):
    """What it is that came in."""

    threat: str = Field(max_length=40)
    port: str = Field(max_length=5, description="UN/LOCODE")


class AcceptIn(AboutIn):
    """What an incident is about, and how far its report goes."""

    with_circle: bool = Field(False, description="For the circle, too, that its sharing group is here")


class AcceptedOut(Strict):
    """The report that was made, and its address in this API."""

    report: UUID
    url: str
    version: int


def _circle(row: Inbound) -> UUID | None:
    limit = limit_of(row) if row.kind == accepting.INCIDENT else None
    return limit.circle.id if limit is not None and limit.circle is not None else None


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
                "circle": _circle(row),
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
    made = accepting.make_report(inbound, threat=said.threat, port=said.port, at=now(), with_circle=said.with_circle)
    address = reverse("api-1:report", args=[made.record_id])
    return Status(201, {"report": made.record_id, "url": address, "version": made.record.version})


class MispIn(Schema):
    """What a MISP exports: one event, or the answer of a search. What is not named here is kept as it came."""

    model_config = ConfigDict(extra="allow")
    Event: dict[str, Any] | None = None
    response: list[Any] | None = None


class MispEventOut(Strict):
    """What becomes of an event. `message` says why it is refused; empty: it is taken."""

    uuid: str
    info: str
    tlp: str = Field(examples=["AMBER+STRICT"], description="The narrowest mark and distribution in it")
    observables: int = Field(description="Values that a report of it would carry")
    kept: int = Field(description="Attributes that are kept as they came, unread")
    message: str


class MispTakenOut(Strict):
    """What becomes of the events, in their order."""

    items: list[MispEventOut]


@router.post(
    "/misp", response={200: MispTakenOut} | problems(413), url_name="misp_import", operation_id="take_misp",
    summary="Take in events of a MISP, or look what would become of them",
)  # fmt: skip
def take_misp(request: HttpRequest, said: MispIn, dry_run: bool = query(False, description=DRY)) -> Any:
    """Put events into the inbox of your organisation, from where a person makes reports. Scope: report."""
    needs(request, "report")
    known_parameters(request, "dry_run")
    found = importing.look(request.body) if dry_run else importing.take(request.body, at=now())
    return {
        "items": [
            {
                "uuid": one.uuid,
                "info": one.info,
                "tlp": one.tlp.label.removeprefix("TLP:"),
                "observables": one.observables,
                "kept": one.kept,
                "message": one.message,
            }
            for one in found
        ]
    }
