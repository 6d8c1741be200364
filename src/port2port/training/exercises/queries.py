"""Reading exercises. The policy says what one sees: a player what came, staff the script, others that there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from port2port.base import rows
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Slice, Where
from port2port.sharing.references import reference
from port2port.training.exercises.models import (
    ClockEvent,
    Exercise,
    Expected,
    Guest,
    Inject,
    Lesson,
    Observation,
    Part,
    Reaction,
    Release,
    Score,
    Script,
    Seat,
)
from port2port.training.exercises.rules import RUNS, Clock, Tick, clock

KIND = "exercise"
MOST = 200


@dataclass(frozen=True)
class Shown:
    """An exercise as it is shown: its row, who takes part, its envelope, its audience in words, the actor's seat."""

    exercise: Exercise
    record: Record
    audience: list[str]
    parts: tuple[Part, ...]
    seat: Seat | None

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)

    @property
    def runs(self) -> bool:
        """Whether the actor leads or controls it."""
        return self.seat is not None and self.seat.kind in RUNS

    @property
    def staff(self) -> bool:
        """Whether the actor may know the script."""
        return self.seat is not None and self.seat.kind != "player"

    @property
    def plays(self) -> bool:
        """Whether the actor plays a role."""
        return self.seat is not None and self.seat.kind == "player"


def shown(ids: Sequence[UUID]) -> list[Shown]:
    """Return these exercises in this order, those the actor sees."""
    if not ids:
        return []
    known, found = facts(), {}
    with connection.cursor() as cursor:
        cursor.execute(_EXERCISES, [list(ids)])
        for values in cursor.fetchall():
            exercise, record = rows.read(Exercise, values[:_E]), rows.read(Record, values[_E:])
            exercise._state.fields_cache["record"] = record
            remember(record, "owner", known.organisations)
            found[record.id] = exercise, record
    parts: dict[UUID, list[Part]] = {}
    held = Part.objects.filter(exercise_id__in=list(found)).select_related("facility").prefetch_related("sent")
    for part in held.order_by("id"):
        remember(part, "organisation", known.organisations)
        remember(part, "port", known.ports)
        parts.setdefault(part.exercise_id, []).append(part)
    mine = Seat.objects.filter(exercise_id__in=list(found), person_id=current_actor().person)
    seats = {seat.exercise_id: seat for seat in mine}
    kept = [found[key] for key in ids if key in found]
    words = audiences.names_for((record.addressed, record.author_id) for _e, record in kept)
    return [
        Shown(exercise, record, said, tuple(parts.get(record.id, ())), seats.get(record.id))
        for (exercise, record), said in zip(kept, words, strict=True)
    ]


_EXERCISES = (
    f"select {rows.columns(Exercise, 'x')}, {rows.columns(Record, 'e')} from training_exercise x"
    " join sharing_record e on e.id = x.record_id where x.record_id = any(%s)"
)
_E = rows.width(Exercise)


def exercise(identifier: UUID, *, at: datetime) -> Shown:
    """Return one exercise; reading it is journalled. Raises NotFound, the same for absent and hidden."""
    found = seen(identifier)
    sharing.note_reading(KIND, [found.record], at=at)
    return found


def seen(identifier: UUID) -> Shown:
    """Return one exercise without noting it, as a screen asks again while it runs. Raises NotFound."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    return found[0]


def exercises(*, at: datetime) -> list[Shown]:
    """Return the exercises that the actor sees, at most 200, by their beginning."""
    found = shown(sharing.newest(KIND, size=MOST).ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return sorted(found, key=lambda row: (row.exercise.starts_at, row.id))


def page(*, at: datetime, state: str = "", cursor: str = "", size: int = 25) -> tuple[list[Shown], Slice]:
    """Return a page of exercises, the newest plan first. Raises Invalid for a foreign cursor."""
    where = Where("join training_exercise x on x.record_id = p.record_id", "x.state = %s", (state,))
    part = sharing.newest(KIND, where=where if state else Where(), cursor=cursor, size=size)
    found = shown(part.ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return found, part


def script(identifier: UUID) -> Script | None:
    """Return the script, to staff; to the others once it is closed, until then None."""
    return Script.objects.filter(exercise_id=identifier).first()


def ticks(identifier: UUID) -> list[Tick]:
    """Return what was done to the clock, in order."""
    found = rows.select(ClockEvent, "t.exercise_id = %s order by t.at, t.id", [identifier])
    return [Tick(one.at, one.act, one.minute) for one in found]


def clock_at(identifier: UUID, *, at: datetime) -> Clock:
    """Return the clock of an exercise at a moment."""
    return clock(ticks(identifier), at)


def injects(identifier: UUID) -> list[Inject]:
    """Return the injects that the actor sees, by their second, each with its release when it has one."""
    return list(
        Inject.objects.filter(exercise_id=identifier).select_related("release").order_by("second", "id")
    )  # fmt: skip


def released(one: Inject) -> Release | None:
    """Return that an inject came or was left out, or None."""
    found: Release | None = getattr(one, "release", None)
    return found


def expected(identifier: UUID) -> dict[UUID, list[dict[str, str]]]:
    """Return what should be done, by inject, as far as the actor may know."""
    rows_ = Expected.objects.filter(inject__exercise_id=identifier)
    return {row.inject_id: list(row.lines) for row in rows_}


def seats(identifier: UUID) -> list[Seat]:
    """Return who has a seat, leaders first; persons by name as far as the actor may know them."""
    found = list(Seat.objects.filter(exercise_id=identifier).order_by("kind", "role", "id"))
    for one in found:
        remember(one, "organisation", facts().organisations)
    return found


def guests(identifier: UUID) -> list[Guest]:
    """Return the links for players from outside, to staff."""
    return list(Guest.objects.filter(exercise_id=identifier).defer("secret", "device").order_by("made_at", "id"))


def reactions(identifier: UUID) -> list[Reaction]:
    """Return who saw what and would do what, in order: one's own; staff all of them."""
    return list(Reaction.objects.filter(exercise_id=identifier).order_by("at", "id"))


def observations(identifier: UUID) -> list[Observation]:
    """Return what the staff saw, in order."""
    return list(Observation.objects.filter(exercise_id=identifier).order_by("second", "at", "id"))


def scores(identifier: UUID) -> list[Score]:
    """Return the sheets that the actor sees: one's own; who runs it all of them."""
    return list(Score.objects.filter(exercise_id=identifier).order_by("criterion", "person_id"))


def lessons(identifier: UUID) -> list[Lesson]:
    """Return what was learned, in order."""
    return list(Lesson.objects.filter(exercise_id=identifier).order_by("at", "id"))


def words_of(row: Exercise) -> str:
    """Return what an exercise is found by beside its title: what everybody knew before it, and its report once closed.

    Of what its staff alone knows nothing is indexed.
    """
    return f"{row.notes} {row.report}" if row.state == "closed" else row.notes


def around(since: datetime) -> list[Shown]:
    """Return the exercises that begin after a moment, also those that were called off, at most 200."""
    ids = Exercise.objects.filter(starts_at__gte=since).order_by("starts_at").values_list("record_id", flat=True)
    return shown(list(ids[:MOST]))


def of_ours(states: Sequence[str], *, closed_since: datetime) -> list[Shown]:
    """Return the exercises in these states, and those closed since a moment, that the actor has a seat in or whose
    organisation takes part."""
    wanted = Exercise.objects.filter(Q(state__in=list(states)) | Q(state="closed", turned_at__gte=closed_since))
    ids = wanted.order_by("starts_at").values_list("record_id", flat=True)
    return [one for one in shown(list(ids[:MOST])) if one.record.withdrawn_at is None]
