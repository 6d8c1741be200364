"""A lesson becomes a record of its own, in one step: an action of a group, a practice, a proposal of a measure.

The record and the link to the lesson are made together or not at all. Who sees both sides sees that they belong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound
from port2port.knowledge.practices.actions import About, write_practice
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.practices.rules import Draft as PracticeDraft
from port2port.knowledge.practices.seen_beside import practices
from port2port.knowledge.practices.turning import TOPIC_OF, Taken, cleaned, left_in
from port2port.measures.actions import propose
from port2port.measures.linking import measures
from port2port.measures.models import Measure
from port2port.measures.rules import Draft as MeasureDraft
from port2port.members.acting import action, current_actor
from port2port.reports.addressing import terms_for
from port2port.reports.vocabulary import threat as threat_of
from port2port.sharing.addressing import Addressing, reporter
from port2port.training.exercises import queries
from port2port.training.exercises.models import Became, Lesson
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.rules import AFTER, headline
from port2port.training.exercises.standing import NOT_NOW
from port2port.workgroups import work_actions
from port2port.workgroups.links import Linked, Resolver
from port2port.workgroups.models import Action
from port2port.workgroups.queries import shown as group_records

LONGEST_TITLE = 120  # of practices and of measures


@dataclass(frozen=True)
class Begun:
    """A text to begin with, in the language of the exercise, and what was taken out of it."""

    title: str
    text: str
    context: str
    topic: str
    language: str
    taken: tuple[Taken, ...]


def lesson(identifier: UUID) -> tuple[Lesson, Shown]:
    """Return a lesson with its exercise. Raises NotFound, the same for absent and hidden."""
    row = Lesson.objects.filter(id=identifier).first()
    if row is None:
        raise NotFound(kind=KIND, record=identifier)
    return row, queries.seen(row.exercise_id)


def begun(row: Lesson, found: Shown) -> Begun:
    """Return what a practice or a measure begins with: the lesson without what tells whose case it was."""
    told, threat = found.exercise.language, threat_of(found.record.threat)
    texts, taken = cleaned({"text": row.text}, language=told)
    with translation.override(told):
        context = _("Learned in an exercise about: %(threat)s.") % {"threat": threat.label(told)}
    topic = TOPIC_OF.get(found.record.threat, "other")
    return Begun(headline(texts["text"], LONGEST_TITLE), texts["text"], context, topic, told, taken)


@action
def into_action(identifier: UUID, *, group: UUID, text: str, owner: UUID, due: date, at: datetime) -> Action:
    """Let a group that one keeps do something about a lesson. Raises NotFound, Refused, Conflict, Invalid."""
    row, found = _learned(identifier)
    made = work_actions.assign(group, text=text, owner=owner, due=due, language=found.exercise.language, at=at)
    _linked(row, "action", made.record_id, at=at)
    return made


@action
def into_practice(
    identifier: UUID, *, draft: PracticeDraft, to: Addressing, at: datetime, may_stand: bool = False
) -> Practice:
    """Write a draft of a practice from a lesson. `may_stand`: the writer looked at what may tell whose case it was.

    Raises NotFound, Refused, Conflict, Invalid with every problem at once.
    """
    row, found = _learned(identifier)
    taken = begun(row, found).taken
    problems = [] if may_stand else left_in(draft, also=[one.written for one in taken])
    if problems:
        raise Invalid(problems)
    threat = found.record.threat
    made = write_practice(
        draft=draft, about=About(threat, "", to), terms=terms_for(threat, reporter()), at=at,
        provenance=found.record.provenance,
    )  # fmt: skip
    _linked(row, "practice", made.record_id, at=at)
    return made


@action
def into_measure(identifier: UUID, *, draft: MeasureDraft, to: Addressing, at: datetime) -> Measure:
    """Propose a joint measure from a lesson. Raises NotFound, Refused, Conflict, Invalid with every problem at once."""
    row, found = _learned(identifier)
    threat = found.record.threat
    made = propose(
        draft=draft, threat=threat, to=to, terms=terms_for(threat, reporter()), at=at,
        provenance=found.record.provenance,
    )  # fmt: skip
    _linked(row, "measure", made.record_id, at=at)
    return made


def became(lessons: Iterable[UUID]) -> dict[UUID, list[Linked]]:
    """Return what these lessons became, as links, in order: what the actor sees of it."""
    rows = list(Became.objects.filter(lesson_id__in=list(lessons)).order_by("at", "id"))
    seen = {
        link.id: link
        for kind, resolve in RESOLVERS.items()
        for link in resolve([one.target_id for one in rows if one.kind == kind])
    }
    found: dict[UUID, list[Linked]] = {}
    for one in rows:
        if one.target_id in seen:
            found.setdefault(one.lesson_id, []).append(seen[one.target_id])
    return found


def came_from(record: UUID) -> Lesson | None:
    """Return the lesson that a record came from, when the actor sees it."""
    row = Became.objects.filter(target_id=record).select_related("lesson").first()
    return row.lesson if row is not None else None


def _actions(ids: Any) -> list[Linked]:
    return [
        Linked(one.id, "action", _("Action"), one.row.text, reverse("workgroups:action", args=[one.id]), "workgroup")
        for one in group_records(Action, list(ids))
    ]


RESOLVERS: Mapping[str, Resolver] = {"action": _actions, "practice": practices, "measure": measures}


def _learned(identifier: UUID) -> tuple[Lesson, Shown]:
    """Return a lesson of an exercise that is over. Raises NotFound, Conflict."""
    row, found = lesson(identifier)
    if found.exercise.state not in AFTER or found.record.withdrawn_at is not None:
        raise Conflict(NOT_NOW)
    return row, found


def _linked(row: Lesson, kind: str, target: UUID, *, at: datetime) -> None:
    Became(lesson=row, kind=kind, target_id=target, by_id=current_actor().person, at=at).save(force_insert=True)
    journal.write("exercise.learned", kind=KIND, record=row.exercise_id, at=at, what=kind, to=target)


def exercises(ids: Iterable[UUID]) -> list[Linked]:
    """Return the exercises among these that the actor sees, as links."""
    return [
        Linked(
            one.id, KIND, _("Exercise"), one.exercise.title, reverse("training:exercise", args=[one.id]), "measure"
        )
        for one in queries.shown(list(ids))
    ]  # fmt: skip
