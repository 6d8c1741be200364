"""What is done with reports: share, edit, close, widen, narrow, withdraw. Each is one transaction under the policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.members.places import Places, known_places
from port2port.reports import queries
from port2port.reports.authorised import put_flights_shown
from port2port.reports.clocks.beginning import begin_clocks, begin_clocks_of
from port2port.reports.drafts import draft_of, plain, searched, values_of
from port2port.reports.guarding import guard_problems
from port2port.reports.models import Report, Revision
from port2port.reports.observable_actions import hold_by_default, open_values, put_observables
from port2port.reports.observables.normal import Observable
from port2port.reports.routing.automatic import route_automatically
from port2port.reports.rules import OUTCOME_LONGEST, Draft, located, next_state, problems_of
from port2port.reports.shown import all_made, made
from port2port.reports.stewarding import held
from port2port.reports.threats import threat_of
from port2port.reports.vocabulary import vocabulary
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, Reporter, reporter, terms_problems
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

KIND = queries.KIND


@dataclass(frozen=True)
class Provenance:
    """Where a report comes from: a member, a publication, or invented for the demo; with its id there."""

    kind: str = "member"
    origin: str = ""
    origin_id: str = ""
    posted_at: datetime | None = None


MEMBER = Provenance()
BOUND = frozenset({"node", "group"})  # who sent it said how far it may go, and the database holds it: no rule widens it


@action
def share_report(
    *,
    draft: Draft,
    to: Addressing,
    terms: Terms,
    at: datetime,
    provenance: Provenance = MEMBER,
    who: Reporter | None = None,
    observables: Sequence[Observable] = (),
    nobodys: bool = False,
    flights_shown: Sequence[UUID] = (),
) -> Report:
    """Make a report, with its audience from the first moment, and what was observed.

    `nobodys`: the writer says that numbers and names in the text are nobody's own. `flights_shown`: the authorised
    flights that were shown to the writer, who sent it all the same.

    Raises Invalid with every problem at once, Refused when the actor's role may not report.
    """
    places, who = known_places(), who or reporter()
    problems = problems_of(draft, vocabulary(), places, at=at) + terms_problems(terms, who)
    published = provenance.kind == "published"  # it has been read by everybody
    problems += guard_problems(draft, own_only=to.tlp == Tlp.AMBER_STRICT, nobodys=nobodys or published)
    audience = _audience(to, terms.personal_data, problems)
    if problems or audience is None:
        raise Invalid(problems)
    with rows.together():
        report = _made(draft, audience, terms, places, at=at, provenance=provenance, observables=observables)
        hold_by_default(report.record_id, who.organisation.kind if who.organisation else "")
        if observables:
            put_observables(report.record, observables, terms=terms, at=at)
    if flights_shown:
        put_flights_shown(report.record_id, flights_shown, at=at)
    if provenance.origin not in BOUND:
        route_automatically(report, widen=widen_report, at=at)
    begin_clocks(made(report), at=at, fresh=True)
    return report


@dataclass(frozen=True)
class Entry:
    """One of many reports to be made: its row in the file, and what `share_report` takes."""

    row: int
    draft: Draft
    to: Addressing
    terms: Terms
    provenance: Provenance = MEMBER


@action
def share_reports(*, entries: Iterable[Entry], at: datetime) -> list[Report]:
    """Make many reports, all or none, and let the clocks begin that they begin; nothing is sent on by itself.

    Raises Invalid with every problem, naming row and field.
    """
    places, words, who = known_places(), vocabulary(), reporter()
    built: dict[tuple[Addressing, str], Audience] = {}
    problems: list[Problem] = []
    ready: list[tuple[Entry, Audience]] = []
    for entry in entries:
        wrong = problems_of(entry.draft, words, places, at=at) + terms_problems(entry.terms, who)
        published = entry.provenance.kind == "published"
        wrong += guard_problems(entry.draft, own_only=entry.to.tlp == Tlp.AMBER_STRICT, nobodys=published)
        key = (entry.to, entry.terms.personal_data)
        audience = built.get(key) or _audience(entry.to, entry.terms.personal_data, wrong)
        if audience is not None:
            built[key] = audience
            ready.append((entry, audience))
        problems += [Problem(one.field, one.message, entry.row) for one in wrong]
    if problems:
        raise Invalid(problems)
    reports = [
        _made(entry.draft, audience, entry.terms, places, at=at, provenance=entry.provenance)
        for entry, audience in ready
    ]
    for report in reports:
        if report.record.provenance == MEMBER.kind:
            hold_by_default(report.record_id, who.organisation.kind if who.organisation else "")
    for found in all_made([one for one in reports if one.record.provenance != "published"]):  # that begins none
        begin_clocks(found, at=at, fresh=True)
    return reports


@action
def edit_report(identifier: UUID, *, draft: Draft, expected: int, at: datetime, nobodys: bool = False) -> Report:
    """Put a new text and new facts in the place of the old ones, which the history keeps.

    Raises NotFound, Refused, Conflict when `expected` is not the version any more, Invalid.
    """
    record, report = held(identifier, "change", expected)
    if threat_of(record) is not None:
        raise Refused(_("A threat to a person stays as it was told. Say more below it."), kind=KIND, record=identifier)
    places = known_places()
    problems = problems_of(draft, vocabulary(), places, at=at)
    published = record.provenance == "published"
    problems += guard_problems(draft, own_only=record.tlp == Tlp.AMBER_STRICT, nobodys=nobodys or published)
    if problems:
        raise Invalid(problems)
    where = located(draft, places)
    values = values_of(draft, where)
    before = {name: plain(getattr(report, name)) for name, value in values.items() if getattr(report, name) != value}
    for name, was, now in (("port_id", record.port_id, where.port), ("threat", record.threat, draft.threat)):
        if was != now:
            before[name] = plain(was)
    if not before:
        return report
    for name, value in values.items():
        setattr(report, name, value)
    report.save(update_fields=[name for name in values if name in before])
    _revise(record, "edited", before, at)
    text = searched(draft, queries.values_on(record.id))
    sharing.touch(record, expected=expected, at=at, text=text, title=report.title, port=where.port, threat=draft.threat)
    begin_clocks_of(identifier, at=at)
    return report


@action
def close_report(identifier: UUID, *, expected: int, at: datetime, outcome: str = "") -> Report:
    """Say that nothing more is to be done, and what came of it. Raises as `edit_report` does."""
    return _turn(identifier, "close", expected=expected, at=at, outcome=outcome.strip())


@action
def reopen_report(identifier: UUID, *, expected: int, at: datetime) -> Report:
    """Open a closed report again; its outcome stays in the history. Raises as `edit_report` does."""
    return _turn(identifier, "reopen", expected=expected, at=at, outcome="")


@action
def widen_report(
    identifier: UUID, *, to: Addressing, at: datetime, expected: int | None = None, nobodys: bool = False
) -> None:
    """Let more circles or persons see it, or lower its TLP. Raises NotFound, Refused (act `share`), Invalid."""
    record, report = held(identifier, "share", expected)
    if record.tlp == Tlp.AMBER_STRICT and to.tlp != Tlp.AMBER_STRICT:  # the text was written for colleagues
        draft = draft_of(report, record, known_places())
        told = guard_problems(draft, own_only=False, nobodys=nobodys)
        if told:
            raise Invalid([Problem("audience", said) for said in dict.fromkeys(str(one.message) for one in told)])
    more = audiences.wider(record, to.addressed, to.tlp)
    _revise(record, "widened", _audience_before(record), at)
    sharing.widen(record, more=more, at=at)
    begin_clocks_of(identifier, at=at)


@action
def narrow_report(
    identifier: UUID, *, keep: Iterable[UUID], tlp: Tlp, at: datetime, expected: int | None = None
) -> None:
    """Take sight away from all but these; its author keeps it. Raises NotFound, Refused, Invalid."""
    record, _report = held(identifier, "withdraw", expected)
    kept = [key for key in dict.fromkeys(keep) if key in record.addressed]
    if tlp < record.tlp:
        raise Invalid([Problem("tlp", _("Sharing with fewer cannot make the TLP wider."))])
    if set(kept) == set(record.addressed) and tlp == record.tlp:
        raise Invalid([Problem("audience", _("Nothing would change."))])
    # A circle addressed under RED is held as its sealed copy.
    sealed = dict(Circle.objects.filter(id__in=record.audience, kind="sealed").values_list("source_id", "id"))
    keys = {sealed.get(key, key) for key in kept} | {record.author_id, current_actor().person}
    _revise(record, "narrowed", _audience_before(record), at)
    sharing.narrow(record, keep=Audience(tuple(kept), tuple(k for k in record.audience if k in keys), tlp), at=at)


@action
def withdraw_report(identifier: UUID, *, reason: str, at: datetime, expected: int | None = None) -> None:
    """Take it back; all who had it are told. `reason`: a code of WITHDRAWAL_REASONS. Raises as `edit_report`."""
    record, _report = held(identifier, "withdraw", expected)
    _revise(record, "withdrawn", _audience_before(record), at)
    sharing.withdraw(record, reason=reason, at=at)


def _audience(to: Addressing, personal_data: str, problems: list[Problem]) -> Audience | None:
    """Build the audience, or add what is wrong with it to the problems."""
    try:
        return audiences.build(to.addressed, to.tlp, personal_data=personal_data, read=to.read)
    except Invalid as error:
        problems += error.problems
        return None


def _made(
    draft: Draft,
    audience: Audience,
    terms: Terms,
    places: Places,
    *,
    at: datetime,
    provenance: Provenance,
    observables: Sequence[Observable] = (),
) -> Report:
    where = located(draft, places)
    values = values_of(draft, where)
    record = sharing.publish(
        KIND,
        audience=audience,
        terms=terms,
        at=at,
        text=searched(draft, open_values(observables)),
        title=values["title"],
        port=where.port,
        threat=draft.threat,
        provenance=provenance.kind,
        origin=provenance.origin,
        origin_id=provenance.origin_id,
        posted_at=provenance.posted_at,
    )
    shielded = current_actor().shielded
    report = Report(record=record, vocabulary=vocabulary().head.version, protected=shielded, **values)
    rows.insert(report)
    return report


def _turn(identifier: UUID, act: str, *, expected: int, at: datetime, outcome: str) -> Report:
    record, report = held(identifier, "change", expected)
    after = next_state(act, report.state)
    if after is None:
        raise Conflict(_("It is closed already.") if act == "close" else _("It is open already."))
    if len(outcome) > OUTCOME_LONGEST or unreadable(outcome):
        raise Invalid([Problem("outcome", _("Write at most 400 characters."))])
    before = {"state": report.state, "outcome": report.outcome}
    report.state, report.outcome = after, outcome
    report.save(update_fields=["state", "outcome"])
    _revise(record, "closed" if act == "close" else "reopened", before, at)
    draft = draft_of(report, record, known_places())
    text = searched(draft, [*queries.values_on(record.id), outcome])
    sharing.touch(
        record, expected=record.version, at=at, text=text, title=report.title, port=record.port_id, threat=record.threat
    )
    return report


def _revise(record: Record, act: str, before: dict[str, Any], at: datetime) -> None:
    Revision(
        id=new_id(),
        report_id=record.id,
        version=record.version + 1,
        at=at,
        author_id=current_actor().person,
        act=act,
        before=before,
    ).save(force_insert=True)


def _audience_before(record: Record) -> dict[str, Any]:
    return {"addressed": [str(key) for key in record.addressed], "tlp": record.tlp}
