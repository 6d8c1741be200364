"""From a partner's file to reports: what would happen with each row, and doing it. A second time changes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem
from port2port.exchange.files.known import known_values
from port2port.exchange.files.mapping import Mapping
from port2port.exchange.files.reading import Line, Table, lines_of, read_table
from port2port.exchange.inbound.actions import receiver
from port2port.members.acting import action
from port2port.members.places import Places, known_places
from port2port.reports.actions import Entry, Provenance, share_reports
from port2port.reports.addressing import Offered, addressing_of, offered, terms_for
from port2port.reports.drafts import values_of
from port2port.reports.guarding import guard_problems
from port2port.reports.models import Report
from port2port.reports.rules import Draft, located, problems_of
from port2port.reports.vocabulary import Vocabulary, vocabulary
from port2port.sharing import audiences
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, Reporter, reporter, terms_problems
from port2port.sharing.tlp import Tlp

OWN = "my-organisation"
BY_PLACE = ("my-port", "authority")  # choices that lead elsewhere for another port


@dataclass(frozen=True)
class Ready:
    """A row that would become a report, for whom and under which mark."""

    line: Line
    to: Addressing
    terms: Terms


@dataclass(frozen=True)
class There:
    """A row that is a report already (None: one that the actor does not see), and whether the file says more now."""

    line: Line
    report: UUID | None
    other: bool


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do: rows that become reports, rows that are there, and why others are refused."""

    rows: int
    new: list[Ready] = field(default_factory=list)
    there: list[There] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    made: list[UUID] = field(default_factory=list)  # the reports, once they are made, in the order of `new`

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.rows - len(self.new) - len(self.there)


def plan(data: bytes, mapping: Mapping, *, at: datetime) -> Plan:
    """Say what would become of each row of a file; nothing is written.

    Raises Refused when the role may not report, Invalid when the file is no table of these columns, TooLarge.
    """
    receiver()
    return planned(read_table(data), mapping, at=at)


def planned(table: Table, mapping: Mapping, *, at: datetime) -> Plan:
    """Say what would become of each row of a table. Raises as `plan`."""
    words, places = vocabulary(), known_places()
    lines = lines_of(table, mapping, known=known_values(words, places), words=words)
    there = _there(mapping, [line.identifier for line in lines])
    judge = _Judge(mapping, words, places, at)
    found = Plan(len(lines))
    for line in lines:
        if line.identifier in there:
            known = there[line.identifier]
            other = known is not None and judge.differs(line, known)
            found.there.append(There(line, known.record_id if known is not None else None, other))
            continue
        ready, wrong = judge.ready(line)
        found.problems.extend(Problem(_column(mapping, p.field), p.message, line.row) for p in wrong)
        if ready is not None:
            found.new.append(ready)
    return found


@action
def take_in(data: bytes, mapping: Mapping, *, partly: bool, at: datetime) -> Plan:
    """Make reports of a file's new rows; `partly`: of the good ones, though others are refused. One transaction.

    Raises as `plan`, and Invalid with every problem when a row is refused and it is not to be taken partly.
    """
    found = plan(data, mapping, at=at)
    if found.problems and not partly:
        raise Invalid(found.problems)
    entries = [
        Entry(
            one.line.row, one.line.draft, one.to, one.terms, Provenance("member", mapping.origin(), one.line.identifier)
        )
        for one in found.new
    ]
    try:
        found.made.extend(one.record_id for one in share_reports(entries=entries, at=at))
    except IntegrityError:
        raise Conflict(_("Somebody else is taking in the same file. Look at it again.")) from None
    journal.write(
        "file.taken", kind="report", at=at, made=len(found.new), refused=found.refused, there=len(found.there)
    )
    return found


class _Judge:
    """Says of rows whether they can be reports: what is the same for many rows is asked once."""

    def __init__(self, mapping: Mapping, words: Vocabulary, places: Places, at: datetime) -> None:
        self.mapping, self.words, self.places, self.at = mapping, words, places, at
        self.who: Reporter = reporter()
        self._offers: dict[str, list[Offered]] = {}
        self._terms: dict[str, tuple[Terms, list[Problem]]] = {}
        self._audiences: dict[tuple[tuple[UUID, ...], Tlp], list[Problem]] = {}

    def ready(self, line: Line) -> tuple[Ready | None, list[Problem]]:
        """Return a row as it would be taken, or all that is wrong with it."""
        wrong = list(line.problems)
        named = {one.field for one in wrong}
        wrong += [one for one in self._draft_problems(line.draft) if _column(self.mapping, one.field) not in named]
        if wrong:
            return None, wrong
        terms, problems = self._terms_for(line.draft.threat)
        to, told = self._addressing(line)
        problems = [*problems, *told]
        if to is None or problems:
            return None, problems
        problems = guard_problems(line.draft, own_only=to.tlp == Tlp.AMBER_STRICT, nobodys=False)
        return (None, problems) if problems else (Ready(line, to, terms), [])

    def differs(self, line: Line, report: Report) -> bool:
        """Tell whether a row says something else than its report does now."""
        if line.problems or self._draft_problems(line.draft):
            return True
        values = values_of(line.draft, located(line.draft, self.places))
        return report.record.threat != line.draft.threat or any(getattr(report, n) != v for n, v in values.items())

    def _draft_problems(self, draft: Draft) -> list[Problem]:
        return problems_of(draft, self.words, self.places, at=self.at)

    def _terms_for(self, threat: str) -> tuple[Terms, list[Problem]]:
        if threat not in self._terms:
            terms = terms_for(threat, self.who)
            self._terms[threat] = terms, terms_problems(terms, self.who)
        return self._terms[threat]

    def _addressing(self, line: Line) -> tuple[Addressing | None, list[Problem]]:
        """Return who would see a row's report, and what is wrong with that."""
        choice = self.mapping.audience
        port = _port_of(line.draft, self.places) if choice in BY_PLACE else ""
        if port not in self._offers:
            self._offers[port] = offered(self.who, self.places, port=port, only=choice)
        try:
            found = addressing_of(choice, self._offers[port])
        except Invalid as error:
            return None, error.problems
        to = Addressing(found.addressed, Tlp.parse(line.tlp) if line.tlp else found.tlp, found.read)
        key = (to.addressed, to.tlp)
        if key not in self._audiences:
            self._audiences[key] = []
            try:
                audiences.build(to.addressed, to.tlp, read=to.read)
            except Invalid as error:
                self._audiences[key] = error.problems
        return to, self._audiences[key]


def _port_of(draft: Draft, places: Places) -> str:
    return places.facilities[draft.facility].port if draft.facility else draft.port


def _there(mapping: Mapping, identifiers: list[str]) -> dict[str, Report | None]:
    """Return the reports of the own organisation that were made of rows of this partner, by their ids there."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_taken(%s, %s)", [mapping.origin(), identifiers])
        found: dict[str, Report | None] = {row[0]: None for row in cursor.fetchall()}
    seen = Report.objects.filter(
        record__owner_id=receiver(), record__origin=mapping.origin(), record__origin_id__in=list(found)
    )
    return found | {one.record.origin_id: one for one in seen.select_related("record")}


def _column(mapping: Mapping, name: str) -> str:
    """Return the column that a field of a draft comes from, as the file calls it."""
    column = mapping.column(OF_FIELD.get(name, name))
    return column.name if column is not None else name


OF_FIELD = {"place": "port", "occurred_precision": "occurred_at", "audience": "tlp"}
