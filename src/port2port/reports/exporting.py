"""Reports into a file: what one sees, without TLP:RED, marked with a number, remembered and journalled."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from port2port.base.errors import NotFound
from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.members.queries import called
from port2port.reports import queries, tabular
from port2port.reports.queries import Filters
from port2port.reports.shown import Shown, shown
from port2port.reports.threats import threat_of
from port2port.reports.words import place_words
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.queries import note_reading
from port2port.sharing.sheets import Sheet, to_csv, to_xlsx


@action
def take_out(filters: Filters, form: str, *, at: datetime) -> File:
    """Return the reports that fit as `csv` or `xlsx`, at most 10,000. Raises Refused without the act `export`."""
    exports.taker()
    seen = queries.exportable(filters, most=tabular.MOST_ROWS)
    found = [row for row in seen if exports.may_leave(row.record)]
    return _file(found, form, at=at)


@action
def take_out_red(report: UUID, form: str, *, at: datetime) -> File:
    """Return one report of TLP:RED that a second person let leave. Raises NotFound without that, Refused."""
    exports.taker()
    found = [one for one in shown([report]) if threat_of(one.record) is None]
    if not found:
        raise NotFound(kind=queries.KIND, record=report)
    return _file(found, form, at=at, red=True)


def _file(found: list[Shown], form: str, *, at: datetime, red: bool = False) -> File:
    export = new_id()
    rows = [
        tabular.row_of(
            row.report, row.record, export=export, reference=row.reference, audience=row.audience,
            owner=called(row.record.owner.names), place=place_words(row.report, row.record),
        )
        for row in found
    ]  # fmt: skip
    sheet = Sheet("reports", tabular.EXPORTED, rows)
    body = to_csv(sheet) if form == "csv" else to_xlsx([sheet], exports.mark(export, len(rows), at=at, red=red))
    note_reading(queries.KIND, [row.record for row in found], at=at, act="exported")
    # last, since it keeps the records from changing until the transaction ends
    exports.remember(export, kind=queries.KIND, form=form, records=[row.record.id for row in found], at=at)
    return File(f"reports-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, len(rows))
