"""Statements of a learning system become results of own people: all or none, each id once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem
from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.training.courses import queries, records, xapi
from port2port.training.courses.actions import KIND
from port2port.training.courses.models import TakenStatement
from port2port.training.courses.queries import offered, team, trainer


@action
def take_statements(told: Sequence[xapi.Statement], *, at: datetime) -> list[UUID]:
    """Write down what statements tell, and return their ids in order. What is known by its id, or of a day on which the
    person took part already, changes nothing.

    Raises Refused, Invalid with every problem and its place, Conflict for a known id with other words.
    """
    organisation, courses = trainer(), offered()
    results, problems = xapi.understood(
        told, site=settings.SITE_URL, people=team().keys(), courses=courses.keys(), day_of=timezone.localdate
    )
    today = timezone.localdate(at)
    for one in results:
        if (problem := records.result_problem(one.on, courses[one.course], today)) is not None:
            problems.append(Problem("timestamp", problem, one.number))
    if problems:
        raise Invalid(sorted(problems, key=lambda one: one.row or 0))
    ids = [one.statement.id for one in results]
    there = dict(TakenStatement.objects.filter(statement__in=ids).values_list("statement", "digest"))
    if xapi.conflicts(results, there):
        raise Conflict(_("A statement of this id was taken with other words."))
    held = {
        (one.completion.person_id, one.slug, timezone.localdate(one.completion.at))
        for one in queries.team_passes(on=today)
    }
    new = 0
    for one in results:
        if one.statement.id in there:
            continue
        there[one.statement.id] = one.statement.digest
        TakenStatement(
            id=new_id(), organisation_id=organisation, statement=one.statement.id, digest=one.statement.digest, at=at
        ).save(force_insert=True)  # fmt: skip
        if (one.person, one.course, one.on) not in held:
            records.note(one.person, one.course, on=one.on, at=at)
            held.add((one.person, one.course, one.on))
            new += 1
    if new:
        journal.write("course.statements_taken", kind=KIND, at=at, count=new)
    return ids
