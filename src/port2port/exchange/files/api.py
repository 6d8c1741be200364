"""The API of partners' files: what their columns are, how they are read, what would happen, and doing it. It only
translates.
"""

import base64
import binascii
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.exchange.files import actions, queries
from port2port.exchange.files.known import known_values
from port2port.exchange.files.mapping import MOST_COLUMNS, Mapping, read_mapping, written
from port2port.exchange.files.models import FileMapping
from port2port.exchange.files.proposing import proposed
from port2port.exchange.files.reading import LARGEST_FILE, read_table, samples
from port2port.exchange.files.taking import Plan, plan, take_in
from port2port.exchange.inbound.actions import receiver
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.api_ground import ProblemItem, Strict, expected_version, known_parameters, needs, problems

router = Router(tags=["exchange"])
SAMPLES = 5
LONGEST_FILE = LARGEST_FILE * 4 // 3 + 4  # characters of base64
BASE64 = "The file, CSV or XLSX, in base64 (RFC 4648 section 4); at most 5 MB"


class FileColumn(Strict):
    """A column by its name in the head, and our field that it is; empty: it is not taken."""

    name: str = Field(max_length=120, examples=["Haven"])
    field: str = Field("", max_length=40, examples=["port"])
    values: dict[str, str] = Field({}, description="Their values and our codes; an empty code stands for nothing")


class FileMappingBody(Strict):
    """How a partner's file is read."""

    partner: str = Field(max_length=60, description="Whose file it is: their numbers are known again under this name")
    columns: list[FileColumn] = Field(max_length=MOST_COLUMNS)
    constants: dict[str, str] = Field({}, description="Codes that hold for all rows", examples=[{"nature": "incident"}])
    order: Literal["dmy", "mdy", "ymd"] = Field("dmy", description="Of dates that are not written as ISO 8601 does")
    zone: str = Field("Europe/Brussels", max_length=60, description="Time zone (IANA) of times without one")
    decimal: Literal[",", "."] = ","
    language: Literal["nl", "fr", "de", "en"] = "nl"
    audience: str = Field("my-organisation", max_length=40, description="Who should know: a choice of `AudienceIn`")


class FileMappingIn(Strict):
    """A mapping to be kept under a name."""

    name: str = Field(max_length=actions.LONGEST_NAME)
    mapping: FileMappingBody


class FileMappingOut(Strict):
    """A mapping that your organisation keeps. `version` is also its ETag."""

    id: UUID
    url: str
    name: str
    version: int
    changed_at: datetime
    mapping: FileMappingBody


class FileMappingList(Strict):
    """The mappings that your organisation keeps, by name."""

    items: list[FileMappingOut]


class FileLookIn(Strict):
    """A file whose columns are to be known."""

    file: str = Field(max_length=LONGEST_FILE, description=BASE64)


class FileColumnSeen(Strict):
    """A column of a file and its first different values."""

    name: str
    first: list[str]


class FileLookOut(Strict):
    """What stands in a file, and how it would be read. `kept`: the mapping of yours for these columns."""

    rows: int
    columns: list[FileColumnSeen]
    proposed: FileMappingBody
    kept: UUID | None


class FileTakeIn(Strict):
    """A file and how it is read: a mapping that is kept, or one that is sent along."""

    file: str = Field(max_length=LONGEST_FILE, description=BASE64)
    kept: UUID | None = Field(None, description="Id of a mapping")
    mapping: FileMappingBody | None = None
    partly: bool = Field(False, description="Take the good rows in, though others are refused; else all or none")


class FileRowOut(Strict):
    """A row that becomes a report, or became one."""

    row: int
    origin_id: str
    threat: str
    port: str
    modus_operandi: str
    occurred_at: datetime
    occurred_precision: str
    title: str
    tlp: str
    report: UUID | None = Field(description="Once it is made")


class FileRowThere(Strict):
    """A row that is a report already; it stays as it is. `other`: the file says something else now."""

    row: int
    origin_id: str
    report: UUID | None = Field(description="null: one that you do not see")
    other: bool


class FileTakenOut(Strict):
    """What becomes of the rows of a file."""

    rows: int
    refused: int
    new: list[FileRowOut]
    there: list[FileRowThere]
    problems: list[ProblemItem] = Field(description="Why rows are refused, by row and column")


def _out(row: FileMapping) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": reverse("api-1:file_mapping", args=[row.id]),
        "name": row.name,
        "version": row.version,
        "changed_at": row.changed_at,
        "mapping": written(queries.body_of(row)),
    }


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid([Problem("file", _("This is not base64."))]) from None


def _mapping(said: FileTakeIn) -> Mapping:
    """Return the mapping that is meant. Raises NotFound, Invalid when none or two are named."""
    if (said.kept is None) == (said.mapping is None):
        raise Invalid([Problem("mapping", _("Name one that is kept, or send one."))])
    if said.kept is not None:
        return read_mapping(queries.file_mapping(said.kept).body)
    return read_mapping(said.mapping.dict() if said.mapping is not None else {})


@router.post(
    "/files/columns", response={200: FileLookOut} | problems(413), url_name="file_columns",
    operation_id="look_at_file", summary="What the columns of a partner's file are",
)  # fmt: skip
def look_at_file(request: HttpRequest, said: FileLookIn) -> Any:
    """Return the columns with their first values, and a mapping to begin with. Nothing is written. Scope: report."""
    needs(request, "report")
    receiver()
    table = read_table(_bytes(said.file))
    earlier = [(row, queries.body_of(row)) for row in queries.mappings_for(table.head)]
    same = [row for row, body in earlier if {one.name for one in body.columns} == set(table.head)]
    known = known_values(vocabulary(), known_places())
    mapping = proposed(table, [body for _row, body in earlier], known=known, language=current_actor().language)
    return {
        "rows": len(table.rows),
        "columns": [{"name": name, "first": samples(table, name, SAMPLES)} for name in table.head],
        "proposed": written(mapping),
        "kept": same[0].id if same else None,
    }


@router.post(
    "/files", response={200: FileTakenOut} | problems(404, 409, 413), url_name="files", operation_id="take_file",
    summary="Take in a partner's file, or look what would happen row by row",
)  # fmt: skip
def take_file(
    request: HttpRequest,
    said: FileTakeIn,
    dry_run: bool = query(False, description="Look only: nothing is written"),
) -> Any:
    """Make a report of each new row, for your organisation or whom the mapping names. Scope: report."""
    needs(request, "report")
    known_parameters(request, "dry_run")
    data, mapping = _bytes(said.file), _mapping(said)
    if dry_run:
        return _taken(plan(data, mapping, at=now()))
    return _taken(take_in(data, mapping, partly=said.partly, at=now()))


def _taken(done: Plan) -> dict[str, Any]:
    made: list[UUID | None] = [*done.made] or [None] * len(done.new)
    return {
        "rows": done.rows,
        "refused": done.refused,
        "new": [
            {
                "row": one.line.row,
                "origin_id": one.line.identifier,
                "threat": one.line.draft.threat,
                "port": one.line.draft.port,
                "modus_operandi": one.line.draft.modus_operandi,
                "occurred_at": one.line.draft.occurred_at,
                "occurred_precision": one.line.draft.occurred_precision,
                "title": one.line.draft.title,
                "tlp": one.to.tlp.label.removeprefix("TLP:"),
                "report": report,
            }
            for one, report in zip(done.new, made, strict=True)
        ],
        "there": [
            {"row": one.line.row, "origin_id": one.line.identifier, "report": one.report, "other": one.other}
            for one in done.there
        ],
        "problems": [{"field": one.field, "message": str(one.message), "row": one.row} for one in done.problems],
    }


@router.get(
    "/files/mappings", response={200: FileMappingList} | problems(), url_name="file_mappings",
    operation_id="list_file_mappings", summary="How your organisation reads partners' files",
)  # fmt: skip
def list_file_mappings(request: HttpRequest) -> Any:
    """Return the mappings that your organisation keeps, by name. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_out(row) for row in queries.file_mappings()]}


@router.post(
    "/files/mappings", response={201: FileMappingOut} | problems(), url_name="file_mappings",
    operation_id="keep_file_mapping", summary="Keep how a partner's file is read",
)  # fmt: skip
def keep_file_mapping(request: HttpRequest, said: FileMappingIn) -> Any:
    """Keep a mapping under a name that is free. Scope: report."""
    needs(request, "report")
    made = actions.keep_mapping(read_mapping(said.mapping.dict()), name=said.name, at=now())
    return Status(201, _out(made))


@router.get(
    "/files/mappings/{uuid:mapping}", response={200: FileMappingOut} | problems(404), url_name="file_mapping",
    operation_id="get_file_mapping", summary="How one partner's files are read",
)  # fmt: skip
def get_file_mapping(request: HttpRequest, mapping: UUID) -> Any:
    """Return one mapping. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(queries.file_mapping(mapping))


@router.put(
    "/files/mappings/{uuid:mapping}", response={200: FileMappingOut} | problems(404, 409, 412, 428),
    url_name="file_mapping", operation_id="change_file_mapping", summary="Change how a partner's files are read",
)  # fmt: skip
def change_file_mapping(
    request: HttpRequest, mapping: UUID, said: FileMappingIn, if_match: str = header("", alias="If-Match")
) -> Any:
    """Put another mapping, or another name, in its place. Send If-Match with the ETag you read. Scope: report."""
    needs(request, "report")
    row = queries.file_mapping(mapping)
    expected = expected_version(if_match, row)
    body = read_mapping(said.mapping.dict())
    return _out(actions.change_mapping(row.id, body, name=said.name, expected=expected, at=now()))


@router.delete(
    "/files/mappings/{uuid:mapping}", response={204: None} | problems(404), url_name="file_mapping",
    operation_id="forget_file_mapping", summary="Delete how a partner's files are read",
)  # fmt: skip
def forget_file_mapping(request: HttpRequest, mapping: UUID) -> Any:
    """Delete a mapping; reports that were made by it stay. Scope: report."""
    needs(request, "report")
    actions.forget_mapping(mapping, at=now())
    return Status(204, None)
