"""What is shown is byte for byte what is served, and never what the one who looks may not see."""

import json

import msgspec
import pytest
from django.test import Client

from port2port.alerts.delivery import actions as notices
from port2port.alerts.delivery.queries import webhooks
from port2port.alerts.delivery.senders import Claim, webhook_body
from port2port.base.clock import now
from port2port.exchange.inbound.checking import opened
from port2port.exchange.partners import preview, queries
from port2port.members.models import Membership
from port2port.reports.observables.normal import normalised
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.exchange.partners.conftest import ADMIN, AUTHOR, make
from tests.exchange.rendered import render
from tests.reports.writing import own, report

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


def test_of_a_webhook_that_gets_alerts_whole_only_the_others_are_shown(acting, world):
    with acting(ADMIN):
        notices.add_webhook(name="Gate", url="https://gate.example/hook", at=now())
        (plain,) = webhooks()
        every = [(one.record, one.tlp) for one in preview.for_webhook(plain, at=now())]
        notices.add_webhook(name="Room", url="https://room.example/hook", at=now(), form="cap")
        whole = next(one for one in webhooks() if one.form)
        rows = [(one.record, one.tlp) for one in preview.for_webhook(whole, at=now())]
    assert rows == [(record, tlp) for record, tlp in every if tlp > Tlp.GREEN]


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
