"""A node that means harm, or does not know better: bounded, said, and what is here stays as it was."""

import json
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pulling import pull_page
from port2port.exchange.peers.rounds import MOST_PAGES, take_turn
from port2port.exchange.peers.rules import ABOVE, FUTURE, RED
from port2port.exchange.stix.markings import TLP_IDS
from port2port.sharing.tlp import Tlp
from tests.exchange.federation.conftest import HERE, NEAR
from tests.exchange.federation.proxy import Answer

LAST = "X-TAXII-Date-Added-Last"


def incident(**changes: Any) -> dict[str, Any]:
    return {
        "type": "incident", "spec_version": "2.1", "id": f"incident--{uuid4()}", "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z", "name": "Theirs (test)",
        "object_marking_refs": [TLP_IDS[Tlp.GREEN]],
    } | changes  # fmt: skip


def page(*objects: Any, last: str = "2026-11-20T10:00:00.000000Z", **more: Any) -> Answer:
    """An answer with objects."""
    return Answer(200, [(LAST, last)], json.dumps({"objects": list(objects), **more}).encode())


def turn(linked) -> str:
    """Have a whole turn, as the worker does, and return what is wrong."""
    return take_turn(linked.turn, reach=NEAR, clock=now)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(302, [("Location", "http://169.254.169.254/latest/")], b""), "http.302"),
        (Answer(200, [], b"<html>"), "envelope"),
        (Answer(200, [], b'{"objects": ' + b"[" * 100_000), "envelope"),
        (Answer(200, [], b'{"objects": [], "more": true}'), "endless"),
        (Answer(200, [(LAST, "yesterday")], b"{}"), "envelope"),
        (Answer(200, [], json.dumps({"more": True, "next": "x" * 5000}).encode()), "envelope"),
        (Answer(503, [], b""), "http.503"),
        (Answer(200, [], json.dumps({"objects": [{}] * 5001}).encode()), "envelope"),
        (Answer(200, [], b'{"objects": [' + b"1," * 1_000_001 + b"1]}"), "envelope"),
    ],
    ids=["redirect", "html", "deep", "no next", "no date", "long next", "busy", "many", "a crowd"],
)
def test_what_cannot_be_used_is_said_and_nothing_changes(linked, there, answer, code):
    there.share()
    linked.pull()
    before = linked.here()
    linked.line.asked.clear()
    linked.line.instead = lambda _path: answer
    assert turn(linked) == code
    assert linked.here() == before
    peer = linked.peer()
    assert (peer.problem, peer.failures) == (code, 1)
    assert peer.due_at > now()
    assert len(linked.line.asked) == 1
    linked.line.instead = None
    assert turn(linked) == ""
    assert linked.peer().failures == 0


def test_pages_without_end_end(linked):
    linked.line.instead = lambda _path: page(incident(), more=True, next="on")
    assert turn(linked) == "endless"
    assert len(linked.here()) == 1
    count = iter(range(10_000))
    linked.line.asked.clear()
    linked.line.instead = lambda _path: page(
        incident(), last=f"2026-11-21T10:00:00.{next(count):06d}Z", more=True, next="on"
    )
    assert turn(linked) == ""
    assert len(linked.line.asked) == MOST_PAGES
    assert linked.peer().waiting


def test_a_page_that_is_too_long_is_asked_for_in_smaller_ones(linked, monkeypatch):
    monkeypatch.setattr(client, "LONGEST", 4_000)

    def sized(path: str) -> Answer:
        many = int(path.partition("limit=")[2].partition("&")[0])
        return page(*[incident() for _number in range(min(many, 50))])

    linked.line.instead = sized
    assert turn(linked) == ""
    assert len(linked.here()) == 5
    assert [path.partition("limit=")[2] for _method, path in linked.line.asked] == ["500", "50", "5"]
    linked.line.instead = lambda _path: page(incident(name="x" * 5_000))
    assert turn(linked) == "too-long"


def test_addresses_inside_are_not_asked(linked):
    with pytest.raises(Failed, match=r"forbidden\.scheme"):
        pull_page(linked.turn, reach=Reach(), at=now())
    assert linked.line.asked == []


def test_one_bad_object_keeps_no_good_one_out_and_each_reason_is_counted(linked):
    good = incident()
    tie = {"type": "relationship", "spec_version": "2.1", "id": f"relationship--{uuid4()}", "relationship_type": "is",
           "created": "2026-11-20T10:00:00.000Z", "modified": "2026-11-20T10:00:00.000Z",
           "object_marking_refs": [TLP_IDS[Tlp.GREEN]]}  # fmt: skip
    tie |= {"source_ref": tie["id"], "target_ref": tie["id"]}  # a circle of one
    linked.line.instead = lambda _path: page(
        good, tie, good,
        incident(object_marking_refs=[TLP_IDS[Tlp.RED]]),
        incident(modified="9999-01-01T00:00:00.000Z"),
        incident(modified="2020-01-01T00:00:00.000Z"),
        incident(spec_version="2.0"),
        incident(extensions={"extension-definition--b832f379-abde-5b7e-9f7e-f79cc29c0c03": {"node": 7}}),
        {"type": "bundle"},
    )  # fmt: skip
    assert turn(linked) == ""
    assert set(linked.here()) == {good["id"], tie["id"]}
    counted = linked.peer().refused
    assert counted[RED] == 1
    assert counted[FUTURE] == 1
    assert sum(counted.values()) == 6


def test_what_the_machine_may_not_read_does_not_come(linked, owner):
    owner.execute("update members_membership set verified_until = null where id = %s", [linked.turn.hat])
    linked.line.instead = lambda _path: page(incident(object_marking_refs=[TLP_IDS[Tlp.AMBER]]), incident())
    assert turn(linked) == ""
    assert len(linked.here()) == 1
    assert linked.peer().refused == {ABOVE: 1}


def test_an_older_version_changes_nothing_and_another_of_the_same_is_refused(linked):
    first = incident(modified="2026-11-21T10:00:00.000Z")
    answers = [page(first), page(first | {"modified": "2026-11-20T11:00:00.000Z", "name": "Old"}),
               page(first | {"name": "Other"}), page(first | {"modified": "2026-11-22T10:00:00.000Z"})]  # fmt: skip
    for number, answer in enumerate(answers):
        linked.line.instead = lambda _path, answer=answer: answer
        assert turn(linked) == ""
        if number < 3:
            assert json.loads(linked.here()[first["id"]]) == first
    assert json.loads(linked.here()[first["id"]])["modified"].startswith("2026-11-22")
    assert sum(linked.peer().refused.values()) == 1


def test_a_node_that_holds_too_much_is_given_no_more_room(linked, monkeypatch):
    from port2port.exchange.inbound import actions

    kept = msgspec.structs.replace(actions.keeping(), most_of_a_node=3)
    monkeypatch.setattr("port2port.exchange.inbound.actions.keeping", lambda: kept)
    linked.line.instead = lambda _path: page(*[incident() for _number in range(5)])
    assert turn(linked) == ""
    with linked.acting(HERE):
        assert len(linked.here()) == 3
