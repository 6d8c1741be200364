"""Administrators' rules: proposed, tried on all histories, switched on by a second person. Never changed afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.compliance.book import rules_in_force, with_changes
from port2port.compliance.models import RuleChange
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.queries import sight
from port2port.compliance.tryout import Tried, tried
from port2port.members.acting import action, current_actor

KIND = "obligation_rule"
LONGEST_WHY = 1000
MOST_EVENTS = 10
_events = msgspec.json.Decoder(tuple[Event, ...])


NOT_YOURS = _("Rules are written by administrators of the national authority and of the platform.")


def _must_keep_rules() -> None:
    if not sight().keeps_rules:
        raise Refused(NOT_YOURS)


def proposals() -> list[RuleChange]:
    """Return what administrators wrote, newest first, as far as one sees it."""
    return list(RuleChange.objects.select_related("organisation").order_by("-proposed_at", "-id"))


def proposal(identifier: UUID) -> RuleChange:
    """Return one change. Raises NotFound."""
    found = RuleChange.objects.select_related("organisation").filter(id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def book_with(change: RuleChange, book: Rulebook) -> Rulebook:
    """Return rules as they would be with a change. Raises Invalid with every problem, by field of the rule."""
    try:
        return with_changes(book, [change])
    except ValueError as error:
        raise Invalid([_problem(line) for line in str(error).splitlines()]) from error


def _problem(line: str) -> Problem:
    """Return a line of the reader (document, rule, field, why) as a problem of that field."""
    if ": events " in line:  # of a kind of event that the rule brings
        return Problem("events", line.split(": ", 1)[1])
    parts = line.split(": ", 3)
    known = 4
    return Problem(f"entry.{parts[2]}", parts[3]) if len(parts) == known else Problem("entry", line)


@action
def propose_rule(*, entry: dict[str, Any], why: str, at: datetime, events: Sequence[dict[str, Any]] = ()) -> RuleChange:
    """Write a rule, or the next version of one; it is tried before it is kept. Raises Refused, Invalid, Conflict."""
    _must_keep_rules()
    actor = current_actor()
    problems = []
    if not why.strip() or len(why) > LONGEST_WHY:
        problems.append(Problem("why", _("Say why, in at most %(n)d characters.") % {"n": LONGEST_WHY}))
    if len(events) > MOST_EVENTS:
        problems.append(Problem("events", _("At most %(n)d kinds of event at a time.") % {"n": MOST_EVENTS}))
    book = rules_in_force().book
    code, version = entry.get("code"), entry.get("version")
    if not isinstance(code, str):
        raise Invalid([Problem("entry.code", _("This is needed."))])
    there = [rule.version for rule in book.rules if rule.code == code]
    if type(version) is not int or version != max(there, default=0) + 1:
        wanted = max(there, default=0) + 1
        problems.append(Problem("entry.version", _("The next version of this rule is %(n)d.") % {"n": wanted}))
    if any(not isinstance(one.get("code"), str) or "version" in one for one in events):
        raise Invalid([Problem("events", _("Each kind of event needs its code."))])
    if b"\\u0000" in msgspec.json.encode([entry, events, why]):
        problems.append(Problem("entry", _("This holds characters that cannot be shown.")))
    known = {kind.code for kind in book.events}
    taken = [str(one.get("code", "")) for one in events if one.get("code") in known]
    if taken:
        problems.append(Problem("events", _("These are there already: %(names)s.") % {"names": ", ".join(taken)}))
    if problems or not isinstance(version, int):
        raise Invalid(problems)
    if actor.organisation is None:
        raise Refused(NOT_YOURS)
    change = RuleChange(
        code=code, version=version, entry=entry, events=list(events), why=why.strip(),
        organisation_id=actor.organisation, proposed_by_id=actor.person, proposed_at=at,
    )  # fmt: skip
    book_with(change, book)
    if RuleChange.objects.filter(code=code, version=version, state__in=("proposed", "on")).exists():
        raise Conflict(_("This version was proposed already."))
    change.save(force_insert=True)
    journal.write("obligation_rule.proposed", kind=KIND, record=change.id, at=at, rule=code, version=change.version)
    return change


def try_out(change: RuleChange, *, at: datetime) -> Tried:
    """Return what a change would do now, on all histories. Raises Refused, Invalid where it fits the rules no more."""
    _must_keep_rules()
    book = rules_in_force().book
    return tried(_histories(), book, book_with(change, book), at=at)


def _histories() -> list[tuple[Subject, tuple[Event, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute("select subject, kind, attributes::text, events::text from compliance_histories()")
        return [
            (Subject(kind, str(identifier), msgspec.json.decode(attributes)), _events.decode(events))
            for identifier, kind, attributes, events in cursor.fetchall()
        ]


@action
def decide_rule(identifier: UUID, *, act: str, at: datetime) -> RuleChange:
    """Switch a rule `on` as the second person, or `decline` it; switch one `off` that is on. All is worked out again.

    Raises NotFound, Refused (the one who wrote it cannot switch it on), Conflict, Invalid.
    """
    change = proposal(identifier)
    _must_keep_rules()
    person = current_actor().person
    turns = {"on": ("proposed", "on"), "decline": ("proposed", "declined"), "off": ("on", "off")}
    if act not in turns:
        raise Invalid([Problem("act", _("This is not one of the values possible."))])
    before, after = turns[act]
    if change.state != before:
        raise Conflict(_("This was decided already."))
    if act == "on":
        if change.proposed_by_id == person:
            raise Refused(_("Who wrote a rule does not switch it on: a second person does."))
        book_with(change, rules_in_force().book)
    if act == "off" and _later(change):
        raise Conflict(_("A later version is on: switch that one off first."))
    if not RuleChange.objects.filter(id=change.id, state=before).update(
        state=after, decided_by_id=person, decided_at=at
    ):
        raise Conflict(_("This was decided already."))
    journal.write(
        f"obligation_rule.{act}", kind=KIND, record=change.id, at=at, rule=change.code, version=change.version
    )
    if act != "decline":
        app.configure_task("compliance.rework").defer(timestamp=0)
    return proposal(identifier)


def _later(change: RuleChange) -> bool:
    return RuleChange.objects.filter(code=change.code, version__gt=change.version, state="on").exists()


@dataclass(frozen=True)
class Effect:
    """What a change would do to one rule, in plain numbers."""

    rule: str
    subjects: int
    becoming_late: int
    late_before: int
    late_after: int


def effects(result: Tried) -> list[Effect]:
    """Return a try-out rule by rule."""
    return [
        Effect(
            one.code, one.subjects,
            sum(n for (was, becomes), n in one.states.items() if becomes == "late" and was != "late"),
            one.late_before, one.late_after,
        )
        for one in result.effects
    ]  # fmt: skip
