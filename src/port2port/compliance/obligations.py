"""The rules of what is owed, versioned and in four languages: who owes what after which event, and by when.

They are data (`data/obligations.v1.toml`), so that an administrator adds or corrects one without a release. A rule
that rests on something nobody has read in a source is `verified = false` and says what is to be verified. A rule
with `active = false` is written but not switched on: `tryout` shows what it would do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from port2port.compliance.calendar import CalendarSpan, Period
from port2port.members.data_files import Entry, Named, Names
from port2port.members.network_shapes import Country

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Number = Annotated[int, msgspec.Meta(ge=1, le=9999)]
Text = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=400)]
Several = msgspec.Meta(min_length=1)
Codes = Annotated[tuple[Code, ...], Several]
Wanted = dict[Code, Annotated[tuple[Text, ...], Several]]
# What obliges: a law, what the members agreed, or what somebody asks of them.
Ground = Literal["law", "charter", "request"]


class Head(Entry, frozen=True, kw_only=True):
    """Which rules these are. Days are counted in `time_zone`.

    `deputy` and `administrator`: how long after the due moment each of them is told, where a rule says nothing else.
    """

    version: Number
    valid_from: date
    country: Country
    time_zone: str
    source: str
    deputy: Period = Period(amount=0, unit="days")
    administrator: Period = Period(amount=0, unit="days")


class SubjectKind(Named, frozen=True, kw_only=True):
    """A kind of thing or person that rules speak of, and the attributes of it that conditions may look at."""

    code: Code
    attributes: tuple[Code, ...] = ()


class Party(Named, frozen=True, kw_only=True):
    """Who owes, sees or decides: a function, never a person."""

    code: Code


class EventKind(Named, frozen=True, kw_only=True):
    """A kind of event in the history of a subject, with the details it must and may carry.

    `with_text`: a text was sent to somebody, and it is written down together with that text or not at all.
    """

    code: Code
    subjects: Codes
    details: tuple[Code, ...] = ()
    optional: tuple[Code, ...] = ()
    with_text: bool = False


class After(Entry, frozen=True, kw_only=True, tag_field="kind", tag="after"):
    """Within a period after the trigger.

    `opens`: what is done before this period has passed does not count ("26 to 34 months after"). `lapses`: from then
    on only what `restored_by` names counts ("lapses at 66 months"). `already`: a proof at most so long before the
    trigger counts too (a certificate one has). `again`: each fulfilment starts the next one ("every 3 months"); a
    further trigger in between changes nothing.
    """

    within: Period
    opens: Period | None = None
    lapses: Period | None = None
    already: Period | None = None
    again: bool = False


class Each(Entry, frozen=True, kw_only=True, tag_field="kind", tag="each"):
    """Once in each calendar year, or half year, quarter, month, and never more than `apart` after the last time.

    `first`: whether the span in which the trigger falls counts already ("same"), or the one after it ("next").
    """

    calendar: CalendarSpan
    apart: Period | None = None
    first: Literal["same", "next"] = "same"


class Before(Entry, frozen=True, kw_only=True, tag_field="kind", tag="before"):
    """At least a period before what the trigger announces. `clear`: see `calendar.last_moment_before`."""

    at_least: Period
    clear: bool = False


class On(Entry, frozen=True, kw_only=True, tag_field="kind", tag="on"):
    """By a fixed day; when the trigger comes later, within a period after it."""

    day: date
    afterwards: Period


class Keep(Entry, frozen=True, kw_only=True, tag_field="kind", tag="keep"):
    """Nothing of `broken_by` for a period after the trigger: what must be kept so long."""

    during: Period


class Standing(Entry, frozen=True, kw_only=True, tag_field="kind", tag="standing"):
    """At all times after the trigger so many holders (told apart by `same`; without it there is one) who came with
    `fulfilled_by` and did not go with `undone_by`; when there are fewer, again so many within a period."""

    at_least: Number
    within: Period


Due = After | Each | Before | On | Keep | Standing


class When(Entry, frozen=True, kw_only=True):
    """Conditions: attributes of the subject, details of the trigger, details of the proof. All that are given must
    hold; of a list, one value is enough. An attribute that is not known meets no condition."""

    subject: Wanted = {}
    trigger: Wanted = {}
    proof: Wanted = {}


class Leads(Entry, frozen=True, kw_only=True):
    """How long before the due moment it is "soon", and how long after it who decides is told that it is late.

    In between the deputy and the administrator are told, after `deputy` and `administrator`, or after those of the
    head; nobody is told later than whoever stands above.
    """

    soon: Period
    late: Period
    deputy: Period | None = None
    administrator: Period | None = None


class Basis(Entry, frozen=True, kw_only=True):
    """What a rule rests on: its citation, and its code in the register of legal bases where it stands there."""

    rests_on: Ground
    citation: Text
    legal_basis: str | None = None
    url: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")] | None = None


class Rule(Named, frozen=True, kw_only=True):
    """One version of a rule. `valid_until` is the last day on which it holds.

    A trigger is under the version that holds on its day. `covers_earlier`: the first version takes in triggers from
    before it held too. What fell due before the rule's first day is not owed; what is asked again and again, or at all
    times, and was wanting on that day, is due on it.

    `counted_from` names the detail of the trigger that carries the day or moment counted from; without it that is the
    trigger itself. `same` names the detail by which a proof belongs to a trigger (which exercise, which contract).
    `requires`: kinds of event of which one must have come before the trigger. `replaced`: a newer trigger takes the
    place of the older one. `ended_by`: what makes the obligation go away without having been met.
    """

    code: Code
    version: Number
    valid_from: date
    valid_until: date | None = None
    covers_earlier: bool = False
    active: bool
    verified: bool
    to_verify: Names | None = None
    subject: Code
    triggers: Codes
    due: Due
    fulfilled_by: tuple[Code, ...] = ()
    restored_by: tuple[Code, ...] = ()
    broken_by: tuple[Code, ...] = ()
    undone_by: tuple[Code, ...] = ()
    ended_by: tuple[Code, ...] = ()
    requires: tuple[Code, ...] = ()
    replaced: bool = False
    counted_from: Code | None = None
    same: Code | None = None
    on_rest_day: Literal["stays", "next_working_day"] = "stays"
    when: When = When()
    leads: Leads
    owed_by: Code
    seen_by: Codes
    decided_by: Code
    basis: Basis

    def in_force(self, on: date) -> bool:
        """Return whether the rule holds on a day; both of its days are within."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of event that change something for this rule."""
        groups = (self.triggers, self.fulfilled_by, self.restored_by, self.broken_by, self.undone_by, self.ended_by)
        return frozenset(kind for group in (*groups, self.requires) for kind in group)


@dataclass(frozen=True)
class Versions:
    """All versions of one rule, the oldest first."""

    code: str
    rules: tuple[Rule, ...]

    def on(self, day: date) -> Rule | None:
        """Return the version that a trigger of this day is under."""
        for rule in reversed(self.rules):
            if rule.in_force(day):
                return rule
        first = self.rules[0]
        return first if first.covers_earlier and day < first.valid_from else None

    def lasting(self, day: date) -> Rule | None:
        """Return the version that a duty which never ends is under: before the rule held, the first one.

        What is asked of a time ("each year", "at all times") is owed from the rule's first day on, whenever its
        trigger was.
        """
        first = self.rules[0]
        return self.on(day) or (first if day < first.valid_from else None)

    @cached_property
    def triggers(self) -> frozenset[str]:
        """The kinds of event that trigger any of the versions."""
        return frozenset(kind for rule in self.rules for kind in rule.triggers)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of event that change something for any of the versions."""
        return frozenset(kind for rule in self.rules for kind in rule.kinds)


@dataclass(frozen=True)
class Rulebook:
    """The checked rules in the order of the file, which is the order in which they are shown."""

    head: Head
    subjects: tuple[SubjectKind, ...]
    parties: tuple[Party, ...]
    events: tuple[EventKind, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days are counted."""
        return ZoneInfo(self.head.time_zone)

    @cached_property
    def for_subject(self) -> Mapping[str, tuple[Versions, ...]]:
        """The active rules by kind of subject."""
        grouped: dict[str, dict[str, list[Rule]]] = {kind.code: {} for kind in self.subjects}
        for rule in self.rules:
            if rule.active:
                grouped[rule.subject].setdefault(rule.code, []).append(rule)
        return {
            kind: tuple(
                Versions(code, tuple(sorted(rules, key=lambda rule: rule.version))) for code, rules in codes.items()
            )
            for kind, codes in grouped.items()
        }

    @cached_property
    def event_kinds(self) -> Mapping[str, EventKind]:
        """The kinds of event by code."""
        return {kind.code: kind for kind in self.events}

    def beginning(self, subject: str) -> frozenset[str]:
        """Return the kinds of event that begin something for a kind of subject."""
        return frozenset(kind for rule in self.rules if rule.subject == subject for kind in rule.triggers)

    def rule(self, code: str, version: int) -> Rule:
        """Return one version of a rule; raises KeyError when there is none."""
        return {(rule.code, rule.version): rule for rule in self.rules}[code, version]

    def switched(self, code: str, *, on: bool) -> "Rulebook":
        """Return these rules with all versions of one switched on or off; raises KeyError when there is none."""
        if code not in {rule.code for rule in self.rules}:
            raise KeyError(code)
        rules = tuple(msgspec.structs.replace(rule, active=on) if rule.code == code else rule for rule in self.rules)
        return Rulebook(self.head, self.subjects, self.parties, self.events, rules)


@dataclass(frozen=True)
class Subject:
    """What or who owes: its kind, its id, and the attributes known of it now."""

    kind: str
    id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject: a kind, when, and details by name (days and moments in ISO 8601)."""

    kind: str
    at: datetime
    details: Mapping[str, str]
    id: str = ""


def problems_of(event: Event, subject: Subject, rulebook: Rulebook) -> list[str]:
    """Return what is wrong with an event before it is put into the history of a subject; none: it can be evaluated."""
    kind = rulebook.event_kinds.get(event.kind)
    if kind is None:
        return [f"no kind of event {event.kind!r}"]
    problems = []
    if event.at.tzinfo is None:
        problems.append("at: without a time zone")
    if subject.kind not in kind.subjects:
        problems.append(f"{event.kind} does not happen to a {subject.kind}")
    problems += [f"{name}: is missing" for name in kind.details if not event.details.get(name)]
    allowed = {*kind.details, *kind.optional}
    problems += [f"{name}: unknown" for name in sorted(set(event.details) - allowed)]
    counted = {
        rule.counted_from for rule in rulebook.rules if rule.counted_from is not None and event.kind in rule.triggers
    }
    for name in sorted(counted & set(event.details)):
        try:
            datetime.fromisoformat(event.details[name])
        except ValueError:  # neither a day nor a moment
            problems.append(f"{name}: no day or moment {event.details[name]!r}")
    return problems
