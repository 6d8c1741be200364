"""How a measure is agreed: put to the members, answered by them, closed, put in force, retired.

Who is asked, which states follow and what positions come to, the database decides (`sql/agreement.sql`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.measures.actions import guarded, stewarded
from port2port.measures.agreement_queries import open_round
from port2port.measures.models import Asked, Consultation, Measure, Position
from port2port.measures.queries import KIND
from port2port.measures.rules import TURNS, position_problems
from port2port.members.acting import action, current_actor
from port2port.sharing import queries as sharing_queries
from port2port.workgroups import queries as workgroups


@action
def open_consultation(identifier: UUID, *, group: UUID, until: datetime, at: datetime) -> Consultation:
    """Put a draft to the members: everyone in its audience who may speak is asked for a position until a moment.

    `group`: in whose name, and by whose rule, which is kept as it is now. Raises NotFound, Refused, Conflict; Invalid
    naming `group` for one in which the actor does not sit.
    """
    stewarded(identifier, KIND, at=at, act="withdraw")
    if until <= at:
        raise Invalid([Problem("until", _("This lies in the past."))])
    if group not in {one.group.id for one in workgroups.deciding()}:
        raise Invalid([Problem("group", _("Choose a working group in which you sit."))])
    _state(identifier, "consultation")
    opened = _call("select measures_open(%s, %s, %s)", identifier, group, until)
    found = Consultation.objects.select_related("version").get(id=opened)
    # The rule as it was, for those who are not in the group; the journal takes codes, so 2/3 is written 2:3.
    shares = {"majority": found.fraction, "quorum": found.quorum}
    journal.write(
        "measure.opened", kind=KIND, record=identifier, at=at, consultation=found.id, number=found.version.number,
        text=found.version.hash, group=group, rule=found.rule_number, by=found.kind, asked=_asked(found.id),
        **{name: share.replace("/", ":") for name, share in shares.items() if share},
    )  # fmt: skip
    return found


@action
def give_position(identifier: UUID, *, stance: str, read: str, at: datetime, reason: str = "") -> Position:
    """Say for the own organisation what it thinks of the text; said again, it replaces what was said before.

    `read`: the hash of the text that was read. Raises NotFound; Refused for whoever is not asked or may not speak;
    Invalid; Conflict when the text has changed since or the consultation has ended.
    """
    sharing_queries.record(identifier, KIND)
    actor = current_actor()
    found = open_round(identifier)
    if found is None or not found.takes_positions(at):
        raise Conflict(_("No position is asked now: the consultation has ended."))
    if not actor.may("speak") or actor.organisation not in found.asked:
        raise Refused(_("Your role does not speak for an organisation that is asked."), kind=KIND, record=identifier)
    problems = [*position_problems(stance, reason), *guarded({"reason": reason})]
    if problems:
        raise Invalid(problems)
    if read != found.version.hash:
        raise Conflict(_("The text has changed since you read it. Read the new one first."))
    entry = journal.write(
        "measure.position", kind=KIND, record=identifier, at=at, consultation=found.consultation.id,
        number=found.version.number, text=read, position=stance,
    )  # fmt: skip
    position = Position(
        consultation_id=found.consultation.id, organisation_id=actor.organisation, person_id=actor.person,
        stance=stance, reason=reason.strip(), at=at, hash=read, entry=entry,
    )  # fmt: skip
    # Two of an organisation may answer at the same moment: there is one position, the later one counts.
    Position.objects.bulk_create(
        [position],
        update_conflicts=True,
        unique_fields=["consultation", "organisation"],
        update_fields=["person", "stance", "reason", "at", "hash", "entry"],
    )
    return Position.objects.get(consultation_id=found.consultation.id, organisation_id=actor.organisation)


@action
def close_consultation(identifier: UUID, *, at: datetime) -> str:
    """Close a measure's consultation and return what came of it: `agreed` or `not_agreed` (then it is a draft again).

    Raises NotFound, Refused; Conflict when nothing is open, or some have time left to answer.
    """
    stewarded(identifier, KIND, at=at, act="withdraw")
    found = open_round(identifier)
    if found is None:
        raise Conflict(_("No consultation is open."))
    if not found.may_close(at):
        raise Conflict(_("It can be closed when everybody has answered or its time is over."))
    outcome: str = _call("select measures_close(%s)", found.consultation.id)
    count = found.tally
    journal.write(
        "measure.closed", kind=KIND, record=identifier, at=at, consultation=found.consultation.id,
        number=found.version.number, text=found.version.hash, outcome=outcome, asked=count.asked, agree=count.agree,
        reservation=count.reservation, object=count.object, abstain=count.abstain,
    )  # fmt: skip
    return outcome


@action
def stop_consultation(identifier: UUID, *, at: datetime) -> None:
    """Take the question back: it is a draft again, its positions stay on record. Raises as `put_in_force` does."""
    _turn(identifier, "draft", at=at, said="stopped")


@action
def put_in_force(identifier: UUID, *, at: datetime) -> None:
    """Let an agreed measure hold from now on. Raises NotFound, Refused, Conflict."""
    _turn(identifier, "in_force", at=at, said="in_force")


@action
def retire(identifier: UUID, *, reason: str, at: datetime) -> None:
    """End a measure that no longer holds, or a draft that is given up. Raises NotFound, Refused, Conflict, Invalid."""
    problems = guarded({"reason": reason})
    if not reason.strip():
        problems.append(Problem("reason", _("Say why.")))
    if problems:
        raise Invalid(problems)
    _turn(identifier, "retired", at=at, said="retired", why=reason.strip())


def _turn(identifier: UUID, wanted: str, *, at: datetime, said: str, why: str = "") -> None:
    stewarded(identifier, KIND, at=at, act="withdraw")
    _state(identifier, wanted)
    _call("select measures_turn(%s, %s, %s)::text", identifier, wanted, why)
    journal.write(f"measure.{said}", kind=KIND, record=identifier, at=at)


def _state(identifier: UUID, wanted: str) -> None:
    state = Measure.objects.values_list("state", flat=True).get(record_id=identifier)
    if wanted not in TURNS[state]:
        raise Conflict(_("The state of this does not allow it."))


def _asked(consultation: UUID) -> list[UUID]:
    return sorted(Asked.objects.filter(consultation_id=consultation).values_list("organisation_id", flat=True))


def _call(sql: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return row[0]
