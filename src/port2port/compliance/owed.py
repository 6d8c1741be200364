"""One thing owed: from when to when, what settled it, and what it is at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from port2port.compliance.calendar import brought_forward, day_start, last_moment
from port2port.compliance.obligations import Event, Keep, Rule, Subject

State = Literal["open", "soon", "late", "fulfilled", "not_applicable"]
# pending: nothing settled it yet; broken: done although it had to be left undone (a record that had to be kept)
Outcome = Literal["pending", "fulfilled", "not_applicable", "broken"]


@dataclass(frozen=True)
class Setting:
    """What is the same for all rules of one subject: who, until when events are known, and the zone of the days."""

    subject: Subject
    at: datetime
    zone: ZoneInfo


class Obligation(msgspec.Struct, frozen=True):
    """One thing that a subject owes, or owed, under one version of a rule.

    `key` names it for good: the rule, its trigger (or calendar span) and its case. Computing again gives the same key.
    All bounds are inclusive: what is done at `until` is in time. `until` None: no time is stated. `opens`: done before
    it does not count; `lapses`: done after it counts only if it is of `rule.restored_by`. From `escalates` on, who
    decides is told. `trigger` and `settled_by` are the events that say why.
    """

    key: str
    subject: str
    rule: Rule
    case: str
    trigger: Event
    since: datetime
    opens: datetime | None
    soon: datetime | None
    until: datetime | None
    lapses: datetime | None
    escalates: datetime | None
    outcome: Outcome = "pending"
    settled_at: datetime | None = None
    settled_by: Event | None = None

    def state(self, at: datetime) -> State:
        """Return what it is at a moment, by what is known now."""
        if self.settled_at is not None and self.settled_at <= at:
            if self.outcome == "broken":
                return "late"
            return "fulfilled" if self.outcome == "fulfilled" else "not_applicable"
        if self.until is not None and at > self.until:
            return "fulfilled" if isinstance(self.rule.due, Keep) else "late"
        if self.soon is not None and at >= self.soon:
            return "soon"
        return "open"

    @property
    def on_time(self) -> bool | None:
        """Whether it was met in time; None where it is not settled, or went away."""
        if self.outcome == "broken":
            return False
        if self.outcome != "fulfilled" or self.settled_at is None:
            return None
        return self.until is None or self.settled_at <= self.until

    @property
    def next_change(self) -> tuple[datetime, ...]:
        """The moments after which, or at which, its state turns by itself."""
        if self.settled_at is not None:
            return ()
        return tuple(moment for moment in (self.opens, self.soon, self.until, self.escalates) if moment is not None)

    def was_late(self, at: datetime) -> bool:
        """Return whether it was late at any moment until `at`."""
        if self.outcome == "broken":
            return self.settled_at is not None and self.settled_at <= at
        if self.until is None or isinstance(self.rule.due, Keep):
            return False
        end = at if self.settled_at is None else min(at, self.settled_at)
        return end > self.until

    def would_fulfil(self, at: datetime) -> tuple[str, ...]:
        """Return the kinds of event that would settle it at a moment; none: nothing to do, or not yet."""
        if isinstance(self.rule.due, Keep) or (self.settled_at is not None and self.settled_at <= at):
            return ()
        if self.opens is not None and at < self.opens:
            return ()
        if self.lapses is not None and at > self.lapses:
            return self.rule.restored_by
        return self.rule.fulfilled_by

    def settled(self, outcome: Outcome, by: Event) -> "Obligation":
        """Return it settled by an event."""
        return msgspec.structs.replace(self, outcome=outcome, settled_at=by.at, settled_by=by)


def obliged(
    key: str,
    setting: Setting,
    rule: Rule,
    case: str,
    trigger: Event,
    *,
    until: datetime | None,
    since: datetime | None = None,
    opens: datetime | None = None,
    lapses: datetime | None = None,
) -> Obligation:
    """Return an obligation with its lead times: never "soon" before it began. `since` None: from the trigger on."""
    begun = trigger.at if since is None else since
    soon = escalates = None
    if until is not None and not isinstance(rule.due, Keep):  # of what is kept nobody is to be reminded
        soon = max(begun, brought_forward(until, rule.leads.soon, setting.zone))
        escalates = last_moment(until, rule.leads.late, setting.zone)
    return Obligation(key, setting.subject.id, rule, case, trigger, begun, opens, soon, until, lapses, escalates)


def meets(wanted: Mapping[str, tuple[str, ...]], found: Mapping[str, str]) -> bool:
    """Return whether every wanted name has one of its values. What is not known meets nothing."""
    return not wanted or all(found.get(name) in values for name, values in wanted.items())


def counted_moment(rule: Rule, event: Event, zone: ZoneInfo) -> datetime:
    """Return the moment that the rule counts from: the event's, or the day or moment that its detail names.

    Raises ValueError naming rule and event where that is none; `obligations.problems_of` refuses such an event before.
    """
    if rule.counted_from is None:
        return event.at
    text = event.details.get(rule.counted_from, "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"rule {rule.code!r}: {event.kind} at {event.at}: {rule.counted_from}: {text!r}") from error
    if moment.tzinfo is None:  # a day, or a time on the clock of the place
        return day_start(moment.date(), zone) if _is_day(text) else moment.replace(tzinfo=zone)
    return moment


def _is_day(text: str) -> bool:
    return len(text) == len(date.min.isoformat())
