"""What members do with cases: ask, answer, take in hand, send on, close, and keep what was learned.

Each is one transaction. Who may do what in which state the database decides (`helpdesk_act`); `rules.next_state` says
the same, for pages and reasons.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.helpdesk import calling, queries
from port2port.helpdesk.guarding import guard_problems, personal_data_of
from port2port.helpdesk.models import Case, Lesson, Message
from port2port.helpdesk.particulars import particulars
from port2port.helpdesk.queries import CASE, LESSON
from port2port.helpdesk.rules import (
    LONGEST_LESSON_TITLE,
    SAYING,
    Draft,
    next_state,
    problems_of,
    reads_like_tip,
    takes_cases,
    text_problems,
)
from port2port.helpdesk.vocabulary import public_form, tip_words
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.reports.addressing import terms_for
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.audiences import Audience
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp

NO_PERSON = _("Choose an organisation's own circle, or a circle of organisations.")


@action
def open_case(
    *, draft: Draft, at: datetime, confirmed: bool = False, not_a_tip: bool = False, provenance: str = "member"
) -> Case:
    """Bring a question to the desk of its port, for the own organisation, which reads the case with the desk.

    `confirmed`: what identifies somebody may stand there; `not_a_tip`: the writer was asked. Raises Invalid with
    every problem at once, Refused when the actor's role may not report or acts for no organisation.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    ports = queries.ports()
    problems = problems_of(draft, ports=ports, longest=public_form().longest_text)
    problems += guard_problems(draft.text, confirmed=confirmed)
    if not not_a_tip and reads_like_tip(draft.text, tip_words()):
        problems.append(Problem("not_a_tip", TIP))
    if problems:
        raise Invalid(problems)
    port = ports[draft.port].id if draft.port else None
    desk = calling.desk_for(port)
    if desk.organisation_id == actor.organisation:
        raise Invalid([Problem("port", _("This is your own desk. Choose another port."))])
    made = calling.submit(
        draft, desk, port=port, personal_data=personal_data_of(draft.text), receipt=None, provenance=provenance
    )
    journal.write("case.shared", kind=CASE, record=made.record, at=at, desk=desk.id)
    return Case.objects.get(record_id=made.record)


TIP = _("This reads like a tip about a crime. Is it one? Portwatch takes it, anonymously. If it is not, say so.")


@action
def do(case: UUID, what: str, *, at: datetime, text: str = "", confirmed: bool = False) -> Message:
    """Write, ask back, answer, note, take in hand, close or open again. Raises NotFound, Refused, Conflict, Invalid."""
    found = queries.case(case, at=at, noted=False)
    text = text.strip()
    if what == "escalate" or what not in {*SAYING, "take", "close", "reopen"}:
        raise Invalid([Problem("act", _("This is not possible here."))])
    problems = _text_problems(what, text, confirmed=confirmed)
    if found.side == "desk" and what == "close" and found.case.first_answer_at is None and not text:
        problems.append(Problem("text", _("It was never answered: say why it is closed.")))
    if problems:
        raise Invalid(problems)
    _possible(found.side, what, found.case.state)
    said = calling.act(case, what, text=text)
    journal.write(f"case.{what}", kind=CASE, record=case, at=at)
    return Message.objects.get(id=said)


@action
def escalate(case: UUID, *, circle: UUID, reason: str, at: datetime, hand_over: bool = False) -> Message:
    """Send a case on to an organisation's own circle, or to a circle of organisations: they see it then.

    `hand_over`: that organisation looks after it from now on; only an organisation's own circle can.
    Raises NotFound, Refused, Conflict, Invalid.
    """
    found = queries.case(case, at=at, noted=False)
    decision = decide(current_actor(), "share", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=CASE, record=case)
    target = Circle.objects.filter(id=circle, closed_at=None).first()
    problems = _text_problems("escalate", reason.strip(), confirmed=True, field="reason")
    if target is None or not takes_cases(target.kind, target.of):
        problems.append(Problem("circle", NO_PERSON))
    elif target.id in found.record.audience and not hand_over:
        problems.append(Problem("circle", _("They see it already.")))
    elif hand_over and (target.kind != "organisation" or target.organisation_id in (None, found.case.company_id)):
        problems.append(Problem("hand_over", _("Only another organisation can look after it.")))
    if problems or target is None:
        raise Invalid(problems)
    _possible(found.side, "escalate", found.case.state)
    said = calling.act(case, "escalate", text=reason.strip(), circle=target.id)
    if target.id not in found.record.audience:
        more = audiences.build([target.id], Tlp(found.record.tlp), field="circle")
        keys = tuple(key for key in more.keys if key in more.addressed)
        sharing.widen(found.record, more=Audience(more.addressed, keys, more.tlp), at=at)
    if hand_over and target.organisation_id is not None:
        sharing.hand_over(found.record, to=target.organisation_id, at=at)
    journal.write("case.escalate", kind=CASE, record=case, at=at, to=target.id)
    return Message.objects.get(id=said)


@dataclass(frozen=True)
class LessonDraft:
    """What was learned, for those who meet the same question."""

    title: str
    question: str
    answer: str
    language: str


@action
def share_lesson(case: UUID, *, draft: LessonDraft, to: Addressing, at: datetime) -> Lesson:
    """Make of a closed or answered case what others may read: an envelope of its own that does not know the case.

    Raises Invalid naming what still tells whose case it was (see `particulars`), Refused, NotFound, Conflict.
    """
    found = queries.case(case, at=at, noted=False)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed or found.side != "desk":
        raise Refused(decision.reason if not decision.allowed else REASONS["not-owner"], kind=CASE, record=case)
    if found.case.lesson is not None:
        raise Conflict(_("A lesson was made of this case already."))
    problems: list[Problem] = []
    for field, text in (("title", draft.title), ("question", draft.question), ("answer", draft.answer)):
        longest = LONGEST_LESSON_TITLE if field == "title" else public_form().longest_text
        problems += text_problems(text, longest=longest, field=field)
        problems += guard_problems(text, confirmed=True, field=field)
        problems += [_left(field, one.written) for one in particulars(text, queries.origin_of(found))]
    audience: Audience | None = None
    try:
        audience = audiences.build(to.addressed, to.tlp)
    except Invalid as error:
        problems += error.problems
    if problems or audience is None:
        raise Invalid(problems)
    words = queries.lesson_words(draft.question, draft.answer, found.case.topic)
    record = sharing.publish(
        LESSON, audience=audience, terms=terms_for("", reporter()), at=at, text=words,
        title=draft.title, provenance=found.record.provenance,
    )  # fmt: skip
    lesson = Lesson(
        record=record, topic=found.case.topic, title=draft.title.strip(), question=draft.question.strip(),
        answer=draft.answer.strip(), language=draft.language,
    )  # fmt: skip
    lesson.save(force_insert=True)
    Case.objects.filter(record_id=case).update(lesson=record.id)
    return lesson


@action
def withdraw_lesson(lesson: UUID, *, reason: str, at: datetime) -> None:
    """Take a lesson back; all who read it are told. Raises NotFound, Refused, Invalid."""
    record = sharing_queries.record(lesson, LESSON)
    decision = decide(current_actor(), "withdraw", envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=LESSON, record=lesson)
    sharing.withdraw(record, reason=reason, at=at)


def _left(field: str, written: str) -> Problem:
    return Problem(field, _("This still tells whose case it was: “%(what)s”. Take it out.") % {"what": written})


def _text_problems(what: str, text: str, *, confirmed: bool, field: str = "text") -> list[Problem]:
    if what not in SAYING and not text:
        return []
    longest = public_form().longest_text
    return [*text_problems(text, longest=longest, field=field), *guard_problems(text, confirmed=confirmed, field=field)]


def _possible(side: str, what: str, state: str) -> None:
    """Raise Conflict when the state does not allow it, Refused when this side never may."""
    if next_state(side, what, state) is not None:
        return
    if state == "closed":
        raise Conflict(_("This case is closed."))
    raise Refused(_("This is not yours to do in this case."))
