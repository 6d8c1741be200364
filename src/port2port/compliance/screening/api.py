"""The API of security verifications and of what is said of port bans. It only translates."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from port2port.base import journal
from port2port.base.clock import now
from port2port.compliance.queries import Waiting
from port2port.compliance.screening import actions, queries
from port2port.compliance.screening.actions import KIND
from port2port.compliance.screening.book import functions, keeping, port_bans
from port2port.compliance.screening.models import Screening, ScreeningFigure
from port2port.compliance.screening.queries import Row
from port2port.compliance.screening.rules import Line, Standing
from port2port.compliance.screening.tabular import DAYS, NEEDED
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.api_shapes import FileIn

router = Router(tags=["security verifications"])
LARGEST_PAGE = 500
MOST_ROWS = 1_000_000
FACILITY = "A facility number, or empty"


class ScreeningIn(Strict):
    """A staff number: your own short number of a function, its kind, and days. Never a name or a national number."""

    number: str = Field(examples=["PG-0412"])
    function: str = Field(description="A code of the critical functions")
    facility: str = Field("", description=FACILITY)
    since: dt.date | None = Field(None, description="When the function was taken up")
    applied_on: dt.date | None = Field(None, description="Of an application that is not decided yet")
    verified_on: dt.date | None = Field(None, description="Of the newest positive outcome")
    refused_on: dt.date | None = Field(None, description="Not positive, or withdrawn: the function ends")

    def line(self) -> Line:
        """Return it as a value."""
        return Line(**self.model_dump())


class ScreeningOut(Schema):
    """A staff number and how it stands; `valid_until` by the rule of renewal."""

    id: UUID
    url: str
    version: int = 1
    number: str
    function: str
    facility: str = Field(description=FACILITY)
    since: dt.date | None
    applied_on: dt.date | None
    verified_on: dt.date | None
    refused_on: dt.date | None
    valid_until: dt.datetime | None
    state: Standing
    late: bool
    soon: bool
    invented: bool


class ScreeningsOut(Schema):
    """A page of the own list, by number."""

    items: list[ScreeningOut]
    next: str | None


class ScreeningQuery(Schema):
    """Which rows: all, or those for which something is late, soon or open."""

    model_config = ConfigDict(extra="ignore")
    state: Waiting | None = None
    size: int = Field(100, ge=1, le=LARGEST_PAGE)
    cursor: int = Field(0, ge=0, le=MOST_ROWS, description="The `next` of the page before")


class ScreeningImportOut(Schema):
    """The numbers of the rows that were, or would be, added and written anew, and of those that stay as they are."""

    dry_run: bool
    new: list[str]
    changed: list[str]
    same: list[str]


class ScreeningFigureOut(Schema):
    """How many have a critical function at an employer and place; `verified` null: too few to be told."""

    month: dt.date
    employer: UUID
    facility: str = Field(description=FACILITY)
    staff: int
    verified: int | None
    invented: bool


class ScreeningFiguresOut(Schema):
    """What a local committee and the national authority are told, as at the beginning of the month."""

    items: list[ScreeningFigureOut]


class CriticalFunctionOut(Schema):
    """A kind of critical function; `verified`: read in a source."""

    code: str
    names: dict[str, str]
    citation: str
    verified: bool


class CriticalFunctionsOut(Schema):
    """The critical functions that the list knows."""

    version: int
    functions: list[CriticalFunctionOut]


class PortBanSourceOut(Schema):
    """An official source, with a link by language."""

    code: str
    names: dict[str, str]
    citation: str
    links: dict[str, str]


class PortBansOut(Schema):
    """What a port ban is and where its sources are. Nothing of a ban is stored here."""

    names: dict[str, str]
    stored: bool = False
    sources: list[PortBanSourceOut]


@router.get("/screening", response={200: ScreeningsOut} | problems(), url_name="screenings",
            summary="Your security verifications", operation_id="list_screenings")  # fmt: skip
def listed(request: HttpRequest, asked: Query[ScreeningQuery]) -> Any:
    """Return the own list; only security officers and administrators of the employer. Scope: read."""
    needs(request, "read")
    known_parameters(request, *ScreeningQuery.model_fields)
    actions.keeper()
    at = now()
    found = list(queries.listed(asked.state, at=at)[asked.cursor : asked.cursor + asked.size + 1])
    rows = queries.with_owed(found[: asked.size], at=at)
    journal.write("screening.listed", kind=KIND, at=at, entries=len(rows))
    more = len(found) > asked.size
    return {"items": [_out(one) for one in rows], "next": str(asked.cursor + asked.size) if more else None}


@router.post("/screening", response={201: ScreeningOut} | problems(), summary="Add a staff number",
             operation_id="add_screening")  # fmt: skip
def add(request: HttpRequest, sent: ScreeningIn) -> Any:
    """Add a number; what is owed for it is worked out at once. Scope: report."""
    needs(request, "report")
    return Status(201, _kept(actions.keep_screening(sent.line(), at=now())))


@router.get("/screening/figures", response={200: ScreeningFiguresOut} | problems(),
            summary="Numbers of places", operation_id="read_screening_figures")  # fmt: skip
def figures(request: HttpRequest) -> Any:
    """Return the numbers that one is told: a local committee of its port, the national authority all. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_figure(one) for one in queries.figures()]}


@router.get("/screening/functions", response={200: CriticalFunctionsOut} | problems(),
            summary="Critical functions", operation_id="list_critical_functions")  # fmt: skip
def critical_functions(request: HttpRequest) -> Any:
    """Return the kinds of critical function, each with its citation. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    same = ("code", "names", "citation", "verified")
    kinds = [{name: getattr(one, name) for name in same} for one in functions().values()]
    return {"version": keeping().version, "functions": kinds}


@router.post("/screening/import", response={200: ScreeningImportOut} | problems(413),
             summary="Take in a CSV of security verifications", operation_id="import_screenings")  # fmt: skip
def bring(request: HttpRequest, sent: FileIn) -> Any:
    """Say what a list would do, or do it: all rows or none. What it does not name stays. Scope: report."""
    needs(request, "report")
    data = sent.csv.encode()
    done = actions.plan(data, at=now()) if sent.dry_run else actions.import_screenings(data=data, at=now())
    numbers = {name: [one.number for one in getattr(done, name)] for name in ("new", "changed", "same")}
    return {"dry_run": sent.dry_run} | numbers


@router.get("/screening/{uuid:subject}", response={200: ScreeningOut} | problems(404), url_name="screening",
            summary="One staff number", operation_id="read_screening")  # fmt: skip
def read(request: HttpRequest, subject: UUID) -> Any:
    """Return a row of the own list. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _kept(queries.one(subject))


@router.put("/screening/{uuid:subject}", response={200: ScreeningOut} | problems(404),
            summary="Write a staff number anew", operation_id="change_screening")  # fmt: skip
def change(request: HttpRequest, subject: UUID, sent: ScreeningIn) -> Any:
    """Write a row anew; what is left out is empty then. Scope: report."""
    needs(request, "report")
    return _kept(actions.keep_screening(sent.line(), at=now(), identifier=subject))


@router.delete("/screening/{uuid:subject}", response={204: None} | problems(404), summary="The function ended",
               operation_id="end_screening")  # fmt: skip
def end(request: HttpRequest, subject: UUID) -> Any:
    """Delete a row and all that was worked out from it. Scope: report."""
    needs(request, "report")
    actions.end_function(subject, at=now())
    return Status(204, None)


@router.get("/port-bans", response={200: PortBansOut} | problems(), summary="What a port ban is, and its sources",
            operation_id="read_port_bans")  # fmt: skip
def bans(request: HttpRequest) -> Any:
    """Return links to the official sources; nothing of a ban is stored here. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    head, sources = port_bans()
    same = ("code", "names", "citation", "links")
    return {"names": head.names, "sources": [{name: getattr(one, name) for name in same} for one in sources]}


def _kept(row: Screening) -> dict[str, Any]:
    return _out(queries.with_owed([row], at=now())[0])


def _out(one: Row) -> dict[str, Any]:
    return {name: getattr(one.line, name) for name in (*NEEDED, "facility", *DAYS)} | {
        "id": one.screening.subject_id, "url": reverse("api-1:screening", args=[one.screening.subject_id]),
        "valid_until": one.valid_until, "state": one.standing, "late": one.late, "soon": one.soon,
        "invented": one.screening.subject.invented,
    }  # fmt: skip


def _figure(one: ScreeningFigure) -> dict[str, Any]:
    place = one.facility
    same = ("month", "staff", "verified", "invented")
    return {name: getattr(one, name) for name in same} | {
        "employer": one.organisation_id, "facility": place.number or "" if place is not None else "",
    }  # fmt: skip
