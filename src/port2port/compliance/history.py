"""The events of one subject as a rule looks at them: which concern it, what starts and what ends."""

from collections.abc import Iterable
from datetime import UTC

import msgspec

from port2port.compliance.calendar import IsWorkingDay, day_end, day_start, last_moment, local_day
from port2port.compliance.holidays import is_working_day
from port2port.compliance.obligations import Event, Rule, Versions
from port2port.compliance.owed import Obligation, Setting, meets


def in_order(versions: Versions, events: Iterable[Event]) -> list[Event]:
    """Return the events that concern a rule by time; at one moment triggers come first and endings last.

    So the result does not hang on the order in which events of one moment were written down.
    """
    kinds = versions.kinds
    mine = [event for event in events if event.kind in kinds]
    if len(mine) > 1:
        newest = versions.rules[-1]
        first, last = set(newest.triggers), set(newest.ended_by) | set(newest.undone_by)
        mine.sort(key=lambda e: (e.at, (e.kind in last) - (e.kind in first), e.kind, e.id))
    return mine


def working(rule: Rule) -> IsWorkingDay | None:
    """Return what says which days are working days, None for a rule that ends on whatever day it ends."""
    return is_working_day if rule.on_rest_day == "next_working_day" else None


def case_of(rule: Rule, event: Event) -> str:
    """Return which case an event belongs to: the value of the rule's `same`, "" without one."""
    return event.details.get(rule.same, "") if rule.same is not None else ""


def started(setting: Setting, versions: Versions, event: Event) -> Rule | None:
    """Return the version that this event triggers for this subject, if it does."""
    if event.kind not in versions.triggers:
        return None
    rule = versions.on(local_day(event.at, setting.zone))
    if rule is None or event.kind not in rule.triggers or not meets(rule.when.trigger, event.details):
        return None
    return rule if meets(rule.when.subject, setting.subject.attributes) else None


def ends(rule: Rule, case: str, event: Event) -> bool:
    """Return whether an event takes this case away: one that names no case takes all of them."""
    if event.kind not in rule.ended_by:
        return False
    return rule.same is None or event.details.get(rule.same, case) == case


def carried(setting: Setting, versions: Versions, obligation: Obligation, *, lasting: bool) -> Obligation | None:
    """Return what becomes of an obligation on the first day of its rule: what fell due before that is not owed.

    `lasting`: it is asked again and again, or at all times; what was still wanting on the rule's first day is then due
    on it.
    """
    first, zone = versions.rules[0].valid_from, setting.zone
    begins = day_start(first, zone)
    if obligation.until is None or obligation.until >= begins:
        return obligation
    if not lasting or (obligation.settled_at is not None and obligation.settled_at < begins):
        return None
    return msgspec.structs.replace(
        obligation,
        since=max(obligation.since, begins),
        soon=begins,
        until=day_end(first, zone),
        escalates=last_moment(day_end(first, zone), obligation.rule.leads.late, zone),
    )


def key_of(rule: Rule, event: Event, case: str) -> str:
    """Return the key of what an event triggers: the same however the moment's time zone was written."""
    moment = event.at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{rule.code}:{moment}:{case}" if case else f"{rule.code}:{moment}"
