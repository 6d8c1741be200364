"""A report that somebody is about to change: that they may, that it is locked, that nobody was faster."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Refused
from port2port.members.acting import current_actor
from port2port.reports import queries
from port2port.reports.models import Report
from port2port.reports.shown import shown
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import decide


def held(identifier: UUID, act: str, expected: int | None = None) -> tuple[Record, Report]:
    """Return envelope and report, locked, when the actor may do this to it in this version.

    Raises NotFound, Refused, Conflict when another version is expected or it was withdrawn.
    """
    found = shown([identifier])
    record = sharing.record(identifier, queries.KIND)  # raises NotFound
    decision = decide(current_actor(), act, sharing.envelope(record), at=record.updated_at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=identifier)
    # A column that is in the grant: locking needs the right to change.
    Record.objects.select_for_update(of=("self",)).filter(id=identifier).values_list("version").first()
    record.refresh_from_db(fields=["version", "audience", "addressed", "tlp", "withdrawn_at"])
    if expected is not None and record.version != expected:
        raise Conflict(_("Somebody else changed this while you were writing. Load it again; your text is kept."))
    if record.withdrawn_at is not None and act != "share":
        raise Conflict(_("This was withdrawn."))
    return record, found[0].report
