"""Systems of the demo: invented, and they say so. The node is paused, so that the demo asks nobody."""

from datetime import datetime, timedelta
from uuid import UUID

from port2port.exchange.misp import groups
from port2port.exchange.models import Peer
from port2port.exchange.peers.actions import Link, link, pause
from port2port.exchange.store import readings
from port2port.members import machines, tokens
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.sharing.models import Record

WHO, SHARER = "admin@antwerp.demo", "pso@antwerp.demo"
NODE = Link(
    "Neighbouring ports (invented)", "https://node.example/taxii2/p2p/", "invented-token", pulls=True, pushes=False
)
MACHINE = "Threat platform of the port (invented)"
GROUP, GROUP_NAME = UUID("5f2a6c1e-6a50-4b5c-9f0e-3f7d1b0c9a11"), "Ports and police of the region (invented)"
MOST_READ = 6


def seed_peers(at: datetime) -> int:
    """Link with an invented node, unless there is any, and pause the link; a machine that reads. Returns how many."""
    with acting_as(*cast_member(WHO)) as actor:
        if Peer.objects.exists() or actor.organisation is None:
            return 0
        made = link(NODE, verified=False, language="en", at=at)
        pause(made.id, paused=True, at=at)
        hat = machines.make(
            name=MACHINE, organisation=actor.organisation, language="en", verified=True, by=actor.person, at=at
        )
        tokens.make(
            person=hat.person_id, hat=hat.id, name="TAXII", scopes=["read"], expires=at + tokens.USUAL, by=actor.person,
            at=at,
        )  # fmt: skip
    with acting_as(hat.person_id, hat.id):
        for kind in ("report", "practice"):  # its administrator sees the practices alone
            found = Record.objects.filter(kind=kind).order_by("-at").values_list("id", flat=True)[:MOST_READ]
            for place, record in enumerate(found):
                readings.note([record], "stix", at=at - timedelta(hours=place))
    with acting_as(*cast_member(SHARER)):
        groups.say(group=GROUP, name=GROUP_NAME, circle=Circle.objects.get(slug="ports-and-police").id, at=at)
    return 1
