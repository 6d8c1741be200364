"""Alerts into a file: what one sees, without TLP:RED, marked with a number, remembered and journalled.

Every text comes from `sentences`, so that a row of an exercise says so by itself. Who was warned and who has answered
is no part of it: that is for who must act, on the page.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from port2port.alerts import queries, sentences
from port2port.alerts.queries import Filters
from port2port.alerts.shown import Shown
from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.members.areas import Atlas, atlas_of
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.queries import note_reading
from port2port.sharing.sheets import Sheet, to_csv, to_xlsx
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

MOST_ROWS = 10_000
EXPORTED = (
    "reference", "id", "tlp", "pap", "audience", "owner", "provenance", "sent_at", "status", "message", "state",
    "threat", "event", "urgency", "severity", "certainty", "valid_from", "valid_until", "port_unlocode", "places",
    "headline", "description", "instruction", "series", "follows", "export",
)  # fmt: skip


@action
def take_out(filters: Filters, form: str, *, at: datetime) -> File:
    """Return the alerts that fit as `csv` or `xlsx`, at most 10,000, in the reader's language.

    Raises Refused without the act `export`.
    """
    exports.taker()
    found = [row for row in queries.exportable(filters, at=at, most=MOST_ROWS) if exports.may_leave(row.record)]
    export, atlas = new_id(), atlas_of(known_places())
    sheet = Sheet("alerts", EXPORTED, [_row(row, atlas, export) for row in found])
    body = to_csv(sheet) if form == "csv" else to_xlsx([sheet], exports.mark(export, len(found), at=at))
    note_reading(queries.KIND, [row.record for row in found], at=at, act="exported")
    # last, since it keeps the records from changing until the transaction ends
    exports.remember(export, kind=queries.KIND, form=form, records=[row.record.id for row in found], at=at)
    return File(f"alerts-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, len(found))


def _row(row: Shown, atlas: Atlas, export: UUID) -> list[Any]:
    record, alert, draft, words = row.record, row.alert, row.draft, language()
    return [
        row.reference, str(record.id), Tlp(record.tlp).label, f"PAP:{Tlp(record.pap).name}", ", ".join(row.audience),
        called(record.owner.names), record.provenance, _moment(record.at), alert.status, alert.message, row.state,
        record.threat, alert.event, alert.urgency, alert.severity, alert.certainty, _moment(alert.valid_from),
        _moment(alert.valid_until), record.port.locode if record.port else "",
        "; ".join(sentences.area_name(area, atlas, words) for area in draft.areas),
        sentences.headline(draft, atlas, words, message=row.message),
        sentences.description(draft, atlas, words, message=row.message),
        sentences.instruction(draft, words, message=row.message), str(alert.series), str(alert.follows or ""),
        str(export),
    ]  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(sentences.ZONE).isoformat(timespec="minutes")
