"""The script of an exercise: copied from a scenario, changed, added to while it runs. Staff alone knows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.measures.actions import guarded
from port2port.members.acting import action
from port2port.members.data_files import Names
from port2port.training.exercises.models import Exercise, Expected, Inject
from port2port.training.exercises.queries import KIND, Shown, injects
from port2port.training.exercises.rules import (
    MOST_INJECTS,
    OPEN,
    InjectText,
    inject_problems,
)
from port2port.training.exercises.scenarios import Scenario, terms
from port2port.training.exercises.standing import running_it


@action
def write_inject(identifier: UUID, *, inject: InjectText, at: datetime) -> Inject:
    """Add an inject to the script; while it runs it is one more, sent by hand. Raises NotFound, Refused, Invalid,
    Conflict."""
    found = running_it(identifier, OPEN)
    problems = _inject_problems(found, inject)
    if len(injects(identifier)) >= MOST_INJECTS:
        problems.append(Problem("text", _("At most 200 injects.")))
    if problems:
        raise Invalid(problems)
    [made] = write(found.exercise, [inject], added=found.exercise.state != "planned")
    journal.write("exercise.inject", kind=KIND, record=identifier, at=at, inject=made.id)
    return made


@action
def change_inject(inject: UUID, *, to: InjectText, at: datetime) -> UUID:
    """Change an inject before it begins. Returns the exercise's id. Raises NotFound, Refused, Invalid, Conflict."""
    row = _held_inject(inject)
    found = running_it(row.exercise_id, {"planned"})
    problems = _inject_problems(found, to)
    if problems:
        raise Invalid(problems)
    Inject.objects.filter(id=inject).update(
        second=to.second, roles=list(to.roles), channel=to.channel, text=clean(to.text)
    )  # fmt: skip
    Expected.objects.filter(inject_id=inject).update(lines=[clean(one) for one in to.expected])
    journal.write("exercise.inject", kind=KIND, record=row.exercise_id, at=at, inject=inject)
    return found.id


@action
def remove_inject(inject: UUID, *, at: datetime) -> UUID:
    """Take an inject out of the script before it begins. Returns the exercise's id. Raises NotFound, Refused,
    Conflict."""
    row = _held_inject(inject)
    found = running_it(row.exercise_id, {"planned"})
    rows.delete(Inject, inject)
    journal.write("exercise.inject", kind=KIND, record=row.exercise_id, at=at, inject=inject, removed=True)
    return found.id


def document(model: Scenario | None) -> dict[str, Any]:
    """Return what staff alone knows, as it is kept."""
    if model is None:
        return {"objectives": [], "preparation": [], "questions": [], "criteria": [], "isps": [], "modi": []}
    return {
        "scenario": model.slug, "version": model.head.version, "summary": model.head.summary,
        "isps": list(model.head.isps), "modi": list(model.head.modi_operandi),
        "criteria": [{"code": one.code, "names": one.names, "scale": one.scale} for one in model.criteria],
        "sources": [{"names": one.names, "url": one.url} for one in model.sources],
        **{name: [one.names for one in getattr(model, name)] for name in ("objectives", "preparation", "questions")},
    }  # fmt: skip


def copied(one: Any, *, minutes: int) -> InjectText:
    """Return an inject of a scenario; in a shorter play what comes too late comes at its end."""
    return InjectText(
        min(one.minute, minutes) * 60, tuple(one.to), one.channel, dict(one.text), tuple(dict(e) for e in one.expected)
    )


def write(row: Exercise, texts: Sequence[InjectText], *, added: bool = False) -> list[Inject]:
    made = [
        Inject(
            exercise=row, second=one.second, roles=list(one.roles), channel=one.channel, text=clean(one.text),
            added=added,
        )
        for one in texts
    ]  # fmt: skip
    Inject.objects.bulk_create(made)
    Expected.objects.bulk_create(
        Expected(inject=inject, lines=[clean(line) for line in one.expected])
        for inject, one in zip(made, texts, strict=True)
    )
    return made


def clean(texts: Names) -> Names:
    return {code: text.replace("\r\n", "\n").strip() for code, text in texts.items() if text.strip()}


def _held_inject(inject: UUID) -> Inject:
    row = Inject.objects.filter(id=inject).first()
    if row is None:
        raise NotFound()
    return row


def _inject_problems(found: Shown, inject: InjectText) -> list[Problem]:
    problems = inject_problems(
        inject, minutes=found.exercise.minutes, roles={one["code"] for one in found.exercise.roles},
        channels={one.code for one in terms().channels},
    )  # fmt: skip
    texts = [*inject.text.values(), *(text for one in inject.expected for text in one.values())]
    return [*problems, *guarded({"text": "\n".join(texts)})]
