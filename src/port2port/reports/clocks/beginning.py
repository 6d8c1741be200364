"""Which clocks a report begins: where a rule of routing proposes a step that something owed stands behind.

So the rules of routing say which reports, and the rules of what is owed by when; neither is said twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.compliance import queries as owing
from port2port.compliance.book import rules_in_force
from port2port.compliance.report_actions import follow_report
from port2port.members.acting import current_actor
from port2port.reports.models import PersonThreat
from port2port.reports.routing import queries as routing
from port2port.reports.routing.evaluate import attributes_of, may_apply, obliging, routings
from port2port.reports.routing.rules import Begins, Step, ruleset
from port2port.reports.shown import Shown, shown

INCIDENT = "incident"  # the nature of a report that tells of one


@dataclass(frozen=True)
class Beginning:
    """What a report says of its clocks: what rules ask of it, what begins them, and whether a recipient sees it."""

    attributes: Mapping[str, str]
    events: Mapping[str, datetime]
    seen: frozenset[str]


NONE = Beginning({}, {}, frozenset())


def begins(when: Begins, nature: str) -> bool:
    """Return whether proposing a step begins its clock for a report of this nature."""
    return when == "always" or (when == "incident" and nature == INCIDENT)


def beginning(found: Shown) -> Beginning:
    """Return which clocks of the actor's organisation a report begins as it stands; none for one that is not theirs.

    A threat to a person, a report under an alias and a published one begin none.
    """
    actor, record = current_actor(), found.record
    own = record.owner_id == actor.organisation and not actor.shielded and not found.report.protected
    if not own or record.withdrawn_at is not None or record.provenance not in ("member", "invented"):
        return NONE
    rules, stated = ruleset(), routing.facts_of(found, (), None)
    if not any(
        may_apply(stated, rule)
        for rule in rules.rules
        if any(_obliges(step, found.report.nature) for step in rule.steps)
    ):
        return NONE  # most reports: nothing has to be looked up
    facts = routing.facts_of_all([found])[0]
    met = routings(facts, rules, on=record.at.astimezone(rules.zone).date())
    steps = [(one.rule, step) for one in met for step in one.steps if _obliges(step, found.report.nature)]
    if not steps or PersonThreat.objects.filter(report_id=record.id).exists():
        return NONE
    since, book, attributes = routing.aware_since(found), rules_in_force().book, attributes_of(facts)
    on = since.astimezone(book.zone).date()
    events = {}
    for _rule, step in steps:
        rule = obliging(step, book, on=on, attributes=attributes)
        if rule is not None and not step.after:
            events[rule.triggers[0]] = since
    looking = {(rule.code, step.code): step.seen for rule, step in steps if step.seen is not None}
    seen = set()
    if looking:
        proposals = routing.plans([found])[0].proposals
        seen = {looking[key] for p in proposals if p.sees and (key := (p.rule.code, p.step.code)) in looking}
    return Beginning(attributes, events, frozenset(seen))


def begin_clocks(found: Shown, *, at: datetime, fresh: bool = False) -> None:
    """Let the clocks of a report begin as it stands now, as part of the caller's action; others' are left alone.

    `fresh`: it was made in this action, so that none runs yet.
    """
    told = beginning(found)
    record = found.record
    own = record.owner_id is not None and record.owner_id == current_actor().organisation
    if not told.events and (fresh or not own or not _has_any(record.id)):
        return
    follow_report(
        record.id, attributes=told.attributes, events=told.events, met=dict.fromkeys(told.seen, at), at=at,
        invented=record.provenance == "invented",
    )  # fmt: skip


def begin_clocks_of(report: UUID, *, at: datetime) -> None:
    """Let the clocks of a report that the actor sees begin as it stands in the database; see `begin_clocks`."""
    for found in shown([report]):
        begin_clocks(found, at=at)


def _obliges(step: Step, nature: str) -> bool:
    return bool(step.obligations) and begins(step.begins, nature)


def _has_any(record: UUID) -> bool:
    organisation = current_actor().organisation
    return organisation is not None and owing.clocks_of(record, organisation) is not None


def waits_to_begin(found: Shown) -> bool:
    """Return whether a clock should run that does not: what the organisation says of itself came after the report."""
    told = beginning(found)
    if not told.events or found.record.owner_id is None:
        return False
    return not set(told.events) <= owing.kinds_written(found.record.id, found.record.owner_id)
