"""Showing alerts on a TAK server: with whose sight, up to which mark, over which connection, and who sets it up."""

import json
import threading
from dataclasses import replace
from html import unescape
from typing import Any
from xml.etree.ElementTree import tostring

import msgspec
import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from port2port.alerts import actions as alerts
from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.exchange.models import TakServer
from port2port.exchange.tak import actions, rounds, waiting
from port2port.exchange.tak.actions import Target
from port2port.exchange.tak.cot import DRONE, SPOT
from port2port.exchange.tak.rounds import Turn, take_turn, turns
from port2port.home.needs import SOURCES
from port2port.members.acting import acting_as, current_actor
from port2port.reports.observable_actions import hold_matching
from port2port.sharing import actions as sharing
from port2port.sharing import queries as sharing_queries
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.attacks import FORBIDDEN, refused
from tests.exchange.certificates import Issuer, Pair
from tests.exchange.rendered import render
from tests.exchange.tak.server import TakThere, tak_server
from tests.reports.writing import report

ADMIN, AUTHOR, OTHER = "pso@northsea.demo", "pso@antwerp.demo", "pso@liege.demo"
CHECK_VIOLATION = "23514"
NEAR = Reach(allow_private=True, seconds=10)


@pytest.fixture
def there(tmp_path, monkeypatch) -> Any:
    monkeypatch.setattr(settings, "OPTIONS", replaced(allow_private_receivers=True))
    with tak_server(tmp_path) as server:
        yield server


def replaced(**changes: Any) -> Any:
    return msgspec.structs.replace(settings.OPTIONS, **changes)


def target(there: TakThere, own: Pair | None = None, **changes: Any) -> Target:
    own = own or there.authority.client("North Sea Port (test)")
    return replace(Target("Control room", there.address, own.pem, own.key, there.authority.pem), **changes)


def added(acting: Any, there: TakThere, **changes: Any) -> Turn:
    with acting(ADMIN):
        made = actions.add(target(there, **changes), language="en", at=now())
    return Turn(made.id, made.person_id, made.hat_id)


def events_of(there: TakThere) -> list[Any]:
    return list(fromstring(b"<all>%s</all>" % there.taken[-1]))


def round_(turn: Turn) -> str:
    return take_turn(turn, reach=NEAR, clock=now)


def test_alerts_and_drones_that_its_machine_sees_stand_on_the_screen(acting, there):
    turn = added(acting, there)
    with acting(AUTHOR):
        green = alert("all-members", tlp=Tlp.GREEN, status="Exercise")
        alert("ports-and-police", tlp=Tlp.AMBER)
        alert("port-beanr", tlp=Tlp.GREEN)
        seen = report("all-members", tlp=Tlp.GREEN, title="Over the lock (test)", occurred_at=now())
        report("ports-and-police", tlp=Tlp.AMBER, occurred_at=now())
    render()
    assert round_(turn) == ""
    assert there.names == ["North Sea Port (test)"]
    found = {one.get("uid"): one for one in events_of(there)}
    assert set(found) == {f"port2port.{green.record_id}.0", f"port2port.{seen.record_id}"}
    shown = found[f"port2port.{green.record_id}.0"]
    assert (shown.get("type"), shown.get("opex")) == (SPOT, "e")
    assert shown.find("detail/contact").get("callsign").startswith("EXERCISE EXERCISE EXERCISE ")
    drone = found[f"port2port.{seen.record_id}"]
    assert (drone.get("type"), drone.find("detail/contact").get("callsign")) == (DRONE, "Over the lock (test)")
    with acting(ADMIN):
        row = TakServer.objects.get(id=turn.server)
        assert (row.shows, row.failures, row.problem) == (2, 0, "")


def test_its_page_shows_what_it_is_sent_and_the_list_of_systems_names_it(acting, there, client_for):
    turn = added(acting, there)
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
        amber = alert("ports-and-police", tlp=Tlp.AMBER)
        report("all-members", tlp=Tlp.GREEN, title="Over the lock (test)", occurred_at=now())
    render()
    assert round_(turn) == ""
    browser = client_for(ADMIN)
    page = unescape(browser.get(f"/systems/tak/{turn.server}/").content.decode())
    assert len(events_of(there)) == 2
    for one in events_of(there):
        assert tostring(one.find("detail"), encoding="unicode") in page
        assert f'uid="{one.get("uid")}"' in page
    assert str(amber.record_id) not in page  # that one sees, and no screen is shown
    listed = browser.get("/systems/partners/").content.decode()
    assert f"/systems/tak/{turn.server}/" in listed and f"/systems/partners/machines/{turn.person}/" not in listed
    machine = browser.get(f"/systems/partners/machines/{turn.person}/")
    assert machine.headers["Location"] == f"/systems/tak/{turn.server}/"


def test_what_is_taken_back_is_not_sent_again(acting, there):
    turn = added(acting, there)
    with acting(AUTHOR):
        withdrawn, cancelled, stays = (alert("all-members", tlp=Tlp.GREEN) for _one in range(3))
        held = report("all-members", tlp=Tlp.GREEN, occurred_at=now())
    render()
    assert round_(turn) == "" and len(events_of(there)) == 4
    with acting(AUTHOR):
        sharing.withdraw(sharing_queries.record(withdrawn.record_id, "alert"), reason="mistake", at=now())
        alerts.cancel_alert(cancelled.record_id, reason="It was ours (test).", at=now())
        hold_matching(held.record_id, until=None, at=now())
    assert round_(turn) == ""
    assert [one.get("uid") for one in events_of(there)] == [f"port2port.{stays.record_id}.0"]


def test_never_above_the_mark_that_was_set(acting, there):
    turn = added(acting, there, tlp=Tlp.CLEAR)
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
    assert round_(turn) == ""
    assert there.taken == [b""]
    with acting(ADMIN), pytest.raises(Invalid):
        actions.add(target(there, name="Other", tlp=Tlp.AMBER), language="en", at=now())


def test_nothing_amber_is_read_for_it(acting, there, owner):
    turn = added(acting, there)
    with acting(AUTHOR):
        alert("ports-and-police", tlp=Tlp.AMBER)
    before = owner.execute("select count(*) from base_journal_entry").fetchone()
    assert round_(turn) == ""
    assert owner.execute("select count(*) from base_journal_entry").fetchone() == before


def test_with_nothing_to_show_it_is_met_all_the_same(acting, there, client_for):
    turn = added(acting, there)
    assert round_(turn) == ""
    assert (there.taken, there.names) == ([b""], ["North Sea Port (test)"])
    with acting(ADMIN):
        assert TakServer.objects.get(id=turn.server).seen_at is not None
    page = client_for(ADMIN).get(f"/systems/tak/{turn.server}/").content.decode()
    assert "Control room can be reached; nothing is to be shown now" in page


@pytest.mark.parametrize("shown", [0, 1])
@pytest.mark.parametrize("wrong", ["stranger", "impostor"])
def test_who_is_not_who_they_say_gets_nothing(acting, there, client_for, wrong, shown):
    stranger = Issuer("Somebody else (test)")
    changes = {"own": stranger.client("x")} if wrong == "stranger" else {"ca": stranger.pem}
    turn = added(acting, there, **changes)
    with acting(AUTHOR):
        for _one in range(shown):
            alert("all-members", tlp=Tlp.GREEN)
    assert round_(turn) in ({"tls", "connection"} if wrong == "stranger" else {"tls.certificate"})
    assert there.taken == []
    with acting(ADMIN):
        row = TakServer.objects.get(id=turn.server)
        assert row.failures == 1 and row.problem and row.due_at > row.tried_at and row.seen_at is None
    page = client_for(ADMIN).get(f"/systems/tak/{turn.server}/").content.decode()
    assert "Control room cannot be reached" in page and "1 try" in page


def test_no_address_inside_is_connected_to(acting, there):
    turn = added(acting, there)
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
    assert take_turn(turn, reach=Reach(), clock=now) == "forbidden.port"
    with acting(ADMIN):
        TakServer.objects.get(id=turn.server)
    assert there.taken == []


@pytest.mark.parametrize("address", ["localhost:22", "tak.example:25", "a/b", "u:p@tak.example:8089", ""])
def test_an_address_that_we_do_not_call_is_refused(acting, tmp_path, address):
    with tak_server(tmp_path) as there, acting(ADMIN):
        with pytest.raises(Invalid) as refused_:
            actions.add(target(there, address=address), language="en", at=now())
        assert "address" in {problem.field for problem in refused_.value.problems}


def test_certificate_and_key_belong_together(acting, there):
    one, other = there.authority.client("a"), there.authority.client("b")
    wrong = {
        "certificate": target(there, Pair("no", one.key, b"")), "key": target(there, Pair(one.pem, other.key, b"")),
        "ca": target(there, ca="no"),
    }  # fmt: skip
    for field, said in wrong.items():
        with acting(ADMIN), pytest.raises(Invalid) as refused_:
            actions.add(said, language="en", at=now())
        assert [problem.field for problem in refused_.value.problems] == [field]


def test_an_administrator_changes_it_and_the_key_stays_with_its_certificate(acting, there, journalled):
    turn = added(acting, there)
    own = there.authority.client("Renewed (test)")
    with acting(ADMIN):
        before = TakServer.objects.get(id=turn.server)
        same = target(
            there, Pair(before.certificate, "", b""), name="Screen", address="tak.example:8089", tlp=Tlp.CLEAR
        )
        actions.change(turn.server, same, at=now())
        kept = TakServer.objects.get(id=turn.server)
        assert (kept.name, kept.address, kept.tlp) == ("Screen", "tak.example:8089", Tlp.CLEAR)
        assert (bytes(kept.secret), kept.certificate) == (bytes(before.secret), before.certificate)
        for field, wrong in {"key": Pair(own.pem, "", b""), "certificate": Pair("", "", b"")}.items():
            with pytest.raises(Invalid) as refused_:
                actions.change(turn.server, target(there, wrong), at=now())
            assert [problem.field for problem in refused_.value.problems] == [field]
        actions.change(turn.server, target(there, own), at=now())
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
    assert round_(turn) == ""
    assert there.names == ["Renewed (test)"]
    assert len(journalled("tak.changed")) == 2


def test_it_is_changed_on_its_page(client_for, there, acting):
    turn = added(acting, there)
    browser, page = client_for(ADMIN), f"/systems/tak/{turn.server}/"
    with acting(ADMIN):
        row = TakServer.objects.get(id=turn.server)
    shown = browser.get(page).content.decode()
    assert row.certificate.splitlines()[1] in shown and "PRIVATE KEY" not in shown
    sent = {"name": "Screen", "address": there.address, "tlp": "CLEAR", "certificate": row.certificate, "ca": row.ca}
    assert browser.post(page, sent | {"address": "a/b"}).status_code == 422
    assert browser.post(page, sent).status_code == 302
    assert "Screen was not met yet" in browser.get(page).content.decode()
    assert client_for(OTHER).post(page, sent).status_code == 404
    assert client_for(AUTHOR).post(page, sent).status_code == 403


def test_turns_are_taken_once_and_none_while_it_is_paused(acting, there):
    turn = added(acting, there)
    assert turns(most=4) == [turn]
    assert turns(most=4) == []
    with acting(ADMIN):
        actions.pause(turn.server, paused=True, at=now())
    assert turns(most=4) == []
    with acting(ADMIN):
        actions.pause(turn.server, paused=False, at=now())
    assert turns(most=4) == [turn]


def test_taken_off_its_machine_goes_too(acting, there, owner):
    turn = added(acting, there)
    with acting(ADMIN):
        actions.remove(turn.server, at=now())
    assert round_(turn) == "removed"
    until = owner.execute("select until from members_membership where id = %s", [turn.hat]).fetchone()
    assert until[0] is not None


def test_an_administrator_sets_it_up_on_the_page_and_no_key_is_shown(client_for, there, acting, journalled):
    own = there.authority.client("North Sea Port (test)")
    browser = client_for(ADMIN)
    sent = {"name": "Control room", "address": there.address, "tlp": "GREEN", "certificate": own.pem,
            "key": own.key, "ca": there.authority.pem}  # fmt: skip
    assert browser.post("/systems/tak/", sent | {"key": "no"}).status_code == 422
    assert browser.post("/systems/tak/", sent).status_code == 302
    page = browser.get("/systems/tak/").content.decode()
    assert "Control room" in page and there.address in page
    assert "PRIVATE KEY" not in page
    with acting(ADMIN):
        made = TakServer.objects.get()
        assert b"PRIVATE KEY" not in bytes(made.secret)
    own_page = f"/systems/tak/{made.id}/"
    for act, offered in (("try", "pause"), ("pause", "resume"), ("resume", "try")):
        page = browser.get(own_page).content.decode()
        assert f'name="act" value="{act}"' in page
        done = browser.post(f"{own_page}do/", {"act": act})
        assert (done.status_code, done.headers["Location"]) == (302, own_page), act
        assert f'name="act" value="{offered}"' in browser.get(own_page).content.decode()
    assert browser.post(f"{own_page}do/", {"act": "remove"}).headers["Location"] == "/systems/tak/"
    assert browser.post(f"{own_page}do/", {"act": "try"}).status_code == 404
    assert len(journalled("tak.made")) == len(journalled("tak.removed")) == 1


def test_the_api_has_it_too(bearer_for, there, acting):
    client = Client(headers=bearer_for(ADMIN, ("read", "administer")))
    own = there.authority.client("North Sea Port (test)")
    said = {"name": "Control room", "address": there.address, "certificate": own.pem, "key": own.key,
            "ca": there.authority.pem}  # fmt: skip
    made = client.post("/api/v1/exchange/tak", json.dumps(said), content_type="application/json")
    assert made.status_code == 201
    assert "PRIVATE KEY" not in made.content.decode()
    address = made.json()["url"]
    assert [one["tlp"] for one in client.get("/api/v1/exchange/tak").json()["items"]] == ["GREEN"]
    paused = client.patch(address, json.dumps({"paused": True}), content_type="application/json")
    assert paused.json()["paused"]
    changed = client.patch(address, json.dumps({"tlp": "CLEAR", "paused": False}), content_type="application/json")
    assert (changed.json()["tlp"], changed.json()["paused"], changed.json()["name"]) == ("CLEAR", False, "Control room")
    bare = json.dumps({"certificate": there.authority.client("Other (test)").pem})
    wrong = client.patch(address, bare, content_type="application/json")
    assert [one["field"] for one in wrong.json()["errors"]] == ["key"]
    assert client.post(f"{address}/try").status_code == 200
    assert Client(headers=bearer_for(OTHER)).get(address).status_code == 404
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_one_that_fails_for_long_waits_for_an_administrator(acting, there, owner):
    turn = added(acting, there)
    owner.execute("update exchange_takserver set failures = 6, problem = 'timeout' where id = %s", [turn.server])
    assert waiting.needs in SOURCES
    with acting(ADMIN):
        (need,) = waiting.needs(current_actor(), now())
        assert "Control room" in need.title
    with acting(OTHER):
        assert waiting.needs(current_actor(), now()) == []


def test_nobody_else_sees_or_changes_it(acting, there, enter):
    turn = added(acting, there)
    with acting(AUTHOR), pytest.raises(Refused):
        actions.add(target(there), language="en", at=now())
    other = enter(OTHER)
    assert other.execute("select count(*) from exchange_takserver").fetchone() == (0,)
    assert other.execute("update exchange_takserver set due_at = now()").rowcount == 0
    assert other.execute("delete from exchange_takserver").rowcount == 0
    own = enter(ADMIN)
    assert refused(own, "update exchange_takserver set person_id = made_by_id") == FORBIDDEN
    assert refused(own, "update exchange_takserver set tlp = 4") == CHECK_VIOLATION
    assert refused(own, "select * from exchange_tak_turns(4)") == "PP403"
    with acting(ADMIN):
        assert TakServer.objects.filter(id=turn.server).exists()
    with acting_as(turn.person, turn.hat), connection.cursor() as cursor:
        cursor.execute("update exchange_takserver set failures = 1")
        for change in ("address = 'evil.example:8089'", "tlp = 0", "ca = ''", "secret = ''", "paused_at = now()"):
            with pytest.raises(DatabaseError) as told, transaction.atomic():
                cursor.execute(f"update exchange_takserver set {change}")
            assert told.value.__cause__.sqlstate == "PP403", change


def test_rounds_send_by_themselves_until_they_are_stopped(acting, there, monkeypatch):
    """The loop of the worker."""
    monkeypatch.setattr(rounds.client, "reach", lambda: NEAR)
    added(acting, there)
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
    stop = threading.Event()
    thread = threading.Thread(target=rounds.run_forever, args=(stop,), kwargs={"pause": 0.05})
    thread.start()
    try:
        for _try in range(200):
            if there.taken:
                break
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join()
    assert len(events_of(there)) == 1
