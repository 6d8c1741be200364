"""What is done with courses: a quiz begun, answered and handed in; people enrolled; a completion withdrawn.

Questions are drawn and answers judged in the database; each action is one transaction that also journals.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor, translated
from port2port.training.courses.models import Completion, Edition, Enrolment
from port2port.training.courses.queries import Going, course, newest, offered, own_attempt, team, trainer
from port2port.training.courses.rules import LONGEST, chosen_problems

KIND = "course"
LATEST_DUE = 731  # days
ENOUGH = _("Three attempts in a day are enough. Read the modules again, and come back tomorrow.")


@action
def begin(slug: str, *, at: datetime) -> UUID:
    """Begin a quiz, or go on with the one that is open. Returns the attempt's id.

    Raises NotFound, Refused without an organisation, Conflict after three in a day.
    """
    course(slug)
    try:
        with translated(), connection.cursor() as cursor:
            cursor.execute("select training_begin(%s, %s)", [newest(slug).id, at])
            found: UUID = cursor.fetchone()[0]
    except Conflict:
        raise Conflict(ENOUGH) from None
    return found


@action
def answer(attempt: UUID, *, number: int, chosen: Sequence[str], at: datetime) -> Going:
    """Keep an answer at once; the one given last counts until it is handed in, whichever came last. Returns the attempt
    as it stood.

    Raises NotFound, Invalid, Conflict once it is handed in.
    """
    going = own_attempt(attempt)
    drawn = next((one for one in going.drawn if one.number == number), None)
    if drawn is None:
        raise NotFound()
    if problems := chosen_problems(drawn.question, chosen):
        raise Invalid(problems)
    if going.attempt.submitted_at is not None:
        raise Conflict(_("This was handed in already."))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into training_answer (attempt_id, question, chosen, at) values (%s, %s, %s, %s)"
            " on conflict (attempt_id, question) do update set chosen = excluded.chosen, at = excluded.at"
            " where training_answer.at <= excluded.at",
            [attempt, drawn.question.code, list(chosen), at],
        )
    return going


@action
def hand_in(attempt: UUID, *, at: datetime) -> Going:
    """Hand an attempt in; again, it changes nothing. Returns it judged. Raises NotFound."""
    own_attempt(attempt)
    with connection.cursor() as cursor:
        cursor.execute("select training_hand_in(%s, %s)", [attempt, at])
    done = own_attempt(attempt)
    if done.attempt.passed and done.attempt.submitted_at == at:
        journal.write("course.passed", kind=KIND, at=at, edition=done.attempt.edition_id)
    return done


@action
def enrol(slug: str, *, people: Iterable[UUID], due: date, at: datetime) -> int:
    """Say who of the own organisation should take a course by when; again, the day is changed. Returns how many.

    Raises Refused, Invalid.
    """
    organisation, known, chosen = trainer(), team(), set(people)
    if slug not in offered():
        raise NotFound()
    problems = []
    if not chosen:
        problems.append(Problem("people", _("Choose at least one person.")))
    if not chosen <= known.keys():
        problems.append(Problem("people", _("Choose people of your own organisation.")))
    if not 0 <= (due - at.date()).days <= LATEST_DUE:
        problems.append(Problem("due", _("Choose a day from today to two years ahead.")))
    if problems:
        raise Invalid(problems)
    rows = [
        Enrolment(id=new_id(), organisation_id=organisation, person_id=one, slug=slug, due=due,
                  by_id=current_actor().person, at=at)
        for one in sorted(chosen)
    ]  # fmt: skip
    Enrolment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["organisation", "person", "slug"], update_fields=["due", "by", "at"]
    )
    journal.write("course.enrolled", kind=KIND, at=at, slug=slug, people=sorted(chosen))
    return len(chosen)


@action
def end_enrolment(identifier: UUID, *, at: datetime) -> None:
    """Let somebody off. Raises Refused; NotFound for another organisation's."""
    trainer()
    row = Enrolment.objects.filter(id=identifier).first()
    if row is None or not Enrolment.objects.filter(id=identifier).delete()[0]:
        raise NotFound()
    journal.write("course.enrolment_ended", kind=KIND, at=at, slug=row.slug, person=row.person_id)


@action
def withdraw(completion: UUID, *, why: str, at: datetime) -> None:
    """Withdraw a completion of somebody of the own organisation: its certificate says so at once.

    Raises Refused, NotFound, Invalid, Conflict.
    """
    organisation, said = trainer(), why.strip()
    row = Completion.objects.filter(id=completion, organisation_id=organisation).first()
    if row is None:
        raise NotFound()
    problems = guarded({"why": said})
    if not said or len(said) > LONGEST["why"]:
        problems.append(Problem("why", _("Say why, in at most %(n)d characters.") % {"n": LONGEST["why"]}))
    if problems:
        raise Invalid(problems)
    if not Completion.objects.filter(id=completion, withdrawn_at=None).update(withdrawn_at=at, why=said):
        raise Conflict(_("This was withdrawn."))
    journal.write("course.withdrawn", kind=KIND, at=at, completion=completion, person=row.person_id)


def retire(slug: str, *, retired: bool, at: datetime) -> None:
    """Within an action: take an own course off the list of what can be taken, or put it there again; its passes count
    on. Raises Conflict when it was never published."""
    if not Edition.objects.filter(slug=slug, counts_until=None).update(retired_at=at if retired else None):
        raise Conflict(_("It was never published."))
