"""Reports into a file: what one sees, without TLP:RED, marked with a number, remembered and journalled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.reports import queries, tabular
from port2port.reports.queries import Filters
from port2port.reports.words import place_words
from port2port.sharing import exports
from port2port.sharing.queries import note_reading
from port2port.sharing.rules import REASONS


@dataclass(frozen=True)
class File:
    """A file that leaves: its name, its bytes, how many reports."""

    name: str
    body: bytes
    number: int


@action
def take_out(filters: Filters, form: str, *, at: datetime) -> File:
    """Return the reports that fit as `csv` or `xlsx`, at most 10,000. Raises Refused without the act `export`."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("export"):
        raise Refused(REASONS["no-role"])
    seen = queries.exportable(filters, most=tabular.MOST_ROWS)
    found = [row for row in seen if exports.may_leave(row.record)]
    export = new_id()
    rows = [
        tabular.row_of(
            row.report, row.record, export=export, reference=row.reference, audience=row.audience,
            owner=called(row.record.owner.names), place=place_words(row.report, row.record),
        )
        for row in found
    ]  # fmt: skip
    if form == "csv":
        body = tabular.to_csv(rows)
    else:
        body = tabular.to_xlsx(rows, _mark(export, actor.person, actor.organisation, len(rows), at))
    note_reading(queries.KIND, [row.record for row in found], at=at, act="exported")
    # last, since it keeps the records from changing until the transaction ends
    exports.remember(export, kind=queries.KIND, form=form, records=[row.record.id for row in found], at=at)
    return File(f"reports-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, len(rows))


def _mark(export: UUID, person: UUID, organisation: UUID, number: int, at: datetime) -> tabular.Mark:
    handling = _("TLP as marked; not to be passed on beyond it.")
    lines = (
        (_("Number of this file"), str(export)),
        (_("Taken out on"), timezone.localtime(at).isoformat(timespec="seconds")),
        (_("For the organisation"), called(Organisation.objects.get(id=organisation).names)),
        (_("By the person with the number"), str(person)),
        (_("Reports"), str(number)),
        (_("Handling"), handling),
        (_("Left out"), _("TLP:RED is left out of every file.")),
        (_("When it is withdrawn"), _("Delete this file when you are told that something in it was withdrawn.")),
    )
    return tabular.Mark(export, lines, handling)
