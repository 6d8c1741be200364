"""The API of working groups and meetings: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.sharing.api_ground import around, etag, expected_version, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, agenda, meeting_actions, queries, reading
from port2port.workgroups.api_answers import (
    GroupList,
    GroupOut,
    ItemOut,
    MeetingOut,
    MeetingPage,
    MeetingWhole,
    group_out,
    item_out,
    meeting_out,
    whole_out,
)
from port2port.workgroups.api_shapes import (
    ApprovalIn,
    AttendanceIn,
    GroupIn,
    GroupPatch,
    ItemIn,
    ItemPatch,
    MeetingIn,
    MeetingPatch,
    MeetingQuery,
    MinutesIn,
    NewRuleIn,
    SeatIn,
)
from port2port.workgroups.models import Item, Meeting
from port2port.workgroups.reading import Filters

router = Router(tags=["workgroups"])
LARGEST_PAGE = 100
IF_MATCH = "ETag of the version that changes"


@router.get(
    "/workgroups", response={200: GroupList} | problems(), summary="Groups you sit in", operation_id="list_workgroups"
)
def list_groups(request: HttpRequest) -> Any:
    """Return the groups that this token's holder sits in, closed ones last. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [group_out(group) for group in queries.my_groups()]}


@router.post(
    "/workgroups", response={201: GroupOut} | problems(), summary="Found a group", operation_id="found_workgroup"
)
def found_group(request: HttpRequest, sent: GroupIn) -> Any:
    """Found a group; you take the chair. Scope: report."""
    needs(request, "report")
    said = sent.model_dump(exclude={"tlp", "rule"})
    made = actions.found_group(**said, tlp=Tlp[sent.tlp], rule=sent.rule.rule(), at=now())
    return Status(201, group_out(made))


@router.get(
    "/workgroups/{uuid:group}", response={200: GroupOut} | problems(404), url_name="workgroup", summary="One group",
    operation_id="read_workgroup",
)  # fmt: skip
def read_group(request: HttpRequest, response: HttpResponse, group: UUID) -> Any:
    """Return a group with its people and its rule of decision. Scope: read."""
    needs(request, "read")
    found = queries.group(group)
    response["ETag"] = etag(found.version)
    return group_out(found)


@router.patch(
    "/workgroups/{uuid:group}", response={200: GroupOut} | problems(404, 409, 412, 428),
    summary="Change a group",
    operation_id="change_workgroup",
)  # fmt: skip
def change_group(
    request: HttpRequest,
    group: UUID,
    sent: GroupPatch,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Change what a group is called and for. Chair and secretaries. Scope: report."""
    needs(request, "report")
    found = queries.group(group)
    expected = expected_version(if_match, found)
    said = {name: getattr(found, name) for name in ("name", "label", "remit", "language")}
    said |= sent.model_dump(exclude_none=True, exclude={"tlp"})
    tlp = Tlp[sent.tlp] if sent.tlp else Tlp(found.tlp)
    return group_out(actions.change_group(group, **said, tlp=tlp, expected=expected, at=now()))


@router.post(
    "/workgroups/{uuid:group}/rule", response={200: GroupOut} | problems(404, 409), summary="Decide by another rule",
    operation_id="set_rule",
)  # fmt: skip
def set_rule(request: HttpRequest, group: UUID, sent: NewRuleIn) -> Any:
    """Let the group decide by another rule from now on; what was decided keeps its own. Scope: report."""
    needs(request, "report")
    actions.set_rule(group, rule=sent.rule(), reason=sent.reason, at=now())
    return group_out(queries.group(group))


@router.post(
    "/workgroups/{uuid:group}/seats", response={200: GroupOut} | problems(404, 409), summary="Give a seat or an office",
    operation_id="seat_person",
)  # fmt: skip
def seat(request: HttpRequest, group: UUID, sent: SeatIn) -> Any:
    """Give a person a seat, or another office. The chair alone hands the chair over. Scope: report."""
    needs(request, "report")
    actions.seat_person(group, person=sent.person, organisation=sent.organisation, office=sent.office, at=now())
    return group_out(queries.group(group))


@router.delete(
    "/workgroups/{uuid:group}/seats/{uuid:person}", response={204: None} | problems(404, 409), summary="End a seat",
    operation_id="unseat_person",
)  # fmt: skip
def unseat(request: HttpRequest, group: UUID, person: UUID) -> Any:
    """Let a person leave the group, oneself too. Scope: report."""
    needs(request, "report")
    actions.unseat_person(group, person=person, at=now())
    return Status(204, None)


@router.post(
    "/workgroups/{uuid:group}/closing", response={200: GroupOut} | problems(404, 409), summary="Close a group",
    operation_id="close_workgroup",
)  # fmt: skip
def close(request: HttpRequest, group: UUID) -> Any:
    """End a group: what it wrote stays readable, nothing is added. Scope: report."""
    needs(request, "report")
    actions.close_group(group, at=now())
    return group_out(queries.group(group))


@router.post(
    "/workgroups/{uuid:group}/meetings", response={201: MeetingOut} | problems(404, 409), summary="Call a meeting",
    operation_id="convene",
)  # fmt: skip
def convene(request: HttpRequest, group: UUID, sent: MeetingIn) -> Any:
    """Call a meeting of a group that you keep. Scope: report."""
    needs(request, "report")
    made = meeting_actions.convene(group, **sent.model_dump(), at=now())
    return Status(201, meeting_out(queries.one(Meeting, made.record_id)))


@router.get(
    "/meetings", response={200: MeetingPage} | problems(), summary="Meetings you see", operation_id="list_meetings"
)
def list_meetings(
    request: HttpRequest,
    narrowed: Query[MeetingQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE),
) -> Any:
    """Return a page of meetings, the last called first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *MeetingQuery.model_fields, "cursor", "size")
    found = reading.page(Meeting, Filters(**narrowed.model_dump()), at=now(), cursor=cursor, size=size)
    return {"items": [meeting_out(row) for row in found.rows], "count": found.count} | around(request, found.slice)


@router.get(
    "/meetings/{uuid:meeting}", response={200: MeetingWhole} | problems(404), url_name="meeting", summary="One meeting",
    operation_id="read_meeting",
)  # fmt: skip
def read_meeting(request: HttpRequest, response: HttpResponse, meeting: UUID) -> Any:
    """Return a meeting with its agenda, minutes, attendance and papers, as far as you see them. Scope: read."""
    needs(request, "read")
    response["ETag"] = etag(queries.one(Meeting, meeting).record.version)
    return _whole(meeting)


def _whole(meeting: UUID) -> dict[str, Any]:
    at = now()
    found = reading.whole(meeting, at=at)
    group = queries.group(found.meeting.row.group_id)
    return whole_out(found, agenda.offers_for(group, found, at=at) if queries.keeps(group) else [])


@router.patch(
    "/meetings/{uuid:meeting}", response={200: MeetingOut} | problems(404, 409, 412, 428),
    summary="Move or cancel a meeting",
    operation_id="change_meeting",
)  # fmt: skip
def change_meeting(
    request: HttpRequest,
    meeting: UUID,
    sent: MeetingPatch,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Move a meeting, call it otherwise, cancel it or hold it after all; calendars follow. Scope: report."""
    needs(request, "report")
    found, at = queries.one(Meeting, meeting), now()
    expected = expected_version(if_match, found.record)
    said = sent.model_dump(exclude_none=True, exclude={"state"})
    if said:
        row = found.row
        before = {name: getattr(row, name) for name in ("title", "starts_at", "ends_at", "place", "language")}
        meeting_actions.change_meeting(meeting, **(before | said), expected=expected, at=at)
        expected += 1
    if sent.state == "cancelled":
        meeting_actions.cancel_meeting(meeting, expected=expected, at=at)
    elif sent.state == "planned":
        meeting_actions.restore_meeting(meeting, expected=expected, at=at)
    return meeting_out(queries.one(Meeting, meeting))


@router.post(
    "/meetings/{uuid:meeting}/items", response={200: ItemOut} | problems(404, 409), summary="Put an item on the agenda",
    operation_id="add_item",
)  # fmt: skip
def add_item(request: HttpRequest, meeting: UUID, sent: ItemIn) -> Any:
    """Put an item on the agenda of a meeting. Scope: report."""
    needs(request, "report")
    made = meeting_actions.add_item(
        meeting,
        title=sent.title,
        language=sent.language,
        about=sent.about,
        target=sent.target,
        **sent.audience(),
        at=now(),
    )
    return item_out(queries.one(Item, made.record_id), [])


@router.patch(
    "/meetings/items/{uuid:item}", response={200: ItemOut} | problems(404, 409, 412, 428),
    summary="Change an item",
    operation_id="change_item",
)  # fmt: skip
def change_item(
    request: HttpRequest,
    item: UUID,
    sent: ItemPatch,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Call an item otherwise, move it, take it off or put it back. Scope: report."""
    needs(request, "report")
    found = queries.one(Item, item)
    expected = expected_version(if_match, found.record)
    if sent.title is not None or sent.dropped is not None:
        meeting_actions.change_item(item, title=sent.title, dropped=sent.dropped, expected=expected, at=now())
    if sent.move is not None:
        meeting_actions.move_item(item, up=sent.move == "up", at=now())
    return _item(item)


@router.put(
    "/meetings/items/{uuid:item}/minutes", response={200: ItemOut} | problems(404, 409, 412, 428),
    summary="Write minutes",
    operation_id="write_minutes",
)  # fmt: skip
def write_minutes(
    request: HttpRequest,
    item: UUID,
    sent: MinutesIn,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Write the minutes of an item, or correct approved ones with a reason. Scope: report."""
    needs(request, "report")
    found = queries.one(Item, item)
    expected = expected_version(if_match, found.record)
    if found.row.meeting.state == "approved":
        number = found.row.corrections.count()
        meeting_actions.correct_minutes(
            item, minutes=sent.minutes, reason=sent.reason, number=number, expected=expected, at=now()
        )
    else:
        meeting_actions.write_minutes(item, minutes=sent.minutes, language=sent.language, expected=expected, at=now())
    return _item(item)


def _item(item: UUID) -> dict[str, Any]:
    found = queries.one(Item, item)
    return item_out(found, list(found.row.corrections.order_by("number")))


@router.post(
    "/meetings/{uuid:meeting}/attendance", response={200: MeetingWhole} | problems(404, 409),
    summary="Note who is there", operation_id="note_attendance",
)  # fmt: skip
def attendance(request: HttpRequest, meeting: UUID, sent: AttendanceIn) -> Any:
    """Note whether a person of the group is there. Scope: report."""
    needs(request, "report")
    meeting_actions.note_attendance(meeting, **sent.model_dump(), at=now())
    return _whole(meeting)


@router.post(
    "/meetings/{uuid:meeting}/excuse", response={200: MeetingWhole} | problems(404, 409),
    summary="Say that you cannot come", operation_id="excuse_oneself",
)  # fmt: skip
def excuse(request: HttpRequest, meeting: UUID) -> Any:
    """Excuse yourself, before the meeting is over. Scope: report."""
    needs(request, "report")
    meeting_actions.excuse_oneself(meeting, at=now())
    return _whole(meeting)


@router.delete(
    "/meetings/{uuid:meeting}/excuse", response={200: MeetingWhole} | problems(404, 409),
    summary="Say that you can come after all", operation_id="come_after_all",
)  # fmt: skip
def come(request: HttpRequest, meeting: UUID) -> Any:
    """Take your excuse back, before the meeting is over. Scope: report."""
    needs(request, "report")
    meeting_actions.come_after_all(meeting, at=now())
    return _whole(meeting)


@router.post(
    "/meetings/{uuid:meeting}/approval", response={200: MeetingOut} | problems(404, 409, 412, 428),
    summary="Approve minutes", operation_id="approve_minutes",
)  # fmt: skip
def approve(
    request: HttpRequest,
    meeting: UUID,
    sent: ApprovalIn,
    if_match: str = header("", alias="If-Match", description=IF_MATCH),
) -> Any:
    """Approve the minutes of this meeting at a later one: they stay as they are from now on. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, queries.one(Meeting, meeting).record)
    meeting_actions.approve_minutes(meeting, approved_in=sent.meeting, expected=expected, at=now())
    return meeting_out(queries.one(Meeting, meeting))
