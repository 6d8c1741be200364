"""What is done while an exercise runs: the clock, injects, what players saw and would do, what the staff observes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.measures.actions import guarded
from port2port.measures.rules import text_problems
from port2port.members.acting import action, current_actor
from port2port.training.exercises.models import Inject, Observation, Reaction, Score
from port2port.training.exercises.queries import KIND, Shown, clock_at, injects, released, script, seen
from port2port.training.exercises.rules import LIVE, LONGEST, Clock, due, may_tick, tick_problems
from port2port.training.exercises.scenarios import scale
from port2port.training.exercises.standing import NOT_NOW, running_it

OBSERVED_IN = frozenset({"running", "paused", "ended"})
MOST_ANSWERS = 20


@action
def tick(identifier: UUID, *, act: str, at: datetime, minute: int | None = None) -> Clock:
    """Start, pause, resume, jump ahead to a minute, or end. What is due at once comes in the same transaction.

    Returns the clock as it stands then. Raises NotFound, Refused, Invalid, Conflict.
    """
    found = running_it(identifier, {"planned", *LIVE})
    if not may_tick(act, found.exercise.state):
        raise Conflict(NOT_NOW)
    if act == "start" and not injects(identifier):
        raise Conflict(_("There is no inject yet. Write the script first."))
    problems = tick_problems(act, minute, clock_at(identifier, at=at), found.exercise.minutes)
    if problems:
        raise Invalid(problems)
    with connection.cursor() as cursor:
        cursor.execute("select training_tick(%s, %s, %s, %s)", [identifier, act, at, minute if act == "jump" else None])
    journal.write(f"exercise.{act}", kind=KIND, record=identifier, at=at, minute=(minute or 0) if act == "jump" else 0)
    now = clock_at(identifier, at=at)
    pending = [(one.id, one.second) for one in injects(identifier) if released(one) is None]
    for inject in due(pending, now):
        release(inject, second=now.second, how="clock")
    return now


def release(inject: UUID, *, second: int, how: str) -> bool:
    """Let an inject come, or leave it out (`skipped`); whether it was this call that did it: the database decides."""
    with connection.cursor() as cursor:
        cursor.execute("select training_release_one(%s, %s, %s)", [inject, second, how])
        return bool(cursor.fetchone()[0])


@action
def send_inject(inject: UUID, *, how: str, at: datetime) -> UUID:
    """Let an inject come now (`hand`), or leave it out (`skipped`). Returns the exercise's id.

    Raises NotFound, Refused; Conflict when it came or was left out already.
    """
    row = Inject.objects.filter(id=inject).first()
    if row is None:
        raise NotFound()
    found = running_it(row.exercise_id, LIVE)
    if not release(inject, second=clock_at(row.exercise_id, at=at).second, how=how):
        raise Conflict(_("It came already, or was left out."))
    journal.write(f"exercise.{how}", kind=KIND, record=found.id, at=at, inject=inject)
    return found.id


@action
def react(inject: UUID, *, text: str = "", at: datetime) -> UUID:
    """Say that one saw an inject, or (`text`) what one would do. Returns the exercise's id.

    Raises NotFound for an inject that did not come to one; Refused, Invalid, Conflict.
    """
    row = Inject.objects.select_related("release").filter(id=inject).first()
    if row is None or (came := released(row)) is None or came.how == "skipped":
        raise NotFound()
    found = seen(row.exercise_id)
    if not found.plays or found.seat is None:
        raise Refused(_("Only who plays reacts."), kind=KIND, record=row.exercise_id)
    if found.exercise.state not in LIVE:
        raise Conflict(NOT_NOW)
    said = text.replace("\r\n", "\n").strip()
    problems = [*text_problems({"text": said}, LONGEST), *guarded({"text": said})]
    mine = Reaction.objects.filter(inject_id=inject, person_id=current_actor().person)
    if said and mine.exclude(text="").count() >= MOST_ANSWERS:
        problems.append(Problem("text", _("You have said enough on this one.")))
    if problems:
        raise Invalid(problems)
    Reaction.objects.bulk_create(
        [
            Reaction(
                exercise_id=row.exercise_id, inject_id=inject, person_id=current_actor().person, role=found.seat.role,
                at=at, text=said,
            )
        ],
        ignore_conflicts=True,  # seen twice is seen once
    )  # fmt: skip
    return found.id


@action
def observe(identifier: UUID, *, text: str, at: datetime, role: str = "") -> Observation:
    """Note what one saw, with the second of the exercise. Raises NotFound, Refused, Invalid, Conflict."""
    found = _observing(identifier)
    said = text.replace("\r\n", "\n").strip()
    problems = [*text_problems({"text": said}, LONGEST), *guarded({"text": said})]
    if not said:
        problems.append(Problem("text", _("This is needed.")))
    if role and role not in {one["code"] for one in found.exercise.roles}:
        problems.append(Problem("role", _("Choose a role.")))
    if problems:
        raise Invalid(problems)
    made = Observation(
        exercise_id=identifier, person_id=current_actor().person, at=at,
        second=clock_at(identifier, at=at).second, role=role, text=said,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


@action
def score(identifier: UUID, *, values: Mapping[str, int | None], at: datetime) -> None:
    """Fill in the own evaluation sheet: criterion to value, None for what one did not see. Raises NotFound, Refused,
    Invalid, Conflict."""
    _observing(identifier)
    held = script(identifier)
    criteria = {one["code"]: scale(one["scale"]) for one in (held.document["criteria"] if held else [])}
    problems = []
    for code, value in values.items():
        of = criteria.get(code)
        if of is None:
            problems.append(Problem(code, _("This code is not known here.")))
        elif value is not None and not of.lowest <= value <= of.highest:
            problems.append(Problem(code, _("Choose a number of the scale.")))
    if problems:
        raise Invalid(problems)
    person = current_actor().person
    with transaction.atomic():
        Score.objects.filter(exercise_id=identifier, person_id=person, criterion__in=list(values)).delete()
        Score.objects.bulk_create(
            Score(exercise_id=identifier, person_id=person, criterion=code, value=value)
            for code, value in values.items()
            if value is not None
        )
    journal.write("exercise.scored", kind=KIND, record=identifier, at=at, number=len(values))


def _observing(identifier: UUID) -> Shown:
    found = seen(identifier)
    if not found.staff:
        raise Refused(_("Only the staff of the exercise observes."), kind=KIND, record=identifier)
    if found.exercise.state not in OBSERVED_IN or found.record.withdrawn_at is not None:
        raise Conflict(NOT_NOW)
    return found
