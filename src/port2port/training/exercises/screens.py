"""What a player's screen asks for, again and again: all screens of a hall at once, so in one trip to the database.

The policy says what one sees. What comes in an exercise is committed in the order of its moment
(`training_release_one`), so a screen that shows what came until a moment asks for what came after it, and has all.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.base import rows
from port2port.base.errors import NotFound
from port2port.sharing.models import Record
from port2port.training.exercises.models import Exercise, Inject, Reaction, Release, Seat
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.rules import Clock, Tick, clock, reaches


@dataclass(frozen=True)
class Screen:
    """An exercise with one's seat, without who else takes part; its clock; what came to one's role, newest first; what
    one saw of that and would do, in order, by inject."""

    shown: Shown
    clock: Clock
    came: list[Inject]
    mine: dict[UUID, list[Reaction]]


def screen(identifier: UUID, *, at: datetime, after: datetime | None = None) -> Screen:
    """Return what a player's screen shows now of an exercise, or of what came only what came after a moment.

    Raises NotFound, the same for absent and hidden.
    """
    given = {"exercise": identifier, "after": after}
    exercises, ticks, injects, reactions = rows.planned_together(_ASKED, given)
    if not exercises:
        raise NotFound(kind=KIND, record=identifier)
    [values] = exercises
    exercise, record = rows.read(Exercise, values[:_E]), rows.read(Record, values[_E:_R])
    exercise._state.fields_cache["record"] = record
    seat = rows.read(Seat, values[_R:]) if values[_R] is not None else None
    mine: dict[UUID, list[Reaction]] = {}
    for row in reactions:
        reaction = rows.read(Reaction, row)
        mine.setdefault(reaction.inject_id, []).append(reaction)
    came = []
    for row in injects:
        inject = rows.read(Inject, row[:_I])
        inject._state.fields_cache["release"] = rows.read(Release, row[_I:])
        if seat is not None and reaches(inject.roles, seat.role):
            came.append(inject)
    return Screen(Shown(exercise, record, [], (), seat), clock([Tick(*row) for row in ticks], at), came, mine)


_EXERCISE = (
    f"select {rows.columns(Exercise, 'x')}, {rows.columns(Record, 'e')}, {rows.columns(Seat, 's')}"
    " from training_exercise x join sharing_record e on e.id = x.record_id"
    " left join training_seat s on s.exercise_id = x.record_id and s.person_id = acting_person()"
    " where x.record_id = %(exercise)s"
)
_TICKS = (
    "select c.at, c.act, c.minute from training_clockevent c where c.exercise_id = %(exercise)s order by c.at, c.id"
)
_INJECTS = (
    # what is new first: the policy is asked of that alone
    f"with r as materialized (select {rows.columns(Release, 'd')} from training_release d where"
    " d.exercise_id = %(exercise)s and d.how <> 'skipped' and (%(after)s::timestamptz is null or d.at > %(after)s))"
    f" select {rows.columns(Inject, 'i')}, {rows.columns(Release, 'r')} from r"
    " join training_inject i on i.id = r.inject_id order by r.at desc"
)
_REACTIONS = (
    f"select {rows.columns(Reaction, 'a')} from training_reaction a where a.exercise_id = %(exercise)s"
    " and a.person_id = acting_person() order by a.at, a.id"
)
_ASKED = (_EXERCISE, _TICKS, _INJECTS, _REACTIONS)
_E, _I = rows.width(Exercise), rows.width(Inject)
_R = _E + rows.width(Record)
