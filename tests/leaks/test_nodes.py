"""What is sent to another node is what its machine here sees, whatever was shared with whom and how narrow."""

import msgspec
import pytest

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.peers import actions, client
from port2port.exchange.peers.client import Sent
from port2port.exchange.peers.pushing import push_page
from port2port.exchange.peers.turns import Turn
from port2port.exchange.stix.extensions import ORIGIN
from port2port.members.acting import acting_as
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.exchange.rendered import render
from tests.reports.writing import own, report

ADMIN, AUTHOR = "pso@liege.demo", "pso@antwerp.demo"
SAID = actions.Link("There", "https://node.example/", "token", pulls=False, pushes=True)


@pytest.mark.parametrize("verified", [True, False])
def test_nothing_else_goes_to_another_node(acting, monkeypatch, verified):
    with acting(ADMIN):
        peer = actions.link(SAID, verified=verified, language="en", at=now())
    with acting(AUTHOR):
        for circle in ("all-members", "ports-and-police", "insider-desk", "commissioners-and-directors"):
            for tlp in (Tlp.GREEN, Tlp.AMBER):
                try:
                    report(circle, tlp=tlp)
                except (Invalid, KeyError):  # who may not address this circle
                    continue
        report(to=own(), tlp=Tlp.AMBER_STRICT)
    render()
    gone = []
    monkeypatch.setattr(client, "send", lambda _there, bodies, **_named: gone.extend(bodies) or Sent(0, None))
    push_page(Turn(peer.id, peer.person_id, peer.hat_id), reach=client.reach(), at=now())
    records = {msgspec.json.decode(body)["extensions"][ORIGIN.id]["record"] for body in gone}
    with acting_as(peer.person_id, peer.hat_id):
        allowed = {str(one) for one in Record.objects.filter(kind="report").values_list("id", flat=True)}
    assert records == allowed
    assert allowed
    with acting(AUTHOR):
        marks = {one.tlp for one in Record.objects.filter(id__in=records)}
        assert len(records) < Record.objects.filter(kind="report").count()
    assert verified == (Tlp.AMBER in marks)
