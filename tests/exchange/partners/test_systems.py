"""The pages and the API of an organisation's systems: pause, tokens, certificates; nobody else's business."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.test import Client

from port2port.alerts.delivery import actions as notices
from port2port.alerts.delivery.queries import webhooks
from port2port.base.clock import now
from port2port.base.errors import NotFound, Refused
from port2port.exchange.models import Peer
from port2port.exchange.partners import actions, queries
from port2port.exchange.peers import actions as peers
from port2port.members import tokens
from port2port.members.models import Token
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.attacks import FORBIDDEN, refused
from tests.exchange.certificates import Issuer
from tests.exchange.partners.conftest import ADMIN, AUTHOR
from tests.exchange.rendered import render
from tests.reports.writing import report

OTHER = "pso@northsea.demo"
ROOT = "/taxii2/p2p/collections/all/objects/"
LINK = peers.Link("There", "https://node.example/taxii2/p2p/", "their-token", pulls=True, pushes=False)


def test_the_list_shows_nodes_machines_and_webhooks(acting, machine, client_for, bearer_for):
    with acting(ADMIN):
        peers.link(LINK, verified=False, language="en", at=now())
    browser = client_for(ADMIN)
    page = browser.get("/systems/partners/").content.decode()
    assert "Reader of things" in page
    assert "There" in page
    assert "their-token" not in page
    items = Client(headers=bearer_for(ADMIN, ("administer",))).get("/api/v1/exchange/systems").json()["items"]
    assert {(one["kind"], one["name"]) for one in items} >= {("machine", "Reader of things"), ("node", "There")}


def test_others_know_nothing_of_it(acting, machine, client_for, bearer_for):
    for email, status in ((OTHER, 404), (AUTHOR, 403)):
        browser = client_for(email)
        assert browser.get(f"/systems/partners/machines/{machine.id}/").status_code == status
        paused = browser.post(f"/systems/partners/machines/{machine.id}/do/", {"act": "pause"})
        assert paused.status_code == status
        api = Client(headers=bearer_for(email, ("administer",)))
        assert api.get(f"/api/v1/exchange/systems/machines/{machine.id}").status_code == status
    with acting(OTHER):
        with pytest.raises(NotFound):
            actions.pause(machine.id, paused=True, at=now())
        assert queries.both_hold(machine.id) == set()
    with acting(AUTHOR), pytest.raises(Refused):
        queries.own_machine(machine.id, at=now())


def test_a_paused_machine_gets_nothing_and_is_told_so(acting, machine, client_for):
    client = machine.client()
    assert client.get(ROOT).status_code == 200
    browser = client_for(ADMIN)
    address = f"/systems/partners/machines/{machine.id}/do/"
    assert browser.post(address, {"act": "pause"}).status_code == 302
    for path in (ROOT, "/feeds/misp/manifest.json", "/feeds/alerts.atom", "/api/v1/reports"):
        assert client.get(path).status_code == 403, path
    answer = client.get(ROOT, headers={"Accept": "application/taxii+json;version=2.1"})
    assert (answer["Content-Type"], answer.json()["error_code"]) == ("application/taxii+json;version=2.1", "paused")
    assert "is paused" in browser.get(f"/systems/partners/machines/{machine.id}/").content.decode()
    assert browser.post(address, {"act": "resume"}).status_code == 302
    assert client.get(ROOT).status_code == 200


def test_a_paused_node_gets_nothing_either(acting, db):
    with acting(ADMIN) as actor:
        at = now()
        peer = peers.link(LINK, verified=True, language="en", at=at)
        hat = peer.hat
        from_them = tokens.make(
            person=peer.person_id, hat=hat.id, name="t", scopes=["read"], expires=at + timedelta(days=1),
            by=actor.person, at=at,
        )[1]  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {from_them}"})
    assert client.get(ROOT).status_code == 200
    with acting(ADMIN):
        actions.pause(peer.person_id, paused=True, at=now())
        assert Peer.objects.get().paused_at is not None
    assert client.get(ROOT).status_code == 403
    with acting(ADMIN):
        peers.pause(peer.id, paused=False, at=now())
    assert client.get(ROOT).status_code == 200


def test_a_renewed_token_stands_beside_the_one_before(acting, machine, client_for):
    browser = client_for(ADMIN)
    address = f"/systems/partners/machines/{machine.id}/do/"
    made = browser.post(address, {"act": "renew", "token": str(machine.token)})
    secret = made.context["secret"]
    page = browser.get(f"/systems/partners/machines/{machine.id}/").content.decode()
    assert secret not in page
    assert machine.secret not in page
    with acting(ADMIN):
        new, old = Token.objects.filter(person_id=machine.id).order_by("-made_at")
    assert (new.name, new.scopes, new.expires_at - new.made_at) == (old.name, old.scopes, old.expires_at - old.made_at)
    renewed = Client(headers={"Authorization": f"Bearer {secret}"})
    assert [one.get(ROOT).status_code for one in (renewed, machine.client())] == [200, 200]
    assert browser.post(address, {"act": "revoke", "token": str(machine.token)}).status_code == 302
    assert [one.get(ROOT).status_code for one in (renewed, machine.client())] == [200, 401]
    assert browser.post(address, {"act": "revoke", "token": str(machine.token)}).status_code == 404
    assert browser.post(address, {"act": "renew", "token": "x"}).status_code == 422


def test_a_bound_token_works_with_its_certificate_alone(acting, machine, client_for, bearer_for):
    issuer = Issuer("Test authority")
    pair, other = issuer.client("reader"), issuer.client("another")
    browser = client_for(ADMIN)
    address = f"/systems/partners/machines/{machine.id}/do/"
    assert browser.post(address, {"act": "bind", "certificate": "no"}).status_code == 422
    assert browser.post(address, {"act": "bind", "certificate": pair.pem}).status_code == 302
    said = Client(headers=bearer_for(ADMIN, ("administer",))).get(f"/api/v1/exchange/systems/machines/{machine.id}")
    assert said.json()["certificate"] == pair.sha256
    client = machine.client()
    assert client.get(ROOT).status_code == 401
    assert client.get(ROOT, **{"port2port.certificate": other.sha256}).status_code == 401
    assert client.get(ROOT, headers={"Client-Cert": pair.header}).status_code == 401
    assert client.get(ROOT, **{"port2port.certificate": pair.sha256}).status_code == 200
    assert browser.post(address, {"act": "bind", "certificate": ""}).status_code == 302
    assert client.get(ROOT).status_code == 200


def test_nobody_forges_what_a_machine_got_or_how_it_stands(acting, machine, enter, app, owner):
    other = enter(OTHER)
    assert refused(other, "insert into exchange_reading (id) values (new_uuid7())") == FORBIDDEN
    assert refused(other, "select * from exchange_machine_sight(%s)", machine.id) == FORBIDDEN
    assert other.execute("update members_membership set paused_at = now() where id = %s", [machine.hat]).rowcount == 0
    assert other.execute("select exchange_both_see(%s, '{}')", [machine.id]).fetchall() == []
    owner.execute("update members_membership set paused_at = now() where id = %s", [machine.hat])
    app.execute("rollback")
    app.execute("begin")
    assert refused(app, "select * from members_enter_by_token(sha256(%s::bytea), '')", machine.secret) == "PP423"
    app.execute("rollback")


def test_a_certificate_that_is_read_has_the_fingerprint_that_tools_show():
    pair = Issuer("Test authority").client("reader")
    found = x509.load_pem_x509_certificate(pair.pem.encode())
    der = found.public_bytes(serialization.Encoding.DER)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    assert pair.sha256 == digest.finalize().hex()
    assert found.not_valid_after_utc > datetime.now(UTC)


def test_a_webhook_is_tested_paused_and_shown_by_page_and_api(acting, db, client_for, bearer_for, owner):
    with acting(ADMIN):
        notices.add_webhook(name="Gate", url="https://gate.example/hook", at=now())
        hook = webhooks()[0].id
    with acting(AUTHOR):
        made = alert("all-members", tlp=Tlp.GREEN).record_id
    browser, api = client_for(ADMIN), Client(headers=bearer_for(ADMIN, ("administer",)))
    page = f"/systems/partners/webhooks/{hook}/"
    assert str(made) in browser.get(page).content.decode()
    for _time in range(2):
        assert browser.post(f"{page}do/", {"act": "test"}).status_code == 302
    assert browser.post(f"{page}do/", {"act": "pause"}).status_code == 302
    address = f"/api/v1/exchange/systems/webhooks/{hook}"
    assert api.get(address).json()["paused"] is True
    assert "is paused" in browser.get(page).content.decode()
    changed = api.patch(address, {"paused": False}, content_type="application/json")
    assert changed.json()["paused"] is False
    assert api.post(f"{address}/test", content_type="application/json").status_code == 202
    (item,) = api.get(f"{address}/preview").json()["items"]
    assert item["record"] == str(made)
    tests = owner.execute("select count(*) from procrastinate_jobs where task_name = 'alerts.test_webhook'").fetchone()
    assert tests == (1,)
    assert client_for(OTHER).get(page).status_code == 404
    assert client_for(OTHER).post(f"{page}do/", {"act": "pause"}).status_code == 404


@pytest.mark.parametrize("form", ["stix", "misp", "cap"])
def test_every_form_is_shown_by_page_and_api(acting, machine, client_for, bearer_for, form):
    with acting(AUTHOR):
        report("all-members", tlp=Tlp.GREEN, text="Green (test).")
        alert("all-members", tlp=Tlp.GREEN)
    render()
    page = client_for(ADMIN).get(f"/systems/partners/machines/{machine.id}/?form={form}")
    api = Client(headers=bearer_for(ADMIN, ("administer",)))
    said = api.get(f"/api/v1/exchange/systems/machines/{machine.id}/preview?form={form}").json()
    assert said["items"]
    assert page.content.decode().count("xc-json") == len(said["items"])
    assert api.get(f"/api/v1/exchange/systems/machines/{machine.id}/preview?form=x").status_code == 422


def test_the_api_pauses_and_binds(machine, bearer_for):
    api = Client(headers=bearer_for(ADMIN, ("administer",)))
    address = f"/api/v1/exchange/systems/machines/{machine.id}"
    pem = Issuer("Ours").client("reader").pem
    changed = api.patch(address, {"paused": True, "certificate": pem}, content_type="application/json").json()
    assert changed["paused"] is True
    assert len(changed["certificate"]) == 64
    assert machine.client().get(ROOT).status_code == 401
    api.patch(address, {"certificate": ""}, content_type="application/json")
    assert machine.client().get(ROOT).status_code == 403
    assert api.patch(address, {"certificate": "no"}, content_type="application/json").status_code == 422
    api.patch(address, {"paused": False}, content_type="application/json")
    assert machine.client().get(ROOT).status_code == 200
