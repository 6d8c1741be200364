"""Sessions with a date: planned by who trains, booked by oneself or for colleagues, closed with who came."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.compliance.holidays import is_working_day
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor, translated
from port2port.sharing.references import ZONE
from port2port.training.courses.actions import KIND
from port2port.training.courses.models import Booking, Session
from port2port.training.courses.queries import bookings, missed, offered, session, sessions, team, trainer
from port2port.training.courses.rules import LONGEST, Plan, session_problems
from port2port.training.days import Window, chosen

SUBSTITUTE = timedelta(days=14)
FULL = _("There are not enough seats.")
NOT_NOW = _("The state of this does not allow it.")


@action
def plan_session(*, plan: Plan, at: datetime, instead_of: UUID | None = None) -> Session:
    """Plan a session for the own organisation. `instead_of`: its substitute date; who did not come there is booked.

    Raises Refused, NotFound, Invalid.
    """
    trainer()
    before = session(instead_of) if instead_of is not None else None
    here = team()
    absent = [one.person_id for one in bookings(before.id) if not one.came] if before is not None else []
    return _planned_with(plan, [one for one in absent if one in here][: plan.seats], before, at)


def _planned_with(plan: Plan, people: Iterable[UUID], before: Session | None, at: datetime) -> Session:
    if problems := _problems(plan, at):
        raise Invalid(problems)
    made = Session(
        id=new_id(), organisation_id=trainer(), slug=plan.slug, starts_at=plan.starts_at, minutes=plan.minutes,
        place=plan.place.strip(), seats=plan.seats, replaces=before, made_by_id=current_actor().person, updated_at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    _book(made, people)
    journal.write("session.planned", kind=KIND, at=at, session=made.id, slug=plan.slug)
    return made


@action
def offer_substitute(identifier: UUID, *, at: datetime) -> Session:
    """Book who did not come to a session, and still needs it, at the next one of the course with room for all of them;
    if there is none, plan one at the same hour and place, on a working day in two weeks. They are invited by that.

    Raises Refused, NotFound, Conflict when there is nobody.
    """
    before = session(identifier)
    trainer()
    people = [one for found in missed(at=at, on=timezone.localdate(at)) if found.session.id == identifier
              for one in found.people]  # fmt: skip
    if not people:
        raise Conflict(_("Everybody came, has taken it by now, or is expected at another session."))
    for one in sessions(since=at):
        if one.state == "planned" and one.slug == before.slug and one.starts_at > at:
            free = one.seats - len(bookings(one.id))
            if free >= len(people):
                book(one.id, people=people, at=at)
                return one
    starts = _in_two_weeks(before.starts_at, at)
    plan = Plan(before.slug, starts, before.minutes, before.place, max(before.seats, len(people)))
    return _planned_with(plan, people, before, at)


def _in_two_weeks(before: datetime, at: datetime) -> datetime:
    """Return the hour of a session on the working day nearest to two weeks ahead, apart from other sessions."""
    today, taken = timezone.localdate(at), {timezone.localdate(one.starts_at) for one in sessions(since=at)}
    first = today + SUBSTITUTE
    day = chosen(Window(first, first + SUBSTITUTE, first), taken=taken, working=is_working_day)
    assert day is not None  # no two weeks are without a working day
    return datetime.combine(day, before.astimezone(ZONE).time(), ZONE)


@action
def change_session(identifier: UUID, *, plan: Plan, at: datetime) -> None:
    """Change when, where and for how many, before it is held. Raises Refused, NotFound, Invalid, Conflict."""
    row = _planned(identifier)
    problems = _problems(plan, at)
    if plan.slug != row.slug:
        problems.append(Problem("slug", _("The course of a session stays.")))
    if plan.seats < len(bookings(identifier)):
        problems.append(Problem("seats", FULL))
    if problems:
        raise Invalid(problems)
    Session.objects.filter(id=identifier).update(
        starts_at=plan.starts_at, minutes=plan.minutes, place=plan.place.strip(), seats=plan.seats, updated_at=at,
        sequence=row.sequence + 1,
    )  # fmt: skip
    journal.write("session.changed", kind=KIND, at=at, session=identifier)


@action
def call_off_session(identifier: UUID, *, why: str, at: datetime) -> None:
    """Call a session off; a substitute date can follow. Raises Refused, NotFound, Invalid, Conflict."""
    row, said = _planned(identifier), why.strip()
    problems = guarded({"why": said})
    if not said or len(said) > LONGEST["why"]:
        problems.append(Problem("why", _("Say why, in at most %(n)d characters.") % {"n": LONGEST["why"]}))
    if problems:
        raise Invalid(problems)
    Session.objects.filter(id=identifier).update(
        state="called_off", why=said, updated_at=at, sequence=row.sequence + 1
    )  # fmt: skip
    journal.write("session.called_off", kind=KIND, at=at, session=identifier)


@action
def book(identifier: UUID, *, people: Iterable[UUID], at: datetime) -> int:
    """Book oneself, or as who trains colleagues. Who is booked already stays so. Returns how many are new.

    Raises NotFound, Refused, Invalid, Conflict.
    """
    row, chosen = session(identifier), set(people)
    if chosen != {current_actor().person}:
        trainer()
    if row.state != "planned" or row.starts_at <= at:
        raise Conflict(NOT_NOW)
    if not chosen or not chosen <= team().keys():
        raise Invalid([Problem("people", _("Choose people of your own organisation."))])
    there = {one.person_id for one in bookings(identifier)}
    new = sorted(chosen - there)
    _book(row, new)
    if new:
        journal.write("session.booked", kind=KIND, at=at, session=identifier, people=new)
    return len(new)


@action
def unbook(identifier: UUID, *, person: UUID, at: datetime) -> None:
    """Take a booking away: one's own, or as who trains a colleague's. Raises NotFound, Refused, Conflict."""
    row = session(identifier)
    if person != current_actor().person:
        trainer()
    if row.state != "planned":
        raise Conflict(NOT_NOW)
    if not Booking.objects.filter(session_id=identifier, person_id=person, came=None).delete()[0]:
        raise NotFound()
    journal.write("session.unbooked", kind=KIND, at=at, session=identifier, person=person)


@action
def attend(identifier: UUID, *, came: Mapping[UUID, bool], at: datetime) -> None:
    """Write down who came, once it has begun. Raises Refused, NotFound, Invalid, Conflict."""
    row = _planned(identifier)
    if row.starts_at > at:
        raise Conflict(_("It has not begun."))
    if not came.keys() <= {one.person_id for one in bookings(identifier)}:
        raise Invalid([Problem("came", _("Book a person first."))])
    for person, here in came.items():
        Booking.objects.filter(session_id=identifier, person_id=person).update(came=here)
    journal.write("session.attended", kind=KIND, at=at, session=identifier, count=sum(came.values()))


@action
def hold(identifier: UUID, *, at: datetime) -> int:
    """Close a session: who came took part, with a certificate. Returns how many. Raises Refused, NotFound, Conflict."""
    row = _planned(identifier)
    if any(one.came is None for one in bookings(identifier)):
        raise Conflict(_("Say of everybody whether they came."))
    with connection.cursor() as cursor:
        cursor.execute("select training_hold(%s, %s)", [row.id, at])
        number = int(cursor.fetchone()[0])
    journal.write("session.held", kind=KIND, at=at, session=identifier, count=number)
    return number


def _planned(identifier: UUID) -> Session:
    row = session(identifier)
    trainer()
    if row.state != "planned":
        raise Conflict(NOT_NOW)
    return row


def _problems(plan: Plan, at: datetime) -> list[Problem]:
    found = session_problems(plan, known=offered())
    if plan.starts_at <= at:
        found.append(Problem("starts_at", _("Choose a moment that is still to come.")))
    return [*found, *guarded({"place": plan.place})]


def _book(row: Session, people: Iterable[UUID]) -> None:
    for person in people:
        made = Booking(id=new_id(), session=row, organisation_id=row.organisation_id, person_id=person)
        try:
            with translated():
                made.save(force_insert=True)
        except Conflict:  # of the trigger that counts seats
            raise Conflict(FULL) from None
