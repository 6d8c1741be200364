"""What the API of working groups answers: documented shapes, and rows put into them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from ninja import Schema

from port2port.sharing.api_shapes import tlp_name
from port2port.workgroups import queries, reading
from port2port.workgroups.links import Linked
from port2port.workgroups.models import Action, Decision, Group, Item, Meeting, Paper
from port2port.workgroups.queries import Shown
from port2port.workgroups.rules import written


class SeatOut(Schema):
    """Who sits in a group."""

    person: UUID
    name: str
    organisation: UUID
    organisation_name: str
    office: str
    since: datetime


class RuleOut(Schema):
    """A version of a rule of decision."""

    number: int
    kind: str
    fraction: str | None
    quorum: str
    reason: str
    at: datetime


class GroupOut(Schema):
    """A group that you sit in. `version` is its ETag."""

    id: UUID
    url: str
    version: int
    name: str
    label: str
    remit: str
    language: str
    tlp: str
    circle: UUID
    founded_at: datetime
    closed_at: datetime | None
    rule: RuleOut
    rules: list[RuleOut]
    seats: list[SeatOut]
    you_keep_it: bool


class GroupList(Schema):
    """The groups that you sit in."""

    items: list[GroupOut]


class RecordOut(Schema):
    """What every record of a group says. `version` is its ETag."""

    id: UUID
    version: int
    tlp: str
    audience: list[str]
    made_at: datetime
    changed_at: datetime


class PaperOut(RecordOut):
    """A paper."""

    url: str
    group: UUID
    meeting: UUID | None
    title: str
    text: str
    language: str
    withdrawn_at: datetime | None


class RecordLinkOut(Schema):
    """A link whose other end you see."""

    id: UUID
    kind: str
    target: UUID
    title: str
    href: str


class DecisionOut(RecordOut):
    """A decision: what, by which rule, how the organisations stood."""

    url: str
    group: UUID
    meeting: UUID | None
    item: UUID | None
    title: str
    text: str
    language: str
    state: str
    decided_at: datetime | None
    rule: RuleOut | None
    votes: dict[str, str]
    organisations: int
    links: list[RecordLinkOut]


class ActionOut(RecordOut):
    """An action: who does what by when, and what came of it."""

    url: str
    group: UUID
    meeting: UUID | None
    item: UUID | None
    text: str
    language: str
    owner: UUID
    organisation: UUID
    due: date
    state: str
    outcome: str
    ended_at: datetime | None
    links: list[RecordLinkOut]


class MinutesCorrectionOut(Schema):
    """What approved minutes say from now on, and why."""

    number: int
    minutes: str
    reason: str
    by: UUID
    at: datetime


class ItemOut(RecordOut):
    """An item with its minutes; the last correction is what they say now."""

    title: str
    position: int
    about: str
    target: UUID | None
    minutes: str
    language: str
    dropped: bool
    corrections: list[MinutesCorrectionOut]


class AttendanceOut(Schema):
    """Whether a person was there."""

    person: UUID
    organisation: UUID
    state: str
    replaced_by: str


class MeetingOut(RecordOut):
    """A meeting."""

    url: str
    group: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    language: str
    state: str
    sequence: int
    approved_at: datetime | None
    approved_in: UUID | None


class AgendaOfferOut(Schema):
    """What could be put on the agenda; send it back as an item."""

    about: str
    target: UUID | None
    title: str
    note: str


class MeetingWhole(MeetingOut):
    """A meeting with what of it you see. `offers`: for who keeps the group, what waits to be spoken of."""

    items: list[ItemOut]
    attendance: list[AttendanceOut]
    papers: list[PaperOut]
    decisions: list[UUID]
    actions: list[UUID]
    offers: list[AgendaOfferOut]


class MeetingPage(Schema):
    """A page of a list, newest first. `next` and `previous` are addresses, or null. Counts above 1,000 say 1001."""

    items: list[MeetingOut]
    next: str | None
    previous: str | None
    count: int


class DecisionPage(Schema):
    """A page of a list, newest first, as of meetings."""

    items: list[DecisionOut]
    next: str | None
    previous: str | None
    count: int


class ActionPage(Schema):
    """A page of a list, newest first, as of meetings."""

    items: list[ActionOut]
    next: str | None
    previous: str | None
    count: int


def rule_out(row: Any) -> dict[str, Any]:
    """Return a version of a rule."""
    rule = queries.as_rule(row)
    part = written(rule.fraction) if rule.fraction is not None else None
    return {
        "number": row.number, "kind": rule.kind, "fraction": part, "quorum": written(rule.quorum), "reason": row.reason,
        "at": row.at,
    }  # fmt: skip


def group_out(group: Group) -> dict[str, Any]:
    """Return a group in the shape of GroupOut."""
    rules = queries.rules(group.id)
    same = ("id", "version", "name", "label", "remit", "language", "founded_at", "closed_at")
    return {name: getattr(group, name) for name in same} | {
        "url": reverse("api-1:workgroup", args=[group.id]),
        "tlp": tlp_name(group.tlp),
        "circle": group.circle_id,
        "rule": rule_out(rules[0]),
        "rules": [rule_out(row) for row in rules],
        "seats": [vars(seat) for seat in queries.seats(group)],
        "you_keep_it": queries.keeps(group),
    }


def _record(shown: Shown[Any]) -> dict[str, Any]:
    record = shown.record
    return {
        "id": record.id, "version": record.version, "tlp": tlp_name(record.tlp), "audience": shown.audience,
        "made_at": record.at, "changed_at": record.updated_at,
    }  # fmt: skip


def _same(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def meeting_out(shown: Shown[Meeting]) -> dict[str, Any]:
    """Return a meeting in the shape of MeetingOut."""
    row = shown.row
    same = _same(
        row, "title", "starts_at", "ends_at", "place", "language", "state", "sequence", "approved_at"
    )  # fmt: skip
    url = reverse("api-1:meeting", args=[shown.id])
    return _record(shown) | same | {"url": url, "group": row.group_id, "approved_in": row.approved_in_id}


def whole_out(found: reading.MeetingNow, offers: list[Any]) -> dict[str, Any]:
    """Return a meeting in the shape of MeetingWhole."""
    corrections = found.corrections
    return meeting_out(found.meeting) | {
        "items": [item_out(one, corrections.get(one.id, [])) for one in (*found.items, *found.dropped)],
        "attendance": [
            _same(row, "state", "replaced_by") | {"person": row.person_id, "organisation": row.organisation_id}
            for row in found.attendance.values()
        ],
        "papers": [paper_out(one) for one in found.papers],
        "decisions": [one.id for one in found.decisions],
        "actions": [one.id for one in found.actions],
        "offers": [vars(offer) for offer in offers],
    }


def item_out(shown: Shown[Item], corrections: list[Any]) -> dict[str, Any]:
    """Return an item in the shape of ItemOut."""
    row = shown.row
    told = [_same(one, "number", "minutes", "reason", "at") | {"by": one.by_id} for one in corrections]
    same = _same(row, "title", "position", "about", "target", "minutes", "language")
    return _record(shown) | same | {"dropped": row.dropped_at is not None, "corrections": told}


def paper_out(shown: Shown[Paper]) -> dict[str, Any]:
    """Return a paper in the shape of PaperOut."""
    row = shown.row
    return (
        _record(shown)
        | _same(row, "title", "text", "language")
        | {
            "url": reverse("api-1:paper", args=[shown.id]),
            "group": row.group_id,
            "meeting": row.meeting_id,
            "withdrawn_at": shown.record.withdrawn_at,
        }
    )


def decision_out(shown: Shown[Decision]) -> dict[str, Any]:
    """Return a decision in the shape of DecisionOut."""
    row = shown.row
    same = _same(row, "title", "text", "language", "state", "decided_at", "votes", "organisations")
    return (
        _record(shown)
        | same
        | {
            "url": reverse("api-1:decision", args=[shown.id]),
            "group": row.group_id,
            "meeting": row.meeting_id,
            "item": row.item_id,
            "rule": rule_out(row.rule) if row.rule is not None else None,
            "links": _links(shown.id),
        }
    )


def action_out(shown: Shown[Action]) -> dict[str, Any]:
    """Return an action in the shape of ActionOut."""
    row = shown.row
    return (
        _record(shown)
        | _same(row, "text", "language", "due", "state", "outcome", "ended_at")
        | {
            "url": reverse("api-1:action", args=[shown.id]),
            "group": row.group_id,
            "meeting": row.meeting_id,
            "item": row.item_id,
            "owner": row.owner_id,
            "organisation": row.organisation_id,
            "links": _links(shown.id),
        }
    )


def _links(record: UUID) -> list[dict[str, Any]]:
    def said(number: UUID, one: Linked) -> dict[str, Any]:
        return {"id": number, "kind": one.kind, "target": one.id, "title": one.title, "href": one.href}

    return [said(number, one) for number, one in reading.linked(record)]
