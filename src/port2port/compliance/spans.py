"""The two shapes that look at more than a trigger and its proof: once in each calendar span, and at all times."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from port2port.compliance.calendar import (
    calendar_span,
    day_end,
    day_start,
    last_moment,
    local_day,
    next_working_day,
)
from port2port.compliance.history import case_of, key_of, working
from port2port.compliance.obligations import Due, Each, Event, Rule, Standing, Versions
from port2port.compliance.owed import Obligation, Setting, meets, obliged


@dataclass(frozen=True)
class _Stretch:
    """From a trigger to what ended it."""

    trigger: Event
    ended: Event | None


def each_span(setting: Setting, versions: Versions, events: Sequence[Event]) -> Iterator[Obligation]:
    """Unfold "at least one in each calendar year, and at most 18 months apart".

    What was missed in a span is made good, late, by the next proof; that one counts for its own span too.
    """
    for stretch in _stretches(setting, versions, events):
        first = local_day(stretch.trigger.at, setting.zone)
        last = local_day(setting.at if stretch.ended is None else stretch.ended.at, setting.zone)
        due = _each(versions.rules[0].due)
        begins, ends = calendar_span(first, due.calendar)
        if due.first == "next":
            begins, ends = calendar_span(ends + timedelta(days=1), due.calendar)
        while begins <= last:
            rule = versions.on(max(begins, first)) or _coming(versions, begins, ends)
            if rule is not None:
                yield _in_span(setting, rule, stretch, events, (begins, ends))
            begins, ends = calendar_span(ends + timedelta(days=1), due.calendar)


def _each(due: Due) -> Each:
    if not isinstance(due, Each):
        raise TypeError(f"{type(due).__name__} is not owed in each span")
    return due


def _stretches(setting: Setting, versions: Versions, events: Iterable[Event]) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    begun: Event | None = None
    for event in events:
        if begun is None:
            if _begins(setting, versions, event) is not None:
                begun = event
        elif any(event.kind in rule.ended_by for rule in versions.rules):
            stretches.append(_Stretch(begun, event))
            begun = None
    return stretches if begun is None else [*stretches, _Stretch(begun, None)]


def _begins(setting: Setting, versions: Versions, event: Event) -> Rule | None:
    """Return the version under which an event begins what lasts; a trigger from before the rule held begins it too."""
    rule = versions.lasting(local_day(event.at, setting.zone))
    if rule is None or event.kind not in rule.triggers or not meets(rule.when.trigger, event.details):
        return None
    return rule if meets(rule.when.subject, setting.subject.attributes) else None


def _coming(versions: Versions, begins: date, ends: date) -> Rule | None:
    """Return the version that comes into force within a span that began without one."""
    return next((rule for rule in versions.rules if begins < rule.valid_from <= ends), None)


def _in_span(
    setting: Setting, rule: Rule, stretch: _Stretch, events: Sequence[Event], span: tuple[date, date]
) -> Obligation:
    zone, (begins, ends), due = setting.zone, span, _each(rule.due)
    since = max(day_start(begins, zone), stretch.trigger.at)
    until = day_end(next_working_day(ends, working(rule)), zone)
    last, proof = stretch.trigger.at, None
    for event in events:
        if event.at < stretch.trigger.at or event.kind not in rule.fulfilled_by:
            continue
        if not meets(rule.when.proof, event.details):
            continue
        if event.at >= since:
            proof = event
            break
        last = event.at
    if due.apart is not None:
        limit = last_moment(last, due.apart, zone)
        # A limit that passed before the span began was the one of the span before.
        if limit is not None and since <= limit < until:
            until = limit
    key = f"{rule.code}:{begins.isoformat()}"
    if local_day(stretch.trigger.at, zone) > begins:
        key = key_of(rule, stretch.trigger, begins.isoformat())
    owed = obliged(key, setting, rule, "", stretch.trigger, since=since, until=until)
    if stretch.ended is not None and (proof is None or proof.at > stretch.ended.at):
        return owed.settled("not_applicable", stretch.ended)
    return owed if proof is None else owed.settled("fulfilled", proof)


def standing(setting: Setting, versions: Versions, events: Sequence[Event]) -> Iterator[Obligation]:
    """Unfold "a deputy at least": owed again whenever there are too few.

    What happens at one moment is taken together: who hands over to a successor leaves no gap.
    """
    holders: list[str] = []
    rule: Rule | None = None
    wanting: Obligation | None = None
    for moment, together in groupby(events, key=lambda event: event.at):
        group = list(together)
        current = versions.lasting(local_day(moment, setting.zone))  # None: no longer in force
        for event in group:
            _count(current or versions.rules[-1], event, holders)
        ended = next((event for event in group if rule is not None and event.kind in rule.ended_by), None)
        if ended is not None:
            if wanting is not None:
                yield wanting.settled("not_applicable", ended)
            rule = wanting = None
            continue
        if rule is None:
            rule = next((begun for event in group if (begun := _begins(setting, versions, event))), None)
        elif current is not None:
            rule = current
        if rule is None:
            continue
        due = rule.due
        if not isinstance(due, Standing):
            raise TypeError(f"{type(due).__name__} is not owed at all times")
        if wanting is not None and len(holders) >= due.at_least:
            yield wanting.settled("fulfilled", _last(rule.fulfilled_by, group))
            wanting = None
        elif wanting is None and current is not None and len(holders) < due.at_least:
            cause = _last((*rule.undone_by, *rule.triggers), group)
            until = last_moment(moment, due.within, setting.zone, working=working(rule))
            wanting = obliged(key_of(rule, cause, ""), setting, rule, "", cause, until=until)
    if wanting is not None:
        yield wanting


def _count(rule: Rule, event: Event, holders: list[str]) -> None:
    """Note who comes and who goes; one holder counts once, and without `same` there is only one."""
    holder = case_of(rule, event)
    if event.kind in rule.fulfilled_by and meets(rule.when.proof, event.details):
        if holder not in holders:
            holders.append(holder)
    elif event.kind in rule.undone_by and holder in holders:
        holders.remove(holder)


def _last(kinds: Iterable[str], group: Sequence[Event]) -> Event:
    """Return the last event of these kinds, or the last of all."""
    wanted = set(kinds)
    return next((event for event in reversed(group) if event.kind in wanted), group[-1])
