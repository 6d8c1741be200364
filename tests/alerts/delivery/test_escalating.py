"""The chain of an organisation that has not acknowledged an urgent alert; deputies."""

from datetime import timedelta

import pytest

from port2port.alerts import actions as alerts
from port2port.alerts import tasks
from port2port.alerts.delivery import actions as delivery
from port2port.base.clock import now
from port2port.base.ids import new_id
from tests.alerts.delivery.conftest import AUTHOR, PARTNER
from tests.alerts.writing import alert

AWAY = "insert into alerts_leave (id, person_id, deputy_id, from_day, to_day) values (new_uuid7(), %s, %s, %s, %s)"


@pytest.fixture
def colleagues(owner, cast):
    """Two more people of North Sea Port with the partner's roles, and accounts."""
    made = []
    for number in (1, 2):
        person = new_id()
        owner.execute(
            "insert into members_person (id, kind, name, language, active, joined_at)"
            " values (%s, 'human', %s, 'nl', true, now())",
            [person, f"Demo Colleague {number}"],
        )
        owner.execute(
            "insert into members_account (id, person_id, email, password, is_active) values (%s, %s, %s, '', true)",
            [new_id(), person, f"colleague{number}@northsea.demo"],
        )
        owner.execute(
            "insert into members_membership (id, person_id, organisation_id, roles, since, verified_at, verified_until)"
            " select %s, %s, organisation_id, roles, now(), now(), current_date + 300 from members_membership"
            " where id = %s",
            [new_id(), person, cast[PARTNER].hat],
        )
        made.append(person)
    return made


def later(owner, minutes: int) -> None:
    """As if the alert had been raised so much earlier."""
    owner.execute("alter table sharing_record disable trigger user")
    owner.execute("update sharing_record set at = at - make_interval(mins => %s)", [minutes])
    owner.execute("alter table sharing_record enable trigger user")


def steps(queue):
    return queue.all("step, person_id", "step > 0")


def test_the_chain_is_called_in_turn_until_somebody_acknowledges(acting, queue, colleagues, owner):
    first, second = colleagues
    with acting(PARTNER):
        delivery.set_reach(push_allowed=False, step_minutes=10, chain=[first, second], at=now())
    with acting(AUTHOR):
        made = alert(urgency="Immediate")
    queue.plan()
    assert tasks.escalate(0) == 0
    later(owner, 11)
    assert tasks.escalate(0) == 1
    assert tasks.escalate(0) == 0
    assert steps(queue) == [(1, first)]
    later(owner, 10)
    tasks.escalate(0)
    assert steps(queue) == [(1, first), (2, second)]
    with acting(PARTNER):
        alerts.acknowledge(made.record_id, at=now())
    later(owner, 30)
    assert tasks.escalate(0) == 0
    queue.deliver()
    assert {row[0] for row in queue.all("code", "step > 0")} == {"acknowledged"}, "what was not sent yet is not needed"


@pytest.mark.parametrize("end", ["cancelled", "over", "not urgent", "test", "acknowledged"])
def test_nobody_is_called_when_there_is_no_need(acting, queue, colleagues, owner, end):
    with acting(PARTNER):
        delivery.set_reach(push_allowed=False, step_minutes=10, chain=colleagues, at=now())
    with acting(AUTHOR):
        made = alert(urgency="Expected" if end == "not urgent" else "Immediate")
        if end == "cancelled":
            alerts.cancel_alert(made.record_id, reason="It flew away.", at=now())
    if end == "acknowledged":
        with acting(PARTNER):
            alerts.acknowledge(made.record_id, at=now())
    if end == "test":
        owner.execute("update alerts_alert set status = 'Test'")
    if end == "over":
        owner.execute(
            "update alerts_alert set valid_from = now() - interval '2 hours', valid_until = now() - interval '1 minute'"
        )
    later(owner, 60)
    assert tasks.escalate(0) == 0


def test_the_chain_calls_by_every_way_and_also_at_night(acting, queue, colleagues, owner, cast, configured):
    with acting(PARTNER):
        delivery.set_reach(push_allowed=False, step_minutes=10, chain=[cast[PARTNER].person], at=now())
        delivery.choose_channel("sms", wanted=True, urgent_only=False, address="+32470000000")
        delivery.set_quiet(
            (now() - timedelta(hours=2)).astimezone().time(), (now() + timedelta(hours=2)).astimezone().time(),
            urgent_overrides=False, digest=False,
        )  # fmt: skip
    with acting(AUTHOR):
        alert(urgency="Immediate")
    later(owner, 11)
    tasks.escalate(0)
    assert sorted(queue.all("channel, held", "step = 1")) == [("mail", False), ("sms", False)]
    order = owner.execute(
        "select lock from procrastinate_jobs where task_name = 'alerts.deliver' order by priority desc, id limit 1"
    ).fetchone()
    assert order[0].startswith("sms:"), "the phone first"
    queue.deliver()
    assert [one.json["to"] for one in configured.taken] == ["+32470000000"]


def test_a_deputy_is_told_instead(acting, queue, colleagues, owner, cast):
    first, second = colleagues
    today = now().date()
    owner.execute(AWAY, [first, second, today - timedelta(days=1), today + timedelta(days=1)])
    with acting(PARTNER):
        delivery.set_reach(push_allowed=False, step_minutes=10, chain=[first], at=now())
    with acting(AUTHOR):
        alert(urgency="Immediate")
    queue.plan()
    told = [row[0] for row in queue.all("person_id", "step = 0")]
    assert first not in told and told.count(second) == 1
    later(owner, 11)
    tasks.escalate(0)
    assert steps(queue) == [(1, second)]


def test_a_deputy_who_is_away_too_or_does_not_see_it_takes_nothing_away(acting, queue, colleagues, owner, cast):
    first, second = colleagues
    today = now().date()
    for away, deputy in ((first, second), (second, cast["officer@outside.demo"].person)):
        owner.execute(AWAY, [away, deputy, today, today])
    with acting(AUTHOR):
        alert()
    queue.plan()
    told = {row[0] for row in queue.all("person_id")}
    assert {first, second} <= told
    assert cast["officer@outside.demo"].person not in told
