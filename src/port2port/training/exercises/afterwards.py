"""What is done after an exercise: its facts, the report, lessons, its line in the security files, the paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.measures.actions import guarded
from port2port.measures.rules import text_problems
from port2port.members.acting import action, current_actor
from port2port.sharing import actions as sharing_actions
from port2port.sharing import queries as sharing
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp
from port2port.training.exercises import queries
from port2port.training.exercises.crediting import credit_closed
from port2port.training.exercises.models import Exercise, Inject, Lesson
from port2port.training.exercises.queries import KIND, words_of
from port2port.training.exercises.rules import AFTER, LIVE, LONGEST, Rated, first_reaction, rated, reaches
from port2port.training.exercises.standing import NOT_NOW, running_it, turn

TEMPLATE = "training/papers/exercise.typ"


@dataclass(frozen=True)
class Line:
    """An inject in the time line: when it came, how many players it reached, how many reacted, the first how soon."""

    inject: Inject
    came_at: datetime | None
    reached: int
    reacted: int
    first: timedelta | None


@dataclass(frozen=True)
class Facts:
    """What an exercise was, in numbers; nothing of it rests on memory."""

    lines: tuple[Line, ...]
    rated: tuple[Rated, ...]
    players: int
    observers: int


def facts_of(identifier: UUID) -> Facts:
    """Return the facts as far as the actor sees them."""
    seats, reactions = queries.seats(identifier), queries.reactions(identifier)
    players = [(one.person_id, one.role) for one in seats if one.kind == "player"]
    players += [(one.id, one.role) for one in queries.guests(identifier) if one.opened_at is not None]
    script = queries.script(identifier)
    criteria = [one["code"] for one in script.document["criteria"]] if script is not None else []
    lines = []
    for one in queries.injects(identifier):
        release = queries.released(one)
        came = release if release is not None and release.how != "skipped" else None
        mine = [row for row in reactions if row.inject_id == one.id]
        lines.append(
            Line(
                one, came.at if came else None, sum(reaches(one.roles, role) for _who, role in players),
                len({row.person_id or row.guest_id for row in mine}),
                first_reaction(came.at, [row.at for row in mine]) if came else None,
            )
        )  # fmt: skip
    scores = queries.scores(identifier)
    return Facts(
        tuple(lines), tuple(rated(criteria, [(one.criterion, one.value) for one in scores])), len(players),
        len({one.person_id for one in scores}),
    )  # fmt: skip


@action
def write_report(identifier: UUID, *, text: str, at: datetime, close: bool = False) -> None:
    """Write the report; `close`: with it the exercise is closed, everybody who took part reads all of it, and what it
    fulfils in their security files is fulfilled.

    Raises NotFound, Refused, Invalid, Conflict.
    """
    found = running_it(identifier, {"ended"} if close else AFTER)
    said = text.replace("\r\n", "\n").strip()
    problems = [*text_problems({"report": said}, LONGEST), *guarded({"report": said})]
    if not said:
        problems.append(Problem("report", _("Write what was found.")))
    if problems:
        raise Invalid(problems)
    Exercise.objects.filter(record_id=identifier).update(report=said)
    if close:
        turn(identifier, "closed")
        row = found.exercise
        row.report, row.state = said, "closed"
        _touched(sharing.record(identifier, KIND), row, at)
        credit_closed(found, at=at)
    journal.write("exercise.closed" if close else "exercise.reported", kind=KIND, record=identifier, at=at)


@action
def add_lesson(identifier: UUID, *, text: str, at: datetime) -> Lesson:
    """Note what was learned. Raises NotFound, Refused, Invalid, Conflict."""
    found = queries.seen(identifier)
    if not found.staff:
        raise Refused(_("Only the staff of the exercise writes lessons."), kind=KIND, record=identifier)
    if found.exercise.state not in {*LIVE, *AFTER}:
        raise Conflict(NOT_NOW)
    said = text.replace("\r\n", "\n").strip()
    problems = [*text_problems({"text": said}, LONGEST), *guarded({"text": said})]
    if not said:
        problems.append(Problem("text", _("This is needed.")))
    if problems:
        raise Invalid(problems)
    made = Lesson(exercise_id=identifier, person_id=current_actor().person, at=at, text=said)
    made.save(force_insert=True)
    journal.write("exercise.lesson", kind=KIND, record=identifier, at=at, lesson=made.id)
    return made


def _touched(record: Any, row: Exercise, at: datetime) -> None:
    sharing_actions.touch(
        record, expected=record.version, at=at, text=words_of(row), title=row.title, port=record.port_id,
        threat=record.threat,
    )  # fmt: skip


@action
def paper(identifier: UUID, *, words: Mapping[str, str], data: Mapping[str, Any], at: datetime) -> File:
    """Return the report as PDF, numbered and watermarked. `words` and `data` are prepared in the reader's language.

    Raises NotFound, Refused without the act `export`, Conflict before it has ended.
    """
    found = queries.exercise(identifier, at=at)
    if found.exercise.state not in AFTER:
        raise Conflict(NOT_NOW)
    return printed(
        TEMPLATE, {**data, "words": dict(words)}, title=found.exercise.title, name="exercise", kind=KIND,
        tlp=Tlp(found.record.tlp), records=[identifier], at=at,
    )  # fmt: skip
