"""What is done with questions: ask, change, answer, accept, close, merge, withdraw. Each is one transaction.

Who may do what in which state the database decides (`knowledge_act`); `rules.next_state` says the same, for pages.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.finding.indexing import search_words
from port2port.helpdesk.guarding import guard_problems, personal_data_of
from port2port.knowledge.experts.queries import who_knows
from port2port.knowledge.experts.vocabulary import by_code
from port2port.knowledge.questions import queries
from port2port.knowledge.questions.models import Question, Told
from port2port.knowledge.questions.queries import QUESTION, Shown, words_of
from port2port.knowledge.questions.rules import ACTS, Draft, next_state, problems_of, text_problems
from port2port.members.acting import action, current_actor
from port2port.reports.addressing import terms_for
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide

MOST_TOLD = 20


@action
def ask(
    *, draft: Draft, to: Addressing, at: datetime, confirmed: bool = False, provenance: str = "member"
) -> Question:  # fmt: skip
    """Ask. Of an expertise: those who declared it to the asker's circles are told, the confirmed ones first.

    `confirmed`: what identifies somebody may stand there. Raises Invalid with every problem at once, Refused.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    problems = _problems(draft, confirmed=confirmed)
    audience: Audience | None = None
    try:
        audience = audiences.build(to.addressed, to.tlp, field="circles")
    except Invalid as error:
        problems += error.problems
    if problems or audience is None:
        raise Invalid(problems)
    personal = personal_data_of(f"{draft.title}\n{draft.text}")
    record = sharing.publish(
        QUESTION, audience=audience, terms=terms_for("", reporter(), personal_data=personal), at=at,
        text=words_of(draft.text, draft.topic), title=draft.title, provenance=provenance,
    )  # fmt: skip
    row = Question(
        record=record, asked_of=draft.asked_of, topic=draft.topic, title=draft.title.strip(), text=draft.text.strip(),
        language=draft.language,
    )  # fmt: skip
    row.save(force_insert=True)
    if draft.asked_of == "expertise":
        people = dict.fromkeys(
            one.expert.person_id for one in who_knows(draft.topic, today=at.date(), most=MOST_TOLD)
        )  # fmt: skip
        Told.objects.bulk_create(Told(question=row, person_id=person) for person in people)
    return row


@action
def change(identifier: UUID, *, draft: Draft, at: datetime, expected: int, confirmed: bool = False) -> None:
    """Put the words of one's question better; whom it asks stays. Raises NotFound, Refused, Conflict, Invalid."""
    found = held(identifier, "change", at=at)
    if found.question.state == "merged":
        raise Conflict(_("It was merged into another question."))
    problems = [one for one in _problems(draft, confirmed=confirmed) if one.field != "asked_of"]
    if problems:
        raise Invalid(problems)
    record = found.record
    words = words_of(draft.text, draft.topic, queries.answers_said(identifier))
    sharing.touch(
        record, expected=expected, at=at, text=words, port=record.port_id, threat=record.threat, title=draft.title
    )
    personal = personal_data_of(f"{draft.title}\n{draft.text}")
    if personal != "none" and record.personal_data == "none":
        Record.objects.filter(id=identifier).update(personal_data=personal)
    Question.objects.filter(record_id=identifier).update(
        title=draft.title.strip(), text=draft.text.strip(), topic=draft.topic, language=draft.language
    )


@action
def answer(identifier: UUID, *, text: str, language: str, at: datetime, confirmed: bool = False) -> UUID:
    """Answer a question that one sees. Returns the answer's id. Raises NotFound, Refused, Conflict, Invalid."""
    text = text.strip()
    found = queries.question(identifier, at=at, noted=False)
    problems = [*text_problems(text), *guard_problems(text, confirmed=confirmed)]
    if problems:
        raise Invalid(problems)
    _possible(found, "answer")
    return _act(identifier, "answer", at=at, text=text, language=language, words=search_words(text))


@action
def do(identifier: UUID, what: str, *, at: datetime, target: UUID | None = None) -> UUID:
    """Accept an answer or no longer, take one back, close, open again, merge into another question or undo that.

    `target`: the answer meant, or the question it is merged into. Returns the id of what was done.
    Raises NotFound, Refused, Conflict, Invalid.
    """
    found = queries.question(identifier, at=at, noted=False)
    if what == "answer" or what not in ACTS:
        raise Invalid([Problem("act", _("This is not possible here."))])
    if what in ("accept", "retract", "merge") and target is None:
        raise Invalid([Problem("into" if what == "merge" else "answer", _("Choose one."))])
    _possible(found, what)
    words = ""
    if what == "retract":
        said = [
            one.text
            for one in queries.events(identifier)
            if one.act == "answer" and one.retracted_at is None and one.id != target
        ]
        row = found.question
        words = search_words(words_of(row.text, row.topic, said), row.title)
    return _act(identifier, what, at=at, words=words, target=target, expected=found.record.version)


@action
def withdraw(identifier: UUID, *, reason: str, at: datetime) -> None:
    """Take a question back with its answers; all who read it are told. Raises NotFound, Refused, Conflict, Invalid."""
    found = held(identifier, "withdraw", at=at)
    sharing.withdraw(found.record, reason=reason, at=at)


def _act(
    identifier: UUID, what: str, *, at: datetime, text: str = "", language: str = "", words: str = "",
    target: UUID | None = None, expected: int | None = None,
) -> UUID:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "select knowledge_act(%s, %s, %s, %s, %s, %s, %s)",
            [identifier, what, text, language, words, target, expected],
        )
        said: UUID = cursor.fetchone()[0]
    journal.write(f"question.{what}", kind=QUESTION, record=identifier, at=at, done=said)
    return said


def _possible(found: Shown, what: str) -> None:
    """Raise Conflict when the state does not allow it, Refused when this side never may."""
    if not current_actor().may("report"):
        raise Refused(REASONS["no-role"], kind=QUESTION, record=found.record.id)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    row, asker = found.question, found.asker
    if next_state(what, row.state, asker=asker, accepted=row.accepted is not None) is not None:
        return
    if what == "answer" or asker:
        raise Conflict(_("The question is not in a state for this any more."))
    raise Refused(_("Who asked does this."), kind=QUESTION, record=found.record.id)


def held(identifier: UUID, act: str, *, at: datetime) -> Shown:
    found = queries.question(identifier, at=at, noted=False)
    decision = decide(current_actor(), act, envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=QUESTION, record=identifier)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return found


def _problems(draft: Draft, *, confirmed: bool) -> list[Problem]:
    found: list[Problem] = problems_of(draft, topics=by_code())
    texts: Sequence[tuple[str, str]] = (("title", draft.title), ("text", draft.text))
    for field, text in texts:
        found += guard_problems(text, confirmed=confirmed, field=field)
    return list({(one.field, str(one.message)): one for one in found}.values())
