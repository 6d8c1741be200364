"""Courses of the demo, invented, through the real actions: who took what, one that ends, a session to come."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.training.courses import actions, queries, session_actions
from port2port.training.courses.models import Session
from port2port.training.courses.rules import AMBER_COURSE, Plan, key_of

TRAINER = "pso@antwerp.demo"
PASSED = {"director@antwerp.demo": 20, "dpo@antwerp.demo": 715, "pso@northsea.demo": 90, "pso@ostend.demo": 5}
"""Who passed, so many days ago; one of them ends soon."""
ASKED, ABSENT = "admin@antwerp.demo", "director@antwerp.demo"
MISSED_COURSE = "drones-what-to-do"
PLACE = "Meeting room on the quay (invented)"


def seed_courses(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many rows were made."""
    with acting_as(*cast_member(TRAINER)):
        if Session.objects.exists():
            return 0
    for email, days in PASSED.items():
        with acting_as(*cast_member(email)):
            _pass(at - timedelta(days=days))
    with acting_as(*cast_member(ASKED)) as actor:
        asked = actor.person
    with acting_as(*cast_member(ABSENT)) as actor:
        absent = actor.person
    with acting_as(*cast_member(TRAINER)) as actor:
        begins = timezone.localtime(at + timedelta(days=10)).replace(hour=9, minute=0, second=0, microsecond=0)
        plan = Plan(AMBER_COURSE, begins, 45, PLACE, 12)
        made = session_actions.plan_session(plan=plan, at=at)
        session_actions.book(made.id, people=[asked, actor.person], at=at)
        _held(at - timedelta(days=12), [actor.person, absent])
        actions.enrol(AMBER_COURSE, people=[asked], due=timezone.localdate(at) + timedelta(days=21), at=at)
    return len(PASSED) + 3


def _held(begins: datetime, people: list[UUID]) -> None:
    """Hold a session to which the last of these did not come."""
    plan = Plan(MISSED_COURSE, begins, 40, PLACE, 8)
    made = session_actions.plan_session(plan=plan, at=begins - timedelta(days=20))
    session_actions.book(made.id, people=people, at=begins - timedelta(days=20))
    session_actions.attend(made.id, came={one: one != people[-1] for one in people}, at=begins)
    session_actions.hold(made.id, at=begins)


def _pass(at: datetime) -> None:
    attempt = actions.begin(AMBER_COURSE, at=at)
    going = queries.own_attempt(attempt)
    written = {one.code: one for one in going.course.questions}
    for one in going.drawn:
        actions.answer(attempt, number=one.number, chosen=key_of(written[one.question.code]), at=at)
    actions.hand_in(attempt, at=at)
