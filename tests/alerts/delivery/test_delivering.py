"""From an alert to its receivers: once each, tried again, content nowhere, replayed, gathered."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from port2port.alerts import tasks
from port2port.alerts.channels import webhook as channel
from port2port.alerts.channels.push import Subscription, _encoded, _point
from port2port.alerts.delivery import actions as delivery
from port2port.alerts.delivery import queries
from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.members.acting import acting_as_system
from port2port.sharing import actions as sharing
from port2port.sharing import queries as sharing_queries
from tests.alerts.delivery.conftest import AUTHOR, PARTNER, PARTNER_ADMIN
from tests.alerts.writing import alert

SECRET_WORD = "Zilvermeeuw"


def browser(receiver, path="fine/push"):
    key = ec.generate_private_key(ec.SECP256R1())
    return Subscription(receiver.url(path), _encoded(_point(key.public_key())), _encoded(b"0123456789abcdef"))


def test_an_alert_makes_one_set_of_notices_however_often_it_is_planned(acting, queue, webhook):
    hook, _secret = webhook("fine/a")
    with acting(AUTHOR):
        made = alert()
    events = queue.events()
    assert len(events) == 1
    first = tasks.plan(events[0])
    assert first > 3
    assert tasks.plan(events[0]) == 0
    rows = queue.all("alert_id, channel, target, state")
    assert len(rows) == first == len({row[1:3] for row in rows})
    assert {row[0] for row in rows} == {made.record_id}
    assert ("webhook", str(hook)) in {row[1:3] for row in rows}
    assert len(queue.due()) == first, "one job each"


def test_who_raised_it_and_who_does_not_see_it_is_not_told(acting, cast, queue, webhook):
    webhook("fine/outside", "officer@outside.demo")
    with acting(AUTHOR):
        alert()
    queue.plan()
    told = {row[0] for row in queue.all("person_id")}
    assert cast[PARTNER].person in told
    assert cast[AUTHOR].person not in told
    assert cast["officer@outside.demo"].person not in told
    assert queue.all("id", "channel = 'webhook'") == []


def test_sharing_further_tells_only_those_who_were_not_told(acting, queue):
    with acting(AUTHOR):
        made = alert()
    queue.plan()
    before = queue.all("id")
    event = queue.owner.execute(
        "insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at) select new_uuid7(), now(), kind,"
        " 'widened', record, keys, tlp, expires_at from sharing_event where record = %s and act = 'shared'"
        " returning id",
        [made.record_id],
    ).fetchone()[0]
    assert queue.events() == [str(event)], "the trigger plans it"
    assert tasks.plan(str(event)) == 0
    assert queue.all("id") == before


def test_no_content_leaves_by_any_channel(acting, queue, webhook, configured, outbox, owner):
    hook, secret = webhook("fine/hook")
    with acting(PARTNER_ADMIN):
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[], at=now())
    with acting(PARTNER):
        delivery.subscribe(browser(configured), at=now())
        for way in ("sms", "voice"):
            delivery.choose_channel(way, wanted=True, urgent_only=False, address="+32470000000")
    with acting(AUTHOR):
        made = alert(
            text=f"EXERCISE: the {SECRET_WORD} lies at the lock.",
            headline=f"EXERCISE: {SECRET_WORD} moved",
            status="Exercise",
        )
    queue.plan()
    assert set(queue.deliver()) == {"http.204", "mail"}
    assert {row[0] for row in queue.all("state")} == {"delivered"}
    assert {row[0] for row in queue.all("channel")} == {"mail", "push", "sms", "voice", "webhook"}
    sent = [one.body + repr(one.headers).encode() for one in configured.taken]
    sent += [mail.message().as_bytes() + mail.body.encode() + mail.subject.encode() for mail in outbox]
    assert len(sent) > 6
    for word in (SECRET_WORD, "drone", "Drone", "Kallo", "kallo", "AMBER"):
        assert not [one for one in sent if word.encode() in one], word
    [told] = [one for one in configured.taken if one.path == "/fine/hook"]
    assert told.json == {
        "id": told.headers["webhook-id"],
        "type": "alert.raised",
        "timestamp": told.json["timestamp"],
        "data": {
            "alert": str(made.record_id),
            "url": f"{settings.SITE_URL}/alerts/{made.record_id}/",
            "status": "Exercise",
            "urgency": made.urgency,
        },
    }
    signed = channel.signed_headers(
        told.headers["webhook-id"],
        body=told.body,
        at=datetime.fromtimestamp(int(told.headers["webhook-timestamp"]), UTC),
        secrets=[secret],
    )
    assert told.headers["webhook-signature"] == signed["webhook-signature"]
    assert secret.encode() not in owner.execute("select secret from alerts_webhook where id = %s", [hook]).fetchone()[0]
    for one in outbox:
        assert one.extra_headers["Message-ID"].startswith("<")


def test_a_failing_receiver_is_tried_again_and_stays_visible_when_dead(acting, queue, webhook, configured):
    hook, _secret = webhook("broken/a")
    with acting(AUTHOR):
        alert()
    queue.plan()
    for _try in range(10):
        queue.deliver()
        queue.pass_time()
    rows = queue.all("id, state, attempts, code", "target = %s", str(hook))
    assert [row[1:] for row in rows] == [("dead", 10, "http.500")]
    taken = [one for one in configured.taken if one.path == "/broken/a"]
    assert len(taken) == 10 and {one.headers["webhook-id"] for one in taken} == {str(rows[0][0])}
    with acting(PARTNER_ADMIN):
        assert [(one.to, one.state) for one in queries.failures()] == [("broken/a", "dead")]
        delivery.replay(rows[0][0], at=now())
    configured.answers["broken"] = 204
    queue.deliver()
    assert queue.all("state, attempts", "target = %s", str(hook)) == [("delivered", 1)]
    assert configured.taken[-1].headers["webhook-id"] == str(rows[0][0])
    with acting(PARTNER_ADMIN):
        assert queries.webhooks()[0].failing_since is None


def test_a_try_again_is_queued_for_later_and_not_under_the_lock(acting, queue, webhook):
    webhook("broken/a")
    with acting(AUTHOR):
        alert()
    queue.plan()
    queue.owner.execute(
        "delete from procrastinate_jobs where task_name = 'alerts.deliver' and lock not like 'webhook%'"
    )
    assert queue.deliver() == ["http.500"]
    jobs = queue.owner.execute("select task_name, lock, scheduled_at > now() from procrastinate_jobs").fetchall()
    assert jobs == [("alerts.wake", None, True)], "a later notice may pass"


def test_behind_a_failing_receiver_the_others_wait_for_one(acting, queue, webhook, configured, owner):
    hook, _secret = webhook("broken/a")
    for _alert in range(4):
        with acting(AUTHOR):
            alert()
    queue.plan()
    queue.owner.execute("delete from procrastinate_jobs where lock like 'mail%'")
    assert queue.deliver() == ["http.500"], "one is tried, the others wait behind it"
    queue.pass_time()
    assert queue.deliver() == ["http.500"]
    owner.execute("update alerts_delivery set state = 'void' where target = %s and next_at is not null", [str(hook)])
    tasks.escalate(0)
    owner.execute("update alerts_webhook set failed_at = now() - interval '2 minutes'")
    assert queue.deliver() == ["http.500"], "another takes its place"
    owner.execute("delete from procrastinate_jobs where task_name = 'alerts.deliver'")
    with acting(AUTHOR):
        alert()
    owner.execute("update alerts_webhook set failed_at = now() - interval '2 minutes'")
    queue.plan()
    owner.execute("delete from procrastinate_jobs where lock like 'mail%'")
    assert queue.deliver() == ["http.500"], "after a minute a new alert has a try of its own"
    configured.answers["broken"] = 204
    queue.pass_time()
    for _round in range(5):
        queue.deliver()
    assert sorted(queue.all("state", "target = %s", str(hook))) == [("delivered",)] * 4 + [("void",)]


def test_gone_receivers_are_not_asked_again(acting, queue, webhook, configured):
    hook, _secret = webhook("gone/a")
    with acting(PARTNER_ADMIN):
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[], at=now())
    with acting(PARTNER):
        delivery.subscribe(browser(configured, "gone/push"), at=now())
    with acting(AUTHOR):
        alert()
    queue.plan()
    queue.deliver()
    assert {row[0] for row in queue.all("state", "channel in ('push', 'webhook')")} == {"gone"}
    with acting(PARTNER):
        assert queries.subscriptions() == []
    with acting(PARTNER_ADMIN):
        assert queries.webhooks()[0].paused_at is not None
    with acting(AUTHOR):
        alert()
    queue.plan()
    queue.deliver()
    assert len([one for one in configured.taken if "gone" in one.path]) == 2, "each was asked once"
    with acting(PARTNER_ADMIN):
        configured.answers["gone"] = 204
        delivery.pause_webhook(hook, paused=False, at=now())
    assert queue.deliver() == ["http.204"], "what waited goes on"


def test_a_claim_that_was_never_settled_is_tried_again_under_the_same_id(acting, queue, webhook, configured):
    """As after a kill between sending and writing it down."""
    hook, _secret = webhook("fine/a")
    with acting(AUTHOR):
        alert()
    queue.plan()
    [(one,)] = queue.all("id", "target = %s", str(hook))
    with acting_as_system("worker"):
        claimed = delivery.claim(one)
    assert claimed is not None and claimed.attempt == 1
    assert tasks.deliver(str(one)) == "http.204"
    assert tasks.deliver(str(one)) == "", "settled: nothing more to do"
    assert queue.all("state, attempts", "id = %s", one) == [("delivered", 2)]
    assert {taken.headers["webhook-id"] for taken in configured.taken} == {str(one)}


def test_a_notice_that_lost_its_job_is_queued_again(acting, queue):
    with acting(AUTHOR):
        alert()
    made = queue.plan()
    queue.owner.execute("delete from procrastinate_jobs")
    queue.owner.execute("update alerts_delivery set next_at = now() - interval '6 minutes'")
    tasks.escalate(0)
    assert len(queue.due()) == made
    tasks.escalate(0)
    assert len(queue.due()) == made


@pytest.mark.parametrize("cause", ["withdrawn", "over", "unseen", "followed", "unreachable", "unwanted"])
def test_what_need_not_be_told_any_more_is_not(acting, queue, cause, cast, outbox):
    with acting(AUTHOR):
        made = alert()
    queue.plan()
    outbox.clear()
    if cause == "withdrawn":
        with acting(AUTHOR):
            sharing.withdraw(sharing_queries.record(made.record_id, "alert"), reason="mistake", at=now())
    elif cause == "over":
        queue.owner.execute(
            "update alerts_alert set valid_from = now() - interval '2 hours', valid_until = now() - interval '1 hour'"
        )
    elif cause == "unreachable":
        queue.owner.execute("update members_account set is_active = false")
    elif cause == "unwanted":
        queue.owner.execute(
            "insert into alerts_preference (id, person_id, channel, wanted, urgent_only)"
            " select new_uuid7(), person_id, 'mail', false, false from members_account"
        )
    elif cause == "followed":
        queue.owner.execute("update alerts_alert set state = 'cancelled'")
    else:
        queue.owner.execute("update members_membership set verified_until = null")
    assert set(queue.deliver()) == {""}
    assert {row[:2] for row in queue.all("state, code")} == {("void", cause)}
    assert outbox == []


def test_one_summons_stands_for_all_that_were_put_off(acting, queue, outbox, cast):
    with acting(PARTNER):
        start = (now() - timedelta(hours=3)).astimezone().time()
        delivery.set_quiet(start, start, urgent_overrides=True, digest=True)
        person = cast[PARTNER].person
    for _alert in range(3):
        with acting(AUTHOR):
            alert(urgency="Expected")
    queue.plan()
    queue.deliver()
    assert queue.all("state, held", "person_id = %s", person) == [("waiting", True)] * 3
    outbox.clear()
    queue.pass_time()
    queue.deliver()
    assert len(outbox) == 1
    assert sorted(queue.all("state, code", "person_id = %s", person)) == [
        ("delivered", "gathered"),
        ("delivered", "gathered"),
        ("delivered", "mail"),
    ]


def test_urgent_ones_pass_quiet_hours_and_only_they_reach_who_wants_no_others(acting, queue, cast):
    person = cast[PARTNER].person
    with acting(PARTNER):
        delivery.choose_channel("mail", wanted=True, urgent_only=True, address=None)
        delivery.set_quiet(
            (now() - timedelta(hours=2)).astimezone().time(), (now() + timedelta(hours=2)).astimezone().time(),
            urgent_overrides=True, digest=False,
        )  # fmt: skip
    with acting(AUTHOR):
        alert(urgency="Expected")
    queue.plan()
    assert queue.all("id", "person_id = %s", person) == []
    with acting(AUTHOR):
        alert(urgency="Immediate")
    queue.plan()
    assert queue.all("held", "person_id = %s", person) == [(False,)]


def test_push_needs_the_organisations_leave(acting, configured, queue):
    with acting(PARTNER), pytest.raises(Refused):
        delivery.subscribe(browser(configured), at=now())
    with acting(PARTNER_ADMIN):
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[], at=now())
    with acting(PARTNER):
        delivery.subscribe(browser(configured), at=now())
    with acting(AUTHOR):
        alert()
    queue.plan()
    with acting(PARTNER_ADMIN):
        delivery.set_reach(push_allowed=False, step_minutes=10, chain=[], at=now())
    queue.deliver()
    assert queue.all("state, code", "channel = 'push'") == [("void", "unseen")]


def test_a_test_says_nothing_and_is_noted(acting, queue, webhook, configured):
    hook, _secret = webhook("wrong/a")
    with acting(PARTNER_ADMIN):
        delivery.test_webhook(hook)
        delivery.test_webhook(hook)
    jobs = queue.owner.execute("select args ->> 'request' from procrastinate_jobs").fetchall()
    assert jobs == [(str(hook),)], "asked twice, sent once"
    assert tasks.test_webhook(str(hook)) == "http.400"
    assert configured.taken[-1].json["type"] == "webhook.test"
    assert base64.b64encode(b"whsec") not in configured.taken[-1].body
    with acting(PARTNER_ADMIN):
        assert queries.webhooks()[0].test_code == "http.400"


def test_after_a_rotation_both_secrets_sign_for_a_day(acting, queue, webhook, configured, owner):
    hook, _secret = webhook("fine/a")
    with acting(PARTNER_ADMIN):
        delivery.rotate_webhook(hook, at=now())
    tasks.test_webhook(str(hook))
    assert len(configured.taken[-1].headers["webhook-signature"].split()) == 2
    owner.execute("update alerts_webhook set rotated_at = now() - interval '25 hours'")
    tasks.test_webhook(str(hook))
    assert len(configured.taken[-1].headers["webhook-signature"].split()) == 1


def test_stewards_see_how_far_it_has_come_and_others_do_not(acting, queue, webhook):
    webhook("wrong/a")
    with acting(AUTHOR):
        made = alert()
    queue.plan()
    queue.deliver()
    with acting(AUTHOR):
        found = queries.progress(made.record_id)
    assert found is not None
    assert found.told > 3 and found.waiting == 0 and found.failed == 1
    assert [names["en"] for names in found.failing] == ["North Sea Port"]
    with acting(PARTNER):
        assert queries.progress(made.record_id) is None
