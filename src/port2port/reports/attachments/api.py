"""The API of attachments: put files on a report, list them, fetch one. Originals are not given to machines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from port2port.base.clock import now
from port2port.reports import queries as reports
from port2port.reports.attachments import actions, queries
from port2port.reports.attachments.forms import uploads
from port2port.reports.attachments.models import Attachment
from port2port.reports.attachments.pages import given_out
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import needs, problems

router = Router(tags=["attachments"])


class AttachmentOut(Schema):
    """An attachment: what may be shared of a file. Its content stands at /attachments/{id}."""

    id: UUID
    filename: str
    media_type: str
    size: int = Field(description="Bytes of what may be shared")
    sha256: str = Field(description="Of the file as it was added, in hexadecimal")
    own_only: bool = Field(description="Seen by the owner's organisation only")
    removed: list[str] = Field(description="What was taken out of it: exif, gps, author, ...")
    added_at: datetime


@router.get(
    "/reports/{uuid:report}/attachments", response={200: list[AttachmentOut]} | problems(404),
    operation_id="attachments_of_report", url_name="attachments",
)  # fmt: skip
def of_report(request: HttpRequest, report: UUID) -> Any:
    """Return the attachments of a report that you see. Scope: read."""
    needs(request, "read")
    record = sharing.record(report, reports.KIND)
    sharing.note_reading(reports.KIND, [record], at=now())
    return [_out(row) for row in queries.of_report(report)]


@router.post(
    "/reports/{uuid:report}/attachments", response={200: list[AttachmentOut]} | problems(404, 409, 503),
    operation_id="put_attachments",
)  # fmt: skip
def put(
    request: HttpRequest,
    report: UUID,
    files: File[list[UploadedFile]],
    own_only: Form[bool] = False,
) -> Any:
    """Put files on a report that you look after, all or none; those that are there stay. Scope: report.

    At most 10 MB in one request. What leads to a person in the words of a file keeps it within your organisation;
    national numbers, account numbers and the like, and classification markings, refuse it.
    """
    needs(request, "report")
    actions.add_files(report, uploads(files), own_only=own_only, at=now())
    return [_out(row) for row in queries.of_report(report)]


@router.get(
    "/attachments/{uuid:attachment}", response=problems(404), operation_id="read_attachment", url_name="attachment",
    openapi_extra={"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}},
)  # fmt: skip
def content(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """Return what may be shared of a file. Scope: read."""
    needs(request, "read")
    row = queries.attachment(attachment)
    return given_out(queries.content(row, at=now()), row.media_type, row.filename)


def _out(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.id,
        "filename": row.filename,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "own_only": row.record_id != row.report_id,
        "removed": row.removed,
        "added_at": row.added_at,
    }
