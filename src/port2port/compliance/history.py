"""The events of one subject as a rule looks at them: which concern it, what starts and what ends."""

from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from port2port.compliance.calendar import IsWorkingDay, local_day
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


def still_owed(versions: Versions, obligation: Obligation, zone: ZoneInfo) -> bool:
    """Return False for what ended before the rule held: a trigger from before it counts, a debt from then does not."""
    return obligation.until is None or local_day(obligation.until, zone) >= versions.rules[0].valid_from


def key_of(rule: Rule, event: Event, case: str) -> str:
    """Return the key of what an event triggers: the same however the moment's time zone was written."""
    moment = event.at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{rule.code}:{moment}:{case}" if case else f"{rule.code}:{moment}"
