"""A hand on another node: a process there that does what the tests ask, one JSON object a line, by the real actions.

`python -m tests.exchange.federation.hand` with the environment of that node.
"""

import json
import sys
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection, connections  # noqa: E402 - the settings come first

from port2port.alerts.channels.line import Reach  # noqa: E402
from port2port.base.clock import now  # noqa: E402
from port2port.exchange.models import Inbound, Peer  # noqa: E402
from port2port.exchange.peers import actions, client  # noqa: E402
from port2port.exchange.store.queries import Asked, page  # noqa: E402
from port2port.exchange.store.rendering import render_network  # noqa: E402
from port2port.members import tokens  # noqa: E402
from port2port.members.acting import acting_as, acting_as_system  # noqa: E402
from port2port.members.models import Account  # noqa: E402
from port2port.reports.actions import withdraw_report  # noqa: E402
from port2port.reports.observable_actions import add_observables  # noqa: E402
from port2port.reports.observables.normal import normalised  # noqa: E402
from port2port.sharing import actions as sharing  # noqa: E402
from port2port.sharing import audiences  # noqa: E402
from port2port.sharing.models import Record  # noqa: E402
from port2port.sharing.tlp import Tlp  # noqa: E402
from tests.exchange.rendered import render  # noqa: E402
from tests.reports.writing import report  # noqa: E402

client.reach = lambda: Reach(allow_private=True, seconds=20)  # the nodes of the tests are on this machine
SHOWN = 5000


def member(email: str) -> Any:
    """Return a context in which one of the cast acts."""
    with acting_as_system("identity"):
        person = Account.objects.get(email=email).person_id
    with acting_as_system("identity"), connection.cursor() as cursor:
        cursor.execute("select hat from members_hats(%s) limit 1", [person])
        (hat,) = cursor.fetchone()
    return acting_as(person, hat)


def share(*, by: str, to: str, tlp: str, text: str, containers: list[str]) -> str:
    """Share a report and render it."""
    with member(by):
        seen = [normalised("container", one) for one in containers]
        made = report(to, tlp=Tlp[tlp], text=text, observables=seen).record_id
    render()
    return str(made)


def add(*, by: str, record: str, containers: list[str]) -> None:
    """Change a report: it was seen on more containers."""
    with member(by):
        add_observables(UUID(record), observables=[normalised("container", one) for one in containers], at=now())
    render()


def withdraw(*, by: str, record: str) -> None:
    """Withdraw a report."""
    with member(by):
        withdraw_report(UUID(record), reason="mistake", at=now())
    render()


def narrow(*, by: str, record: str) -> None:
    """Take a report back to its author."""
    with member(by) as actor:
        found = Record.objects.get(id=record)
        kept = (actor.person,)
        sharing.narrow(found, keep=audiences.Audience(kept, kept, Tlp(found.tlp)), at=now())
    render()


def network() -> None:
    """Render what everybody knows."""
    with acting_as_system("worker"):
        render_network(at=now())


def link(*, by: str, name: str, root: str, token: str, pulls: bool, pushes: bool) -> dict[str, str]:
    """Link with another node; return the peer and a token for that one."""
    with member(by) as actor:
        said = actions.Link(name, root, token, pulls, pushes)
        peer = actions.link(said, verified=True, language="en", at=now())
        at = now()
        _row, secret = tokens.make(
            person=peer.person_id, hat=peer.hat_id, name="test", scopes=["read", "report"],
            expires=at + tokens.USUAL, by=actor.person, at=at,
        )  # fmt: skip
    return {"peer": str(peer.id), "token": secret, "person": str(peer.person_id), "hat": str(peer.hat_id)}


def end(*, by: str, peer: str) -> None:
    """End a link."""
    with member(by):
        actions.end(UUID(peer), at=now())


def seen(*, person: str, hat: str) -> dict[str, str]:
    """Return what a machine sees of records here, by id."""
    with acting_as(UUID(person), UUID(hat)):
        rows, _following = page(Asked(), size=SHOWN)
    return {row.stix_id: row.body for row in rows if row.record is not None}


def held(*, by: str) -> dict[str, str]:
    """Return what others sent here and is not withdrawn, by id."""
    with member(by):
        return dict(Inbound.objects.filter(revoked=False).order_by("version").values_list("stix_id", "body"))


def status(*, by: str, peer: str) -> dict[str, Any]:
    """Return what is known of a peer here."""
    with member(by):
        found = Peer.objects.get(id=peer)
        return {"came": found.came, "refused": found.refused, "node": str(found.node), "withdrawn": found.withdrawn}


DOES = {one.__name__: one for one in (share, add, withdraw, narrow, network, link, end, seen, held, status)}


def main() -> None:
    """Do what is asked, until nothing is."""
    for line in sys.stdin:
        asked = json.loads(line)
        done = DOES[asked.pop("do")](**asked)
        connections.close_all()
        print(json.dumps({"done": done}), flush=True)


if __name__ == "__main__":
    main()
