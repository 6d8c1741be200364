"""Invitations by mail: once each, with an entry that a calendar follows, off again when it is off."""

from datetime import timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from port2port.alerts.delivery.actions import choose_channel
from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.training.courses import session_actions
from port2port.training.courses.inviting import claim_invitation, plan_invitations
from port2port.training.courses.models import Session
from port2port.training.courses.rules import Plan
from port2port.training.courses.tasks import forget_courses, send_invitation
from tests.attacks import refused
from tests.training.courses.taking import COURSE, GUARD, TRAINER

PLACE = "Room that no mail names"


def planned(acting, cast, *, days=20, people=(GUARD,)):
    begins = (now() + timedelta(days=days)).replace(microsecond=0)
    with acting(TRAINER):
        made = session_actions.plan_session(plan=Plan(COURSE, begins, 45, PLACE, 9), at=now())
        session_actions.book(made.id, people=[cast[one].person for one in people], at=now())
    return made.id


def told(at=None):
    with acting_as_system("worker"):
        return plan_invitations(at=at or now())


def sent(owner):
    """Send what waits; return each mail's address, method and entry."""
    mail.outbox = []
    waiting = owner.execute("select id from training_invitation where state = 'waiting' order by id").fetchall()
    for (one,) in waiting:
        send_invitation(str(one))
    found = []
    for one in mail.outbox:
        bodies = [(body.mimetype, Calendar.from_ical(body.content)) for body in one.alternatives]
        found.append((one.to[0], *((kind, made.events[0]) for kind, made in bodies)))
    return found


def test_an_invitation_comes_once_and_a_change_comes_again(acting, cast, owner):
    session = planned(acting, cast)
    assert (told(), told()) == (1, 0)
    [(address, (kind, entry))] = sent(owner)
    assert (address, kind) == (GUARD, "text/calendar; method=REQUEST")
    assert (entry["UID"].split("@")[0], int(entry["SEQUENCE"])) == (f"session-{session}", 0)
    assert entry["ATTENDEE"] == f"mailto:{GUARD}"
    assert b'method="REQUEST"' in mail.outbox[0].message().as_bytes()
    assert PLACE not in mail.outbox[0].message().as_string()
    assert told() == 0 and sent(owner) == []
    with acting(TRAINER):
        row = Session.objects.get()
        later = Plan(COURSE, row.starts_at + timedelta(days=1), 45, PLACE, 9)
        session_actions.change_session(session, plan=later, at=now())
    assert told() == 1
    [(_address, (_kind, entry))] = sent(owner)
    assert int(entry["SEQUENCE"]) == 1 and entry.start == later.starts_at


def test_what_is_called_off_or_taken_away_is_said_to_who_was_asked(acting, cast, owner):
    session = planned(acting, cast, people=(GUARD, TRAINER))
    told()
    sent(owner)
    with acting(GUARD) as actor:
        session_actions.unbook(session, person=actor.person, at=now())
    assert (told(), told()) == (1, 0)
    [(address, (kind, entry))] = sent(owner)
    assert (address, kind, entry["STATUS"]) == (GUARD, "text/calendar; method=CANCEL", "CANCELLED")
    with acting(GUARD) as actor:
        session_actions.book(session, people=[actor.person], at=now())
    assert told() == 1, "asked again"
    sent(owner)
    with acting(TRAINER):
        session_actions.call_off_session(session, why="The room is flooded, keep it quiet", at=now())
    assert (told(), told()) == (2, 0)
    assert {(one[0], one[1][0]) for one in sent(owner)} == {
        (GUARD, "text/calendar; method=CANCEL"), (TRAINER, "text/calendar; method=CANCEL")
    }  # fmt: skip
    assert all("flooded" not in one.message().as_string() for one in mail.outbox)


def test_a_reminder_comes_two_days_before_and_only_to_who_was_asked_before(acting, cast, owner):
    session = planned(acting, cast, days=20)
    told()
    sent(owner)
    near = now() + timedelta(days=18, hours=12)
    assert told(now() + timedelta(days=17)) == 0
    assert (told(near), told(near)) == (1, 0)
    [(address, *entries)] = sent(owner)
    assert (address, entries) == (GUARD, [])
    assert str(session) in mail.outbox[0].body
    with acting(TRAINER) as actor:
        session_actions.book(session, people=[actor.person], at=now())
    assert (told(near), told(near)) == (1, 0), "asked so late that it reminds by itself"


def test_what_changed_before_it_was_sent_is_not_sent(acting, cast, owner):
    session = planned(acting, cast)
    told()
    with acting(GUARD) as actor:
        session_actions.unbook(session, person=actor.person, at=now())
    assert sent(owner) == []
    assert owner.execute("select state from training_invitation").fetchall() == []
    assert told() == 0, "nobody is told that something is off of which nobody was told"


def test_a_cancellation_does_not_overtake_its_invitation(acting, cast, owner):
    session = planned(acting, cast)
    told()
    [(asked,)] = owner.execute("select id from training_invitation").fetchall()
    with acting(TRAINER):
        session_actions.call_off_session(session, why="No room", at=now())
    assert told() == 1
    [(off,)] = owner.execute("select id from training_invitation where step = 'cancel'").fetchall()
    mail.outbox = []
    assert send_invitation(str(off)) == "" and send_invitation(str(asked)) == "" and mail.outbox == []
    assert (told(), sent(owner)) == (0, [])


def test_who_wants_no_mail_is_sent_none_and_is_not_asked_for_again(acting, cast, owner):
    with acting(GUARD):
        choose_channel("mail", wanted=False, urgent_only=False, address=None)
    planned(acting, cast)
    assert told() == 1
    assert (sent(owner), told()) == ([], 0)


def test_a_killed_worker_sends_the_same_message(acting, cast, owner):
    planned(acting, cast)
    told()
    [(one,)] = owner.execute("select id from training_invitation").fetchall()
    with acting_as_system("worker"):
        assert claim_invitation(one) is not None  # and dies
    sent(owner)
    assert str(one) in mail.outbox[0].extra_headers["Message-ID"]


def test_what_was_sent_is_forgotten_with_its_session(acting, cast, owner):
    planned(acting, cast)
    told()
    owner.execute("update training_session set starts_at = now() - interval '20 years'")
    forget_courses(0)
    assert owner.execute("select count(*) from training_invitation").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    ["select training_invitations_plan(now())", "select * from training_invitation_claim(new_uuid7())",
     "select training_invitation_settle(new_uuid7(), 'sent')"],
)  # fmt: skip
def test_only_the_worker_asks(enter, statement):
    assert refused(enter(TRAINER), statement) == "PP403"
