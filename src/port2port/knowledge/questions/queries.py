"""Reading questions: a page of them, one with its answers, what waits. What one sees is the policy's business."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.knowledge.experts.vocabulary import beneath, by_code, limits
from port2port.knowledge.questions.models import Question, QuestionEvent, Told
from port2port.knowledge.questions.rules import unanswered
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.queries import Slice, Where
from port2port.sharing.references import reference
from port2port.sharing.tlp import Tlp

QUESTION = "question"
NETWORK = "all-members"
MOST_WAITING = 20


@dataclass(frozen=True)
class Shown:
    """A question as it is shown at a moment: its row, its envelope, its audience in words."""

    question: Question
    record: Record
    audience: list[str]
    at: datetime

    @property
    def asker(self) -> bool:
        """Whether the actor looks after it: who asked, or a steward of that organisation; as the database says."""
        actor = current_actor()
        if self.record.owner_id != actor.organisation:
            return False
        return actor.may("steward") or (self.record.author_id == actor.person and actor.may("report"))

    @property
    def waited(self) -> int:
        """For how many whole days it has waited."""
        return (self.at - self.record.at).days

    @property
    def unanswered(self) -> bool:
        """Whether nobody has answered it for so long that somebody must look after it."""
        row = self.question
        return unanswered(
            state=row.state, answers=row.answers, asked_at=self.record.at, at=self.at, days=limits().unanswered_days
        )

    @property
    def reference(self) -> str:
        """What people call it by."""
        return reference(self.record)


@dataclass(frozen=True)
class Listing:
    """A page of questions, newest first."""

    rows: list[Shown]
    slice: Slice
    count: int


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything. `waiting`: without any answer; `mine`: asked by oneself."""

    state: str = ""
    topic: str = ""
    q: str = ""
    waiting: bool = False
    mine: bool = False


def shown(ids: Sequence[UUID], *, at: datetime) -> list[Shown]:
    """Return these questions in this order, as far as they are seen."""
    rows = Question.objects.filter(record_id__in=ids).select_related("record__owner")
    by_id = {one.record_id: one for one in rows}
    kept = [by_id[i] for i in ids if i in by_id]
    words = audiences.names_for((one.record.addressed, one.record.author_id) for one in kept)
    return [Shown(one, one.record, said, at) for one, said in zip(kept, words, strict=True)]


def question(identifier: UUID, *, at: datetime, noted: bool = True) -> Shown:
    """Return one question; reading it is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier], at=at)
    if not found:
        raise NotFound(kind=QUESTION, record=identifier)
    if noted:
        sharing.note_reading(QUESTION, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID) -> int:
    """Return a question's version, for an ETag. Raises NotFound."""
    return sharing.record(identifier, QUESTION).version


def events(identifier: UUID) -> list[QuestionEvent]:
    """Return what was answered and done, in order."""
    return list(
        QuestionEvent.objects.filter(question_id=identifier).select_related("organisation").order_by("at", "id")
    )


def duplicates(identifier: UUID, *, at: datetime) -> list[Shown]:
    """Return the questions that were merged into one, as far as they are seen."""
    ids = Question.objects.filter(merged_into=identifier, state="merged").values_list("record_id", flat=True)
    return shown(list(ids), at=at)


def page(filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of the questions the actor sees, newest first. Journalled. Raises Invalid for a cursor not ours."""
    conditions: list[str] = ["e.withdrawn_at is null"]
    arguments: list[Any] = []

    def narrow(condition: str, *values: Any) -> None:
        conditions.append(condition)
        arguments.extend(values)

    if filters.state:
        narrow("c.state = %s", filters.state)
    if filters.topic:
        narrow("c.topic = any(%s)", list(beneath(filters.topic)))
    if filters.waiting:
        narrow("c.state = 'open' and c.answers = 0")
    if filters.mine:
        narrow("e.author_id = %s", current_actor().person)
    if filters.q:
        narrow("c.record_id = any(%s)", sharing.found(filters.q, [QUESTION]))
    where = Where(
        "join knowledge_question c on c.record_id = p.record_id join sharing_record e on e.id = p.record_id",
        " and ".join(conditions),
        tuple(arguments),
    )
    part = sharing.newest(QUESTION, where=where, cursor=cursor, size=size)
    found = shown(part.ids, at=at)
    sharing.note_reading(QUESTION, [one.record for one in found], at=at, act="listed")
    return Listing(found, part, sharing.count(QUESTION, where=where))


def told_me(*, at: datetime) -> list[Shown]:
    """Return the open questions that the actor was told of for what it knows, and that nobody has answered."""
    told = Told.objects.filter(person_id=current_actor().person).values("question_id")
    ids = Question.objects.filter(
        record_id__in=told, state="open", answers=0, record__withdrawn_at=None
    ).values_list("record_id", flat=True)  # fmt: skip
    return shown(list(ids[:MOST_WAITING]), at=at)


def my_open(*, at: datetime) -> list[Shown]:
    """Return the actor's own questions that are open."""
    ids = Question.objects.filter(
        state="open", record__author_id=current_actor().person, record__withdrawn_at=None
    ).values_list("record_id", flat=True)  # fmt: skip
    return shown(list(ids[:MOST_WAITING]), at=at)


def waiting_for(circle: UUID, *, at: datetime) -> list[Shown]:
    """Return the questions to a circle that nobody has answered in time, the longest waiting first."""
    before = at - timedelta(days=limits().unanswered_days)
    ids = Question.objects.filter(
        state="open", answers=0, record__audience__contains=[circle], record__at__lte=before, record__withdrawn_at=None
    ).order_by("record__at", "record_id").values_list("record_id", flat=True)  # fmt: skip
    return shown(list(ids[:MOST_WAITING]), at=at)


def addressing(asked_of: str, circles: Sequence[UUID], tlp: Tlp) -> Addressing:
    """Return who reads a question: asked of the network its own circle; else the circles chosen, or the network's."""
    if asked_of != "network" and circles:
        return Addressing(tuple(circles), tlp)
    network = Circle.objects.filter(slug=NETWORK, closed_at=None).values_list("id", flat=True)
    return Addressing(tuple(network), tlp)


def words_of(text: str, topic: str, answers: Sequence[str] = ()) -> str:
    """Return what a question is found by, beside its title: its words, its topic in every language, its answers."""
    names = by_code()[topic].names.values() if topic in by_code() else ()
    return " ".join((text, *names, *answers))


def answers_said(identifier: UUID) -> list[str]:
    """Return the words of the answers that stand, in order."""
    return list(
        QuestionEvent.objects.filter(question_id=identifier, act="answer", retracted_at=None)
        .order_by("at", "id")
        .values_list("text", flat=True)
    )
