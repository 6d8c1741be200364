"""What is done with observables: put on a report, taken off, asked about, answered, held in silence.

What identifies somebody indirectly goes into an annex of the report that stays within the organisation; the rest is
seen by whoever sees the report.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.members.places import known_places
from port2port.reports import observable_queries as queries
from port2port.reports import queries as reports
from port2port.reports.annexes import annex_of
from port2port.reports.drafts import draft_of, searched
from port2port.reports.marks import marks_of
from port2port.reports.models import MatchNote, MatchRule, Report
from port2port.reports.models import Observable as Row
from port2port.reports.observables.kinds import kind
from port2port.reports.observables.normal import Observable
from port2port.reports.occasions import data_limits
from port2port.reports.stewarding import held
from port2port.sharing import actions as sharing
from port2port.sharing import legal_basis
from port2port.sharing.actions import Terms
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

MOST = 200  # observables of a report
REASON_LONGEST = 400
ANSWER_DAYS = 30  # "short retention" of what crosses between organisations
NOBODY_TO_ASK = _("There is nobody to ask, or your question waits for an answer already.")
LONGEST_HOLD = timedelta(days=5 * 365)
HELD_BY_DEFAULT = ("police", "public_prosecutor")  # kinds of organisations whose records match in silence


def put_observables(
    record: Record, observables: Sequence[Observable], *, terms: Terms, at: datetime, there: Iterable[Row] = ()
) -> list[Row]:
    """Put observables on a report that the actor looks after; those that are `there` already stay as they are.

    Part of an action, which journals. Raises Invalid when there are too many.
    """
    wanted = {(one.kind, one.value): one for one in observables}
    known = {(row.kind, row.value) for row in there}
    fresh = [one for key, one in wanted.items() if key not in known]
    if len(known) + len(fresh) > MOST:
        raise Invalid([Problem("observables", _("A report holds at most 200 observables."))])
    open_ones = [one for one in fresh if kind(one.kind).personal_data == "none"]
    closed = [one for one in fresh if kind(one.kind).personal_data != "none"]
    made = _insert(record.id, record.id, open_ones, at)
    if closed:
        annex = annex_of(record, terms=terms, at=at, words=" ".join(one.value for one in closed))
        made += _insert(annex, record.id, closed, at)
    if made:
        _mark(made)
    return made


@action
def add_observables(report: UUID, *, observables: Sequence[Observable], at: datetime) -> list[Row]:
    """Put more observables on a report. Raises NotFound, Refused, Invalid when there are too many."""
    record, row = held(report, "change")
    terms = Terms(record.purpose, record.legal_basis, Tlp(record.pap), record.personal_data)
    made = put_observables(record, observables, terms=terms, at=at, there=queries.of_report(report))
    if made:
        _index(record, row, {one.record_id for one in made})
        journal.write("report.observed", kind="report", record=report, at=at, count=len(made))
    return made


@action
def remove_observable(identifier: UUID, *, at: datetime) -> UUID:
    """Take an observable off its report, and return the report's id. Raises NotFound, Refused."""
    row = queries.observable(identifier)
    record, report = held(row.report_id, "change")
    rows.delete(Row, identifier)
    _index(record, report, {row.record_id})
    journal.write("report.unobserved", kind="report", record=record.id, at=at)
    return record.id


@action
def ask_owners(identifier: UUID, *, reason: str, basis: str, at: datetime) -> int:
    """Ask those members who have what matches this observable and whom one does not see. Returns how many there are.

    Raises NotFound when it is not one's own, Invalid for an empty reason or a basis that does not carry it.
    """
    row = queries.observable(identifier)
    _check_question(reason, basis, personal=kind(row.kind).personal_data != "none")
    keys = [mark.key for mark in marks_of(queries.value_of(row)) if mark.strong]
    with connection.cursor() as cursor:
        cursor.execute(
            "select reports_ask_owners(%s::uuid, %s::bytea[], %s::text, %s::text)",
            [identifier, keys, reason.strip(), basis],
        )
        asked: int = cursor.fetchone()[0]
    if not asked:
        raise Conflict(NOBODY_TO_ASK)
    journal.write("match.asked", kind="observable", record=identifier, at=at, count=asked)
    return asked


@action
def ask_about_occasion(report: UUID, *, reason: str, basis: str, at: datetime) -> int:
    """Ask those members who have a report of nearly the same place, time and method that one does not see.

    Returns how many there are. Raises NotFound when the report is not one's own, Invalid as `ask_owners`, Conflict.
    """
    _check_question(reason, basis, personal=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "select reports_ask_about_occasion(%s::uuid, %s::text[], %s::interval[], %s::float8, %s::text, %s::text)",
            [report, *data_limits(), reason.strip(), basis],
        )
        asked: int = cursor.fetchone()[0]
    if not asked:
        raise Conflict(NOBODY_TO_ASK)
    journal.write("match.asked", kind="report", record=report, at=at, count=asked)
    return asked


def _check_question(reason: str, basis: str, *, personal: bool) -> None:
    """Raise Invalid for a question without a reason, or on a basis that does not carry the answer."""
    problems = []
    if not reason.strip() or len(reason) > REASON_LONGEST or unreadable(reason):
        problems.append(Problem("reason", _("Say in up to 400 characters why you ask.")))
    known = {one.code: one for one in legal_basis.legal_bases()}
    if basis not in known or (personal and not known[basis].personal_data):
        problems.append(Problem("legal_basis", _("Choose the legal basis on which you would receive it.")))
    if problems:
        raise Invalid(problems)


@action
def answer_ask(identifier: UUID, *, answer: str, words: str, at: datetime) -> None:
    """Answer a question: `shared` (value and words), `part` (the words alone) or `declined` (with the reason).

    Raises NotFound, Refused, Conflict when it was answered before, Invalid.
    """
    if answer not in ("shared", "part", "declined"):
        raise Invalid([Problem("answer", _("Choose an answer."))])
    if len(words) > REASON_LONGEST or unreadable(words) or (answer != "shared" and not words.strip()):
        raise Invalid([Problem("words", _("Write up to 400 characters."))])
    asked = queries.asked(identifier)
    if asked.kind == queries.OCCASION:
        if answer == "shared":  # a report is shared as any other is, with the words that belong to that
            raise Invalid([Problem("answer", _("Share the report itself, or write what they may know."))])
        envelope, function = reports.report(asked.target, at=at).record, "reports_answer_occasion"
    else:
        envelope, function = queries.envelope_of(queries.observable(asked.target)), "reports_answer_ask"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {function}(%s::uuid, %s::text, %s::text, %s::uuid, %s::text, %s::text, %s::int)",
            [identifier, answer, words.strip(), new_id(), envelope.purpose, asked.legal_basis, ANSWER_DAYS],
        )
    journal.write(f"match.{answer}", kind="ask", record=identifier, at=at, organisation=asked.organisation)


@action
def hold_matching(report: UUID, *, until: datetime | None, at: datetime) -> None:
    """Let a report match in silence: only its owner learns of matches, until a moment or a release.

    Raises NotFound, Refused, Invalid for an end that has passed or is too far.
    """
    if until is not None and not at < until <= at + LONGEST_HOLD:
        raise Invalid([Problem("until", _("Choose a day within five years."))])
    _set_hold(report, until, release=False)
    journal.write("hold.set", kind="report", record=report, at=at)


@action
def release_hold(report: UUID, *, at: datetime) -> None:
    """Let a report match again as all others do. Raises NotFound, Refused, Conflict when there is no hold."""
    _set_hold(report, None, release=True)
    journal.write("hold.released", kind="report", record=report, at=at)


@action
def let_matches_be_known(*, tells: bool | None = None, occasions: bool | None = None, at: datetime) -> None:
    """Say for the organisation whether others learn that a match exists with what they do not see; None: as it is.

    `tells`: with an observable; `occasions`: with place, time and method. Raises Refused without the act `speak`.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("speak"):
        raise Refused(_("Only who speaks for the organisation decides this."))
    said = {"tells": tells, "tells_occasions": occasions}
    changes: dict[str, journal.Detail] = {name: value for name, value in said.items() if value is not None}
    MatchRule.objects.update_or_create(
        organisation_id=actor.organisation, defaults={**changes, "set_by_id": actor.person, "set_at": at}
    )
    journal.write_many([journal.Happening("match.rule", at=at, details=changes)])


@action
def look_at_notes(row: Row, *, at: datetime) -> None:
    """Remember that the organisation saw what was noted of later matches of this observable."""
    MatchNote.objects.filter(observable_id=row.id).update(seen_at=at)


@action
def look_at_occasion(report: UUID, *, at: datetime) -> None:
    """Remember the same of later reports of the place, time and method of this one."""
    MatchNote.objects.filter(report_id=report).update(seen_at=at)


def open_values(observables: Iterable[Observable]) -> list[str]:
    """Return the values that stand on the report itself, and by which it is found."""
    return [one.value for one in observables if kind(one.kind).personal_data == "none"]


def _index(record: Record, report: Report, changed: set[UUID]) -> None:
    """Let the search find the report, and its annex, by what stands on them now."""
    for envelope in changed:
        values = reports.values_on(envelope)
        if envelope == record.id:
            text = searched(draft_of(report, record, known_places()), [*values, report.outcome])
            sharing.index(envelope, text=text, title=report.title)
        else:
            sharing.index(envelope, text=" ".join(values))


def _set_hold(report: UUID, until: datetime | None, *, release: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select reports_set_hold(%s::uuid, %s::timestamptz, %s::boolean)", [report, until, release])


def hold_by_default(report: UUID, organisation_kind: str) -> None:
    """Hold a new report of the police in silence, before anything of it is compared."""
    if organisation_kind in HELD_BY_DEFAULT:
        _set_hold(report, None, release=False)


def _insert(record: UUID, report: UUID, observables: Sequence[Observable], at: datetime) -> list[Row]:
    """Insert observables in one statement."""
    person = current_actor().person
    made = [  # in the order of the columns
        rows.read(Row, (new_id(), record, report, False, one.kind, one.value, one.checked, person, at))
        for one in observables
    ]
    if made:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into reports_observable"
                " (id, record_id, report_id, answer, kind, value, checked, added_by_id, added_at)"
                " select i, %s::uuid, %s::uuid, false, k, v, c, %s::uuid, %s::timestamptz"
                " from unnest(%s::uuid[], %s::text[], %s::text[], %s::boolean[]) as x(i, k, v, c)"
                " on conflict (record_id, kind, value) do nothing",
                [
                    *(record, report, person, at),
                    *([r.id for r in made], [r.kind for r in made], [r.value for r in made], [r.checked for r in made]),
                ],
            )
    return made


def _mark(made: Iterable[Row]) -> None:
    """Write the marks by which these are compared."""
    marks = [(row.id, mark) for row in made for mark in marks_of(queries.value_of(row))]
    with connection.cursor() as cursor:
        cursor.execute(
            "select reports_mark_observables(%s::uuid[], %s::bytea[], %s::text[], %s::boolean[])",
            [
                [one for one, _mark in marks],
                [mark.key for _one, mark in marks],
                [mark.near for _one, mark in marks],
                [mark.own_only for _one, mark in marks],
            ],
        )
