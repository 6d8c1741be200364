"""Pages for reading: groups, decisions, my actions, papers. They only translate."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.models import Organisation, Person
from port2port.members.queries import called
from port2port.reports.words import withdrawal_words
from port2port.sharing import queries as sharing
from port2port.sharing.beside import beside
from port2port.sharing.queries import COUNT_LIMIT
from port2port.site.markdown import marked_up
from port2port.site.reader import language
from port2port.workgroups import links, queries, reading
from port2port.workgroups.forms import ActionForm, EndForm, LinkForm, SearchForm
from port2port.workgroups.models import Action, Decision, Group, Meeting, Paper
from port2port.workgroups.queries import Shown
from port2port.workgroups.reading import Filters
from port2port.workgroups.rules import REASONS, DecisionRule, outcome
from port2port.workgroups.words import (
    ACTION_STATES,
    DECISION_STATES,
    OFFICES,
    meeting_state,
    rule_words,
    sees,
    span,
    votes,
)

ENDED_SHOWN, SOON = timedelta(days=90), timedelta(days=30)


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """Show the groups I am in, with their next meeting."""
    at = now()
    groups = queries.my_groups()
    coming = reading.upcoming(groups, at=at)
    soon = [row for row in coming if row.row.starts_at < at + SOON]
    following: dict[UUID, Shown[Meeting]] = {}
    for row in coming:
        following.setdefault(row.row.group_id, row)
    mine = reading.count_mine()
    context = {
        "rows": [(group, following.get(group.id), len(queries.seats(group))) for group in groups],
        "coming": [meeting_row(row, at=at) for row in coming],
        "answer": _list_answer(len(groups), len(soon)),
        "mine": mine,
        "may_found": queries.may_found(),
    }
    return render(request, "workgroups/list.html", context)


def _list_answer(groups: int, meetings: int) -> str:
    if not groups:
        return _("You are in no working group yet")
    if not meetings:
        return _("No meeting in the next thirty days")
    return ngettext("%(n)d meeting in the next thirty days", "%(n)d meetings in the next thirty days", meetings) % {
        "n": meetings
    }


def meeting_row(row: Shown[Meeting], *, at: Any) -> dict[str, Any]:
    """Return a meeting as a list shows it."""
    kind, word = meeting_state(row.row, at=at)
    return {
        "shown": row, "meeting": row.row, "kind": kind, "state": word, "span": span(row.row),
        "sees": sees(row.record, row.audience),
    }  # fmt: skip


def action_row(row: Shown[Action]) -> dict[str, Any]:
    """Return an action as a list shows it."""
    kind, word = ACTION_STATES[row.row.state]
    return {
        "shown": row, "action": row.row, "kind": kind, "state": word, "owner": owner_words(row.row),
        "overdue": row.row.state == "open" and row.row.due < timezone.localdate(now()),
        "sees": sees(row.record, row.audience),
    }  # fmt: skip


def owner_words(row: Action) -> str:
    """Return who does an action, and for which organisation."""
    person = Person.objects.filter(id=row.owner_id).values_list("name", flat=True).first() or _("a person who has left")
    organisation = queries.organisation_names({row.organisation_id}).get(row.organisation_id, "")
    return f"{person}, {organisation}"


def decision_row(row: Shown[Decision]) -> dict[str, Any]:
    """Return a decision as a list shows it."""
    kind, word = DECISION_STATES[row.row.state]
    return {"shown": row, "decision": row.row, "kind": kind, "state": word, "sees": sees(row.record, row.audience)}


@require_safe
def group(request: HttpRequest, group: UUID) -> HttpResponse:
    """Show one group: what it is for, who sits in it, its meetings, what is open, what it decided."""
    at = now()
    found = queries.group(group)
    seats, rules = queries.seats(found), queries.rules(found.id)
    coming, actions = reading.upcoming([found], at=at), reading.open_actions(found)
    decided = reading.page(Decision, Filters(group=found.id), at=at, size=10)
    actor = current_actor()
    context = {
        "group": found,
        "remit": marked_up(found.remit),
        "seats": [(seat, OFFICES[seat.office], seat.person == actor.person) for seat in seats],
        "rule": rule_words(queries.as_rule(rules[0])),
        "rules": [(row, rule_words(queries.as_rule(row))) for row in rules],
        "coming": [meeting_row(row, at=at) for row in coming],
        "past": [meeting_row(row, at=at) for row in reading.past(found, at=at)],
        "actions": [action_row(row) for row in actions],
        "decisions": [decision_row(row) for row in decided.rows],
        "papers": reading.loose_papers(found),
        "keeps": queries.keeps(found),
        "sits": queries.sits(found),
        "answer": _group_answer(found, coming, len(actions)),
    }
    return render(request, "workgroups/group.html", context)


def _group_answer(found: Group, coming: list[Shown[Meeting]], actions: int) -> str:
    said = ngettext("%(n)d action is open", "%(n)d actions are open", actions) % {"n": actions}
    if found.closed_at is not None:
        return _("%(name)s is closed") % {"name": found.name}
    if not coming:
        return _("%(name)s: no meeting planned, %(actions)s") % {"name": found.name, "actions": said}
    day = f"{timezone.localdate(coming[0].row.starts_at):%d/%m}"
    return _("%(name)s meets on %(day)s, %(actions)s") % {"name": found.name, "day": day, "actions": said}


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Search the decisions that one sees, of all groups."""
    groups = [(str(one.id), one.name) for one in queries.my_groups()]
    states = [(code, word) for code, (_kind, word) in DECISION_STATES.items()]
    form = SearchForm(request.GET, groups=groups, states=states)
    form.is_valid()
    data = form.cleaned_data
    chosen = UUID(data["group"]) if data.get("group") else None
    filters = Filters(group=chosen, state=data.get("state", ""), q=data.get("q", ""))
    found = reading.page(Decision, filters, at=now(), cursor=request.GET.get("cursor", ""))
    number = "1,000+" if found.count > COUNT_LIMIT else str(found.count)
    context = {
        "form": form.unmarked(),
        "rows": [decision_row(row) for row in found.rows],
        "answer": ngettext("%(n)s decision", "%(n)s decisions", found.count) % {"n": number}
        if found.count
        else _("No decision"),
        "narrowed": any(data.values()),
        "pages": {"newer": _address(request, found.slice.previous), "older": _address(request, found.slice.next)},
    }
    return render(request, "workgroups/decisions.html", context)


def _address(request: HttpRequest, cursor: str) -> str:
    kept = {name: value for name, value in request.GET.items() if value and name != "cursor"}
    return f"{request.path}?{urlencode(kept | {'cursor': cursor})}" if cursor else ""


@require_safe
def decision(request: HttpRequest, decision: UUID) -> HttpResponse:
    """Show one decision: what, by which rule, how each organisation stood, where it was taken. 410 when withdrawn."""
    try:
        found = reading.read(Decision, decision, at=now())
    except NotFound:
        return gone(request, decision)
    row = found.row
    rule = queries.as_rule(row.rule) if row.rule is not None else None
    names = queries.organisation_names({UUID(key) for key in row.votes})
    kind, word = DECISION_STATES[row.state]
    meeting = queries.shown(Meeting, [row.meeting_id]) if row.meeting_id else []
    mine = Group.objects.filter(id=row.group_id).first()
    context = {
        **decision_row(found),
        "record": found.record,
        "kind": kind,
        "state": word,
        "text": marked_up(row.text),
        "sees": sees(found.record, found.audience, why=True),
        "rule": rule_words(rule) if rule is not None else "",
        "votes": votes(row, rule, names) if rule is not None else [],
        "why": _why(row, rule) if rule is not None else "",
        "meeting": meeting[0].row if meeting else None,
        "group": mine,
        "actions": [action_row(one) for one in reading.of_decision(row.item_id)],
        "links": reading.linked(decision),
        "link_form": LinkForm(),
        "writes": queries.writes(decision),
        "keeps": mine is not None and queries.keeps(mine),
        "frozen": bool(meeting) and meeting[0].row.state == "approved",
        "linkable": bool(links.kinds()),
    }
    return render(request, "workgroups/decision.html", context)


def _why(row: Decision, rule: DecisionRule) -> str:
    """Return why a decision was reached or not."""
    cast = {UUID(key): vote for key, vote in row.votes.items()}
    return str(REASONS[outcome(rule, cast, row.organisations).why])


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Show my actions: open ones by the day they are due, and those that ended lately."""
    open_rows = [action_row(row) for row in reading.mine_to_do()]
    overdue = sum(row["overdue"] for row in open_rows)
    ended = reading.mine_ended(since=(now() - ENDED_SHOWN).date())
    sharing.note_reading("action", [row["shown"].record for row in open_rows], at=now(), act="listed")
    context = {
        "rows": open_rows,
        "ended": [action_row(row) for row in ended],
        "overdue": overdue,
        "answer": ngettext("%(n)d action is yours", "%(n)d actions are yours", len(open_rows)) % {"n": len(open_rows)}
        if open_rows
        else _("No action is yours"),
    }
    return render(request, "workgroups/actions.html", context)


@require_safe
def action(request: HttpRequest, action: UUID) -> HttpResponse:
    """Show one action: who does what by when, where it was given, what came of it. 410 when withdrawn."""
    try:
        found = reading.read(Action, action, at=now())
    except NotFound:
        return gone(request, action)
    row = found.row
    meeting = queries.shown(Meeting, [row.meeting_id]) if row.meeting_id else []
    mine = Group.objects.filter(id=row.group_id).first()
    keeps = mine is not None and queries.keeps(mine)
    seats = queries.seats(mine) if mine is not None and keeps else []
    version = found.record.version
    context = {
        **action_row(found),
        "record": found.record,
        "sees": sees(found.record, found.audience, why=True),
        "meeting": meeting[0].row if meeting else None,
        "group": mine,
        "writes": queries.writes(action),
        "keeps": keeps,
        "end_form": EndForm(initial={"version": version}),
        "form": ActionForm(
            seats=seats, initial={"text": row.text, "owner": str(row.owner_id), "due": row.due, "version": version}
        ),
        "links": reading.linked(action),
        "link_form": LinkForm(),
        "linkable": bool(links.kinds()),
        "beside": beside("action", action, at=now()),
    }
    return render(request, "workgroups/action.html", context)


@require_safe
def paper(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Show a paper. 410 when it was withdrawn."""
    try:
        found = reading.read(Paper, paper, at=now())
    except NotFound:
        return gone(request, paper)
    meeting = queries.shown(Meeting, [found.row.meeting_id]) if found.row.meeting_id else []
    context = {
        "shown": found, "paper": found.row, "record": found.record, "text": marked_up(found.row.text),
        "sees": sees(found.record, found.audience, why=True),
        "owner": called(Organisation.objects.get(id=found.record.owner_id).names),
        "group": Group.objects.filter(id=found.row.group_id).first(),
        "meeting": meeting[0].row if meeting else None,
        "may_withdraw": may_withdraw(found), "withdrawn": found.record.withdrawn_at,
    }  # fmt: skip
    return render(request, "workgroups/paper.html", context)


def may_withdraw(found: Shown[Paper]) -> bool:
    """Tell whether the actor may take a paper back: its author, or who looks after its organisation's records."""
    actor = current_actor()
    own = found.record.owner_id == actor.organisation and actor.may("report")
    return (
        found.record.withdrawn_at is None and own and (found.record.author_id == actor.person or actor.may("steward"))
    )


def gone(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Answer what is left of a record for those who had it: when and why it went; never what it said.

    Raises NotFound, the same for absent and hidden.
    """
    stone = sharing.tombstone(identifier)
    if stone is None:
        raise NotFound(kind="decision", record=identifier)
    context = {"at": stone.at, "expired": stone.why == "expired", "reason": withdrawal_words(stone.reason)}
    return render(request, "workgroups/gone.html", context, status=410)


def reader_language() -> dict[str, str]:
    """Return what a form for a text begins with: the reader's language."""
    return {"language": language()}


def home_of(group: UUID) -> str:
    """Return the address of a group."""
    return reverse("workgroups:group", args=[group])
