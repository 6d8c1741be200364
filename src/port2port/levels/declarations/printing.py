"""A declaration as the form of the ISPS Code (part B, appendix 1), to be signed by hand; declarations as a sheet."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.ids import new_id
from port2port.levels.declarations import queries
from port2port.levels.declarations.queries import KIND, MOST, Filters
from port2port.levels.declarations.shown import Shown
from port2port.members.acting import action, current_actor
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.sheets import Sheet, to_csv, to_xlsx
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language
from port2port.site.words import day

TEMPLATE = "levels/declarations/papers/declaration.typ"
FORMS: tuple[Literal["csv", "xlsx"], ...] = ("csv", "xlsx")


@action
def paper(identifier: UUID, *, at: datetime) -> File:
    """Return the form of a declaration as PDF in the reader's language, with empty lines to sign on.

    Raises NotFound, Refused for who neither looks after it nor may export.
    """
    row = queries.declaration(identifier, at=at)
    return printed(
        TEMPLATE, form_values(Shown(row, at)), title=_("Declaration of Security"), name="declaration", kind=KIND,
        tlp=Tlp(row.record.tlp), records=[row.record_id], at=at,
    )  # fmt: skip


def form_values(one: Shown) -> dict[str, Any]:
    """Return what the form says, in the order of appendix 1; each text whole and in the reader's language."""
    row = one.row
    call = [day(on, language()) for on in (row.call_from, row.call_until) if on is not None]
    return {
        "reference": one.reference, "invented": _("Invented, for the demo") if one.invented else "",
        "facts": [
            [_("Name of ship"), row.ship], [_("Port of registry or flag"), row.flag], [_("IMO number"), row.imo],
            [_("Name of port facility"), f"{one.place} ({one.code})"], [_("Call"), " – ".join(call)],
        ],
        "valid": _("This Declaration of Security is valid from %(start)s until %(end)s, for the following activities:")
        % {"start": one.moment(row.starts), "end": one.moment(row.ends)},
        "activities": one.activities,
        "levels_line": _("under the following security levels:"),
        "levels": [
            [_("Security level of the ship"), str(row.ship_level)],
            [_("Security level of the port facility"), str(row.facility_level)],
        ],
        "occasion": [_("Occasion"), one.reason],
        "agree": _("The port facility and the ship agree to the following security measures and responsibilities to"
                   " ensure compliance with the requirements of part A of the ISPS Code."),
        "initials": _("The initials of the responsible officers in these columns say that the activity is done by them,"
                      " in accordance with their approved plan. Marked: who was agreed to do it."),
        "columns": [_("Activity"), _("The port facility"), _("The ship")],
        "lines": [
            [line["what"], line["by"] in ("facility", "both"), line["by"] in ("ship", "both")] for line in one.lines()
        ],
        "certify": _("The signatories certify that security measures and arrangements for the port facility and the"
                     " ship during the specified activities meet the provisions of chapter XI-2 and part A of the Code,"
                     " implemented as in their approved plans or as agreed and set out in the annex."),
        "dated": _("Dated at ........................ on the ........................"),
        "signed_for": _("Signed for and on behalf of"),
        "sides": [
            [_("the port facility"), one.post("facility")],
            [_("the ship"), one.post("ship")],
        ],
        "blanks": [_("Signature"), _("Name and title"), _("Contact: telephone, VHF channel")],
        "keep": _("A ship has no account here: this form is signed by hand. Note on the platform when it was signed and"
                  " where it is kept. It is kept three years."),
    }  # fmt: skip


COLUMNS = (
    "reference", "place", "ship", "imo", "flag", "call_from", "call_until", "starts", "ends", "ship_level",
    "facility_level", "reason", "activities", "signed_on", "kept_at", "kept_until", "provenance",
)  # fmt: skip


@action
def take_out(form: Literal["csv", "xlsx"], filters: Filters, *, at: datetime) -> File:
    """Return declarations as a file: those that the own organisation looks after.

    Raises Refused for who neither looks after any nor may export.
    """
    exports.taker(KIND)
    found = queries.declarations(filters, at=at).filter(record__owner_id=current_actor().organisation)
    rows = [Shown(row, at) for row in found[:MOST]]
    export, ids = new_id(), [one.row.record_id for one in rows]
    sheet = Sheet("declarations", (*COLUMNS, "export") if form == "csv" else COLUMNS, _rows(rows, form, export))
    mark = exports.mark(export, len(ids), at=at, kind=KIND)
    body = to_csv(sheet) if form == "csv" else to_xlsx([sheet], mark)
    exports.remember(export, kind=KIND, form=form, records=ids, at=at)
    return File(f"declarations-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.{form}", body, len(ids))


def _rows(rows: list[Shown], form: str, export: UUID) -> list[tuple[Any, ...]]:
    return [
        (
            one.reference, one.code, one.row.ship, one.row.imo, one.row.flag, _iso(one.row.call_from),
            _iso(one.row.call_until), _iso(one.row.starts), _iso(one.row.ends), one.row.ship_level,
            one.row.facility_level, one.row.reason, " ".join(one.row.activities), _iso(one.row.signed_on),
            one.row.kept_at, _iso(one.row.record.expires_at), one.row.record.provenance,
            *((str(export),) if form == "csv" else ()),
        )
        for one in rows
    ]  # fmt: skip


def _iso(value: Any) -> str:
    return value.isoformat() if value is not None else ""
