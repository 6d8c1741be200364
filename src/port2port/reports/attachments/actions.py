"""What is done with attachments: put on a report, taken off, handed over as evidence, and the vault cleared."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.reports import queries as reports
from port2port.reports.annexes import annex_of
from port2port.reports.attachments import queries, vault
from port2port.reports.attachments.checking import Checked, Upload, checked
from port2port.reports.attachments.models import Attachment, Original
from port2port.reports.stewarding import held
from port2port.sharing import queries as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.models import Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp

MOST = 50  # attachments of a report
NAME_LONGEST, REFERENCE_LONGEST = 120, 80
LEFT_ALONE = timedelta(hours=1)  # younger files of the vault: an upload may be about to refer to them
# An upload holds it from the first file it writes to its end, the sweep alone: so no file goes that a row still to be
# committed refers to. Any number that nobody else uses (PostgreSQL: advisory locks).
VAULT_LOCK = 0x70327061


def add_files(report: UUID, uploads: Sequence[Upload], *, own_only: bool = False, at: datetime) -> list[Attachment]:
    """Check files and put them on a report; those that are there already stay as they are.

    `own_only`: seen by the own organisation only, whatever is in them. Nothing is locked while they are examined.
    Raises NotFound, Refused, Conflict when it was withdrawn, Invalid for what is not taken, ScannerUnavailable.
    """
    record = sharing.record(report, reports.KIND)
    decision = decide(current_actor(), "change", sharing.envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=reports.KIND, record=report)
    return add_attachments(report, checked(uploads), own_only=own_only, at=at)


@action
def add_attachments(
    report: UUID, files: Sequence[Checked], *, own_only: bool = False, at: datetime
) -> list[Attachment]:
    """Put checked files on a report. Raises NotFound, Refused, Conflict when it was withdrawn, Invalid: too many."""
    record, _row = held(report, "change")
    terms = Terms(record.purpose, record.legal_basis, Tlp(record.pap), record.personal_data)
    return put_attachments(record, files, terms=terms, own_only=own_only, at=at)


@action
def put_attachments(
    record: Record, files: Sequence[Checked], *, terms: Terms, own_only: bool = False, at: datetime
) -> list[Attachment]:
    """Put checked files on a report that the actor looks after, in the transaction that made or locked it.

    What leads to a person goes into the report's annex, which stays within the organisation.
    """
    there = {row.sha256 for row in queries.of_report(record.id)}
    fresh = {one.sha256: one for one in files if one.sha256 not in there}
    if len(there) + len(fresh) > MOST:
        raise Invalid([Problem("files", _("A report holds at most 50 attachments."))])
    made = []
    if fresh:
        enter_vault()
    for one in fresh.values():
        closed = own_only or one.identifies
        row = Attachment(
            id=new_id(),
            record_id=annex_of(record, terms=terms, at=at) if closed else record.id,
            report_id=record.id,
            filename=one.filename,
            media_type=one.copy.media_type,
            size=len(one.copy.cleaned),
            sha256=one.sha256,
            address=vault.seal(one.copy.cleaned, record.owner_id),
            kept_for=record.owner_id,
            removed=list(one.copy.removed),
            added_by_id=current_actor().person,
            added_at=at,
        )
        rows.insert(row)
        address = vault.seal(one.content, record.owner_id)
        rows.insert(Original(attachment=row, address=address, sha256=one.sha256, size=len(one.content), taken_at=at))
        made.append(row)
    if made:
        journal.write("attachment.added", kind=reports.KIND, record=record.id, at=at, count=len(made))
    return made


@action
def remove_attachment(identifier: UUID, *, at: datetime) -> UUID:
    """Take an attachment off its report, its original too; return the report's id. Raises NotFound, Refused, Conflict.

    The files themselves go with the next sweep, unless another report of the organisation holds them.
    """
    row = queries.attachment(identifier)
    report: UUID = row.report_id
    record, _row = held(report, "change")
    if not rows.delete(Attachment, identifier):
        raise Refused(_("Only those who look after this record may do that."))
    journal.write("attachment.removed", kind=reports.KIND, record=record.id, at=at, attachment=identifier)
    return report


@action
def hand_over(identifier: UUID, *, to: str, reference: str, at: datetime) -> UUID:
    """Write down that the original was handed over: to whom, under which reference. Returns the report's id.

    Raises NotFound, Refused for others than the owner's stewards, Conflict when it was written down before, Invalid.
    """
    row, there = queries.original(identifier)
    report: UUID = row.report_id
    to, reference = to.strip(), reference.strip()
    problems = []
    if not to or len(to) > NAME_LONGEST or unreadable(to):
        problems.append(Problem("to", _("Say in up to 120 characters which service received it.")))
    if not reference or len(reference) > REFERENCE_LONGEST or unreadable(reference):
        problems.append(Problem("reference", _("Give their reference, in up to 80 characters.")))
    if problems:
        raise Invalid(problems)
    changed = Original.objects.filter(attachment_id=there.pk, handed_at=None).update(
        handed_to=to, handed_reference=reference, handed_by_id=current_actor().person, handed_at=at
    )
    if not changed:
        raise Conflict(_("It was written down before that this was handed over."))
    journal.write("attachment.handed", kind=reports.KIND, record=report, at=at, attachment=identifier)
    return report


@action
def sweep_vault(*, at: datetime) -> int:
    """Remove files that no attachment refers to (the worker). Returns how many; 0 while an upload is under way."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [VAULT_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    removed = vault.sweep(_kept, older_than=(at - LEFT_ALONE).timestamp())
    if removed:
        journal.write("attachments.swept", at=at, count=removed)
    return removed


def enter_vault() -> None:
    """Hold off the sweep until this transaction ends: what is sealed now is referred to by then."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [VAULT_LOCK])


def _kept(addresses: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select reports_kept_addresses(%s::text[])", [addresses])
        return {row[0] for row in cursor.fetchall()}
