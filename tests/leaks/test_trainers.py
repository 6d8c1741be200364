"""What who trains an organisation plans leaves by no way but to them: year, who did not come, statements, mails."""

from datetime import timedelta

from django.core import mail
from django.test import Client

from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.training.courses import session_actions
from port2port.training.courses.inviting import plan_invitations
from port2port.training.courses.rules import Plan
from port2port.training.courses.tasks import send_invitation
from tests.compliance.files.given import PFSO, happened
from tests.training.courses.taking import COURSE, GUARD, KEEPER, OTHER, TRAINER
from tests.training.year.test_year import held_without

PAGES = ("/", "/training/courses/sessions/", "/training/courses/team/", "/training/year/")
CALLS = ("training/year", "courses/sessions/missed", "courses/sessions", "courses/participation/team")
PLACE = "Room 7 behind the red door"


def test_others_learn_nothing_of_a_year_or_of_who_did_not_come(acting, cast, client_for, bearer_for):
    missed = held_without(acting, cast)
    with acting(PFSO):
        happened("facility_opened", 100)
        happened("pfsp_approved", 60)
    for email in (OTHER, KEEPER, PFSO, "analyst@police.demo", "officer@outside.demo", GUARD):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        told = [browser.get(path).content.decode() for path in PAGES]
        told += [machine.get(f"/api/v1/{path}").content.decode() for path in CALLS]
        if email != GUARD:  # sees that the own session was held, and nobody beside
            assert not any(str(missed) in one for one in told), email
        others = [str(cast[one].person) for one in (GUARD, TRAINER) if one != email]
        assert not any(person in one for one in told for person in others), email
        if email != PFSO:
            assert not any("drill:" in one or '"what":"drill"' in one.replace(" ", "") for one in told), email


def test_a_mail_says_the_course_and_the_moment_and_nothing_else(acting, cast, owner):
    with acting(TRAINER):
        plan = Plan(COURSE, now() + timedelta(days=9), 45, PLACE, 9)
        made = session_actions.plan_session(plan=plan, at=now())
        session_actions.book(made.id, people=[cast[GUARD].person, cast[TRAINER].person], at=now())
    with acting_as_system("worker"):
        plan_invitations(at=now())
    for (one,) in owner.execute("select id from training_invitation").fetchall():
        send_invitation(str(one))
    names = {one[0] for one in owner.execute("select name from members_person").fetchall()}
    assert {one.to[0] for one in mail.outbox} == {GUARD, TRAINER}
    for one in mail.outbox:
        text = one.message().as_string() + one.body + "".join(part.content for part in one.alternatives)
        assert PLACE not in text and not any(name in text for name in names)
        assert not any(str(cast[email].person) in text for email in (GUARD, TRAINER))
        assert not any(other in text for other in {GUARD, TRAINER} - set(one.to))
