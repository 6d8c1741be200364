"""Reading routing: what the rules propose for a report, worked out on reading, with what was done about it.

Whether somebody sees the report already is said from what the actor may know: a confidential circle counts for nothing
here, so that nothing is learnt of who is in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from django.db import connection

from port2port.compliance.book import rules_in_force
from port2port.compliance.obligations import Rulebook
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.members.network_shapes import OrganisationKind
from port2port.reports.clocks.models import Sending
from port2port.reports.models import Observable, PersonThreat, Report
from port2port.reports.routing.candidates import Candidate, network_of, readers_through, recipients_of, seeing
from port2port.reports.routing.evaluate import Facts, attributes_of, due, obliging, period, routings
from port2port.reports.routing.evaluate import Routing as Met
from port2port.reports.routing.forms import Form, also_due, form_book
from port2port.reports.routing.models import OrganisationFact, Routing
from port2port.reports.routing.rules import Recipient, Rule, Ruleset, Step, ruleset
from port2port.reports.shown import Shown, shown
from port2port.sharing import legal_basis
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

# How a proposal can be followed. share: widened to their circle. person: the mark lets only named persons know. case:
# it identifies somebody, and crosses case by case or never. outside: under another law, a release. elsewhere: not here.
# clock: it has a clock, where what was sent is recorded with its text.
Way = Literal["share", "person", "case", "outside", "elsewhere", "clock"]
LOOKED_BACK = timedelta(days=30)
MOST_LOOKED_AT = 50


@dataclass(frozen=True)
class Proposal:
    """One step of a rule for one recipient. `readers`: how many of them could read it here; None: not asked.

    `at_once`: it is due immediately. `sending`: what was sent, by its clock.
    """

    rule: Rule
    recipient: Recipient
    step: Step
    organisation: Organisation | None
    circle: UUID | None
    way: Way
    due_at: datetime | None
    sees: bool
    row: Routing | None
    at_once: bool = False
    sending: Sending | None = None
    readers: int | None = None

    @property
    def token(self) -> str:
        """How a form names it."""
        identifier = self.organisation.id if self.organisation else None
        return token_of(self.rule, self.recipient.code, self.step.code, identifier)

    @property
    def state(self) -> str:
        """What was done about it."""
        if self.row is None or self.row.state == "proposed":
            return "done" if self.sending else "proposed"
        return self.row.state

    @property
    def open(self) -> bool:
        """Tell whether it waits: nobody decided it, and they do not see the report already."""
        return self.state == "proposed" and not self.sees

    def late(self, at: datetime) -> bool:
        """Tell whether it waits and its time has come."""
        return self.open and self.due_at is not None and self.due_at <= at


@dataclass(frozen=True)
class DueForm:
    """An authority's own form for a step. `own` false: it is how the proposal is followed, and has no state apart."""

    form: Form
    rule: Rule
    step: Step
    due_at: datetime | None
    row: Routing | None
    own: bool
    sending: Sending | None = None

    @property
    def clock(self) -> bool:
        """Whether its text is recorded at a clock of the report."""
        return self.form.sends is not None and bool(self.step.obligations) and self.step.begins != "never"

    @property
    def token(self) -> str:
        """How a form of the page names it."""
        return token_of(self.rule, self.form.authority, self.step.code, None, self.form.code if self.own else "")

    @property
    def state(self) -> str:
        """What was done about it."""
        if self.row is None or self.row.state == "proposed":
            return "done" if self.sending else "proposed"
        return self.row.state


@dataclass(frozen=True)
class Plan:
    """What the rules say about a report: proposals, the forms due besides, the links beside every report."""

    aware_since: datetime
    proposals: tuple[Proposal, ...] = ()
    forms: tuple[DueForm, ...] = ()
    offered: tuple[Form, ...] = ()


def token_of(rule: Rule, recipient: str, step: str, organisation: UUID | None, form: str = "") -> str:
    """Return how a step of a rule for a recipient, or a form for it, is named within a report."""
    return _token(rule.code, rule.version, recipient, step, organisation, form)


def _token(rule: str, version: int, recipient: str, step: str, organisation: UUID | None, form: str) -> str:
    return ":".join((rule, str(version), recipient, step, str(organisation or "-"), form or "-"))


def facts_of(found: Shown, observables: Iterable[str], own: OrganisationFact | None) -> Facts:
    """Return what rules may look at: a report, the kinds of its observables, what its owner says of itself."""
    report, record = found.report, found.record
    if own is not None and not own.holds(record.at.astimezone(ruleset().zone).date()):
        own = None
    return Facts(
        threat=record.threat,
        nature=report.nature,
        severity=report.severity,
        source=report.source,
        place=report.place,
        reporter_kind=cast(OrganisationKind, record.owner.kind),
        reporter_country=record.owner.country,
        port=record.port.locode if record.port else "",
        modi_operandi=frozenset(code for code in (report.modus_operandi, *report.modus_operandi_also) if code),
        phase=report.phase,
        observables=frozenset(observables),
        nis2_scope=own.nis2_scope if own else None,
        critical_entity=own.critical_entity if own else None,
        personal_data_breach=report.personal_data_breach,
    )


def facts_of_all(found: Sequence[Shown]) -> list[Facts]:
    """Return the facts of several reports; what organisations say of themselves only of the actor's own."""
    kinds: dict[UUID, set[str]] = {}
    ids = [one.record.id for one in found]
    for report, kind in Observable.objects.filter(report_id__in=ids, answer=False).values_list("report_id", "kind"):
        kinds.setdefault(report, set()).add(kind)
    own = own_facts()
    return [
        facts_of(one, kinds.get(one.record.id, ()), own if own and own.organisation_id == one.record.owner_id else None)
        for one in found
    ]


def own_facts() -> OrganisationFact | None:
    """Return what the actor's organisation says of itself, if it said anything."""
    return OrganisationFact.objects.first()  # the policy shows one's own only


def aware_since(found: Shown) -> datetime:
    """Return from when times are counted: since when its owner says to know of it.

    Where nothing says so: when it was seen with one's own eyes, else when it was reported; the earlier moment that is
    certain is the safe one.
    """
    report, record = found.report, found.record
    if report.aware_since is not None:
        return report.aware_since
    witnessed = report.source == "seen" and report.occurred_precision in ("minute", "hour")
    return min(report.occurred_at, record.at) if witnessed else record.at


def plan(found: Shown) -> Plan:
    """Return what the rules say about a report that the actor looks after, with how many of each could read it here."""
    made = plans([found])[0]
    circles = {one.circle for one in made.proposals if one.circle and one.way == "share" and not one.sees}
    readers = readers_through(circles, found.record.tlp)
    proposals = (replace(one, readers=readers.get(one.circle)) if one.circle else one for one in made.proposals)
    return replace(made, proposals=tuple(proposals))


def plans(found: Sequence[Shown]) -> list[Plan]:
    """Return the plans of several reports that the actor looks after, in order; a withdrawn one has none.

    The rules are those in force on the day a report was shared: a duty does not reach back, and does not end with a
    new version.
    """
    if not found:
        return []
    rules = ruleset()
    met = [
        [] if one.record.withdrawn_at else routings(facts, rules, on=one.record.at.astimezone(rules.zone).date())
        for one, facts in zip(found, facts_of_all(found), strict=True)
    ]
    kinds = {to.organisation_kind for rows in met for row in rows for to in row.recipients if to.organisation_kind}
    network, everyone = network_of(kinds)
    kept, sent = _kept([one.record.id for one in found]), _sent(found)
    book = rules_in_force().book
    seen = seeing(found) if kinds else [set[UUID]() for _one in found]
    return [
        _plan(one, rows, rules, book, network, kept.get(one.record.id, {}), sent.get(one.record.id, {}), sees, everyone)
        for one, rows, sees in zip(found, met, seen, strict=True)
    ]


def late(at: datetime) -> list[tuple[Shown, list[Proposal]]]:
    """Return the newest reports that the actor's organisation looks after and that are due somewhere by now."""
    mine = Report.objects.filter(
        record__owner_id=current_actor().organisation,
        record__provenance__in=("member", "invented"),
        record__withdrawn_at=None,
        record__at__gt=at - LOOKED_BACK,
    ).exclude(record_id__in=PersonThreat.objects.values("report_id"))  # told to police by name, and to no other desk
    found = shown(list(mine.order_by("-record__at").values_list("record_id", flat=True)[:MOST_LOOKED_AT]))
    waiting = [(one, [p for p in made.proposals if p.late(at)]) for one, made in zip(found, plans(found), strict=True)]
    return [(one, proposals) for one, proposals in waiting if proposals]


@dataclass(frozen=True)
class Received:
    """A rule under which a report was sent to the actor's organisation."""

    rule: str
    version: int
    step: str
    sent_at: datetime


def received(report: UUID) -> list[Received]:
    """Return under which rules a report that the actor sees was sent to its organisation."""
    with connection.cursor() as cursor:
        cursor.execute("select rule, version, step, sent_at from reports_routed_to_us(%s::uuid)", [report])
        return [Received(*row) for row in cursor.fetchall()]


def _plan(
    found: Shown,
    met: list[Met],
    rules: Ruleset,
    book: Rulebook,
    network: list[Candidate],
    kept: Mapping[str, Routing],
    sent: Mapping[str, Sending],
    seen: set[UUID],
    everyone: UUID | None,
) -> Plan:
    record, since = found.record, aware_since(found)
    own = own_facts() if any(step.obligations for one in met for step in one.rule.steps) else None
    attributes = attributes_of(facts_of(found, (), own))
    on = since.astimezone(book.zone).date()
    port = record.port.locode if record.port else ""
    proposals: list[Proposal] = []
    for routing in met:
        for recipient in routing.recipients:
            for candidate in recipients_of(recipient, port, record.owner_id, network):
                organisation = candidate.organisation if candidate else None
                circle = candidate.circle if candidate else None
                identifier = organisation.id if organisation else None
                rows = {
                    step.code: kept.get(token_of(routing.rule, recipient.code, step.code, identifier))
                    for step in routing.steps
                }
                sendings = {step.code: _sending(step, sent, book, on, attributes) for step in routing.steps}
                done = {code: row.sent_at for code, row in rows.items() if row and row.sent_at}
                done |= {code: one.sent_at for code, one in sendings.items() if one is not None}
                sees = identifier in seen or bool({circle, everyone} & set(record.audience))
                proposals += [
                    Proposal(
                        rule=routing.rule,
                        recipient=recipient,
                        step=step,
                        organisation=organisation,
                        circle=circle,
                        way=_way(recipient, step, circle, record, rules),
                        due_at=due(step, since, done, book=book, attributes=attributes),
                        sees=sees,
                        row=rows[step.code],
                        at_once=period(step, book, on=on, attributes=attributes).unit == "immediate",
                        sending=sendings[step.code],
                    )
                    for step in routing.steps
                ]
    return Plan(since, tuple(proposals), _forms(met, proposals, kept), form_book().offered())


def _sending(
    step: Step, sent: Mapping[str, Sending], book: Rulebook, on: date, attributes: Mapping[str, str]
) -> Sending | None:
    """Return what was sent at the clock of a step, the first that met it."""
    rule = obliging(step, book, on=on, attributes=attributes)
    found = [sent[kind] for kind in rule.fulfilled_by if kind in sent] if rule is not None else []
    return min(found, key=lambda one: one.sent_at, default=None)


def _way(recipient: Recipient, step: Step, circle: UUID | None, record: Record, rules: Ruleset) -> Way:
    if circle is None:
        return "clock" if step.obligations and step.begins != "never" else "elsewhere"
    if recipient.country != rules.head.country:
        return "outside"
    if record.tlp >= Tlp.AMBER_STRICT:
        return "person"
    if legal_basis.personal_data_class(record.personal_data).crosses != "freely":
        return "case"
    return "share"


def _forms(met: list[Met], proposals: list[Proposal], kept: Mapping[str, Routing]) -> tuple[DueForm, ...]:
    """Return the forms that are due. One for a recipient who is not here is how its proposal is followed."""
    forms = []
    for one in also_due(met, form_book()):
        same = [p for p in proposals if p.rule == one.rule and p.step == one.step]
        if not same:  # the owner is the recipient
            continue
        followed = next((p for p in same if p.organisation is None and p.recipient.code == one.form.authority), None)
        token = token_of(one.rule, one.form.authority, one.step.code, None, one.form.code)
        times = [p.due_at for p in same if p.due_at is not None]
        forms.append(
            DueForm(
                form=one.form,
                rule=one.rule,
                step=one.step,
                due_at=min(times, default=None),
                row=followed.row if followed else kept.get(token),
                own=followed is None,
                sending=next((p.sending for p in same if p.sending is not None), None),
            )
        )
    return tuple(forms)


def _sent(found: Sequence[Shown]) -> dict[UUID, dict[str, Sending]]:
    """Return what was sent and stands, by report and kind of event; the first of each."""
    sent: dict[UUID, dict[str, Sending]] = {}
    rows = Sending.objects.filter(report_id__in=[one.record.id for one in found], happening__corrected_by=None)
    for row in rows.defer("text").order_by("sent_at"):
        sent.setdefault(row.report_id, {}).setdefault(row.kind, row)
    return sent


def _kept(reports: list[UUID]) -> dict[UUID, dict[str, Routing]]:
    """Return what was done, by report and token; the policy shows it to those who look after the report."""
    kept: dict[UUID, dict[str, Routing]] = {}
    for row in Routing.objects.filter(report_id__in=reports):
        token = _token(row.rule, row.version, row.recipient, row.step, row.organisation_id, row.form)
        kept.setdefault(row.report_id, {})[token] = row
    return kept
