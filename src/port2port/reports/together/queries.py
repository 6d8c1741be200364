"""Reading what was said about a report, what it is linked to, and the answers that reporters are owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, Organisation, Person
from port2port.reports.shown import Shown, shown
from port2port.reports.together import rules
from port2port.reports.together.models import Feedback, Lesson, Link, Update
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Where
from port2port.sharing.references import ZONE

KIND = "report"
MOST_SAID = 200
MOST_AROUND = 24
STEPS = 2
OLDEST_OWED = timedelta(days=90)  # what a desk is reminded of; the report itself says longer that it is overdue
OLDEST_QUESTION = timedelta(days=90)
MOST_QUESTIONS = 100


@dataclass(frozen=True)
class Said:
    """An update with the names the actor may know, and the other report it speaks of if the actor sees that too."""

    update: Update
    author: str
    other: UUID | None

    @property
    def mine(self) -> bool:
        """Whether whoever acts wrote it, for the organisation it acts for, and it stands."""
        actor = current_actor()
        own = (self.update.author_id, self.update.organisation_id) == (actor.person, actor.organisation)
        return own and self.update.withdrawn_at is None


def said_about(report: UUID, *, most: int = MOST_SAID) -> list[Said]:
    """Return what was said about a report, oldest first; of more than `most`, the newest.

    A sighting that was withdrawn is left out: it was none.
    """
    rows = Update.objects.filter(report_id=report).exclude(kind="seen_too", withdrawn_at__isnull=False)
    updates = sorted(rows.order_by("-at", "-id")[:most], key=lambda row: (row.at, row.id))
    if not updates:
        return []
    authors = [row.author_id for row in updates if row.author_id]
    names: dict[UUID | None, str] = dict(Person.objects.filter(id__in=authors).values_list("id", "name"))
    spoken = {
        link.told_id: link.b_id if link.a_id == report else link.a_id
        for link in Link.objects.filter(told__in=[row.id for row in updates], undone_at=None)
    }
    return [Said(row, names.get(row.author_id, ""), spoken.get(row.id)) for row in updates]


def update(identifier: UUID) -> Update:
    """Return one update of a report that the actor sees. Raises NotFound, the same for absent and hidden."""
    found = Update.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="update", record=identifier)
    return found


def link(identifier: UUID) -> Link:
    """Return one link between two reports that the actor sees. Raises NotFound, the same for absent and hidden."""
    found = Link.objects.filter(id=identifier, undone_at=None).first()
    if found is None:
        raise NotFound(kind="link", record=identifier)
    return found


@dataclass(frozen=True)
class Around:
    """A report among those it is linked to: the links, and the reports, the nearest first. All are seen."""

    links: list[Link]
    reports: list[Shown]

    def of(self, report: UUID) -> list[Link]:
        """Return the links of one report."""
        return [one for one in self.links if report in (one.a_id, one.b_id)]


def around(report: UUID, *, steps: int = STEPS, most: int = MOST_AROUND) -> Around:
    """Return the reports at most two links away that the actor sees, up to `most`, without the report itself."""
    nearest = [report]
    links: dict[UUID, Link] = {}
    frontier = {report}
    for _step in range(steps):
        rows = Link.objects.filter(Q(a__in=frontier) | Q(b__in=frontier), undone_at=None).order_by("-at", "-id")
        reached = []
        for row in rows[: 4 * most]:
            for end in (row.a_id, row.b_id):
                if end not in nearest and len(nearest) <= most:
                    nearest.append(end)
                    reached.append(end)
            if row.a_id in nearest and row.b_id in nearest:
                links[row.id] = row
        frontier = set(reached)
        if not frontier:
            break
    return Around(list(links.values()), shown(nearest[1:]))


def linked_to(report: UUID) -> frozenset[UUID]:
    """Return the reports that a report is linked to and that the actor sees."""
    rows = Link.objects.filter(Q(a=report) | Q(b=report), undone_at=None).values_list("a_id", "b_id")
    return frozenset(end for row in rows for end in row if end != report)


def named(text: str) -> Shown | None:
    """Return the report that a text names by address, id or reference, if the actor sees it and no other fits."""
    wanted = rules.named(text)
    if wanted is None:
        return None
    if wanted.id is not None:
        found = shown([wanted.id])
        return found[0] if found else None
    first = datetime(wanted.day.year, wanted.day.month, wanted.day.day, tzinfo=ZONE) if wanted.day else None
    if first is None:
        return None
    day = Where(
        condition="p.at >= %s and p.at < %s and right(p.record_id::text, 4) = %s",
        arguments=(first, first + timedelta(days=1), wanted.ending),
    )
    ids = sharing.newest(KIND, where=day, size=2).ids
    return shown(ids)[0] if len(ids) == 1 else None


def seeing_organisations(record: Record) -> set[UUID]:
    """Return the organisations whose people see a record now, without those of a circle of confidential membership."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select organisation_ids from sharing_preview(%s::uuid[], %s::smallint)",
            [[key for key in record.audience if key != record.author_id], record.tlp],
        )
        return set(cursor.fetchone()[0])


def organisation_circle(organisation: UUID) -> Circle:
    """Return an organisation's own circle. Raises NotFound."""
    found = Circle.objects.filter(kind="organisation", organisation_id=organisation, closed_at=None).first()
    if found is None:
        raise NotFound(kind="circle")
    return found


def lesson_of(report: UUID) -> Lesson | None:
    """Return what was learned from a report."""
    return Lesson.objects.filter(report_id=report).first()


def feedback_of(report: UUID) -> Feedback | None:
    """Return the answer its reporter got."""
    return Feedback.objects.filter(report_id=report).first()


def reporter_of(report: UUID) -> UUID | None:
    """Return whose report it was before it was handed over, if it was; else its owner's. None when it is not seen."""
    with connection.cursor() as cursor:
        cursor.execute("select reports_reporter(%s::uuid)", [report])
        found = cursor.fetchone()[0]
    return UUID(found) if found and rules.IDENTIFIER.fullmatch(found) else None


def may_answer(report: UUID) -> bool:
    """Tell whether whoever acts may give the answer that the reporter is owed."""
    with connection.cursor() as cursor:
        cursor.execute("select reports_may_answer(%s::uuid)", [report])
        return bool(cursor.fetchone()[0])


def desks_of(record: Record) -> list[Organisation]:
    """Return the organisations that answer for a record: those that hold its port, or for an insider the police."""
    current = Organisation.objects.filter(kind__in=rules.desk_kinds(record.threat), left_at=None)
    if record.threat == rules.INSIDER:
        return list(current.order_by("slug"))
    return list(current.filter(ports=record.port_id).order_by("kind", "slug")) if record.port_id else []


@dataclass(frozen=True)
class Owed:
    """An answer that is due: until when, and who answers."""

    due_at: datetime
    desks: list[Organisation]


def owed(of: Shown, reporter: UUID | None) -> Owed | None:
    """Return the answer that a reporter's organisation is owed, as whoever acts may know it; None when none is.

    Owed it is by a desk that sees the report. Whoever is in a circle of confidential membership is not known, so such
    a report counts as seen by the police.
    """
    record = of.record
    if record.provenance not in rules.OWED_ON or record.withdrawn_at is not None:
        return None
    desks = [desk for desk in desks_of(record) if desk.id != reporter]
    if reporter is None or not desks:
        return None
    seeing = seeing_organisations(record)
    closed = Circle.objects.filter(id__in=[*record.audience, *record.addressed]).filter(
        Q(membership="confidential") | Q(kind="sealed")
    )
    if not closed.exists():
        desks = [desk for desk in desks if desk.id in seeing]
    ids = {desk.id for desk in desks}
    withdrawn = record.withdrawn_at is not None
    if not rules.owed(provenance=record.provenance, withdrawn=withdrawn, reporter=reporter, desks=ids):
        return None
    return Owed(rules.due_at(record.at, of.report.severity), desks)


def unanswered(*, at: datetime, overdue: bool = True, size: int = 50) -> list[Shown]:
    """Return the reports that whoever acts for a desk owes an answer, the longest due first; `overdue`: only past it.

    Empty for who may not answer. It walks the postings of the desk's ports (for the police, of insider threats), the
    newest first, no further back than OLDEST_OWED, and stops at `size`: of more than that it returns the newest.
    """
    actor = current_actor()
    desk = facts().organisations.get(actor.organisation) if actor.organisation else None
    if desk is None or not actor.may("steward"):
        return []
    where = _owed_until(at if overdue else None, at, actor.organisation)
    found: dict[UUID, None] = {}
    if desk.kind in rules.PORT_DESKS:
        ports = Organisation.ports.through.objects.filter(organisation_id=desk.id).values_list("port_id", flat=True)
        here = Where(where.join, f"{where.condition} and p.threat <> %s", (*where.arguments, rules.INSIDER))
        for port in ports:
            found |= dict.fromkeys(sharing.newest(KIND, facets={"port": port}, where=here, size=size).ids)
    if desk.kind in rules.INSIDER_DESKS:
        ids = sharing.newest(KIND, facets={"threat": rules.INSIDER}, where=where, size=size).ids
        found |= dict.fromkeys(ids)
    rows = shown(list(found))
    return sorted(rows, key=lambda row: rules.due_at(row.record.at, row.report.severity))[:size]


def _owed_until(due: datetime | None, at: datetime, organisation: UUID | None) -> Where:
    """Return the conditions of a report that others reported, that nobody answered, and whose answer was due."""
    conditions = [
        "p.at > %s",
        "e.provenance = any(%s)",
        "e.withdrawn_at is null",
        "not exists (select 1 from reports_feedback f where f.report_id = p.record_id)",
        # as reports_reporter says it, but read row by row only where a report was handed over
        "coalesce((select v.before ->> 'owner' from reports_revision v where v.report_id = p.record_id"
        " and v.act = 'handed_over' order by v.version limit 1), e.owner_id::text) <> %s",
    ]
    arguments: list[object] = [at - OLDEST_OWED, list(rules.OWED_ON), str(organisation)]
    if due is not None:
        times = rules.answer_times()
        cases = " ".join("when %s then %s::timestamptz" for _severity in times)
        conditions.append(f"p.at < case r.severity {cases} else %s::timestamptz end")
        for severity, days in times.items():
            arguments += [severity, due - days]
        arguments.append(due - max(times.values()))
    join = "join reports_report r on r.record_id = p.record_id join sharing_record e on e.id = p.record_id"
    return Where(join, " and ".join(conditions), tuple(arguments))


def open_questions(*, at: datetime, most: int = MOST_QUESTIONS) -> list[Update]:
    """Return the questions about reports of the own organisation that nobody there answered, newest first."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("steward"):
        return []
    answers = Update.objects.filter(reply_to=OuterRef("id"), organisation_id=actor.organisation, withdrawn_at=None)
    rows = Update.objects.filter(
        ~Exists(answers),
        kind="question",
        withdrawn_at=None,
        at__gt=at - OLDEST_QUESTION,
        report__record__owner_id=actor.organisation,
    ).exclude(organisation_id=F("report__record__owner_id"))
    return list(rows.order_by("-at")[:most])


def organisations_to_let_in(of: Shown) -> list[Organisation]:
    """Return the organisations one could propose to an owner: current, and not known to see the report already."""
    seeing = seeing_organisations(of.record)
    known: Iterable[Organisation] = facts().organisations.values()
    return [one for one in known if one.left_at is None and one.id not in seeing and one.id != of.record.owner_id]


def shown_of(ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Return those of these reports that the actor sees, by id."""
    return {one.record.id: one for one in shown(ids)}
