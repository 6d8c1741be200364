"""What is shown is byte for byte what is served, and never what the one who looks may not see."""

import json

import msgspec
import pytest
from django.test import Client

from port2port.alerts import actions as alerts
from port2port.alerts.delivery import actions as notices
from port2port.alerts.delivery.queries import webhooks
from port2port.alerts.delivery.senders import Claim, webhook_body
from port2port.base.clock import now
from port2port.exchange.inbound.checking import opened
from port2port.exchange.partners import preview, queries
from port2port.members.models import Membership
from port2port.reports.observables.normal import normalised
from port2port.sharing.tlp import Tlp
from tests.alerts.delivery.conftest import PARTNER_ADMIN, configured, queue, receiver
from tests.alerts.writing import alert, draft
from tests.attacks import FORBIDDEN, refused
from tests.exchange.partners.conftest import ADMIN, AUTHOR, make
from tests.exchange.rendered import render
from tests.reports.writing import own, report

__all__ = ["configured", "queue", "receiver"]  # fixtures
LESS = "admin@antwerp.demo"  # administers, and reads little


@pytest.fixture
def world(acting, db):
    """Records that both see, one of the machine's organisation alone, one of the author's alone; alerts."""
    with acting(AUTHOR):
        report("ports-and-police", text="Seen by both (test).", observables=[normalised("container", "CSQU3054383")])
        report("all-members", tlp=Tlp.GREEN, text="Green (test).")
        report(to=own(), text="Not for them (test).")
        alert("ports-and-police")
        alert("all-members", tlp=Tlp.GREEN)
    with acting(ADMIN):
        report(to=own(), tlp=Tlp.AMBER_STRICT, text="At home (test).")
    render()


def shown(acting, machine, form, admin=ADMIN):
    with acting(admin):
        at = now()
        return preview.preview(queries.own_machine(machine.id, at=at), form, at=at)


def test_stix_is_what_taxii_serves(acting, world, machine):
    served = opened(machine.client().get("/taxii2/p2p/collections/all/objects/?limit=1000").content)
    bodies = [one.body for one in shown(acting, machine, "stix")]
    assert len(bodies) == preview.SHOWN
    assert [one for one in reversed(served) if one in bodies] == bodies
    text = b"".join(bodies)
    assert b"At home (test)." in text
    assert b"Not for them" not in text


def test_an_event_is_what_the_feed_serves(acting, world, machine):
    rows = shown(acting, machine, "misp")
    manifest = machine.client().get("/feeds/misp/manifest.json").json()
    assert {json.loads(one.body)["Event"]["uuid"] for one in rows} == set(manifest)
    for one in rows:
        uuid = json.loads(one.body)["Event"]["uuid"]
        assert machine.client().get(f"/feeds/misp/{uuid}.json").content == one.body
    assert any("SharingGroup" in json.loads(one.body)["Event"] for one in rows)


def test_a_message_is_what_the_feed_of_alerts_serves(acting, world, machine):
    rows = shown(acting, machine, "cap")
    assert len(rows) == 2
    for one in rows:
        assert machine.client().get(f"/feeds/alerts/{one.record}/cap.xml").content == one.body


def test_a_webhook_is_told_the_body_that_is_shown(acting, world):
    with acting(ADMIN):
        notices.add_webhook(name="Gate", url="https://gate.example/hook", at=now())
        (hook,) = webhooks()
        rows = preview.for_webhook(hook, at=now())
    assert len(rows) == 2
    for one in rows:
        said = msgspec.json.decode(one.body)
        claim = Claim(
            delivery=one.record, channel="webhook", target="", attempt=1, alert=one.record, message="Alert",
            urgency=said["data"]["urgency"], status="Actual", valid_until=now(), address="", form="", language="en",
            p256dh="", auth="", secrets=(),
        )  # fmt: skip
        assert said == webhook_body(claim, at=one.at)


@pytest.mark.parametrize("form", ["", "cap", "stix"])
@pytest.mark.parametrize("rendered", [True, False])
def test_a_webhook_is_sent_byte_for_byte_what_is_shown(acting, configured, queue, form, rendered):
    with acting(PARTNER_ADMIN):
        notices.add_webhook(name="Room", url=configured.url("fine/room"), at=now(), form=form)
    with acting(AUTHOR):
        first = alert("all-members", tlp=Tlp.GREEN, text="Above the lock (test).")
        alert("ports-and-police", tlp=Tlp.AMBER)
        alerts.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    if rendered:
        render()
    queue.plan()
    while queue.deliver():
        pass
    sent = [own_parts(one.body) for one in configured.taken if one.path == "/fine/room"]
    assert len(sent) == 3
    with acting(PARTNER_ADMIN):
        (hook,) = webhooks()
        rows = preview.for_webhook(hook, at=now())
    assert sorted(own_parts(one.body) for one in rows) == sorted(sent)
    whole = {one.tlp for one in rows if b"Above the lock" in one.body or b"/alerts/" not in one.body}
    assert whole == ({Tlp.GREEN} if form else set())


def own_parts(body: bytes) -> bytes:
    """A body; of ids and codes without what each message has of its own."""
    found = msgspec.json.decode(body) if body.startswith(b'{"id"') else None
    return body if found is None else msgspec.json.encode(found["data"])


def test_who_looks_at_a_webhook_sees_neither_another_s_nor_what_is_hidden(acting, enter, world):
    with acting(ADMIN):
        notices.add_webhook(name="Room", url="https://room.example/hook", at=now(), form="cap")
        (hook,) = webhooks()
        every = [one.record for one in preview.for_webhook(hook, at=now())]
        assert set(queries.webhook_told(hook.id, every)) == set(every)
    assert len(every) == 2
    asked = "select alert from exchange_webhook_told(%s, %s::uuid[])"
    assert enter(LESS).execute(asked, [hook.id, every]).fetchall() == []
    assert refused(enter(ADMIN), "select exchange_whole(null, null)") == FORBIDDEN


def test_of_what_their_webhook_is_sent_who_looks_sees_what_they_may(acting, owner):
    with acting(LESS) as actor:
        notices.add_webhook(name="Room", url="https://room.example/hook", at=now(), form="stix")
        (hook,) = webhooks()
    with acting(AUTHOR):
        hidden = alert("organisation-port-of-antwerp-bruges", tlp=Tlp.GREEN, text="At the quay (test).").record_id
        shown = alert("all-members", tlp=Tlp.GREEN).record_id
    sees = "select alerts_organisation_sees(%s, r) from sharing_record r where id = any(%s)"
    assert owner.execute(sees, [actor.organisation, [hidden, shown]]).fetchall() == [(True,), (True,)]
    with acting(LESS):
        assert set(queries.webhook_told(hook.id, [hidden, shown])) == {shown}
        (row,) = preview.for_webhook(hook, at=now())
    assert row.record == shown
    assert b"At the quay" not in row.body


def test_who_looks_sees_nothing_that_is_not_for_them(acting, world, client_for, bearer_for):
    machine = make(acting, LESS)
    assert b"Not for them" in machine.client().get("/taxii2/p2p/collections/all/objects/").content
    event_count = len(machine.client().get("/feeds/misp/manifest.json").json())
    assert event_count > 0
    for form in preview.FORMS:
        with acting(LESS):
            seen = queries.kinds_of([one.record for one in shown(acting, machine, form, LESS)])
        assert len(seen) == len({one.record for one in shown(acting, machine, form, LESS)})
    browser = client_for(LESS)
    page = browser.get(f"/systems/partners/machines/{machine.id}/").content.decode()
    api = Client(headers=bearer_for(LESS, ("administer",)))
    said = api.get(f"/api/v1/exchange/systems/machines/{machine.id}/preview").content.decode()
    for text in (page, said):
        assert "Not for them" not in text
        assert "Seen by both" not in text
    got = api.get(f"/api/v1/exchange/systems/machines/{machine.id}").json()
    assert got["got"] == len(got["last"])
    with acting(LESS):
        assert len(queries.kinds_of([one["record"] for one in got["last"]])) == len(got["last"])


def test_an_unverified_machine_would_get_less_than_who_looks(acting, world):
    machine = make(acting, verified=False)
    rows = shown(acting, machine, "stix")
    assert {one.tlp for one in rows} == {Tlp.GREEN}
    assert b"Seen by both" not in b"".join(one.body for one in rows)
    with acting(ADMIN):
        assert Membership.objects.get(id=machine.hat).verified_until is None


def test_what_it_got_is_noted_once_and_counted_for_who_sees_it(acting, world, machine):
    with acting(ADMIN):
        assert queries.got(machine.id).number == 0
    machine.client().get("/taxii2/p2p/collections/all/objects/?limit=1000")
    with acting(ADMIN):
        first = queries.got(machine.id)
    assert first.number == 3 + 2  # alerts, too
    assert {row.form for row in first.newest} == {"stix"}
    machine.client().get("/taxii2/p2p/collections/all/objects/?limit=1000")
    machine.client().get("/feeds/alerts.atom")
    uuid = next(iter(machine.client().get("/feeds/misp/manifest.json").json()))
    machine.client().get(f"/feeds/misp/{uuid}.json")
    with acting(ADMIN):
        later = queries.got(machine.id)
    assert later.number == first.number + 2 + 1
    assert later.first == first.first
    assert later.last > first.last


def test_a_person_is_no_system(acting, world, bearer_for, owner):
    Client(headers=bearer_for(ADMIN)).get("/taxii2/p2p/collections/all/objects/")
    assert owner.execute("select count(*) from exchange_reading").fetchone() == (0,)
