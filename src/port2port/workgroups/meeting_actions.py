"""What is done with meetings: convene, move, cancel, build the agenda, note who is there, write and approve minutes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.workgroups import queries
from port2port.workgroups.guarding import text_problems
from port2port.workgroups.models import Attendance, Correction, Group, Item, Meeting
from port2port.workgroups.rules import (
    ATTENDANCE,
    LONGEST_ITEM,
    LONGEST_LINE,
    LONGEST_MEETING,
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_TEXT,
    LONGEST_TITLE,
)
from port2port.workgroups.writing import (
    CHANGED,
    audience_of,
    kept,
    language_problems,
    published,
    raise_for,
    sat_in,
    touch,
)


@action
def convene(
    group: UUID,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    language: str,
    at: datetime,
    tlp: Tlp | None = None,
) -> Meeting:
    """Call a meeting, or note a past one; the whole group sees it. Raises NotFound, Refused, Conflict, Invalid."""
    of = kept(group)
    raise_for(_meeting_problems(title, starts_at, ends_at, place, language))
    record = published("meeting", of, audience_of(of, tlp=tlp), text=f"{title} {place}", at=at)
    made = Meeting(
        record=record, group=of, title=title.strip(), starts_at=starts_at, ends_at=ends_at, place=place.strip(),
        language=language,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


@action
def change_meeting(
    meeting: UUID,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    language: str,
    expected: int,
    at: datetime,
) -> None:
    """Move a meeting or call it otherwise; calendars follow. Raises NotFound, Refused, Conflict, Invalid."""
    found, _of = _kept_meeting(meeting)
    raise_for(_meeting_problems(title, starts_at, ends_at, place, language))
    touch(found.record, expected=expected, at=at, text=f"{title} {place}")
    Meeting.objects.filter(record_id=meeting).update(
        title=title.strip(), starts_at=starts_at, ends_at=ends_at, place=place.strip(), language=language
    )


@action
def cancel_meeting(meeting: UUID, *, expected: int, at: datetime) -> None:
    """Cancel a meeting: it stays in calendars as cancelled. Raises NotFound, Refused, Conflict."""
    found, _of = _kept_meeting(meeting)
    if found.row.state != "planned":
        raise Conflict(_("Only a meeting that is planned is cancelled."))
    touch(found.record, expected=expected, at=at, act="cancelled")
    Meeting.objects.filter(record_id=meeting).update(state="cancelled")


@action
def restore_meeting(meeting: UUID, *, expected: int, at: datetime) -> None:
    """Hold a cancelled meeting after all. Raises NotFound, Refused, Conflict."""
    found, _of = _kept_meeting(meeting)
    if found.row.state != "cancelled":
        raise Conflict(_("This meeting is not cancelled."))
    touch(found.record, expected=expected, at=at, act="restored")
    Meeting.objects.filter(record_id=meeting).update(state="planned")


@action
def add_item(
    meeting: UUID,
    *,
    title: str,
    language: str,
    at: datetime,
    about: str = "",
    target: UUID | None = None,
    persons: Collection[UUID] = (),
    tlp: Tlp | None = None,
) -> Item:
    """Put an item on the agenda. `persons`: who of the group alone sees it and its minutes.

    About a record of the group that is narrower than the meeting, it is as narrow. Raises NotFound, Refused, Conflict,
    Invalid.
    """
    found, of = _kept_meeting(meeting)
    raise_for([*text_problems("title", title, LONGEST_ITEM), *language_problems(language)])
    narrower = Tlp(found.record.tlp) if tlp is None else tlp
    seated = {seat.person for seat in queries.seats(of)}
    if target is not None:
        spoken_of = Record.objects.filter(id=target).first()
        if spoken_of is None:
            raise Invalid([Problem("target", _("There is no such record that you see."))])
        if not persons and of.circle_id not in spoken_of.addressed and set(spoken_of.addressed) & seated:
            persons = [key for key in spoken_of.addressed if key in seated]
            narrower = max(narrower, Tlp(spoken_of.tlp))
    record = published("minutes", of, audience_of(of, persons=persons, tlp=narrower), text=title, at=at)
    last = Item.objects.filter(meeting=found.row).aggregate(last=Max("position"))["last"]
    made = Item(
        record=record, meeting=found.row, position=(last or 0) + 1, title=title.strip(), about=about, target=target,
        language=language,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


@action
def change_item(
    item: UUID, *, expected: int, at: datetime, title: str | None = None, dropped: bool | None = None
) -> None:
    """Call an item otherwise, or take it off and put it back. Raises NotFound, Refused, Conflict, Invalid."""
    found = queries.one(Item, item)
    kept(found.row.meeting.group_id)
    changes: dict[str, object] = {}
    if title is not None:
        raise_for(text_problems("title", title, LONGEST_ITEM))
        changes["title"] = title.strip()
    if dropped is not None:
        changes["dropped_at"] = at if dropped else None
    if dropped and found.row.minutes:
        raise Conflict(_("There are minutes under this item: it stays."))
    touch(found.record, expected=expected, at=at, text=f"{title or found.row.title} {found.row.minutes}")
    if changes:
        Item.objects.filter(record_id=item).update(**changes)


@action
def move_item(item: UUID, *, up: bool, at: datetime) -> None:
    """Move an item by one place among those that the actor sees. Raises NotFound, Refused, Conflict."""
    found = queries.one(Item, item)
    kept(found.row.meeting.group_id)
    # Two who move at the same moment wait for each other.
    order = list(
        Item.objects.select_for_update(of=("self",)).filter(meeting=found.row.meeting_id, dropped_at=None)
        .order_by("position", "record_id").values_list("record_id", flat=True)
    )  # fmt: skip
    place = order.index(item) if item in order else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, identifier in enumerate(order, 1):
        Item.objects.filter(record_id=identifier).exclude(position=position).update(position=position)
    journal.write("minutes.moved", kind="minutes", record=item, at=at)


@action
def write_minutes(item: UUID, *, minutes: str, language: str, expected: int, at: datetime) -> int:
    """Write what was said under an item. Returns the new version. Raises NotFound, Refused, Conflict, Invalid."""
    found = queries.one(Item, item)
    kept(found.row.meeting.group_id)
    raise_for([*text_problems("minutes", minutes, LONGEST_TEXT, needed=False), *language_problems(language)])
    touch(found.record, expected=expected, at=at, text=f"{found.row.title} {minutes}")
    Item.objects.filter(record_id=item).update(
        minutes=minutes.strip(), language=language, edited_by_id=current_actor().person, edited_at=at
    )
    return expected + 1


@action
def note_attendance(meeting: UUID, *, person: UUID, state: str, at: datetime, replaced_by: str = "") -> None:
    """Note whether somebody of the group is there. Raises NotFound, Refused, Conflict, Invalid."""
    found, of = _kept_meeting(meeting)
    seat = next((seat for seat in queries.seats(of) if seat.person == person), None)
    problems = []
    if seat is None:
        problems.append(Problem("person", _("Choose people of the group.")))
    if state not in ATTENDANCE:
        problems.append(Problem("state", _("Choose whether the person was there.")))
    if state == "replaced":
        problems += text_problems("replaced_by", replaced_by, LONGEST_NAME)
    raise_for(problems)
    assert seat is not None
    values = {"state": state, "replaced_by": replaced_by.strip() if state == "replaced" else ""}
    if not Attendance.objects.filter(meeting=found.row, person_id=person).update(**values):
        row = Attendance(id=new_id(), meeting=found.row, person_id=person, organisation_id=seat.organisation, **values)
        row.save(force_insert=True)
    journal.write("meeting.attendance", kind="meeting", record=meeting, at=at, person=person, state=state)


@action
def excuse_oneself(meeting: UUID, *, at: datetime) -> None:
    """Say that one cannot come, before the meeting is over. Raises NotFound, Refused; Conflict when noted."""
    found, organisation = _attended(meeting, at=at)
    person = current_actor().person
    if Attendance.objects.filter(meeting=found, person_id=person).exists():
        raise Conflict(_("It is noted already whether you are there."))
    row = Attendance(id=new_id(), meeting=found, person_id=person, organisation_id=organisation, state="excused")
    row.save(force_insert=True)
    journal.write("meeting.attendance", kind="meeting", record=meeting, at=at, person=person, state="excused")


@action
def come_after_all(meeting: UUID, *, at: datetime) -> None:
    """Take one's own excuse back, before the meeting is over. Raises NotFound, Refused; Conflict when there is none."""
    found, organisation = _attended(meeting, at=at)
    person = current_actor().person
    own = Attendance.objects.filter(meeting=found, person_id=person, organisation_id=organisation)
    taken, _rows = own.filter(state="excused").delete()
    if not taken:
        raise Conflict(_("You are not excused."))
    journal.write("meeting.attendance", kind="meeting", record=meeting, at=at, person=person, state="coming")


def _attended(meeting: UUID, *, at: datetime) -> tuple[Meeting, UUID]:
    """Return a meeting to which the actor is called and which is not over, and for which organisation."""
    found = queries.one(Meeting, meeting)
    sat_in(found.row.group_id)
    if found.row.state != "planned" or found.row.ends_at <= at:
        raise Conflict(_("This meeting is over."))
    organisation = current_actor().organisation
    assert organisation is not None  # one sits in a group for an organisation
    return found.row, organisation


@action
def approve_minutes(meeting: UUID, *, approved_in: UUID, expected: int, at: datetime) -> None:
    """Approve the minutes of a meeting at a later one of the same group: from now on they stay as they are.

    Raises NotFound, Refused, Conflict, Invalid naming `meeting`.
    """
    found, of = _kept_meeting(meeting)
    where = Meeting.objects.filter(record_id=approved_in, group=of).first()
    if where is None or where.starts_at <= found.row.starts_at:
        raise Invalid([Problem("meeting", _("Minutes are approved at a later meeting of the same group."))])
    touch(found.record, expected=expected, at=at, act="approved")
    Meeting.objects.filter(record_id=meeting).update(
        state="approved", approved_at=at, approved_by_id=current_actor().person, approved_in=where
    )


@action
def correct_minutes(item: UUID, *, minutes: str, reason: str, number: int, expected: int, at: datetime) -> Correction:
    """Let approved minutes say something else from now on, and why; what was approved stays beside it.

    `number`: of the correction that this one follows, 0 for none. Raises NotFound, Refused, Conflict, Invalid.
    """
    found = queries.one(Item, item)
    kept(found.row.meeting.group_id)
    raise_for([*text_problems("minutes", minutes, LONGEST_TEXT), *text_problems("reason", reason, LONGEST_LINE)])
    if found.row.meeting.state != "approved":
        raise Conflict(_("These minutes are still a draft: write them."))
    before = Correction.objects.filter(item=found.row).order_by("-number").first()
    if (before.number if before else 0) != number:
        raise Conflict(CHANGED)
    if minutes.strip() == (before.minutes if before else found.row.minutes):
        raise Conflict(_("This is what they say already."))
    touch(found.record, expected=expected, at=at, text=f"{found.row.title} {minutes}", act="corrected")
    made = Correction(
        id=new_id(), item=found.row, number=number + 1, minutes=minutes.strip(), reason=reason.strip(),
        by_id=current_actor().person, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _kept_meeting(meeting: UUID) -> tuple[queries.Shown[Meeting], Group]:
    found = queries.one(Meeting, meeting)
    return found, kept(found.row.group_id)


def _meeting_problems(title: str, starts_at: datetime, ends_at: datetime, place: str, language: str) -> list[Problem]:
    found = [
        *text_problems("title", title, LONGEST_TITLE),
        *text_problems("place", place, LONGEST_PLACE, needed=False),
        *language_problems(language),
    ]
    if ends_at <= starts_at:
        found.append(Problem("ends_at", _("It ends before it begins.")))
    elif ends_at - starts_at > LONGEST_MEETING:
        found.append(Problem("ends_at", _("A meeting lasts a week at most.")))
    return found
