"""Mails about deadlines: to whom, once a step, one a day, without content; and killed workers send no second one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils.translation import override

from port2port.alerts.delivery.reminders import claim_reminder, plan_reminders, told_now
from port2port.alerts.delivery.rules import Quiet
from port2port.alerts.tasks import send_reminder
from port2port.base.clock import now
from port2port.compliance import waiting
from port2port.members.acting import acting_as_system
from tests.attacks import FORBIDDEN, refused
from tests.compliance.files.given import PFSO, QUAY, happened, late_plan
from tests.reports.clocks.given import PSO, attack, in_scope, sent

ZONE = ZoneInfo("Europe/Brussels")
NIGHT = Quiet(time(22), time(7), urgent_overrides=True, digest=False)


def noon(days: int = 0) -> datetime:
    """Noon of today or a later day, when nobody is asleep; not before now, which is when things were written down."""
    local = now().astimezone(ZONE)
    return (
        local.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days + (local.hour >= 12))
    ).astimezone(UTC)


def planned(at: datetime) -> int:
    with acting_as_system("worker"):
        return plan_reminders(at=at, zone=ZONE)


def addressed(owner) -> list[str]:
    """Send what waits; return to whom it went."""
    mail.outbox = []
    for (reminder,) in owner.execute("select id from alerts_reminder where state = 'waiting' order by id").fetchall():
        send_reminder(str(reminder))
    return sorted(to for one in mail.outbox for to in one.to)


@pytest.mark.parametrize(
    ("quiet", "urgent", "urgent_only", "at", "now_"),
    [
        (None, False, False, datetime(2026, 11, 28, 5, 59, tzinfo=ZONE), False),
        (None, False, False, datetime(2026, 11, 28, 6, 0, tzinfo=ZONE), True),
        (None, True, False, datetime(2026, 11, 28, 3, 0, tzinfo=ZONE), True),
        (NIGHT, False, False, datetime(2026, 11, 28, 6, 30, tzinfo=ZONE), False),
        (NIGHT, True, False, datetime(2026, 11, 28, 3, 0, tzinfo=ZONE), True),
        (Quiet(time(22), time(7), False, False), True, False, datetime(2026, 11, 28, 3, 0, tzinfo=ZONE), False),
        (None, False, True, datetime(2026, 11, 28, 12, 0, tzinfo=ZONE), False),
        (None, True, True, datetime(2026, 11, 28, 12, 0, tzinfo=ZONE), True),
    ],
)
def test_when_a_person_is_told(quiet, urgent, urgent_only, at, now_):
    assert told_now(quiet, urgent=urgent, urgent_only=urgent_only, at=at, zone=ZONE) is now_


def test_a_clock_in_hours_is_told_at_once_and_climbs(acting, owner):
    with acting(PSO):
        in_scope()
        made = attack(hours=13)  # soon from the twelfth hour on
    at = now()
    assert planned(at) == 1
    assert addressed(owner) == [PSO]
    said = mail.outbox[0].subject + mail.outbox[0].body
    assert "NIS2" not in said and str(made) not in said and "clock" not in said.lower()
    assert planned(at) == 0 and planned(at + timedelta(minutes=10)) == 0, "once a step"
    assert addressed(owner) == []
    late = at + timedelta(hours=12)
    assert planned(late) == 2, "late: who does it, and the administrator"
    assert addressed(owner) == ["admin@antwerp.demo", PSO]
    assert planned(late + timedelta(minutes=10)) == 0


def test_what_is_done_reminds_nobody(acting, owner):
    with acting(PSO):
        in_scope()
        sent(attack(hours=13), "nis2_early_warning")
    assert planned(now()) == 0 and addressed(owner) == []


def test_many_days_are_one_mail_a_day(acting, owner):
    with acting(PFSO):
        late_plan()
        happened("finding_made", 10, QUAY, finding="f1", on=noon(2).astimezone(ZONE).date().isoformat())
    owner.execute(
        "update compliance_owed set due = %s, soon = %s, deputy_at = null, administrator_at = null, escalates = null"
        " where outcome = 'pending' and not keeps",
        [noon() - timedelta(hours=1), noon() - timedelta(days=40)],
    )
    assert owner.execute(
        "select count(*) >= 2 from compliance_owed where due = %s", [noon() - timedelta(hours=1)]
    ).fetchone()[0]
    assert planned(noon()) >= 1
    assert addressed(owner).count(PFSO) == 1
    assert planned(noon() + timedelta(hours=1)) == 0
    owner.execute("delete from alerts_reminded where step = 'late'")  # another step is reached the same day
    assert planned(noon() + timedelta(hours=2)) == 0, "one a day"
    assert planned(noon(1)) >= 1


def test_who_wants_no_mail_gets_none(acting, owner, cast):
    owner.execute(
        "insert into alerts_preference (id, person_id, channel, wanted, urgent_only)"
        " values (new_uuid7(), %s, 'mail', false, false)",
        [cast[PSO].person],
    )
    with acting(PSO):
        in_scope()
        attack(hours=13)
    assert planned(now()) == 0


def test_a_killed_worker_sends_the_same_message_again_and_a_finished_one_nothing(acting, owner):
    with acting(PSO):
        in_scope()
        attack(hours=13)
    planned(now())
    (reminder,) = owner.execute("select id from alerts_reminder").fetchone()
    with acting_as_system("worker"):
        assert claim_reminder(reminder) is not None  # and it was killed before it could settle
    assert addressed(owner) == [PSO]
    assert str(reminder) in mail.outbox[0].extra_headers["Message-ID"]
    assert send_reminder(str(reminder)) == ""


def test_told_are_those_for_whom_it_waits_on_home(acting, owner, cast):
    with acting(PSO):
        in_scope()
        attack("ports-and-police", hours=13)
    with acting(PFSO):
        attack(threat="physical_intrusion", aware_since=None, hours=0.2, place="facility", facility=QUAY, port="")
    planned(now())
    mailed = set(addressed(owner))
    waits = set()
    for email in cast:
        with acting(email) as actor, override("en"):
            if any("CCB" in one.title or "ecurity incident" in one.title for one in waiting.needs(actor, now())):
                waits.add(email)
    assert mailed == waits == {PSO, PFSO}


def test_nobody_else_plans_or_reads_them(acting, enter, cast, owner):
    with acting(PSO):
        in_scope()
        attack(hours=13)
    planned(now())
    for email in (PSO, "admin@antwerp.demo", "operator@platform.demo"):
        connection = enter(email)
        for table in ("alerts_reminder", "alerts_reminded"):
            assert refused(connection, f"select * from {table}") == FORBIDDEN
        assert refused(connection, "select * from alerts_reminders_due(now())") == "PP403"
        assert (
            refused(connection, "select alerts_reminders_plan('{}', '{}', '{}', '{}', '{}', current_date)") == "PP403"
        )
        assert refused(connection, "select * from alerts_reminder_claim(new_uuid7())") == "PP403"
        assert refused(connection, "select alerts_reminder_settle(new_uuid7(), 'sent')") == "PP403"
        assert refused(connection, "select alerts_acting_for(null, 'administrator', false)") == FORBIDDEN
