"""What a subject owes, from its history and the rules valid at the time. Pure: no clock, no tables.

`computed` works everything out; `recomputed` takes one event more and works out only what it can change: the rules of
this subject that look at this kind of event. A state is asked of an obligation at a moment, never stored with it.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from port2port.compliance.calendar import calendar_span, day_start, local_day
from port2port.compliance.obligations import Each, Event, Keep, Rule, Rulebook, Subject, Versions
from port2port.compliance.owed import Obligation, Setting, State, meets
from port2port.compliance.shapes import unfolded

# Why a rule obliges a subject to nothing: it is not switched on, holds not yet or no longer, the subject's attributes
# do not meet its conditions (or are not known), or nothing has triggered it.
WhyNot = Literal["switched_off", "not_yet", "no_longer", "attribute", "no_trigger"]

WAITING: tuple[State, ...] = ("open", "soon", "late")


@dataclass(frozen=True)
class Held:
    """A subject with its history and what it owes by rule, in the order of the rules.

    `at`: until when it is worked out. `wakes`: the moment from which it must be worked out again without any event,
    since a new calendar span begins; None when there is none. All other changes of state come from the obligations.
    """

    subject: Subject
    events: tuple[Event, ...]
    owed: Mapping[str, tuple[Obligation, ...]]
    at: datetime
    wakes: datetime | None

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """All that is and was owed, rule by rule."""
        return tuple(obligation for owed in self.owed.values() for obligation in owed)

    def waiting(self, at: datetime) -> tuple[Obligation, ...]:
        """Return what is open, soon or late at a moment, the nearest due first; what has no stated time comes last.

        What must only be kept waits for nobody, unless it was erased.
        """
        now = [
            owed
            for owed in self.obligations
            if owed.state(at) in WAITING and (owed.outcome == "broken" or not isinstance(owed.rule.due, Keep))
        ]
        return tuple(sorted(now, key=lambda owed: (owed.until is None, owed.until or owed.since, owed.key)))


@dataclass(frozen=True)
class Reason:
    """Why a rule obliges to nothing; for an attribute its name, what is wanted and what is known ("" unknown)."""

    why: WhyNot
    name: str = ""
    wanted: tuple[str, ...] = ()
    found: str = ""


def computed(subject: Subject, events: Iterable[Event], rulebook: Rulebook, *, at: datetime) -> Held:
    """Return what a subject owes by what happened until `at`; later events are left out.

    Raises ValueError for a moment without a time zone, and for a detail that should name a day and does not.
    """
    _aware(at)
    known = sorted((event for event in events if _aware(event.at) <= at), key=lambda event: event.at)
    rules = _rules(subject, rulebook)
    setting = Setting(subject, at, rulebook.zone)
    owed = {versions.code: unfolded(setting, versions, known) for versions in rules}
    return Held(subject, tuple(known), owed, at, _wakes(rules, known, setting))


def recomputed(held: Held, event: Event, rulebook: Rulebook, *, at: datetime) -> Held:
    """Return what a subject owes after one event more; the event may be older than others that are known.

    The same as `computed` with that event. Only rules that look at the event's kind are worked out again, and those
    that are owed in calendar spans when a new one has begun. Raises ValueError when the event lies after `at`, `at`
    before the moment of `held`, or the rules are not those that `held` was worked out with.
    """
    if _aware(event.at) > at or at < held.at:
        raise ValueError(f"neither {event.at} nor {held.at} may lie after {at}")
    rules = _rules(held.subject, rulebook)
    if tuple(held.owed) != tuple(versions.code for versions in rules):
        raise ValueError("the rules have changed: compute the subject whole")
    events = list(held.events)
    insort(events, event, key=lambda known: known.at)
    setting = Setting(held.subject, at, rulebook.zone)
    new_span = held.wakes is not None and at >= held.wakes
    owed = dict(held.owed)
    for versions in rules:
        if event.kind in versions.kinds or (new_span and isinstance(versions.rules[0].due, Each)):
            owed[versions.code] = unfolded(setting, versions, events)
    return replace(held, events=tuple(events), owed=owed, at=at, wakes=_wakes(rules, events, setting))


def woken(held: Held, rulebook: Rulebook, *, at: datetime) -> Held:
    """Return what a subject owes at a later moment, when nothing happened since: new calendar spans have begun."""
    if held.wakes is None or at < held.wakes:
        return replace(held, at=max(at, held.at))
    rules = _rules(held.subject, rulebook)
    setting = Setting(held.subject, at, rulebook.zone)
    owed = dict(held.owed)
    for versions in rules:
        if isinstance(versions.rules[0].due, Each):
            owed[versions.code] = unfolded(setting, versions, held.events)
    return replace(held, owed=owed, at=at, wakes=_wakes(rules, held.events, setting))


def why_not(subject: Subject, events: Iterable[Event], rule: Rule, *, on: date) -> tuple[Reason, ...]:
    """Return every reason why a rule obliges a subject to nothing on a day; none: it does, or may have."""
    reasons = []
    if not rule.active:
        reasons.append(Reason("switched_off"))
    if on < rule.valid_from:
        reasons.append(Reason("not_yet"))
    if rule.valid_until is not None and on > rule.valid_until:
        reasons.append(Reason("no_longer"))
    for name, wanted in rule.when.subject.items():
        found = subject.attributes.get(name, "")
        if found not in wanted:
            reasons.append(Reason("attribute", name, wanted, found))
    happened = any(event.kind in rule.triggers and meets(rule.when.trigger, event.details) for event in events)
    if not happened:
        reasons.append(Reason("no_trigger", wanted=rule.triggers))
    return tuple(reasons)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment


def _rules(subject: Subject, rulebook: Rulebook) -> tuple[Versions, ...]:
    """Return the active rules for a subject; raises ValueError for a kind of subject that no file knows."""
    try:
        return rulebook.for_subject[subject.kind]
    except KeyError:
        raise ValueError(f"no kind of subject {subject.kind!r}") from None


def _wakes(rules: Iterable[Versions], events: Iterable[Event], setting: Setting) -> datetime | None:
    """Return when the next calendar span begins for a rule that is owed in spans and has been triggered."""
    happened = {event.kind for event in events}
    moments = []
    for versions in rules:
        due = versions.rules[0].due
        if isinstance(due, Each) and happened & versions.kinds:
            _, ends = calendar_span(local_day(setting.at, setting.zone), due.calendar)
            moments.append(day_start(ends + timedelta(days=1), setting.zone))
    return min(moments, default=None)
