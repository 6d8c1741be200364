"""Which rules of routing a report meets, why, and when each step is due. Pure: plain facts in, plain values out.

Nothing here reads the clock, the database or who is asking. Who gets the report is said as kinds with their
relation to it; finding the organisations, leaving out the one that reports, and asking whether the report's
marks allow it are the caller's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from port2port.compliance.calendar import Period, last_moment, local_day
from port2port.compliance.obligations import After, Rulebook
from port2port.compliance.obligations import Rule as Obliging
from port2port.compliance.owed import meets
from port2port.members.data_files import Names
from port2port.members.network_shapes import OrganisationKind
from port2port.reports.routing.rules import REPORT, Recipient, Rule, Ruleset, Step
from port2port.reports.vocabulary import severity

UNSTATED = Period(unit="unstated")
COUNTRY_LENGTH = 2  # a UN/LOCODE begins with the country (ISO 3166)
LOOKED_UP = frozenset({"observables", "nis2_scope", "critical_entity"})  # facts that do not stand on the report itself


@dataclass(frozen=True)
class Facts:
    """What rules may look at: codes of the vocabulary, the port's UN/LOCODE ("" when there is none), who reports.

    `nis2_scope` and `critical_entity` are facts of the reporting organisation; None is "not known", which meets
    no condition.
    """

    threat: str
    nature: str
    severity: str
    source: str
    place: str
    reporter_kind: OrganisationKind
    reporter_country: str
    port: str = ""
    modi_operandi: frozenset[str] = frozenset()
    phase: str = ""
    observables: frozenset[str] = frozenset()
    nis2_scope: bool | None = None
    critical_entity: bool | None = None
    personal_data_breach: str = ""  # yes, no, unknown; empty: not asked, which meets no condition

    @property
    def port_country(self) -> str:
        """The country of the port; "" without a port."""
        return self.port[:COUNTRY_LENGTH]


@dataclass(frozen=True)
class Condition:
    """One condition of a rule against the facts: its field in the data, the codes wanted and found, whether it is met.

    `valid` is the rule's own time: wanted are its first and last day ("" when it has no end), found is the day.
    """

    field: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    met: bool


@dataclass(frozen=True)
class Routing:
    """A rule that applies: who gets the report, what is due when, and why, in four languages."""

    rule: Rule
    recipients: tuple[Recipient, ...]
    steps: tuple[Step, ...]
    why: Names


@dataclass(frozen=True)
class Tried:
    """What a rule would have done with past reports.

    `where` counts by recipient and port; the port is "" for recipients that do not depend on it.
    """

    rule: Rule
    seen: int
    routed: int
    where: Mapping[tuple[str, str], int]


def routings(facts: Facts, ruleset: Ruleset, *, on: date) -> list[Routing]:
    """Return what the rules in force on a day say about a report, in the order of the rules.

    Raises KeyError for a severity that the vocabulary does not know.
    """
    return [
        Routing(rule, tuple(ruleset.recipient(code) for code in rule.recipients), rule.steps, rule.reasons)
        for rule in ruleset.rules
        if rule.in_force(on) and _applies(facts, rule)
    ]


def may_apply(facts: Facts, rule: Rule) -> bool:
    """Return whether a rule may apply by what stands on the report, whatever was observed and its organisation says."""
    return all(condition.met for condition in _conditions(facts, rule) if condition.field not in LOOKED_UP)


def explain(facts: Facts, rule: Rule, on: date) -> list[Condition]:
    """Return every condition of a rule with what was found, its time first; all are met exactly when it routes.

    Raises KeyError for a severity that the vocabulary does not know.
    """
    days = (rule.valid_from.isoformat(), rule.valid_until.isoformat() if rule.valid_until else "")
    return [Condition("valid", days, (on.isoformat(),), rule.in_force(on)), *_conditions(facts, rule)]


def tried(ruleset: Ruleset, history: Iterable[Facts]) -> list[Tried]:
    """Return what each rule would have done with past reports, as if it had been in force all the time."""
    past = list(history)
    return [_tried(rule, ruleset, past) for rule in ruleset.rules]


def attributes_of(facts: Facts) -> dict[str, str]:
    """Return what the rules of what is owed may ask of a report: their words for what routing knows of it.

    Who reports for the operator of a facility from that facility does so as its security officer.
    """
    from_facility = facts.reporter_kind == "terminal_operator" and facts.place == "facility"
    known = {
        "reporter_kind": "facility" if from_facility else facts.reporter_kind,
        "port": facts.port,
        "nis2_scope": _word(facts.nis2_scope),
        "critical_entity": _word(facts.critical_entity),
        "personal_data_breach": facts.personal_data_breach,
    }
    return {name: value for name, value in known.items() if value}


def obliging(step: Step, book: Rulebook, *, on: date, attributes: Mapping[str, str] | None = None) -> Obliging | None:
    """Return the rule of what is owed that says by when a step is due, in its version of a day; None: there is none.

    Of several the first that is for who reports; without `attributes` the first of all.
    """
    known = {versions.code: versions for versions in book.for_subject[REPORT]}
    for code in step.obligations:
        rule = known[code].on(on) if code in known else None
        if rule is not None and (attributes is None or meets(rule.when.subject, attributes)):
            return rule
    return None


def period(step: Step, book: Rulebook, *, on: date, attributes: Mapping[str, str] | None = None) -> Period:
    """Return within what time a step is due; unstated where its rule of what is owed is switched off."""
    if step.within is not None:
        return step.within
    rule = obliging(step, book, on=on, attributes=attributes)
    return rule.due.within if rule is not None and isinstance(rule.due, After) else UNSTATED


def due(
    step: Step,
    aware_since: datetime,
    done: Mapping[str, datetime],
    *,
    book: Rulebook,
    attributes: Mapping[str, str] | None = None,
) -> datetime | None:
    """Return the last moment at which a step is in time; `done`: when the earlier steps of its rule were done, by code.

    Counted as all that is owed is (`compliance.calendar`). None: it cannot be said, since the step it counts from is
    not done yet or no time is stated. Raises ValueError for a moment without a time zone.
    """
    start = done.get(step.after) if step.after else aware_since
    if start is None:
        return None
    on = local_day(start, book.zone)
    return last_moment(start, period(step, book, on=on, attributes=attributes), book.zone)


def _applies(facts: Facts, rule: Rule) -> bool:
    return all(condition.met for condition in _conditions(facts, rule))


def _conditions(facts: Facts, rule: Rule) -> list[Condition]:
    """Return the conditions that a rule has, in the order of the data's fields."""
    when = rule.when
    subjects = (facts.threat, *sorted(facts.modi_operandi))
    found: list[Condition] = []
    if when.about:
        found.append(Condition("about", when.about, subjects, _is_about(subjects, when.about)))
    if when.not_about:
        found.append(Condition("not_about", when.not_about, subjects, not _is_about(subjects, when.not_about)))
    for field, wanted, values in (
        ("natures", when.natures, (facts.nature,)),
        ("phases", when.phases, (facts.phase,)),
        ("sources", when.sources, (facts.source,)),
        ("place_kinds", when.place_kinds, (facts.place,)),
        ("ports", when.ports, (facts.port,)),
        ("port_countries", when.port_countries, (facts.port_country,)),
        ("observables", when.observables, tuple(sorted(facts.observables))),
        ("reporter_kinds", when.reporter_kinds, (facts.reporter_kind,)),
        ("reporter_countries", when.reporter_countries, (facts.reporter_country,)),
        ("personal_data_breach", when.personal_data_breach, (facts.personal_data_breach,)),
    ):
        if wanted:
            present = tuple(value for value in values if value)
            found.append(Condition(field, wanted, present, not set(wanted).isdisjoint(present)))
    if when.severity_at_least is not None:
        enough = severity(facts.severity).rank >= severity(when.severity_at_least).rank
        found.append(Condition("severity_at_least", (when.severity_at_least,), (facts.severity,), enough))
    for field, demanded, known in (
        ("nis2_scope", when.nis2_scope, facts.nis2_scope),
        ("critical_entity", when.critical_entity, facts.critical_entity),
    ):
        if demanded is not None:
            found.append(Condition(field, (_word(demanded),), (_word(known),), demanded is known))
    return found


def _is_about(subjects: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether a threat or modus operandi is wanted itself or by its family ("CY").

    Threats are in small letters, so that a family is never the beginning of one.
    """
    return any(
        subject.startswith(code) if code.isupper() else subject == code for subject in subjects for code in wanted
    )


def _word(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]


def _tried(rule: Rule, ruleset: Ruleset, past: list[Facts]) -> Tried:
    met = [facts for facts in past if _applies(facts, rule)]
    recipients = [ruleset.recipient(code) for code in rule.recipients]
    where = Counter(
        (recipient.code, "" if recipient.relation == "national" else facts.port)
        for facts in met
        for recipient in recipients
    )
    return Tried(rule, len(past), len(met), dict(sorted(where.items())))
