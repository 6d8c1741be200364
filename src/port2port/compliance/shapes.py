"""How each shape of a rule unfolds over the history of one subject. Pure; `deadlines` is the way in.

Each function takes the rule's versions and the events that concern it, in order, and returns what came of it in the
order in which it began. An event that is a trigger and a proof, as with "every 3 months", settles what runs before it
starts the next.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from port2port.compliance.calendar import (
    day_end,
    first_moment,
    last_moment,
    last_moment_before,
    local_day,
    next_working_day,
)
from port2port.compliance.history import carried, case_of, ends, in_order, key_of, started, working
from port2port.compliance.obligations import After, Before, Each, Event, Keep, On, Rule, Standing, Versions
from port2port.compliance.owed import Obligation, Setting, counted_moment, meets, obliged
from port2port.compliance.spans import each_span, standing


def unfolded(setting: Setting, versions: Versions, events: Sequence[Event]) -> tuple[Obligation, ...]:
    """Return all that a rule obliged this subject to, settled or not."""
    mine = in_order(versions, events)
    if not mine:
        return ()
    found: Iterable[Obligation]
    lasting = False
    match versions.rules[0].due:
        case Each():
            found = each_span(setting, versions, mine)
        case Standing():
            found, lasting = standing(setting, versions, mine), True
        case After(again=True):
            found, lasting = _again(setting, versions, mine), True
        case _:
            found = _once(setting, versions, mine)
    held = (carried(setting, versions, obligation, lasting=lasting) for obligation in found)
    return _told_apart(obligation for obligation in held if obligation is not None)


def _told_apart(found: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """Number the keys of triggers of one case that fall on the same moment."""
    times: Counter[str] = Counter()
    numbered = []
    for obligation in found:
        times[obligation.key] += 1
        number = times[obligation.key]
        numbered.append(
            obligation if number == 1 else msgspec.structs.replace(obligation, key=f"{obligation.key}#{number}")
        )
    return tuple(numbered)


def _fits(obligation: Obligation, event: Event) -> bool:
    """Return whether an event is the proof that an obligation waits for."""
    rule = obligation.rule
    if event.kind not in rule.fulfilled_by or not meets(rule.when.proof, event.details):
        return False
    if event is obligation.trigger or case_of(rule, event) != obligation.case:
        return False
    if obligation.opens is not None and event.at < obligation.opens:
        return False
    return obligation.lapses is None or event.at <= obligation.lapses or event.kind in rule.restored_by


def _followed(obligation: Obligation, event: Event) -> Obligation:
    """Return the obligation after an event: settled by it, or as it was."""
    rule = obligation.rule
    if ends(rule, obligation.case, event):
        kept = isinstance(rule.due, Keep) and obligation.until is not None and event.at > obligation.until
        return obligation if kept else obligation.settled("not_applicable", event)
    if isinstance(rule.due, Keep):
        early = obligation.until is not None and event.at <= obligation.until
        broken = early and event.kind in rule.broken_by and case_of(rule, event) == obligation.case
        return obligation.settled("broken", event) if broken else obligation
    return obligation.settled("fulfilled", event) if _fits(obligation, event) else obligation


def _once(setting: Setting, versions: Versions, events: Sequence[Event]) -> list[Obligation]:
    """Unfold after, before, on a day and keep: each trigger obliges once."""
    found: list[Obligation] = []
    running: list[int] = []
    seen: set[tuple[str, str]] = set()
    for event in events:
        for place in running:
            found[place] = _followed(found[place], event)
        rule = started(setting, versions, event)
        if rule is not None and _required(rule, event, seen):
            case = case_of(rule, event)
            for place in running if rule.replaced else ():
                if found[place].settled_at is None and found[place].case == case:
                    found[place] = found[place].settled("not_applicable", event)
            running.append(len(found))
            found.append(_met(_triggered(setting, rule, event, key_of(rule, event, case)), events, setting))
        running = [place for place in running if found[place].settled_at is None]
        seen.update((event.kind, case_of(rule, event)) for rule in versions.rules if event.kind in rule.requires)
    return found


def _met(obligation: Obligation, events: Sequence[Event], setting: Setting) -> Obligation:
    """Return a new obligation, settled at once if a proof from before its trigger still counts."""
    had = _already(obligation, events, setting)
    return (
        obligation
        if had is None
        else msgspec.structs.replace(obligation.settled("fulfilled", had), settled_at=obligation.since)
    )


def _already(obligation: Obligation, events: Sequence[Event], setting: Setting) -> Event | None:
    """Return the latest proof from before the trigger that still counts for it."""
    due = obligation.rule.due
    if not isinstance(due, After) or due.already is None:
        return None
    for event in reversed(events):
        if event.at <= obligation.since and _fits(obligation, event):
            until = last_moment(event.at, due.already, setting.zone)
            return event if until is not None and obligation.since <= until else None
    return None


def _required(rule: Rule, event: Event, seen: set[tuple[str, str]]) -> bool:
    case = case_of(rule, event)
    return not rule.requires or any((kind, case) in seen for kind in rule.requires)


def _triggered(setting: Setting, rule: Rule, event: Event, key: str) -> Obligation:
    zone, due = setting.zone, rule.due
    start = counted_moment(rule, event, zone)
    opens = lapses = until = None
    match due:
        case After():
            until = last_moment(start, due.within, zone, working=working(rule))
            opens = first_moment(start, due.opens, zone) if due.opens is not None else None
            lapses = last_moment(start, due.lapses, zone) if due.lapses is not None else None
        case Before():
            until = last_moment_before(start, due.at_least, zone, clear=due.clear)
        case On():
            until = _by_day(due, start, rule, setting)
        case Keep():
            until = last_moment(start, due.during, zone)
        case _:
            raise TypeError(f"{type(due).__name__} is not owed once for each trigger")
    return obliged(key, setting, rule, case_of(rule, event), event, until=until, opens=opens, lapses=lapses)


def _by_day(due: On, start: datetime, rule: Rule, setting: Setting) -> datetime | None:
    if local_day(start, setting.zone) <= due.day:
        return day_end(next_working_day(due.day, working(rule)), setting.zone)
    return last_moment(start, due.afterwards, setting.zone, working=working(rule))


def _again(setting: Setting, versions: Versions, events: Sequence[Event]) -> list[Obligation]:
    """Unfold "at least every three months": each proof settles what runs and starts the next."""
    running: dict[str, Obligation] = {}
    done: list[Obligation] = []
    for event in events:
        for case, obligation in list(running.items()):
            followed = _followed(obligation, event)
            if followed.settled_at is None:
                continue
            done.append(followed)
            del running[case]
            following = versions.on(local_day(event.at, setting.zone))
            if followed.outcome == "fulfilled" and following is not None:
                running[case] = _triggered(setting, following, event, key_of(following, event, case))
        rule = started(setting, versions, event)
        if rule is not None and case_of(rule, event) not in running:
            case = case_of(rule, event)
            running[case] = _triggered(setting, rule, event, key_of(rule, event, case))
    return sorted([*done, *running.values()], key=lambda obligation: obligation.since)
