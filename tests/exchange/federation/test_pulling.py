"""Reading another node: whole, once, in any weather; what was withdrawn there goes here; nothing of ours comes back."""

import os
import subprocess
import sys

import msgspec
import pytest

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.inbound.accepting import make_report
from port2port.exchange.models import Inbound
from port2port.exchange.peers import pulling
from port2port.exchange.peers.actions import read_again
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pulling import pull_page
from port2port.exchange.peers.rules import OWN, WITHDRAWN
from port2port.exchange.stix.ids import object_id
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.exchange.federation.conftest import AUTHOR, HERE, NEAR
from tests.exchange.rendered import objects, render
from tests.reports.writing import keys


def test_what_is_shared_there_is_here_as_it_was_sent_and_once(linked, there):
    there.share()
    assert linked.pull() > 0
    assert linked.here() == linked.seen()
    assert linked.pull() == 0
    assert linked.peer().node == there.id
    with linked.acting("pso@antwerp.demo"):
        assert not Inbound.objects.exists()


def test_pages_follow_each_other_and_versions_too(linked, there, monkeypatch):
    monkeypatch.setattr(pulling, "SIZE", 3)
    made = there.share("Before (test).")
    linked.pull()
    there.do("add", by=AUTHOR, record=made, containers=["MSKU1234565"])
    assert linked.pull() > 0
    assert linked.here() == linked.seen()


@pytest.mark.parametrize(
    "weather", [["cut"], ["late"], ["refuse"], ["pass", "cut", "again", "late"], ["pass", "again"]]
)
def test_both_are_the_same_after_any_weather(linked, there, monkeypatch, weather):
    monkeypatch.setattr(pulling, "SIZE", 4)
    for number in range(3):
        there.share(f"Report {number} (test).")
    linked.line.next += weather
    for _again in range(10):
        try:
            linked.pull()
        except Failed as problem:
            assert problem.code in {"answer", "connection", "endless"}
        else:
            break
    linked.pull()
    assert linked.here() == linked.seen()


def test_killed_between_two_pages_it_goes_on_where_it_was(linked, there):
    for number in range(3):
        there.share(f"Report {number} (test).")
    linked.line.next += ["pass", "hold"]
    environment = {**os.environ, "PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1"}
    script = (
        "import django; django.setup()\nfrom port2port.exchange.peers import pulling\npulling.SIZE = 5\n"
        "from port2port.config.cli import main\nmain(['exchange', 'pull', 'There'])"
    )
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as reader:
        assert linked.line.held.wait(60)
        reader.kill()
    kept = linked.here()
    assert 0 < len(kept) < len(linked.seen())
    assert linked.peer().following
    linked.pull()
    assert linked.here() == linked.seen()
    assert kept.items() <= linked.here().items()


def test_a_withdrawal_takes_all_of_a_record_and_the_report_made_of_it_stays(linked, there, client_for):
    made, other = there.share("To be withdrawn (test)."), there.share("To stay (test).")
    linked.pull()
    incident = object_id("incident", made, "incident")
    before = linked.peer().withdrawn
    with linked.acting(HERE):
        ours = make_report(Inbound.objects.get(stix_id=incident).id, threat="other", port="BELGG", at=now()).record_id
    there.do("withdraw", by=AUTHOR, record=made)
    linked.pull()
    assert incident not in linked.here()
    assert object_id("incident", other, "incident") in linked.here()
    assert linked.here() == linked.seen()
    with linked.acting(HERE):
        (left,) = Inbound.objects.filter(origin_record=made)
        assert (left.revoked, left.report_id) == (True, ours)
        assert "withdrawn (test)" not in left.body
        assert Record.objects.filter(id=ours).exists()
    page = client_for(HERE).get(f"/systems/sent/{left.id}/").content.decode()
    assert "From the node There" in page
    assert "It was withdrawn there." in page
    assert str(ours) in client_for(HERE).get(f"/systems/peers/{linked.turn.peer}/").content.decode()
    assert linked.peer().withdrawn == before + 1


def test_who_is_no_longer_addressed_is_told_and_gets_no_more_until_it_is_again(linked, there):
    made = there.share("Narrowed (test).")
    linked.pull()
    there.do("narrow", by=AUTHOR, record=made)
    linked.pull()
    incident = object_id("incident", made, "incident")
    assert incident not in linked.here()
    there.do("add", by=AUTHOR, record=made, containers=["MSKU1234565"])
    linked.pull()
    assert incident not in linked.here()
    assert linked.here() == linked.seen()


def test_a_late_copy_of_what_was_withdrawn_does_not_come_back(linked, there):
    made = there.share("Late (test).")
    linked.pull()
    there.do("withdraw", by=AUTHOR, record=made)
    linked.pull()
    with linked.acting(HERE):
        peer = linked.peer()
    assert made not in str(linked.here())
    linked.line.instead = lambda _path: linked.line.answers[0]  # the first page, as an old proxy has it
    pull_page(linked.turn, reach=NEAR, at=now())
    assert made not in str(linked.here())
    assert linked.peer().refused.get(WITHDRAWN, 0) > peer.refused.get(WITHDRAWN, 0)


def test_what_left_without_a_word_is_missed_when_all_is_read_again(linked, there, there_owner):
    made = there.share("Gone (test).")
    linked.pull()
    there_owner.execute("delete from exchange_object where record_id = %s", [made])
    linked.pull()
    assert object_id("incident", made, "incident") in linked.here()
    with linked.acting(HERE):
        read_again(linked.turn.peer, at=now())
    linked.pull()
    assert linked.here() == linked.seen()
    there_owner.execute("insert into exchange_due values (%s, now(), 0) on conflict do nothing", [made])


def test_a_report_made_of_theirs_is_not_sent_back(linked, there):
    made = there.share("Theirs (test).")
    linked.pull()
    with linked.acting(HERE):
        row = Inbound.objects.get(stix_id=object_id("incident", made, "incident"))
        ours = make_report(row.id, threat="other", port="BELGG", at=now()).record_id
    render()
    with linked.acting(HERE):
        assert objects("record_id = %s", ours) == []


def test_a_report_made_of_theirs_becomes_no_wider(linked, there):
    made = there.share("Narrow (test).")
    linked.pull()
    with linked.acting(HERE):
        row = Inbound.objects.get(stix_id=object_id("incident", made, "incident"))
        ours = make_report(row.id, threat="other", port="BELGG", at=now()).record
        for to, tlp in ((keys(("all-members",)), Tlp.GREEN), (keys(("ports-and-police",)), Tlp.AMBER)):
            with pytest.raises(Invalid):
                sharing.widen(Record.objects.get(id=ours.id), more=audiences.build(to, tlp), at=now())
        assert Record.objects.get(id=ours.id).tlp == Tlp.AMBER


def test_unknown_properties_come_and_stay(linked, there, there_owner):
    made = there.share("Unknown (test).")
    incident = object_id("incident", made, "incident")
    row = there_owner.execute("select body from exchange_object where stix_id = %s", [incident]).fetchone()
    body = row[0][:-1] + ', "x_theirs": {"kept": [1, 2.50, "ü"]}}'
    there_owner.execute("update exchange_object set body = %s where stix_id = %s", [body, incident])
    linked.pull()
    assert linked.here()[incident] == body


def test_what_says_that_it_is_ours_is_refused_and_counted(linked, there, there_owner, owner):
    (said,) = owner.execute("select value from base_setting where key = 'node'").fetchone()
    made = there.share("Ours (test).")
    mine = msgspec.json.decode(said)["id"]
    there_owner.execute(
        "update exchange_object set body = replace(body, %s, %s) where record_id = %s", [str(there.id), mine, made]
    )
    linked.pull()
    assert object_id("incident", made, "incident") not in linked.here()
    assert linked.peer().refused[OWN] > 0
