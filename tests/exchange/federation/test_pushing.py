"""Sending to another node: what our machine for it sees and nothing else, once, in any weather; and what it says."""

import json
from uuid import uuid4

import pytest

from port2port.base.clock import now
from port2port.exchange.models import Peer
from port2port.exchange.node import own_node
from port2port.exchange.peers import pushing
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pushing import push_page
from port2port.exchange.stix.ids import object_id
from port2port.reports.actions import withdraw_report
from tests.exchange.federation.conftest import HERE, NEAR, THERE
from tests.exchange.federation.proxy import Answer
from tests.exchange.rendered import render
from tests.reports.writing import own, report


def push(linked) -> int:
    """Send until there is no more, and return how many objects went."""
    sent = 0
    while True:
        came = push_page(linked.turn, reach=NEAR, at=now())
        sent += came.fresh
        if not came.more:
            return sent


def there_held(linked, *records) -> dict[str, str]:
    """What is there of some records of ours."""
    held = linked.node.do("held", by=THERE)
    return {name: body for name, body in held.items() if any(str(record) in body for record in records)}


@pytest.fixture
def shared(acting):
    """A report that our machine sees, and one that it does not."""
    with acting("pso@antwerp.demo"):
        to_all, to_us = report("ports-and-police").record_id, report(to=own()).record_id
    render()
    return to_all, to_us


@pytest.mark.parametrize("weather", [[], ["twice"], ["cut"], ["refuse", "cut", "twice"]])
def test_what_the_machine_sees_is_there_once(linked, shared, monkeypatch, weather):
    monkeypatch.setattr(pushing, "SIZE", 2)
    seen, hidden = shared
    linked.line.next += weather
    for _again in range(6):
        try:
            push(linked)
        except Failed as problem:
            assert problem.code in {"answer", "connection"}
        else:
            break
    held = there_held(linked, seen)
    assert object_id("incident", seen, "incident") in held
    assert there_held(linked, hidden) == {}
    assert push(linked) == 0
    assert there_held(linked, seen) == held
    status = linked.node.do("status", by=THERE, peer=linked.there["peer"])
    with linked.acting(HERE):
        assert status["node"] == str(own_node())
    assert status["came"] == len(held)


def test_a_withdrawal_here_goes_there(linked, shared, acting):
    seen, _hidden = shared
    push(linked)
    with acting("pso@antwerp.demo"):
        withdraw_report(seen, reason="mistake", at=now())
    render()
    push(linked)
    assert there_held(linked, seen) == {}
    assert linked.node.do("status", by=THERE, peer=linked.there["peer"])["withdrawn"] == 1


def test_what_came_from_there_is_not_sent_back(linked, there):
    there.share("Theirs (test).")
    linked.pull()
    push(linked)
    assert not [path for method, path in linked.line.asked if method == "POST"]
    with linked.acting(HERE):
        assert Peer.objects.get().sent == 0


def test_large_objects_are_sent_in_more_requests(linked, shared, monkeypatch):
    monkeypatch.setattr(pushing, "LONGEST", 2500)
    push(linked)
    posts = [path for method, path in linked.line.asked if method == "POST"]
    assert len(posts) > 1
    assert object_id("incident", shared[0], "incident") in there_held(linked, shared[0])


def test_another_node_than_before_gets_nothing_more_and_is_believed_nothing(linked, there, owner, there_owner):
    linked.pull()
    other = str(uuid4())
    owner.execute("update exchange_peer set node = %s", [other])
    before = linked.here()
    there.share("From somebody else (test).")
    with pytest.raises(Failed, match="another-node"):
        linked.pull()
    assert linked.here() == before
    there_owner.execute("update exchange_peer set node = %s where id = %s", [other, linked.there["peer"]])
    with linked.acting("pso@antwerp.demo"):
        report("ports-and-police")
    render()
    with pytest.raises(Failed, match=r"http\.409"):
        push(linked)


def test_objects_that_are_not_taken_are_counted(linked, shared):
    linked.line.instead = lambda _path: refusing()
    push(linked)
    assert linked.peer().refused == {"Not taken there.": 1}


def refusing():
    """An answer by which one object was refused."""

    return Answer(202, [("Content-Type", "application/json")], json.dumps({"failure_count": 1}).encode())
