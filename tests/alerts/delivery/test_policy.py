"""Attacks with raw SQL as the serving role on what people and organisations wish, and on notices."""

import pytest
from django.db import connection

from port2port.alerts.delivery import actions as delivery
from port2port.alerts.delivery import queries
from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.members.acting import acting_as_system
from port2port.sharing.tlp import Tlp
from tests.alerts.delivery.conftest import AUTHOR, PARTNER
from tests.alerts.writing import alert
from tests.attacks import FORBIDDEN, refused

OUTSIDER = "officer@outside.demo"
SUBSCRIBE = "subscription (id, person_id, endpoint, p256dh, auth, made_at) values (%s, %s, 'x', '', '', now())"
ADD_WEBHOOK = (
    "webhook (id, organisation_id, made_by_id, url, name, secret, made_at, test_code)"
    " values (%s, %s, %s, 'https://x.example', 'x', 'x', now(), '')"
)


def count(db, table, where="true", *values):
    return db.execute(f"select count(*) from {table} where {where}", values).fetchone()[0]


@pytest.fixture
def wishes(acting, webhook, cast):
    """North Sea Port's webhook, chain and its officer's phone, quiet hours and leave."""
    hook, _secret = webhook("wrong/a")
    with acting(PARTNER):
        at = now()
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[cast[PARTNER].person], at=at)
        delivery.choose_channel("sms", wanted=True, urgent_only=False, address="+32470000000")
        delivery.set_quiet(at.time(), at.time(), urgent_overrides=True, digest=False)
    return hook


def test_nobody_else_reads_or_changes_what_somebody_wishes(enter, wishes, cast):
    db = enter(PARTNER)
    for table in ("alerts_preference", "alerts_quiet", "alerts_reach", "alerts_contact"):
        assert count(db, table) == 1, table
    assert count(db, "alerts_webhook") == 1
    for email in (AUTHOR, OUTSIDER, "admin@antwerp.demo"):
        db = enter(email)
        for table in (
            "alerts_preference",
            "alerts_quiet",
            "alerts_reach",
            "alerts_contact",
            "alerts_webhook",
            "alerts_leave",
        ):
            assert count(db, table) == 0, (email, table)
            assert db.execute(f"delete from {table}").rowcount == 0 if table != "alerts_reach" else True
        assert db.execute("update alerts_webhook set paused_at = now()").rowcount == 0
        assert db.execute("update alerts_reach set push_allowed = true").rowcount == 0
        assert db.execute("update alerts_preference set address = '+32470000001'").rowcount == 0
        person, organisation = cast[PARTNER].person, cast[PARTNER].organisation
        own = cast[email].person
        for sql, values in (
            (
                "preference (id, person_id, channel, wanted, urgent_only) values (%s, %s, 'mail', false, false)",
                (person,),
            ),
            (
                "leave (id, from_day, to_day, deputy_id, person_id) values (%s, '2026-1-1', '2026-1-2', %s, %s)",
                (own, person),
            ),
            ("contact (id, position, organisation_id, person_id) values (%s, 1, %s, %s)", (organisation, own)),
            (SUBSCRIBE, (person,)),
            (ADD_WEBHOOK, (organisation, own)),
        ):
            assert refused(db, f"insert into alerts_{sql}", new_id(), *values) == FORBIDDEN, sql


def test_the_officer_without_the_act_administer_sets_nothing_of_the_organisation(enter, acting, cast):
    db = enter(AUTHOR)
    own = cast[AUTHOR]
    sql = "insert into alerts_reach (organisation_id, push_allowed, step_minutes) values (%s, true, 1)"
    assert refused(db, sql, own.organisation) == FORBIDDEN
    with acting(AUTHOR), pytest.raises(Refused):
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[], at=now())


def test_a_secret_is_in_no_grant(enter, wishes):
    db = enter(PARTNER)
    assert refused(db, "select secret from alerts_webhook") == FORBIDDEN
    assert refused(db, "update alerts_webhook set url = 'https://thief.example'") == FORBIDDEN
    assert refused(db, "update alerts_webhook set secret = 'known'") == FORBIDDEN
    db = enter("admin@antwerp.demo")
    assert refused(db, "select alerts_rotate(%s, 'known')", wishes) == "PP404"


def test_notices_are_made_and_turned_by_the_worker_alone(enter, acting, wishes, queue):
    with acting(AUTHOR):
        made = alert()
    [event] = queue.events()
    queue.plan()
    (one,) = queue.all("id", "channel = 'webhook'")[0]
    for email in (PARTNER, AUTHOR, "operator@platform.demo"):
        db = enter(email)
        assert refused(db, "update alerts_delivery set state = 'delivered'") == FORBIDDEN
        assert refused(db, "delete from alerts_delivery") == FORBIDDEN
        assert refused(db, "insert into alerts_delivery (id) values (%s)", new_id()) == FORBIDDEN
        assert refused(db, "select alert_id from alerts_delivery") == FORBIDDEN
        for call, values in (
            ("alerts_event_alert(%s)", (event,)),
            ("alerts_candidates(%s, current_date)", (made.record_id,)),
            ("alerts_plan(%s, current_date, array['mail'], array['x'], array[now()])", (event,)),
            ("alerts_wake(%s)", (one,)),
            ("alerts_claim(%s)", (one,)),
            ("alerts_settle(%s, 1, 'delivered', '', null)", (one,)),
            ("alerts_escalate(current_date)", ()),
            ("alerts_webhook_opened(%s)", (wishes,)),
            ("alerts_webhook_tested(%s, 'x')", (wishes,)),
        ):
            assert refused(db, f"select {call}", *values) == "PP403", call
        for call in ("alerts_queue(array[%s::uuid])", "alerts_ways(%s::uuid, true)"):
            assert refused(db, f"select {call}", one) == FORBIDDEN, call


def test_who_reads_a_notice(enter, acting, wishes, queue, cast):
    with acting(AUTHOR):
        alert()
    queue.plan()
    queue.deliver()
    person = cast[PARTNER].person
    assert count(enter(PARTNER), "alerts_delivery", "person_id = %s", person) == 2  # mail and the failed sms
    assert count(enter(PARTNER), "alerts_delivery", "channel = 'webhook' and state = 'failed'") == 1
    for email in (AUTHOR, OUTSIDER, "operator@platform.demo"):
        assert count(enter(email), "alerts_delivery") == 0, email
    assert count(enter("analyst@police.demo"), "alerts_delivery", "person_id = %s", person) == 0


def test_replay_is_for_the_own_administrators_and_failures(enter, acting, wishes, queue):
    with acting(AUTHOR):
        alert()
    queue.plan()
    queue.deliver()
    (failed,) = queue.all("id", "channel = 'webhook'")[0]
    (well,) = queue.all("id", "state = 'delivered'")[0]
    for email in (AUTHOR, OUTSIDER, "admin@antwerp.demo"):
        assert refused(enter(email), "select alerts_replay(%s)", failed) == "PP404", email
    assert refused(enter(PARTNER), "select alerts_replay(%s)", well) == "PP404"
    enter(PARTNER).execute("select alerts_replay(%s)", [failed])


def test_a_webhook_is_not_told_of_what_is_for_persons(acting, webhook, queue):
    webhook("fine/a")
    with acting(AUTHOR):
        alert("Demo PSO North Sea Port", tlp=Tlp.RED)
        alert("Demo PSO North Sea Port", tlp=Tlp.AMBER)
    queue.plan()
    assert queue.all("channel, private") == [("mail", True), ("mail", False)]


def test_a_plan_takes_candidates_only(acting, queue, cast, owner):
    with acting(AUTHOR):
        alert()
    [event] = queue.events()
    outsider = str(cast[OUTSIDER].person)
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute(
            "select alerts_plan(%s, current_date, array['mail'], array[%s], array[now()])", [event, outsider]
        )
        assert cursor.fetchone() == (0,)


def test_stewards_learn_nothing_of_confidential_circles(acting, queue):
    with acting(AUTHOR):
        made = alert("insider-desk")
    queue.plan()
    queue.deliver()
    assert len(queue.all("id")) > 3
    with acting(AUTHOR):
        assert queries.progress(made.record_id) is None
