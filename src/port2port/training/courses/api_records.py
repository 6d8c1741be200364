"""The API of rosters and results from a file: examples to begin with, what a file would do, and doing it."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from port2port.base.clock import now
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import FileIn
from port2port.sharing.sheets import XLSX
from port2port.site.downloads import as_download
from port2port.training.courses import examples, records
from port2port.training.courses.api_shapes import CourseRowsOut

router = Router(tags=["courses"])
TABLES: dict[str, Any] = {"responses": {200: {"content": {XLSX: {}, "text/csv": {}}}}}


def _imported(done: records.Plan, *, dry_run: bool) -> dict[str, Any]:
    return {"dry_run": dry_run} | {
        name: [one.row for one in getattr(done, name)] for name in ("new", "changed", "same")
    }


@router.post("/enrolments/import", response={200: CourseRowsOut} | problems(413), summary="Take in a roster",
             operation_id="import_roster")  # fmt: skip
def roster(request: HttpRequest, sent: FileIn) -> Any:
    """Say what a CSV of who should take what by when would do, or do it: all rows or none. Scope: report."""
    needs(request, "report")
    data = sent.csv.encode()
    done = records.plan_roster(data, at=now()) if sent.dry_run else records.import_roster(data=data, at=now())
    return _imported(done, dry_run=sent.dry_run)


@router.post("/participation/import", response={200: CourseRowsOut} | problems(413), summary="Take in results",
             operation_id="import_results")  # fmt: skip
def results(request: HttpRequest, sent: FileIn) -> Any:
    """Say what a CSV of who took part elsewhere would do, or do it: all rows or none. Scope: report."""
    needs(request, "report")
    data = sent.csv.encode()
    done = records.plan_results(data, at=now()) if sent.dry_run else records.import_results(data=data, at=now())
    return _imported(done, dry_run=sent.dry_run)


@router.get("/enrolments/example", response={200: Any} | problems(), summary="A roster to begin with",
            operation_id="read_roster_example", openapi_extra=TABLES)  # fmt: skip
def roster_example(request: HttpRequest, form: Literal["csv", "xlsx"] = "csv") -> Any:
    """Return a roster that can be taken in as it is, with yourself in it; the workbook explains its columns. Scope:
    read."""
    return _example(request, "roster", form)


@router.get("/participation/example", response={200: Any} | problems(), summary="A file of results to begin with",
            operation_id="read_results_example", openapi_extra=TABLES)  # fmt: skip
def results_example(request: HttpRequest, form: Literal["csv", "xlsx"] = "csv") -> Any:
    """Return a file of results that can be taken in as it is, with yourself in it. Scope: read."""
    return _example(request, "results", form)


def _example(request: HttpRequest, what: examples.What, form: examples.Form) -> HttpResponse:
    needs(request, "read")
    known_parameters(request, "form")
    file = examples.example(what, form, at=now())
    return as_download(file.body, file.name, file.kind)
