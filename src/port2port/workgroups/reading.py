"""Reading what groups write: meetings with their agenda, papers, decisions, actions; lists and search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic
from uuid import UUID

from django.db import connection

from port2port.members.acting import current_actor
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Slice, Where
from port2port.workgroups import links
from port2port.workgroups.models import Action, Attendance, Correction, Decision, Group, Item, Link, Meeting, Paper
from port2port.workgroups.queries import KIND_OF, Row, Shown, one, shown

MOST = 100
TABLES = {
    Meeting: "workgroups_meeting",
    Paper: "workgroups_paper",
    Decision: "workgroups_decision",
    Action: "workgroups_action",
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything. `mine`: actions of the actor. `q`: words of a decision.

    `about`: what decisions and actions are linked to.
    """

    group: UUID | None = None
    meeting: UUID | None = None
    state: str = ""
    mine: bool = False
    q: str = ""
    about: UUID | None = None


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of a list, and how many fit in all (more than 1,000 are not counted out)."""

    rows: list[Shown[Row]]
    slice: Slice
    count: int


@dataclass(frozen=True)
class MeetingNow:
    """A meeting with all of it that the actor sees."""

    meeting: Shown[Meeting]
    items: list[Shown[Item]]
    dropped: list[Shown[Item]]
    papers: list[Shown[Paper]]
    decisions: list[Shown[Decision]]
    actions: list[Shown[Action]]
    attendance: dict[UUID, Attendance]
    corrections: dict[UUID, list[Correction]]

    def records(self) -> list[Record]:
        """Return the envelopes of everything in it."""
        parts: list[Sequence[Shown[Any]]] = [
            [self.meeting], self.items, self.dropped, self.papers, self.decisions, self.actions
        ]  # fmt: skip
        return [row.record for part in parts for row in part]


def page(model: type[Row], filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing[Row]:
    """Return a page of records of a kind, newest first. Reading AMBER is journalled. Raises Invalid for a cursor."""
    kind, where = KIND_OF[model], _where(model, filters)
    part = sharing.newest(kind, where=where, cursor=cursor, size=size)
    rows = shown(model, part.ids)
    sharing.note_reading(kind, [row.record for row in rows], at=at, act="listed")
    return Listing(rows, part, sharing.count(kind, where=where))


def _where(model: type[Row], filters: Filters) -> Where:
    conditions: list[str] = ["true"]
    arguments: list[Any] = []
    if filters.group is not None:
        conditions.append("t.group_id = %s")
        arguments.append(filters.group)
    if filters.meeting is not None:
        conditions.append("t.meeting_id = %s")
        arguments.append(filters.meeting)
    if filters.state:
        conditions.append("t.state = %s")
        arguments.append(filters.state)
    if filters.mine:
        conditions.append("t.owner_id = %s")
        arguments.append(current_actor().person)
    if filters.about is not None:
        conditions.append("t.record_id in (select l.record_id from workgroups_link l where l.target = %s)")
        arguments.append(filters.about)
    if filters.q.strip():
        conditions.append("t.record_id = any(%s)")
        arguments.append(sharing.found(filters.q, [KIND_OF[model]], most=1000))
    return Where(f"join {TABLES[model]} t on t.record_id = p.record_id", " and ".join(conditions), tuple(arguments))


def read(model: type[Row], identifier: UUID, *, at: datetime) -> Shown[Row]:
    """Return one record; reading AMBER or narrower is journalled. Raises NotFound."""
    found = one(model, identifier)
    sharing.note_reading(KIND_OF[model], [found.record], at=at)
    return found


def whole(identifier: UUID, *, at: datetime) -> MeetingNow:
    """Return a meeting with what of it the actor sees; reading AMBER is journalled, once. Raises NotFound."""
    meeting = one(Meeting, identifier)

    def of(model: type[Row]) -> list[Shown[Row]]:
        rows = model.objects.filter(meeting_id=identifier).order_by("record_id")  # type: ignore[misc]  # of no Meeting
        ids = rows.values_list("record_id", flat=True)
        return [row for row in shown(model, list(ids)) if row.record.withdrawn_at is None]

    items = sorted(of(Item), key=lambda item: (item.row.position, item.id))
    corrections: dict[UUID, list[Correction]] = {}
    for row in Correction.objects.filter(item__in=[item.id for item in items]).select_related("by").order_by("number"):
        corrections.setdefault(row.item_id, []).append(row)
    found = MeetingNow(
        meeting,
        [item for item in items if item.row.dropped_at is None],
        [item for item in items if item.row.dropped_at is not None],
        of(Paper),
        of(Decision),
        of(Action),
        {row.person_id: row for row in Attendance.objects.filter(meeting_id=identifier)},
        corrections,
    )
    sharing.note_reading("meeting", found.records(), at=at)
    return found


def upcoming(groups: Iterable[Group], *, at: datetime) -> list[Shown[Meeting]]:
    """Return the meetings of these groups that are not over nor cancelled, the next first."""
    ids = Meeting.objects.filter(
        group__in=[group.id for group in groups], ends_at__gt=at, state="planned", record__withdrawn_at=None
    ).order_by("starts_at", "record_id")
    return shown(Meeting, list(ids.values_list("record_id", flat=True)[:MOST]))


def past(group: Group, *, at: datetime, most: int = 10) -> list[Shown[Meeting]]:
    """Return the meetings of a group that are over or cancelled, the latest first."""
    ids = Meeting.objects.filter(group=group.id).exclude(ends_at__gt=at, state="planned").order_by("-starts_at")
    return shown(Meeting, list(ids.values_list("record_id", flat=True)[:most]))


def before(meeting: Meeting) -> list[Shown[Meeting]]:
    """Return the earlier meetings of the same group whose minutes are still a draft, the oldest first."""
    ids = Meeting.objects.filter(group=meeting.group_id, starts_at__lt=meeting.starts_at, state="planned")
    return shown(Meeting, list(ids.order_by("starts_at").values_list("record_id", flat=True)[:MOST]))


def open_actions(group: Group) -> list[Shown[Action]]:
    """Return the open actions of a group, the first due first."""
    ids = Action.objects.filter(group=group.id, state="open", record__withdrawn_at=None).order_by("due", "record_id")
    return shown(Action, list(ids.values_list("record_id", flat=True)[:MOST]))


def proposals(group: Group) -> list[Shown[Decision]]:
    """Return what is proposed in a group and not decided yet, the oldest first."""
    ids = Decision.objects.filter(group=group.id, state="proposed", record__withdrawn_at=None).order_by("record_id")
    return shown(Decision, list(ids.values_list("record_id", flat=True)[:MOST]))


def loose_papers(group: Group) -> list[Shown[Paper]]:
    """Return the papers of a group that belong to no meeting yet, the newest first."""
    ids = Paper.objects.filter(group=group.id, meeting=None, record__withdrawn_at=None).order_by("-record_id")
    return shown(Paper, list(ids.values_list("record_id", flat=True)[:MOST]))


def mine_to_do() -> list[Shown[Action]]:
    """Return the actor's own open actions under this hat, the first due first."""
    actor = current_actor()
    ids = Action.objects.filter(
        owner=actor.person,
        organisation=actor.organisation,
        state="open",
        record__withdrawn_at=None,
        group__closed_at=None,
    ).order_by("due", "record_id")
    return shown(Action, list(ids.values_list("record_id", flat=True)[:MOST]))


def mine_ended(*, since: date) -> list[Shown[Action]]:
    """Return the actor's own actions that were ended since a day, the latest first."""
    actor = current_actor()
    ids = Action.objects.filter(owner=actor.person, organisation=actor.organisation, ended_at__date__gte=since)
    return shown(Action, list(ids.order_by("-ended_at").values_list("record_id", flat=True)[:MOST]))


def count_mine() -> int:
    """Return how many actions of the actor are open, for the number beside the entry."""
    actor = current_actor()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from workgroups_action a join workgroups_group g on g.id = a.group_id"
            " where a.owner_id = %s and a.organisation_id = %s and a.state = 'open' and g.closed_at is null",
            [actor.person, actor.organisation],
        )
        found: int = cursor.fetchone()[0]
        return found


def present_at(item: UUID | str) -> set[UUID]:
    """Return the organisations of which somebody is noted as there at the meeting of an item; none for no item."""
    try:
        meeting = Item.objects.filter(record_id=UUID(str(item))).values("meeting_id")
    except ValueError:
        return set()
    there = Attendance.objects.filter(meeting_id__in=meeting, state__in=["present", "replaced"])
    return set(there.values_list("organisation_id", flat=True))


def of_decision(item: UUID | None) -> list[Shown[Action]]:
    """Return the actions that were given under the same item."""
    if item is None:
        return []
    return shown(Action, list(Action.objects.filter(item_id=item).order_by("due").values_list("record_id", flat=True)))


def linked(record: UUID) -> list[tuple[UUID, links.Linked]]:
    """Return the links of a decision or an action whose other end the actor sees, each with its number."""
    rows = {row.target: row for row in Link.objects.filter(record_id=record).order_by("id")}
    found = links.resolved((row.kind, target) for target, row in rows.items())
    return [(rows[one.id].id, one) for one in found]


def in_calendar(*, at: datetime, back: timedelta) -> tuple[list[Shown[Meeting]], list[Shown[Action]]]:
    """Return the meetings of the actor's groups and the actor's actions that a calendar shows, cancelled ones too."""
    actor = current_actor()
    meetings = Meeting.objects.filter(ends_at__gt=at - back, record__withdrawn_at=None).order_by(
        "starts_at", "record_id"
    )
    actions = Action.objects.filter(
        owner=actor.person, organisation=actor.organisation, due__gt=(at - back).date(), record__withdrawn_at=None
    ).order_by("due", "record_id")
    groups = set(Group.objects.values_list("id", flat=True))
    seen = [
        row for row in shown(Meeting, list(meetings.values_list("record_id", flat=True))) if row.row.group_id in groups
    ]
    return seen, shown(Action, list(actions.values_list("record_id", flat=True)))
