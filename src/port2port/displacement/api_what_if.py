"""The API of what-if: the same sight as the pages, the same journal; nothing more, and no file."""

import datetime as dt
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from port2port.base.clock import now
from port2port.displacement import what_ifs
from port2port.displacement.models import WhatIf
from port2port.displacement.what_if_rules import PER_CENT, Wanted, wanted_of
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems

router = Router(tags=["displacement"])


class WantedIn(Strict):
    """One measure at one port, in force for so many per cent of it; 0 is not at all."""

    measure: UUID
    port: str = Field(description="UN/LOCODE")
    coverage: int = Field(ge=0, le=PER_CENT)


class WhatIfIn(Strict):
    """A question, asked of a run; measures and ports that are not named stay as they are."""

    run: UUID
    asked: list[WantedIn]


class WhatIfOut(Schema):
    """One of your own questions, how far it is, and its answer: a range, never a forecast. TLP:RED, for you alone."""

    id: UUID
    url: str
    version: int = 1
    tlp: Literal["TLP:RED"] = "TLP:RED"
    run: UUID
    sight: str
    asked: list[dict[str, Any]]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: int
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    problems: list[dict[str, str]]
    answer: dict[str, Any] | None = Field(None, description="Changes by port, splits, weights, what is assumed")


def _out(one: WhatIf, *, whole: bool = False) -> dict[str, Any]:
    names = ("id", "sight", "state", "progress", "asked_at", "ended_at", "problems")
    plain = {name: getattr(one, name) for name in names}
    return plain | {
        "url": reverse("api-1:displacement_what_if", args=[one.id]), "run": one.run_id,
        "asked": [asdict(w) for w in wanted_of(one.asked)], "answer": one.result if whole else None,
    }  # fmt: skip


@router.get("", response={200: list[WhatIfOut]} | problems(), summary="Your questions of what-if",
            operation_id="list_what_ifs")  # fmt: skip
def list_what_ifs(request: HttpRequest) -> Any:
    """Return your own questions without their answers, newest first. For analysts. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    what_ifs.refuse_others()
    return [_out(one) for one in what_ifs.what_ifs()]


@router.post("", response={201: WhatIfOut} | problems(404, 409), summary="Ask where crime would go",
             operation_id="ask_what_if")  # fmt: skip
def ask(request: HttpRequest, sent: WhatIfIn) -> Any:
    """Ask where crime would go if measures were in force elsewhere. For analysts. Scope: report."""
    needs(request, "report")
    wanted = [Wanted(str(one.measure), one.port, one.coverage) for one in sent.asked]
    return Status(201, _out(what_ifs.ask_what_if(sent.run, wanted=wanted, at=now())))


@router.get("/{uuid:what_if}", response={200: WhatIfOut} | problems(404), url_name="displacement_what_if",
            summary="One question of what-if", operation_id="read_what_if")  # fmt: skip
def read(request: HttpRequest, what_if: UUID) -> Any:
    """Return how far it is, and its answer once it is there; reading it is journalled. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(what_ifs.read_what_if(what_if, at=now()), whole=True)


@router.post("/{uuid:what_if}/stop", response={200: WhatIfOut} | problems(404, 409), summary="Stop a question",
             operation_id="stop_what_if")  # fmt: skip
def stop(request: HttpRequest, what_if: UUID) -> Any:
    """Ask for it to stop. Scope: report."""
    needs(request, "report")
    return _out(what_ifs.stop_what_if(what_if, at=now()))


@router.delete("/{uuid:what_if}", response={204: None} | problems(404, 409), summary="Delete a question",
               operation_id="forget_what_if")  # fmt: skip
def forget(request: HttpRequest, what_if: UUID) -> Any:
    """Delete a question and its answer now. Scope: report."""
    needs(request, "report")
    what_ifs.forget_what_if(what_if, at=now())
    return Status(204, None)
