"""The pack of a meeting as PDF: agenda, who sits in the group, open actions, papers, minutes.

Only what its reader sees stands in it.

What is TLP:RED stands in no file: it is left out, and the pack says that something may be.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.errors import Refused
from port2port.members.acting import action
from port2port.sharing.exports import File, may_leave
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp
from port2port.site.markdown import blocks
from port2port.workgroups import queries, reading
from port2port.workgroups.models import Group, Item
from port2port.workgroups.queries import Row, Shown
from port2port.workgroups.reading import MeetingNow
from port2port.workgroups.words import ATTENDANCE, span

TEMPLATE = "workgroups/papers/pack.typ"


@action
def pack(meeting: UUID, *, at: datetime) -> File:
    """Return the pack of a meeting for whoever acts, remembered as a file that left.

    Raises NotFound, Refused without the act `export` or when the meeting itself is TLP:RED.
    """
    found = reading.whole(meeting, at=at)
    row, record = found.meeting.row, found.meeting.record
    if not may_leave(record):
        raise Refused(_("TLP:RED leaves in no file. Read it here."))
    group = queries.group(row.group_id)
    items, papers = _leaving(found.items), _leaving(found.papers)
    actions = _leaving(reading.open_actions(group))
    records = [record, *(i.record for i in items), *(p.record for p in papers), *(a.record for a in actions)]
    day = timezone.localtime(row.starts_at)
    data: dict[str, Any] = {
        "when": f"{day:%d/%m/%Y}, {span(row)}",
        "place": row.place,
        "group": group.name,
        "left_out": _("TLP:RED, and what you do not see."),
        "items": [
            {"number": str(number), "title": one.row.title, "mark": Tlp(one.record.tlp).label}
            for number, one in enumerate(items, 1)
        ],
        "seats": _seats(group, found),
        "actions": [
            [one.row.text, _owner(group, one.row.owner_id), f"{one.row.due:%d/%m/%Y}"] for one in actions
        ],
        "papers": [
            {
                "title": one.row.title, "mark": Tlp(one.record.tlp).label, "audience": "; ".join(one.audience),
                "blocks": blocks(one.row.text),
            }
            for one in papers
        ],
        "minutes": [
            {"title": one.row.title, "blocks": blocks(_newest(one, found))}
            for one in items
            if _newest(one, found).strip()
        ],
        "words": _words(),
    }  # fmt: skip
    return printed(
        TEMPLATE, data, title=row.title, name="meeting", kind="meeting",
        tlp=Tlp(max(one.tlp for one in records)), records=[one.id for one in records], at=at,
    )  # fmt: skip


def _leaving(part: list[Shown[Row]]) -> list[Shown[Row]]:
    """Return what may stand in a file at all."""
    return [one for one in part if may_leave(one.record)]


def _newest(item: Shown[Item], found: MeetingNow) -> str:
    """Return what the minutes of an item say now, with its corrections."""
    corrections = found.corrections.get(item.id, [])
    return corrections[-1].minutes if corrections else item.row.minutes


def _seats(group: Group, found: MeetingNow) -> list[list[str]]:
    rows = []
    for seat in queries.seats(group):
        noted = found.attendance.get(seat.person)
        word = str(ATTENDANCE[noted.state]) if noted else ""
        rows.append([seat.name, seat.organisation_name, f"{word} {noted.replaced_by}".strip() if noted else word])
    return rows


def _owner(group: Group, person: UUID) -> str:
    return next((seat.name for seat in queries.seats(group) if seat.person == person), _("a person who has left"))


def _words() -> dict[str, str]:
    return {
        "when": _("When"), "where": _("Where"), "group": _("Working group"), "left_out": _("Left out"),
        "agenda": _("Agenda"), "nothing": _("Nothing yet"), "item": _("Item"), "attendance": _("Attendance"),
        "person": _("Who"), "organisation": _("Organisation"), "there": _("There?"), "actions": _("Open actions"),
        "action": _("What must be done?"), "due": _("By which day?"), "minutes": _("Minutes"),
    }  # fmt: skip
