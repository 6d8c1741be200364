"""The API of packages: it translates, calls one query or one action, and translates back.

A package is played by a person at a browser, never by a machine.
"""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.training.courses.queries import trainer
from port2port.training.packages import actions, queries
from port2port.training.packages.models import Package
from port2port.training.packages.reading import LARGEST, read
from port2port.training.packages.rules import BETWEEN, LONGEST, Head

router = Router(tags=["courses"])
TEXT = r"^[^\x00]*$"


def _between(name: str) -> Any:
    least, most = BETWEEN[name]
    return Field(ge=least, le=most)


class CoursePackageIn(Strict):
    """What a package is, and what a pass of it is worth."""

    language: Literal["nl", "fr", "de", "en"] = Field(description="Of the package, its name and its summary")
    name: str = Field(max_length=LONGEST["name"], pattern=TEXT)
    summary: str = Field(max_length=LONGEST["summary"], pattern=TEXT)
    minutes: int = _between("minutes")
    topics: list[str] = Field(min_length=1, max_length=200, description="Codes of the ISPS Code's topics")
    valid_months: int = _between("valid_months")
    grace_days: int = _between("grace_days")

    def value(self) -> Head:
        """Return it as the action takes it."""
        return Head(**self.dict() | {"topics": tuple(self.topics)})


class CoursePackageOut(Schema):
    """A package of your organisation."""

    url: str
    course: str = Field(description="The slug of the course that it is")
    version: int
    standard: Literal["1.2", "2004"]
    title: str
    files: int
    size: int = Field(description="Bytes of its files, unpacked")
    passing: float | None = Field(description="From which score on it is passed, where the package says so")
    made_at: datetime
    retired_at: datetime | None = Field(description="Since when nobody can take it any more")


class CoursePackageRetiredIn(Strict):
    """Whether nobody can take it any more."""

    retired: bool


class CoursePackageFoundOut(Schema):
    """What is in a package that was looked at; nothing was written."""

    standard: Literal["1.2", "2004"]
    title: str
    launch: str = Field(description="The page that opens first")
    files: int
    size: int = Field(description="Bytes of its files, unpacked")
    left_out: list[str] = Field(description="Files of kinds that are not opened here")


class CourseRunOut(Schema):
    """How far you are in a package: what it says itself."""

    course: str
    outcome: Literal["going", "done", "failed"]
    begun_at: datetime
    updated_at: datetime
    completed_at: datetime | None


def _out(row: Package) -> dict[str, Any]:
    names = ("standard", "title", "files", "size", "passing", "made_at")
    slug = row.edition.slug
    return {name: getattr(row, name) for name in names} | {
        "url": reverse("api-1:course_package", args=[slug]), "course": slug, "version": row.edition.version,
        "retired_at": row.edition.retired_at,
    }  # fmt: skip


def _newest(slug: str) -> dict[str, Any]:
    row = queries.package_of(slug)
    if row is None:
        raise NotFound()
    return _out(row)


@router.get("", response={200: list[CoursePackageOut]} | problems(), summary="Packages of your organisation",
            operation_id="list_course_packages")  # fmt: skip
def packages(request: HttpRequest) -> Any:
    """Return the packages of your organisation in their newest version, the newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [_out(row) for row in queries.packages()]


@router.post("", response={201: CoursePackageOut} | problems(409, 413, 503), summary="Bring in a package",
             operation_id="bring_in_course_package")  # fmt: skip
def bring_in(request: HttpRequest, file: File[UploadedFile], sent: Form[CoursePackageIn]) -> Any:
    """Make a course of your organisation of a SCORM package, for who trains there. Scope: report.

    SCORM 1.2 or 2004, one SCO, at most 9 MB.
    """
    needs(request, "report")
    looked = actions.look(file.read(LARGEST + 1))
    return Status(201, _newest(actions.bring_in(looked.found, sent.value(), at=now())))


@router.post("/look", response={200: CoursePackageFoundOut} | problems(413), summary="Look at a package",
             operation_id="look_at_course_package")  # fmt: skip
def look(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Say what is in a package, or why it is not taken; nothing is written. Scope: report."""
    needs(request, "report")
    trainer()
    found = read(file.read(LARGEST + 1))
    said = found.manifest
    return {
        "standard": said.standard, "title": said.title, "launch": said.launch, "files": len(found.files),
        "size": found.size, "left_out": list(found.left_out),
    }  # fmt: skip


@router.get("/{slug:package}", response={200: CoursePackageOut} | problems(404), summary="One package",
            url_name="course_package", operation_id="read_course_package")  # fmt: skip
def one(request: HttpRequest, package: str) -> Any:
    """Return the package that a course of your organisation consists of. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _newest(package)


@router.post("/{slug:package}/versions", response={201: CoursePackageOut} | problems(404, 409, 413, 503),
             summary="Bring in the next version of a package",
             operation_id="replace_course_package")  # fmt: skip
def replace(request: HttpRequest, package: str, file: File[UploadedFile], sent: Form[CoursePackageIn]) -> Any:
    """Let another package take its place; passes of the one before count on for the days it said. Scope: report."""
    needs(request, "report")
    looked = actions.look(file.read(LARGEST + 1))
    return Status(201, _newest(actions.bring_in(looked.found, sent.value(), at=now(), slug=package)))


@router.post("/{slug:package}/retirement", response={200: CoursePackageOut} | problems(404),
             summary="Retire a package", operation_id="retire_course_package")  # fmt: skip
def retire(request: HttpRequest, package: str, sent: CoursePackageRetiredIn) -> Any:
    """Take a package off what can be taken, or offer it again; its passes count on. Scope: report."""
    needs(request, "report")
    actions.retire(package, retired=sent.retired, at=now())
    return _newest(package)


@router.get("/{slug:package}/run", response={200: CourseRunOut} | problems(404), summary="How far you are in a package",
            operation_id="read_course_run")  # fmt: skip
def run(request: HttpRequest, package: str) -> Any:
    """Return how far you are in the package of a course, as it says itself. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    row = queries.package_of(package)
    found = queries.run_of(row) if row is not None else None
    if found is None:
        raise NotFound()
    return {
        "course": package, "outcome": found.outcome, "begun_at": found.begun_at, "updated_at": found.updated_at,
        "completed_at": found.completed_at,
    }  # fmt: skip
