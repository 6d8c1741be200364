"""The API of who sees a measure. It only translates."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router
from ninja.params.functions import Header as header

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.measures import audience_actions, queries
from port2port.measures.api_shapes import MeasureOut, measure_out
from port2port.measures.queries import KIND
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, named
from port2port.sharing.api_ground import Strict, expected_version, needs, problems
from port2port.sharing.api_shapes import TlpName
from port2port.sharing.tlp import Tlp

router = Router(tags=["measures"])


class AudienceTurn(Strict):
    """Who else should see it (widen), or who keeps it (narrow)."""

    act: Literal["widen", "narrow"]
    circles: list[str] = Field([], max_length=50, description="Circles by slug or id")
    persons: list[UUID] = Field([], max_length=50, description="Persons by id")
    tlp: TlpName | None = Field(None, description="Left out: as it is")


@router.post("/{uuid:measure}/audience", response={200: MeasureOut} | problems(404, 409, 412),
             summary="Share with more or fewer", operation_id="change_measure_audience")  # fmt: skip
def change(
    request: HttpRequest,
    measure: UUID,
    sent: AudienceTurn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Let more circles or persons see it, or keep only some. Scope: report; widening needs a role that may share."""
    needs(request, "report")
    record = sharing.record(measure, KIND)
    expected = expected_version(if_match, record) if if_match else None
    tlp = Tlp.parse(sent.tlp) if sent.tlp else Tlp(record.tlp)
    to = named(sent.circles, sent.persons, tlp)
    try:
        if sent.act == "widen":
            wider = to if to.addressed else Addressing(tuple(record.addressed), tlp)
            audience_actions.widen_measure(measure, to=wider, at=now(), expected=expected)
        else:
            audience_actions.narrow_measure(measure, keep=to.addressed, tlp=tlp, at=now(), expected=expected)
    except Invalid as error:
        names = {"audience": "circles"}
        raise Invalid([Problem(names.get(p.field, p.field), p.message) for p in error.problems]) from error
    return measure_out(queries.measure(measure, at=now()))
