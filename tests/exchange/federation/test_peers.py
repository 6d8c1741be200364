"""Links as administrators make them: pages and API alike, in four languages; nobody else's business."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.exchange.models import Peer
from port2port.exchange.peers import actions, rules, words
from port2port.exchange.peers.sealing import unseal
from port2port.exchange.peers.turns import turns, wait_after
from port2port.home.needs import needs_of
from port2port.members.models import Membership
from tests.attacks import FORBIDDEN, refused

ADMIN, STEWARD, OTHER = "pso@liege.demo", "pso@liege.demo", "pso@northsea.demo"
SAID = actions.Link("There", "https://node.example/taxii2/p2p/", "their-token", pulls=True, pushes=False)


@pytest.fixture
def peer(acting):
    with acting(ADMIN):
        return actions.link(SAID, verified=True, language="en", at=now())


def test_a_link_is_made_with_a_machine_and_a_sealed_token(peer, owner, journalled):
    sealed, kind = owner.execute(
        "select secret, p.kind from exchange_peer join members_person p on p.id = person_id"
    ).fetchone()
    assert b"their-token" not in bytes(sealed)
    assert unseal(sealed) == "their-token"
    assert kind == "service"
    assert len(journalled("peer.made")) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"root": "http://node.example/"}, "root"),
        ({"root": "https://user:secret@node.example/"}, "root"),
        ({"root": "https://node.example/?a=b"}, "root"),
        ({"collection": "../admin"}, "collection"),
        ({"token": "two\nlines"}, "token"),
        ({"token": ""}, "token"),
    ],
)
def test_what_cannot_be_is_not_made(acting, changes, field):
    said = {"name": "There", "root": "https://node.example/", "token": "t", "pulls": True, "pushes": False} | changes
    with acting(ADMIN):
        with pytest.raises(Invalid) as error:
            actions.link(actions.Link(**said), verified=False, language="en", at=now())
        assert {problem.field for problem in error.value.problems} == {field}
        assert not Peer.objects.exists()


def test_only_administrators_make_them_and_others_know_nothing_of_them(acting, peer, client_for, bearer_for):
    with acting("pso@antwerp.demo"), pytest.raises(Refused):
        actions.link(SAID, verified=True, language="en", at=now())
    other = client_for(OTHER)
    assert other.get(f"/systems/peers/{peer.id}/").status_code == 404
    assert other.post(f"/systems/peers/{peer.id}/do/", {"act": "pause"}).status_code == 404
    assert "There" not in other.get("/systems/peers/").content.decode()
    machine = Client(headers=bearer_for(OTHER, ("read", "administer")))
    assert machine.get(f"/api/v1/exchange/peers/{peer.id}").status_code == 404
    assert machine.delete(f"/api/v1/exchange/peers/{peer.id}").status_code == 404


def test_the_page_says_how_it_stands_in_each_language(peer, owner, client_for):
    owner.execute(
        "update exchange_peer set problem = 'http.302', failures = 2, tried_at = now(), seen_at = now(), held = 3,"
        " refused = %s",
        [json.dumps({rules.OWN: 4})],
    )
    browser = client_for(STEWARD)
    page = browser.get(f"/systems/peers/{peer.id}/").content.decode()
    assert "There cannot be reached" in page
    assert "We follow nobody" in page
    assert "It comes from here." in page
    assert "their-token" not in page
    assert browser.get("/systems/peers/").status_code == 200


def test_a_node_that_stays_away_waits_for_the_administrators(peer, owner, acting):
    owner.execute("update exchange_peer set problem = 'timeout', failures = 6, tried_at = now()")
    for who, many in ((ADMIN, 1), (OTHER, 0)):
        with acting(who) as actor, override("en"):
            found = [need for need in needs_of(actor, now()) if "cannot be reached" in need.title]
            assert len(found) == many


def test_every_reason_and_code_has_words(peer):
    codes = ("timeout", "dns", "tls", "tls.certificate", "connection", "answer", "too-long", "envelope", "endless",
             "another-node", "forbidden.loopback", "http.302", "http.401", "http.418")  # fmt: skip
    with override("en"):
        said = {str(words.problem(code)) for code in codes}
    assert len(said) == len(codes)


def test_the_page_and_the_api_do_the_same(acting, client_for, bearer_for):
    browser, machine = client_for(ADMIN), Client(headers=bearer_for(ADMIN, ("read", "administer")))
    form = {"name": "By page", "root": "https://a.example/", "token": "t", "pulls": "on", "collection": "all",
            "inbox": "inbox"}  # fmt: skip
    made = browser.post("/systems/peers/", form)
    assert made.status_code == 302
    assert browser.post("/systems/peers/", form).status_code == 422
    body = {"name": "By API", "root": "https://b.example/", "token": "t"}
    answer = machine.post("/api/v1/exchange/peers", body, content_type="application/json")
    assert answer.status_code == 201
    one = answer.json()
    assert "token" not in one
    assert [row["name"] for row in machine.get("/api/v1/exchange/peers").json()["items"]] == ["By API", "By page"]
    changed = machine.patch(
        f"/api/v1/exchange/peers/{one['id']}", {"paused": True, "name": "Renamed"}, content_type="application/json"
    ).json()
    assert (changed["paused"], changed["name"], changed["root"]) == (True, "Renamed", "https://b.example/")
    with acting(ADMIN):
        assert unseal(Peer.objects.get(id=one["id"]).secret) == "t"
    page = made.headers["Location"]
    assert browser.post(f"{page}do/", {"act": "pause"}).status_code == 302
    assert "is paused" in browser.get(page).content.decode()
    assert browser.post(f"{page}do/", {"act": "resume"}).status_code == 302
    assert browser.post(f"{page}do/", {"act": "again"}).status_code == 302
    assert machine.post(f"/api/v1/exchange/peers/{one['id']}/reading").json()["behind_since"] is None
    assert browser.post(page, form | {"name": "Kept", "token": ""}).status_code == 302
    assert browser.post(f"{page}do/", {"act": "end", "confirm": "no"}).status_code == 422
    assert browser.post(f"{page}do/", {"act": "end", "confirm": "Kept"}).status_code == 302
    assert machine.delete(f"/api/v1/exchange/peers/{one['id']}").status_code == 204
    assert browser.get(page).status_code == 404


def test_with_a_link_its_machine_and_tokens_end(acting, peer):
    with acting(ADMIN):
        actions.end(peer.id, at=now())
        assert Membership.objects.get(id=peer.hat_id).until is not None


def test_whose_turn_it_is_is_taken_once_and_not_while_paused(acting, peer, owner):
    assert [one.peer for one in turns(most=5)] == [peer.id]
    assert turns(most=5) == []
    owner.execute("update exchange_peer set due_at = now()")
    with acting(ADMIN):
        actions.pause(peer.id, paused=True, at=now())
    assert turns(most=5) == []
    assert turns(named="There", most=5) == []


def test_waiting_grows_and_ends():
    waits = [wait_after(number) for number in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=10)


def test_nobody_steals_or_forges_a_link(peer, enter):
    other = enter(OTHER)
    assert other.execute("select count(*) from exchange_peer").fetchone() == (0,)
    assert other.execute("update exchange_peer set root = 'https://evil.example/'").rowcount == 0
    assert other.execute("delete from exchange_peer").rowcount == 0
    copied = (
        "insert into exchange_inbound (id, organisation_id, person_id, delivery_id, stix_id, kind, version, added, tlp,"
        " body, revoked, walk, peer_id) select new_uuid7(), acting_organisation(), acting_person(), new_uuid7(), 'x',"
        " 'x', now(), now(), 1, '{}', false, 0, %s"
    )
    assert refused(other, copied, peer.id) == FORBIDDEN
    assert refused(other, "select * from exchange_leaving") == FORBIDDEN
    assert refused(other, "select * from exchange_peers(null, 10)") == "PP403"
    assert refused(other, "select exchange_bury()") == FORBIDDEN
    assert other.execute("select exchange_linked()").fetchall() == []


def test_its_machine_says_not_where_it_is(peer, enter, app):
    app.execute("rollback")
    app.execute("begin")
    app.execute("select * from members_enter(%s, %s)", [peer.person_id, peer.hat_id])
    assert app.execute("update exchange_peer set came = came + 1").rowcount == 1
    assert refused(app, "update exchange_peer set root = 'https://evil.example/'") == "PP403"
    assert refused(app, "update exchange_peer set organisation_id = new_uuid7()") == FORBIDDEN
    assert app.execute("delete from exchange_peer").rowcount == 0
    app.execute("rollback")
