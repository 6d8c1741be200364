"""Reading attachments: those of a report, one of them, its content, and the original for its owner's stewards."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import NotFound, Refused
from port2port.reports.attachments import vault
from port2port.reports.attachments.models import Attachment, Original
from port2port.reports.queries import KIND
from port2port.sharing.tlp import SENSITIVE

STEWARDS_ONLY = _("Only the stewards of the organisation that owns it read the original.")


def of_report(report: UUID) -> list[Attachment]:
    """Return the attachments of a report that the actor sees, in the order in which they were added."""
    return list(Attachment.objects.filter(report_id=report).order_by("id"))


def attachment(identifier: UUID) -> Attachment:
    """Return one attachment that the actor sees. Raises NotFound, the same for absent and hidden."""
    row = Attachment.objects.select_related("record").filter(id=identifier).first()
    if row is None:
        raise NotFound(kind="attachment", record=identifier)
    return row


def content(row: Attachment, *, at: datetime) -> bytes:
    """Return what may be shared of a file. Reading AMBER is journalled. Raises Damaged."""
    if row.record.tlp >= SENSITIVE:
        journal.write("attachment.read", kind=KIND, record=row.report_id, at=at, attachment=row.id)
    return vault.unseal(row.address, row.kept_for)


def originals(report: UUID) -> dict[UUID, Original]:
    """Return the originals of a report that the actor may read, by attachment."""
    return {row.attachment_id: row for row in Original.objects.filter(attachment__report_id=report)}


def original(identifier: UUID) -> tuple[Attachment, Original]:
    """Return an attachment with its original. Raises NotFound, Refused for others than its owner's stewards."""
    row = attachment(identifier)
    found = Original.objects.filter(attachment_id=identifier).first()
    if found is None:
        raise Refused(STEWARDS_ONLY, kind="attachment", record=identifier)
    return row, found


def original_content(identifier: UUID, *, at: datetime) -> tuple[Attachment, bytes]:
    """Return the untouched file; reading it is journalled always. Raises as `original` does, and Damaged."""
    row, found = original(identifier)
    journal.write("attachment.original", kind=KIND, record=row.report_id, at=at, attachment=identifier)
    return row, vault.unseal(found.address, row.kept_for)
