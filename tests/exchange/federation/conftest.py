"""Here is the node of the other tests; there is another one, with a database, a server and an id of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.config.supervise import die_with_parent
from port2port.exchange.models import Inbound, Peer
from port2port.exchange.peers import actions, client
from port2port.exchange.peers.pulling import pull_page
from port2port.exchange.peers.turns import Turn
from port2port.members import tokens
from tests.exchange.federation.proxy import Line, line_to
from tests.served import Installation, Server, installation, serving

NEAR = Reach(allow_private=True, seconds=20)
HERE, THERE = "pso@liege.demo", "pso@northsea.demo"  # who administers what stands for the other node
AUTHOR = "pso@antwerp.demo"  # there


@dataclass
class Node:
    """Another node, and a hand on it."""

    installation: Installation
    server: Server
    id: UUID
    hand: "subprocess.Popen[str]"

    def do(self, what: str, **given: Any) -> Any:
        """Let the hand do something, and return what came of it."""
        assert self.hand.stdin is not None and self.hand.stdout is not None
        self.hand.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self.hand.stdin.flush()
        for line in self.hand.stdout:
            if line.startswith('{"done"'):
                return json.loads(line)["done"]
        raise AssertionError(f"the hand ended while it did {what}")

    def share(self, text: str = "A report there (test).", *, to: str = "ports-and-police", tlp: str = "AMBER") -> str:
        """Share a report there."""
        made: str = self.do("share", by=AUTHOR, to=to, tlp=tlp, text=text, containers=["CSQU3054383"])
        return made


@pytest.fixture(scope="session")
def there(loaded: None) -> Iterator[Node]:
    """The other node."""
    with installation() as own:
        identity = uuid4()
        with own.owner() as owner:
            said = json.dumps({"id": str(identity), "at": now().isoformat()})
            owner.execute("update base_setting set value = %s where key = 'node'", [said])
        with serving(own.environment) as server, subprocess.Popen(
            [sys.executable, "-m", "tests.exchange.federation.hand"],
            env=own.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - only prctl(2), before any thread of the child
        ) as hand:  # fmt: skip
            yield Node(own, server, identity, hand)


@pytest.fixture
def line(there: Node) -> Iterator[Line]:
    """A line to it."""
    with line_to(there.server.port) as made:
        yield made


@dataclass
class Linked:
    """A link between the two: the peer here, whose turn it is, and its counterpart there."""

    turn: Turn
    there: dict[str, str]
    line: Line
    node: Node
    acting: Any
    token: str

    def pull(self) -> int:
        """Read until there is no more, and return how many objects were new."""
        fresh = 0
        while True:
            came = pull_page(self.turn, reach=NEAR, at=now())
            fresh += came.fresh
            if not came.more:
                return fresh

    def here(self) -> dict[str, str]:
        """What is here of the other node, and not withdrawn."""
        with self.acting(HERE):
            rows = Inbound.objects.filter(peer_id=self.turn.peer, revoked=False).order_by("version")
            return dict(rows.values_list("stix_id", "body"))

    def seen(self) -> dict[str, str]:
        """What our machine sees there."""
        found: dict[str, str] = self.node.do("seen", person=self.there["person"], hat=self.there["hat"])
        return found

    def peer(self) -> Peer:
        """What is known of the peer here."""
        with self.acting(HERE):
            return Peer.objects.get(id=self.turn.peer)


@pytest.fixture
def linked(acting: Any, there: Node, line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Linked]:
    """The two, linked: here reads there, and sends on demand."""
    monkeypatch.setattr(client, "reach", lambda: NEAR)
    name = f"Here {uuid4().hex[:8]}"
    counterpart = there.do("link", by=THERE, name=name, root=line.root, token="none", pulls=False, pushes=False)
    with acting(HERE) as actor:
        said = actions.Link("There", line.root, counterpart["token"], pulls=True, pushes=True)
        at = now()
        peer = actions.link(said, verified=True, language="en", at=at)
        _row, secret = tokens.make(
            person=peer.person_id, hat=peer.hat_id, name="test", scopes=[tokens.EXCHANGE],
            expires=at + tokens.USUAL, by=actor.person, at=at,
        )  # fmt: skip
    yield Linked(Turn(peer.id, peer.person_id, peer.hat_id), counterpart, line, there, acting, secret)
    there.do("end", by=THERE, peer=counterpart["peer"])


@pytest.fixture
def there_owner(there: Node) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the tables there."""
    with there.installation.owner() as connection:
        yield connection
