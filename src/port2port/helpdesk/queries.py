"""Reading cases and lessons: what waits, what is ours, one with what was said, how fast a desk answers.

What one sees is the policy's business; here is only which side of a case one stands on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.base.errors import NotFound
from port2port.helpdesk.models import Case, Desk, Message
from port2port.helpdesk.particulars import Origin
from port2port.helpdesk.rules import Times, takes_cases
from port2port.helpdesk.vocabulary import topic
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.members.models import Facility, Organisation, Port
from port2port.members.queries import called
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Slice, Where
from port2port.sharing.references import reference

CASE = "case"
LESSON = "lesson"
MOST_OPEN = 100
MEASURED = timedelta(days=90)


@dataclass(frozen=True)
class Shown:
    """A case as it is shown at a moment: its row, its envelope, its audience in words, its desk."""

    case: Case
    record: Record
    audience: list[str]
    at: datetime

    @property
    def side(self) -> str:
        """Where the actor stands in it: desk, sender or other; as the database decides it."""
        organisation = current_actor().organisation
        if organisation is not None and organisation == self.record.owner_id:
            return "desk"
        return "sender" if organisation is not None and organisation == self.case.company_id else "other"

    @property
    def times(self) -> Times:
        """What it is held to."""
        case = self.case
        return Times(case.first_answer_due, case.closing_due, case.first_answer_at, case.closed_at)

    @cached_property
    def late(self) -> bool:
        """Whether the desk is over its time."""
        return self.times.overdue(self.at)

    @property
    def reference(self) -> str:
        """What people call it by."""
        return reference(self.record)


@dataclass(frozen=True)
class Listing:
    """A page of cases or lessons."""

    rows: list[Any]
    slice: Slice
    count: int


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything."""

    state: str = ""
    topic: str = ""
    q: str = ""


@dataclass(frozen=True)
class Pace:
    """How fast a desk was in the last ninety days: hours, median and worst, and how many cases that rests on."""

    answered: int
    answer_median: float | None
    answer_worst: float | None
    closed: int
    closing_median: float | None
    closing_worst: float | None
    open: int
    late: int


_SHOWN = (
    f"select {rows.columns(Case, 'c')}, {rows.columns(Record, 'e')} from helpdesk_case c"
    " join sharing_record e on e.id = c.record_id where c.record_id = any(%s)"
)


def shown(ids: Sequence[UUID], *, at: datetime) -> list[Shown]:
    """Return these cases in this order, as far as they are seen."""
    if not ids:
        return []
    known, width = facts(), rows.width(Case)
    found: dict[UUID, tuple[Case, Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids)])
        for values in cursor.fetchall():
            one, record = rows.read(Case, values[:width]), rows.read(Record, values[width:])
            one._state.fields_cache["record"] = record
            remember(one, "company", known.organisations)
            remember(record, "owner", known.organisations)
            remember(record, "port", known.ports)
            found[one.record_id] = one, record
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((record.addressed, record.author_id) for _case, record in kept)
    return [Shown(one, record, said, at) for (one, record), said in zip(kept, words, strict=True)]


def case(identifier: UUID, *, at: datetime, noted: bool = True) -> Shown:
    """Return one case; reading it is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier], at=at)
    if not found:
        raise NotFound(kind=CASE, record=identifier)
    if noted:
        sharing.note_reading(CASE, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID) -> int:
    """Return a case's version, for an ETag. Raises NotFound."""
    return sharing.record(identifier, CASE).version


def messages(identifier: UUID) -> list[Message]:
    """Return what was said in a case and may be read, in order."""
    return list(Message.objects.filter(case_id=identifier).select_related("circle").order_by("at", "id"))


def open_cases(*, at: datetime) -> list[Shown]:
    """Return the open cases the actor sees: what is due first stands first, at most a hundred. Journalled, once."""
    found = waiting(at=at)
    sharing.note_reading(CASE, [one.record for one in found], at=at, act="listed")
    return found


def waiting(*, at: datetime) -> list[Shown]:
    """Return the same for the home page and the bar, which count them and show their titles."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.record_id from helpdesk_case c"
            " join sharing_record e on e.id = c.record_id and e.withdrawn_at is null where c.state <> 'closed'"
            " order by case when c.first_answer_at is null then c.first_answer_due"
            f" else c.closing_due end, c.record_id limit {MOST_OPEN}"
        )
        ids = [row[0] for row in cursor.fetchall()]
    return shown(ids, at=at)


def page(filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of the cases the actor sees, newest first. Journalled. Raises Invalid for a cursor not ours."""
    conditions: list[str] = ["e.withdrawn_at is null"]
    arguments: list[Any] = []
    if filters.state:
        conditions.append("c.state = %s")
        arguments.append(filters.state)
    if filters.topic:
        conditions.append("c.topic = %s")
        arguments.append(filters.topic)
    if filters.q:
        conditions.append("c.record_id = any(%s)")
        arguments.append(sharing.found(filters.q, [CASE]))
    where = Where(
        "join helpdesk_case c on c.record_id = p.record_id join sharing_record e on e.id = p.record_id",
        " and ".join(conditions),
        tuple(arguments),
    )
    part = sharing.newest(CASE, where=where, cursor=cursor, size=size)
    found = shown(part.ids, at=at)
    sharing.note_reading(CASE, [one.record for one in found], at=at, act="listed")
    return Listing(found, part, sharing.count(CASE, where=where))


def pace(*, at: datetime) -> Pace:
    """Return how fast the own organisation answers and closes what it looks after."""
    since = at - MEASURED
    with connection.cursor() as cursor:
        cursor.execute(_PACE, [at, since, since, current_actor().organisation])
        return Pace(*cursor.fetchone())


_PACE = """
with ours as (
  select extract(epoch from c.first_answer_at - e.at) / 3600.0 as answer,
    extract(epoch from c.closed_at - e.at) / 3600.0 as closing, c.closed_at is null as open,
    c.closed_at is null
      and case when c.first_answer_at is null then c.first_answer_due else c.closing_due end < %s as late,
    c.first_answer_at > %s as answered, c.closed_at > %s as closed
  from helpdesk_case c join sharing_record e on e.id = c.record_id and e.withdrawn_at is null where e.owner_id = %s
)
select count(*) filter (where answered),
  percentile_cont(0.5) within group (order by answer) filter (where answered),
  (max(answer) filter (where answered))::float, count(*) filter (where closed),
  percentile_cont(0.5) within group (order by closing) filter (where closed),
  (max(closing) filter (where closed))::float,
  count(*) filter (where open), count(*) filter (where late)
from ours"""


def desks() -> list[Desk]:
    """Return the desks that take questions, the national one last."""
    return list(Desk.objects.filter(closed_at=None).select_related("organisation").order_by("national", "code"))


def own_desk() -> Desk | None:
    """Return the desk of the organisation the actor acts for, if it runs one."""
    organisation = current_actor().organisation
    return next((desk for desk in desks() if desk.organisation_id == organisation), None)


def works_at_desk() -> bool:
    """Whether the actor's organisation looks after cases and its role works on them."""
    actor = current_actor()
    return actor.may("steward") and (own_desk() is not None or _looks_after())


def _looks_after() -> bool:
    return Case.objects.filter(record__owner_id=current_actor().organisation).exclude(state="closed").exists()


def ports() -> dict[str, Port]:
    """Return the ports a question can be about, by UN/LOCODE: members', and those that a desk serves."""
    served = {port for ids in Desk.objects.filter(closed_at=None).values_list("ports", flat=True) for port in ids}
    found = Port.objects.exclude(kind="unspecified").order_by("locode")
    return {port.locode: port for port in found if port.member or port.id in served}


def targets() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return to whom a case can be sent on, as choices: circles of many, then single organisations' own."""
    many: list[tuple[str, str]] = []
    single: list[tuple[str, str]] = []
    own = current_actor().organisation
    for circle in audiences.addressable():
        if takes_cases(circle.kind, circle.of) and circle.organisation_id != own:
            group = single if circle.kind == "organisation" else many
            group.append((str(circle.id), called(circle.names)))
    return many, single


def lesson_words(question: str, answer: str, topic_code: str) -> str:
    """Return what a lesson is found by, beside its title: what it says, and its topic in every language."""
    return " ".join((question, answer, *topic(topic_code).names.values()))


def origin_of(found: Shown) -> Origin:
    """Return what a lesson from this case must not give away: the company, its facilities, what was said."""
    company: Organisation | None = found.case.company
    facilities = list(Facility.objects.filter(operator=company)) if company is not None else []
    names = [
        *(company.names.values() if company is not None else ()),
        *(n for f in facilities for n in f.names.values()),
    ]
    said = (m.text for m in messages(found.record.id) if m.side == "sender")
    return Origin(
        tuple(dict.fromkeys(names)), tuple(f.number for f in facilities if f.number), (found.case.title, *said)
    )  # fmt: skip
