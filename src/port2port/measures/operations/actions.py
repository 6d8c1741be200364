"""What is done with operations: plan, ask in, answer, turn, count, widen.

Each is one transaction under the policy that decides, changes and journals.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.rows import check_now
from port2port.measures.actions import audience_of, guarded, stewarded
from port2port.measures.operations.models import Entry, FoundReport, Operation, Participation
from port2port.measures.operations.queries import KIND, own_parts
from port2port.measures.operations.rules import (
    COUNTS_IN,
    WIDENS_IN,
    Count,
    Part,
    Plan,
    count_problems,
    days_of,
    may_turn,
    parts_problems,
    plan_problems,
    turn_problems,
)
from port2port.measures.operations.shown import ShownOperation, shown_operations
from port2port.measures.operations.vocabulary import codes, counted
from port2port.members.acting import action, current_actor
from port2port.members.circle_queries import own_circles
from port2port.members.data_files import LANGUAGES
from port2port.members.facts import facts
from port2port.reports.vocabulary import threats
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

REPORT = "report"


@action
def plan_operation(
    *,
    plan: Plan,
    threat: str,
    parts: Sequence[Part],
    tlp: Tlp,
    terms: Terms,
    at: datetime,
    persons: Sequence[UUID] = (),
    provenance: str = "member",
) -> Operation:
    """Plan an operation for those who take part, and for nobody else: AMBER for their organisations, RED by name.

    The own organisation's part is agreed by planning it. Raises Invalid with every problem at once, Refused when the
    actor's role may not report.
    """
    problems = [*_plan_problems(plan, threat), *parts_problems(parts, persons, tlp), *_known(parts)]
    problems += terms_problems(terms, reporter())
    if problems:
        raise Invalid(problems)
    audience = audience_of(Addressing(_keys(parts, persons, tlp), tlp), terms, problems)
    record = sharing.publish(
        KIND, audience=audience, terms=terms, at=at, text=_words(plan), threat=threat, provenance=provenance
    )
    row = Operation(
        record=record, kind=plan.kind, title=plan.title, plan=plan.plan, language=plan.language,
        starts_at=plan.starts_at, ends_at=plan.ends_at,
    )  # fmt: skip
    row.save(force_insert=True)
    _ask(row, parts, at=at)
    check_now("measures_exact", "exact")  # audience and parts, so that the answer is a problem to put right
    return row


@action
def change_plan(identifier: UUID, *, plan: Plan, at: datetime, expected: int) -> None:
    """Change a plan before it runs; who takes part is told. Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, KIND, at=at)
    if shown_operations([identifier])[0].operation.state != "planned":
        raise Conflict(_("This is no plan any more."))
    problems = _plan_problems(plan, record.threat)
    if problems:
        raise Invalid(problems)
    sharing.touch(record, expected=expected, at=at, text=_words(plan), port=record.port_id, threat=record.threat)
    Operation.objects.filter(record_id=identifier).update(
        kind=plan.kind, title=plan.title, plan=plan.plan, language=plan.language, starts_at=plan.starts_at,
        ends_at=plan.ends_at,
    )  # fmt: skip


@action
def ask_in(identifier: UUID, *, parts: Sequence[Part], persons: Sequence[UUID] = (), at: datetime) -> None:
    """Ask more organisations to take part in a plan (act `share`). Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, KIND, at=at, act="share")
    found = shown_operations([identifier])[0]
    if found.operation.state != "planned":
        raise Conflict(_("This is no plan any more."))
    there = {Part(one.organisation_id, one.port_id) for one in found.parts}
    new = [part for part in dict.fromkeys(parts) if part not in there]
    tlp = Tlp(record.tlp)
    problems = [*parts_problems(new, [*record.audience, *persons] if tlp == Tlp.RED else persons, tlp), *_known(new)]
    if problems:
        raise Invalid(problems)
    keys = [key for key in _keys(new, persons, tlp) if key not in record.audience]
    if keys:
        sharing.widen(record, more=audiences.build(keys, tlp, personal_data=record.personal_data), at=at)
    _ask(found.operation, new, at=at)
    check_now("measures_exact", "exact")  # audience and parts, so that the answer is a problem to put right


@action
def answer(part: UUID, *, accept: bool, at: datetime) -> UUID:
    """Say whether the own organisation takes part at a port; who declines for all its ports sees the plan no more.

    Returns the operation's id. Raises NotFound, Refused, Conflict.
    """
    with connection.cursor() as cursor:
        cursor.execute("select measures_operation_answer(%s, %s)", [part, accept])
        identifier: UUID = cursor.fetchone()[0]
    act = "operation.accepted" if accept else "operation.declined"
    journal.write(act, kind=KIND, record=identifier, at=at, part=part)
    return identifier


@action
def turn(identifier: UUID, *, to: str, at: datetime, said: str = "") -> None:
    """Turn a state: called_off (`said`: why), running, ended, evaluated (`said`: what was learned).

    Raises NotFound, Refused, Invalid, Conflict.
    """
    record = stewarded(identifier, KIND, at=at)
    found = shown_operations([identifier])[0].operation
    if to not in codes("states") or not may_turn(found.state, to, starts_at=found.starts_at, at=at):
        raise Conflict(_("The state of this does not allow it."))
    problems = [*turn_problems(to, said), *guarded({"said": said})]
    if problems:
        raise Invalid(problems)
    with connection.cursor() as cursor:
        cursor.execute("select measures_operation_turn(%s, %s, %s)", [identifier, to, said.strip()])
    words = " ".join([found.title, found.plan, said if to == "evaluated" else found.learned])
    sharing.touch(record, expected=record.version, at=at, text=words, port=record.port_id, threat=record.threat)
    journal.write("operation.turned", kind=KIND, record=identifier, at=at, state=to)


@action
def count(identifier: UUID, *, port: UUID, day: date, counts: Sequence[Count], at: datetime) -> list[Entry]:
    """Write down what was checked and found on a day at a port; it adds to what was counted before.

    Raises NotFound, Refused (the own organisation does not take part there), Invalid, Conflict.
    """
    found = _seen(identifier)
    _counting(found, port)
    window = days_of(found.operation.starts_at, found.operation.ends_at)
    problems = count_problems(
        counts, day=day, window=window, today=at.astimezone(ZONE).date(), known=codes("counted")
    )  # fmt: skip
    if problems:
        raise Invalid(problems)
    actor, made = current_actor(), []
    assert actor.organisation is not None  # it takes part
    for one in counts:
        kind = counted(one.kind)
        assert kind is not None  # the rules have looked
        row = Entry(
            operation=found.operation, organisation_id=actor.organisation, port_id=port, person_id=actor.person, at=at,
            day=day, kind=one.kind, found=kind.found, amount=one.amount,
        )  # fmt: skip
        row.save(force_insert=True)
        made.append(row)
    journal.write("operation.counted", kind=KIND, record=identifier, at=at, number=len(made))
    return made


@action
def take_back(entry: UUID, *, at: datetime) -> UUID:
    """Take back what the own organisation wrote down by mistake. Returns the operation's id.

    Raises NotFound, Refused, Conflict.
    """
    row = Entry.objects.filter(id=entry).first()
    if row is None:
        raise NotFound()
    found = _seen(row.operation_id)
    if row.organisation_id != current_actor().organisation:
        raise Refused(_("Another organisation wrote this down."), kind=KIND, record=found.id)
    _counting(found, row.port_id)
    Entry.objects.filter(id=entry).delete()
    journal.write("operation.uncounted", kind=KIND, record=found.id, at=at, what=row.kind)
    return found.id


@action
def link_report(identifier: UUID, *, report: UUID, at: datetime) -> None:
    """Say that a report that the actor sees is of what was found. Raises NotFound, Refused, Invalid."""
    found = _seen(identifier)
    actor = current_actor()
    if not actor.may("report") or not any(part.answer == "accepted" for part in own_parts(found)):
        raise Refused(_("Your organisation does not take part in it."), kind=KIND, record=identifier)
    assert actor.organisation is not None  # it takes part
    if found.operation.state not in WIDENS_IN:
        raise Conflict(_("The state of this does not allow it."))
    try:
        sharing_queries.record(report, REPORT)
    except NotFound:
        raise Invalid([Problem("report", _("There is no such report that you see."))]) from None
    if not FoundReport.objects.filter(operation_id=identifier, report_id=report).exists():
        row = FoundReport(operation_id=identifier, report_id=report, organisation_id=actor.organisation, at=at)
        row.save(force_insert=True)
        journal.write("operation.linked", kind=KIND, record=identifier, at=at, report=report)


@action
def widen_operation(identifier: UUID, *, to: Addressing, at: datetime) -> None:
    """Let others see an operation that runs or has ended (act `share`). Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, KIND, at=at, act="share")
    if shown_operations([identifier])[0].operation.state not in WIDENS_IN:
        raise Conflict(_("Before it begins nobody but those who take part may know of it."))
    sharing.widen(record, more=audiences.wider(record, to.addressed, to.tlp), at=at)


@action
def withdraw_operation(identifier: UUID, *, reason: str, at: datetime) -> None:
    """Take back an operation that should never have been written; `reason`: a code.

    Raises NotFound, Refused, Invalid.
    """
    sharing.withdraw(stewarded(identifier, KIND, at=at, act="withdraw"), reason=reason, at=at)


def _seen(identifier: UUID) -> ShownOperation:
    found = shown_operations([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    return found[0]


def _counting(found: ShownOperation, port: UUID) -> None:
    """Raise Refused or Conflict when the actor may not write down what was counted there."""
    takes_part = any(part.port_id == port and part.answer == "accepted" for part in own_parts(found))
    if not takes_part or not current_actor().may("report"):
        raise Refused(_("Your organisation does not take part at this port."), kind=KIND, record=found.id)
    if found.operation.state not in COUNTS_IN:
        raise Conflict(_("Counting begins with the operation and ends with its evaluation."))


def _plan_problems(plan: Plan, threat: str) -> list[Problem]:
    found = plan_problems(plan, {"kind": codes("kinds"), "language": LANGUAGES})
    if threat not in {one.code for one in threats()}:
        found.append(Problem("threat", _("This code is not known here.")))
    return [*found, *guarded({"title": plan.title, "plan": plan.plan})]


def _known(parts: Iterable[Part]) -> list[Problem]:
    known = facts()
    if all(one.organisation in known.organisations and one.port in known.ports for one in parts):
        return []
    return [Problem("parts", _("There is no such organisation or port."))]


def _keys(parts: Iterable[Part], persons: Iterable[UUID], tlp: Tlp) -> tuple[UUID, ...]:
    """Return who is addressed: the own circles of who takes part, or under RED the persons."""
    if tlp == Tlp.RED:
        return tuple(persons)
    return own_circles(part.organisation for part in parts)


def _ask(row: Operation, parts: Iterable[Part], *, at: datetime) -> None:
    actor = current_actor()
    for part in dict.fromkeys(parts):
        own = part.organisation == actor.organisation
        Participation(
            operation=row, organisation_id=part.organisation, port_id=part.port, answer="accepted" if own else "asked",
            person_id=actor.person if own else None, answered_at=at if own else None,
        ).save(force_insert=True)  # fmt: skip


def _words(plan: Plan) -> str:
    return f"{plan.title} {plan.plan}"
