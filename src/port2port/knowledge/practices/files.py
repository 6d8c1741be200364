"""Pictures and documents of a practice, under the guard rails of reports' attachments: cleaned, sealed in the vault.

A practice has no annex: what leads to a person is refused. A file comes with a draft and is its organisation's alone
until that is published.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.knowledge.practices import queries
from port2port.knowledge.practices.actions import stewarded
from port2port.knowledge.practices.models import PracticeFile
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.shown import Shown
from port2port.members.acting import action, current_actor
from port2port.reports.attachments import vault
from port2port.reports.attachments.actions import enter_vault
from port2port.reports.attachments.checking import Checked, Upload, checked
from port2port.sharing.tlp import SENSITIVE

MOST = 20  # files of a practice


def add_files(practice: UUID, uploads: Sequence[Upload], *, at: datetime) -> list[PracticeFile]:
    """Check files and put them on a draft; those that are there already stay. Nothing is locked while examining.

    Raises NotFound, Refused, Conflict for what is published (change its text first), Invalid, ScannerUnavailable.
    """
    _draft(practice, at=at)
    files = checked(uploads)
    told = [
        Problem("files", format_lazy("{}: {}", one.filename, _("It names or shows somebody: take that out first.")))
        for one in files
        if one.identifies
    ]
    if told:
        raise Invalid(told)
    return _put(practice, files, at=at)


@action
def _put(practice: UUID, files: Sequence[Checked], *, at: datetime) -> list[PracticeFile]:
    found = _draft(practice, at=at)
    there = {row.sha256 for row in queries.files(practice)}
    fresh = {one.sha256: one for one in files if one.sha256 not in there}
    if len(there) + len(fresh) > MOST:
        raise Invalid([Problem("files", _("A practice holds at most 20 files."))])
    made = []
    if fresh:
        enter_vault()
    for one in fresh.values():
        owner = found.record.owner_id
        row = PracticeFile(
            id=new_id(), practice_id=practice, number=found.practice.number, filename=one.filename,
            media_type=one.copy.media_type, size=len(one.copy.cleaned), sha256=one.sha256,
            address=vault.seal(one.copy.cleaned, owner), kept_for=owner, removed=list(one.copy.removed),
            added_by_id=current_actor().person, added_at=at,
        )  # fmt: skip
        rows.insert(row)
        made.append(row)
    if made:
        journal.write("practice.files", kind=KIND, record=practice, at=at, count=len(made))
    return made


@action
def remove_file(identifier: UUID, *, at: datetime) -> UUID:
    """Take a file off its practice and return the practice's id. Raises NotFound, Refused, Conflict."""
    row = one_file(identifier)
    practice: UUID = row.practice_id
    stewarded(practice, at=at)
    row.delete()
    journal.write("practice.file_off", kind=KIND, record=practice, at=at, file=identifier)
    return practice


def one_file(identifier: UUID) -> PracticeFile:
    """Return one file that the actor sees. Raises NotFound, the same for absent and hidden."""
    row = PracticeFile.objects.select_related("practice__record").filter(id=identifier).first()
    if row is None:
        raise NotFound(kind="practice-file", record=identifier)
    return row


def content(row: PracticeFile, *, at: datetime) -> bytes:
    """Return a file. Reading AMBER is journalled. Raises Damaged."""
    if row.practice.record.tlp >= SENSITIVE:
        journal.write("practice.file_read", kind=KIND, record=row.practice_id, at=at, file=row.id)
    return vault.unseal(row.address, row.kept_for)


def _draft(practice: UUID, *, at: datetime) -> Shown:
    found = stewarded(practice, at=at)
    if found.editorial:
        raise Refused(_("The platform's editors look after this one."), kind=KIND, record=practice)
    if found.practice.state != "draft":
        raise Conflict(_("Files come with a draft. Change the text first."))
    return found
