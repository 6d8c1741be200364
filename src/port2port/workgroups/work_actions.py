"""What comes of meetings: papers handed in, decisions proposed and taken, actions given and ended, links."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.sharing import actions as sharing
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.workgroups import links, queries
from port2port.workgroups.guarding import text_problems
from port2port.workgroups.models import Action, Decision, Group, Item, Link, Meeting, Paper
from port2port.workgroups.rules import (
    LONGEST_ITEM,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    VOTES,
    Outcome,
    outcome,
)
from port2port.workgroups.writing import (
    ONLY_KEEPERS,
    audience_of,
    kept,
    language_problems,
    published,
    raise_for,
    same_audience,
    sat_in,
    touch,
)

ENDS = ("done", "dropped")


@action
def hand_in(
    group: UUID,
    *,
    title: str,
    text: str,
    language: str,
    at: datetime,
    meeting: UUID | None = None,
    persons: Collection[UUID] = (),
    tlp: Tlp | None = None,
) -> Paper:
    """Hand a paper in; anybody of the group may. Raises NotFound, Refused, Conflict, Invalid."""
    of = sat_in(group)
    raise_for(
        [
            *text_problems("title", title, LONGEST_TITLE),
            *text_problems("text", text, LONGEST_TEXT),
            *language_problems(language),
        ]
    )
    where = _meeting(of, meeting)
    record = published("paper", of, audience_of(of, persons=persons, tlp=tlp), text=f"{title} {text}", at=at)
    made = Paper(record=record, group=of, meeting=where, title=title.strip(), text=text.strip(), language=language)
    made.save(force_insert=True)
    return made


@action
def withdraw_paper(paper: UUID, *, reason: str, at: datetime) -> None:
    """Take a paper back; all who had it are told. Raises NotFound, Refused, Invalid."""
    sharing.withdraw(queries.one(Paper, paper).record, reason=reason, at=at)


@action
def propose(
    group: UUID,
    *,
    title: str,
    text: str,
    language: str,
    at: datetime,
    item: UUID | None = None,
    persons: Collection[UUID] = (),
    tlp: Tlp | None = None,
) -> Decision:
    """Propose that the group decides something; anybody of it may. `item`: under which it is written, by who keeps it.

    Under an item it is seen by exactly those who see the item. Raises NotFound, Refused, Conflict, Invalid.
    """
    of = sat_in(group)
    raise_for(
        [
            *text_problems("title", title, LONGEST_ITEM),
            *text_problems("text", text, LONGEST_TEXT),
            *language_problems(language),
        ]
    )
    spoken = _item(of, item)
    audience = _audience(of, spoken, persons, tlp)
    record = published("decision", of, audience, text=f"{title} {text}", at=at)
    made = Decision(
        record=record, group=of, meeting_id=spoken.row.meeting_id if spoken else None,
        item=spoken.row if spoken else None,
        title=title.strip(), text=text.strip(), language=language,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


@action
def reword(decision: UUID, *, title: str, text: str, expected: int, at: datetime) -> None:
    """Write a proposal otherwise, before it is decided. Raises NotFound, Refused, Conflict, Invalid."""
    found = queries.one(Decision, decision)
    if found.row.state != "proposed":
        raise Conflict(_("This was decided: it stays as it is."))
    raise_for([*text_problems("title", title, LONGEST_ITEM), *text_problems("text", text, LONGEST_TEXT)])
    touch(found.record, expected=expected, at=at, text=f"{title} {text}")
    Decision.objects.filter(record_id=decision).update(title=title.strip(), text=text.strip())


@action
def decide(
    decision: UUID, *, votes: Mapping[UUID, str], item: UUID | None = None, expected: int, at: datetime
) -> Outcome:
    """Note how the organisations stood and what that comes to by the rule that holds. Until the minutes are approved it
    may be noted again. `item`: where it is taken, if that is not known yet.

    Raises NotFound, Refused, Conflict, Invalid naming `votes` or `item`.
    """
    found = queries.one(Decision, decision)
    of = kept(found.row.group_id)
    rule = queries.rule_now(of.id)
    seated = {seat.organisation for seat in queries.seats(of)}
    problems = []
    if not set(votes) <= seated or not set(votes.values()) <= set(VOTES):
        problems.append(Problem("votes", _("Each organisation of the group votes for, against or abstains.")))
    if not votes:
        problems.append(Problem("votes", _("Say how at least one organisation stood.")))
    where = _item(of, item) if item is not None else None
    if where is None and found.row.meeting_id is None:
        problems.append(Problem("item", _("Say under which item this was decided.")))
    raise_for(problems)
    reached = outcome(queries.as_rule(rule), votes, len(seated))
    touch(found.record, expected=expected, at=at, act="decided")
    place = {"meeting_id": where.row.meeting_id, "item_id": where.id} if where is not None else {}
    Decision.objects.filter(record_id=decision).update(
        state="reached" if reached.reached else "not_reached",
        votes={str(organisation): vote for organisation, vote in votes.items()},
        rule=rule,
        **place,
    )
    return reached


@action
def write_down(item: UUID, *, title: str, text: str, language: str, votes: Mapping[UUID, str], at: datetime) -> Outcome:
    """Write down a decision that is taken under an item, with its votes: both or neither. Raises as `decide`."""
    group = queries.one(Item, item).row.meeting.group_id
    made = propose(group, title=title, text=text or title, language=language, item=item, at=at)
    return decide(made.record_id, votes=votes, expected=1, at=at)


@action
def assign(
    group: UUID,
    *,
    text: str,
    owner: UUID,
    due: date,
    language: str,
    at: datetime,
    item: UUID | None = None,
    persons: Collection[UUID] = (),
    tlp: Tlp | None = None,
) -> Action:
    """Give somebody of the group something to do by a day. Raises NotFound, Refused, Conflict, Invalid."""
    of = kept(group)
    seat = next((seat for seat in queries.seats(of) if seat.person == owner), None)
    problems = [*text_problems("text", text, LONGEST_LINE), *language_problems(language)]
    if seat is None:
        problems.append(Problem("owner", _("Choose people of the group.")))
    raise_for(problems)
    assert seat is not None
    spoken = _item(of, item)
    record = published("action", of, _audience(of, spoken, persons, tlp), text=text, at=at)
    made = Action(
        record=record, group=of, meeting_id=spoken.row.meeting_id if spoken else None,
        item=spoken.row if spoken else None,
        text=text.strip(), language=language, owner_id=owner, organisation_id=seat.organisation, due=due,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


@action
def change_action(identifier: UUID, *, text: str, owner: UUID, due: date, expected: int, at: datetime) -> None:
    """Give an action other words, another owner or day. Raises NotFound, Refused, Conflict, Invalid."""
    found = queries.one(Action, identifier)
    of = kept(found.row.group_id)
    seat = next((seat for seat in queries.seats(of) if seat.person == owner), None)
    problems = text_problems("text", text, LONGEST_LINE)
    if seat is None and owner != found.row.owner_id:
        problems.append(Problem("owner", _("Choose people of the group.")))
    raise_for(problems)
    touch(found.record, expected=expected, at=at, text=text)
    organisation = seat.organisation if seat is not None else found.row.organisation_id
    Action.objects.filter(record_id=identifier).update(
        text=text.strip(), owner_id=owner, organisation_id=organisation, due=due
    )


@action
def end_action(identifier: UUID, *, state: str, outcome: str, expected: int, at: datetime) -> None:
    """Say that an action is done or dropped, and what came of it: its owner, chair or secretaries. Raises as above."""
    found = queries.one(Action, identifier)
    problems = text_problems("outcome", outcome, LONGEST_LINE)
    if state not in ENDS:
        problems.append(Problem("state", _("Say whether it is done or dropped.")))
    raise_for(problems)
    if found.row.state != "open":
        raise Conflict(_("This action has ended already."))
    touch(found.record, expected=expected, at=at, act=state)
    Action.objects.filter(record_id=identifier).update(state=state, outcome=outcome.strip(), ended_at=at)


@action
def reopen_action(identifier: UUID, *, expected: int, at: datetime) -> None:
    """Take an action up again. Raises NotFound, Refused, Conflict."""
    found = queries.one(Action, identifier)
    if found.row.state == "open":
        raise Conflict(_("This action is open."))
    touch(found.record, expected=expected, at=at, act="reopened")
    Action.objects.filter(record_id=identifier).update(state="open", outcome="", ended_at=None)


@action
def link(record: UUID, *, kind: str, target: UUID, at: datetime) -> Link:
    """Say what a decision or an action is about. Raises NotFound, Refused, Conflict, Invalid naming `target`."""
    found = _linkable(record)
    if not queries.writes(record):
        raise Refused(ONLY_KEEPERS, kind=found.kind, record=record)
    if not links.resolved([(kind, target)]):
        raise Invalid([Problem("target", _("There is no such record that you see."))])
    if Link.objects.filter(record_id=record, target=target).exists():
        raise Conflict(_("This link is there already."))
    made = Link(id=new_id(), record=found, kind=kind, target=target, by_id=current_actor().person, at=at)
    made.save(force_insert=True)
    journal.write(f"{found.kind}.linked", kind=found.kind, record=record, at=at, to=target)
    return made


@action
def unlink(record: UUID, *, link: UUID, at: datetime) -> None:
    """Take a link off. Raises NotFound, Refused."""
    found = _linkable(record)
    row = Link.objects.filter(id=link, record_id=record).first()
    if row is None:
        raise NotFound()
    if not queries.writes(record):
        raise Refused(ONLY_KEEPERS, kind=found.kind, record=record)
    row.delete()
    journal.write(f"{found.kind}.unlinked", kind=found.kind, record=record, at=at, to=row.target)


def _linkable(record: UUID) -> Record:
    found = Record.objects.filter(id=record, kind__in=["decision", "action"]).first()
    if found is None:
        raise NotFound(kind="decision", record=record)
    return found


def _audience(of: Group, item: queries.Shown[Item] | None, persons: Collection[UUID], tlp: Tlp | None) -> Audience:
    if item is not None and not persons and tlp is None:
        return same_audience(item.record)
    return audience_of(of, persons=persons, tlp=tlp)


def _meeting(of: Group, meeting: UUID | None) -> Meeting | None:
    if meeting is None:
        return None
    found = Meeting.objects.filter(record_id=meeting, group=of).first()
    if found is None:
        raise Invalid([Problem("meeting", _("There is no such meeting of this group."))])
    return found


def _item(of: Group, item: UUID | None) -> queries.Shown[Item] | None:
    if item is None:
        return None
    found = queries.shown(Item, [item])
    if not found or found[0].row.meeting.group_id != of.id:
        raise Invalid([Problem("item", _("There is no such item of this group."))])
    return found[0]
