"""The rules of routing, versioned and in four languages: which organisations must get which kind of report,
why, and how fast.

They are data (`data/routing_rules.v1.toml`), so that an administrator corrects one without a release. A rule
that rests on something nobody has read in a source is `verified = false` and says what is to be verified; it
may be proposed and shown, never sent by itself.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from port2port.compliance.calendar import Period
from port2port.compliance.obligations import After
from port2port.compliance.reading import rulebook
from port2port.members.data_files import Entry, Named, Names, Reader
from port2port.members.network_data import load_network
from port2port.members.network_shapes import Country, OrganisationKind, PortCode
from port2port.reports.observables.kinds import kinds
from port2port.reports.vocabulary import Code, vocabulary
from port2port.sharing.legal_basis import register

RULES = Path(__file__).parent.parent / "data" / "routing_rules.v1.toml"
REPORT = "report"  # as the rules of what is owed call it
CHARTER = "members_charter"  # the register's code for what the members agreed among themselves
FAMILY_LENGTH = 2  # "CY" stands for every modus operandi of that family

# Whom a recipient's kind means. national: the organisation of that kind for the whole country, which serves no
# single port; port: the one that serves the report's port; region: that one, and where there is none the national one.
Relation = Literal["national", "port", "region"]
# What obliges: a law, what the members agreed, or what the recipient asks of those who report to it.
Ground = Literal["law", "charter", "request"]
# When proposing a step begins the clock of what is owed: always, for incidents alone, or never.
Begins = Literal["always", "incident", "never"]

Answer = Literal["yes", "no", "unknown"]

Number = Annotated[int, msgspec.Meta(ge=1, le=9999)]
Text = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=400)]
About = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9]+(_[a-z0-9]+)*|[A-Z]{2}(\d{2})?)$")]
# A condition that is there names something: an empty list would look like one and be none.
Several = msgspec.Meta(min_length=1)


class RulesHead(Entry, frozen=True, kw_only=True):
    """Which rules these are. In `time_zone` a day and a month of a deadline are counted."""

    version: Number
    valid_from: date
    country: Country
    time_zone: str
    source: str


class Recipient(Named, frozen=True, kw_only=True):
    """A kind of organisation and its relation to the report.

    `organisation_kind` None: not on the platform, so nothing can be sent to it from here. A `country` other
    than that of the rules: sending is a release outside, and is treated as one.
    """

    code: Code
    relation: Relation
    country: Country
    organisation_kind: OrganisationKind | None = None


class Conditions(Entry, frozen=True, kw_only=True):
    """What must hold for a rule to apply: all that are given; of a list, one is enough.

    `about` and `not_about` name threats, modi operandi ("CY06") and families of them ("CY"), and look at the
    report's threat and at every modus operandi it names.
    """

    about: Annotated[tuple[About, ...], Several] = ()
    not_about: Annotated[tuple[About, ...], Several] = ()
    natures: Annotated[tuple[Code, ...], Several] = ()
    phases: Annotated[tuple[Code, ...], Several] = ()
    sources: Annotated[tuple[Code, ...], Several] = ()
    severity_at_least: Code | None = None
    place_kinds: Annotated[tuple[Code, ...], Several] = ()
    ports: Annotated[tuple[PortCode, ...], Several] = ()
    port_countries: Annotated[tuple[Country, ...], Several] = ()
    observables: Annotated[tuple[Code, ...], Several] = ()
    reporter_kinds: Annotated[tuple[OrganisationKind, ...], Several] = ()
    reporter_countries: Annotated[tuple[Country, ...], Several] = ()
    nis2_scope: bool | None = None
    critical_entity: bool | None = None
    personal_data_breach: Annotated[tuple[Answer, ...], Several] = ()


class Step(Named, frozen=True, kw_only=True):
    """One thing that is due, after the report became known or after an earlier step was done (`after`).

    `obligations` names rules of what a report obliges to (`compliance`), of which the first that is for who reports
    says within what time; `within` says it where no such rule does. `begins`: when its clock begins. `seen`: the event
    that is written down when the recipient sees the report here.
    """

    code: Code
    obligations: Annotated[tuple[Code, ...], Several] = ()
    seen: Code | None = None
    begins: Begins = "always"
    within: Period | None = None
    after: str = ""


class Basis(Entry, frozen=True, kw_only=True):
    """What a rule rests on: its citation, and its code in the register of legal bases where it stands there."""

    rests_on: Ground
    citation: Text
    legal_basis: str | None = None


class Rule(Named, frozen=True, kw_only=True):
    """One version of a rule. `valid_until` is the last day on which it holds.

    `reasons` says to a reader why the report goes there. `automatic_allowed`: may be sent without a person
    pressing, where sender and receiver have both signed this rule.
    """

    code: Code
    version: Number
    valid_from: date
    verified: bool
    automatic_allowed: bool
    reasons: Names
    basis: Basis
    when: Conditions
    recipients: Annotated[tuple[Code, ...], Several]
    steps: Annotated[tuple[Step, ...], Several]
    valid_until: date | None = None
    to_verify: Names | None = None

    def in_force(self, on: date) -> bool:
        """Return whether the rule holds on a day; both of its days are within."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Ruleset(msgspec.Struct, frozen=True, kw_only=True):
    """The checked rules in the order of the file, which is the order in which they are shown."""

    head: RulesHead
    recipients: tuple[Recipient, ...]
    rules: tuple[Rule, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days and months are counted."""
        return ZoneInfo(self.head.time_zone)

    def recipient(self, code: str) -> Recipient:
        """Return one recipient; raises KeyError for an unknown code."""
        return {entry.code: entry for entry in self.recipients}[code]

    def rule(self, code: str, version: int) -> Rule:
        """Return one version of a rule; raises KeyError when there is none."""
        return {(entry.code, entry.version): entry for entry in self.rules}[code, version]


class _RulesReader(Reader):
    """Names a rule by code and version, and checks the texts of what stands inside it."""

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules without the broken ones, which are noted."""
        raw = self.document.get("rules")
        if not isinstance(raw, list):
            self.problem("file", "rules", "must be a list of entries")
            return ()
        rules = []
        for number, item in enumerate(raw, start=1):
            named = isinstance(item, dict) and "code" in item and "version" in item
            where = f"rules {item['code']!r} version {item['version']}" if named else f"rules number {number}"
            rule = self._convert(item, where, Rule)
            if rule is not None:
                for step in rule.steps:
                    self._check_texts(where, f"steps {step.code!r} names", step.names)
                rules.append(rule)
        return tuple(rules)


def read_ruleset(path: Path) -> Ruleset:
    """Return the rules in a file.

    Raises ValueError with a line per problem, naming file, rule and field.
    """
    reader = _RulesReader(path)
    head = reader.single("head", RulesHead)
    try:
        ZoneInfo(head.time_zone)
    except (ValueError, OSError, KeyError):  # not a key, a folder of the zone data, not found
        reader.problem("head", "time_zone", f"no time zone {head.time_zone!r}")
    ruleset = Ruleset(head=head, recipients=reader.entries("recipients", Recipient, "code"), rules=reader.rules())
    reader.check_sections(("head", "recipients", "rules"))
    for rule in ruleset.rules:
        _check_conditions(reader, rule)
        _check_recipients(reader, rule, ruleset)
        _check_steps(reader, rule)
        _check_basis(reader, rule)
    _check_versions(reader, ruleset.rules)
    reader.finish()
    return ruleset


@cache
def ruleset() -> Ruleset:
    """Return the rules that ship with the program, read once per process."""
    return read_ruleset(RULES)


def _where(rule: Rule) -> str:
    return f"rules {rule.code!r} version {rule.version}"


def _check_conditions(reader: Reader, rule: Rule) -> None:
    words, when, where = vocabulary(), rule.when, _where(rule)
    if when == Conditions():
        reader.problem(where, "when", "without a condition every report would go there")
    methods = {entry.code for entry in words.modi_operandi}
    subjects = {entry.code for entry in words.threats} | methods | {code[:FAMILY_LENGTH] for code in methods}
    severity = () if when.severity_at_least is None else (when.severity_at_least,)
    for field, values, known, what in (
        ("about", when.about, subjects, "threat or modus operandi"),
        ("not_about", when.not_about, subjects, "threat or modus operandi"),
        ("natures", when.natures, {entry.code for entry in words.natures}, "nature"),
        ("phases", when.phases, {entry.code for entry in words.phases}, "phase"),
        ("sources", when.sources, {entry.code for entry in words.sources}, "source"),
        ("severity_at_least", severity, {entry.code for entry in words.severities}, "severity"),
        ("place_kinds", when.place_kinds, {entry.code for entry in words.place_kinds}, "kind of place"),
        ("ports", when.ports, {port.code for port in load_network().ports}, "port"),
        ("observables", when.observables, {entry.code for entry in kinds()}, "kind of observable"),
    ):
        for value in values:
            reader.check_reference(where, f"when.{field}", value, known, what)


def _check_recipients(reader: Reader, rule: Rule, ruleset: Ruleset) -> None:
    where, known = _where(rule), {entry.code: entry for entry in ruleset.recipients}
    if len(set(rule.recipients)) != len(rule.recipients):
        reader.problem(where, "recipients", "a recipient stands here twice")
    if rule.automatic_allowed and not rule.verified:
        reader.problem(where, "automatic_allowed", "only a verified rule may send by itself")
    for code in rule.recipients:
        recipient = known.get(code)
        if recipient is None:
            reader.problem(where, "recipients", f"no recipient {code!r}")
            continue
        if recipient.relation != "national" and not (rule.when.ports or rule.when.port_countries):
            reader.problem(where, "recipients", f"{code!r} depends on the port, and no condition makes sure of one")
        if rule.automatic_allowed and recipient.organisation_kind is None:
            reader.problem(where, "automatic_allowed", f"{code!r} is not on the platform")
        if rule.automatic_allowed and recipient.country != ruleset.head.country:
            reader.problem(where, "automatic_allowed", f"{code!r} is outside {ruleset.head.country}: a person decides")


def _check_steps(reader: Reader, rule: Rule) -> None:
    where, earlier = _where(rule), set[str]()
    for step in rule.steps:
        field = f"steps {step.code!r}"
        if step.code in earlier:
            reader.problem(where, field, "stands here twice")
        if bool(step.obligations) == (step.within is not None):
            reader.problem(where, field, "names either obligations or a time (within), one of the two")
        for code in step.obligations:
            reader.check_reference(where, f"{field} obligations", code, owed_after(), "obligation of a report")
        if (step.begins != "always" or step.seen is not None) and not step.obligations:
            reader.problem(where, field, "begins and seen go with obligations")
        if step.seen is not None:
            reader.check_reference(where, f"{field} seen", step.seen, rulebook().event_kinds, "event")
        if step.after and step.after not in earlier:
            reader.problem(where, f"{field} after", f"no earlier step {step.after!r}")
        earlier.add(step.code)


@cache
def owed_after() -> frozenset[str]:
    """Return the rules of what a report obliges to within a time: those that a step may name."""
    return frozenset(rule.code for rule in rulebook().rules if rule.subject == REPORT and isinstance(rule.due, After))


def _check_basis(reader: Reader, rule: Rule) -> None:
    where, basis = _where(rule), rule.basis
    if rule.verified != (rule.to_verify is None):
        reader.problem(where, "to_verify", "says what is to be verified, and goes with verified = false")
    if (basis.rests_on == "charter") != (basis.legal_basis == CHARTER):
        reader.problem(where, "basis.rests_on", f"'charter' and the legal basis {CHARTER!r} go together")
    if basis.legal_basis is None:
        return
    entry = {entry.code: entry for entry in register().legal_bases}.get(basis.legal_basis)
    if entry is None:
        reader.problem(where, "basis.legal_basis", f"no legal basis {basis.legal_basis!r}")
    elif rule.valid_from < entry.valid_from:
        reader.problem(where, "valid_from", f"{basis.legal_basis!r} holds from {entry.valid_from} only")


def _check_versions(reader: Reader, rules: tuple[Rule, ...]) -> None:
    """Note a version that ends before it begins, and two of one rule that hold on the same day or run backwards."""
    for rule in rules:
        if rule.valid_until is not None and rule.valid_until < rule.valid_from:
            reader.problem(_where(rule), "valid_until", f"lies before {rule.valid_from}")
    for code in sorted({rule.code for rule in rules}):
        versions = sorted((rule for rule in rules if rule.code == code), key=lambda rule: rule.version)
        for older, newer in pairwise(versions):
            if older.version == newer.version:
                reader.problem(_where(newer), "version", "stands here twice")
            elif older.valid_until is None:
                reader.problem(_where(older), "valid_until", f"is needed, since version {newer.version} follows")
            elif newer.valid_from <= older.valid_until:
                reader.problem(_where(newer), "valid_from", f"version {older.version} holds until {older.valid_until}")
