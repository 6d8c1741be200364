"""What administrators do with TAK servers: take one on, change it, pause it, try it at once, take it off."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.base import journal, rows
from port2port.base.errors import Invalid, Problem
from port2port.exchange.certificates import read_chain, typed_problems
from port2port.exchange.models import TakServer
from port2port.exchange.peers import client
from port2port.exchange.peers.sealing import seal
from port2port.exchange.tak import queries
from port2port.exchange.tak.line import PORTS, url_of
from port2port.members import machines
from port2port.members.acting import action
from port2port.members.people_queries import administrator
from port2port.sharing.tlp import Tlp

LONGEST_NAME, LONGEST_ADDRESS = 80, 260
MOST = 5  # servers of an organisation
WIDEST = (Tlp.CLEAR, Tlp.GREEN)  # a TAK server shows what it has to everybody on it


@dataclass(frozen=True)
class Target:
    """A TAK server: where (host and port), up to which mark, and by what both sides know each other (PEM).

    `key`: empty when it stays as it is.
    """

    name: str
    address: str
    certificate: str
    key: str
    ca: str = ""
    tlp: Tlp = Tlp.GREEN


@action
def add(said: Target, *, language: str, at: datetime) -> TakServer:
    """Take a TAK server on, with a machine of the organisation whose sight it has. Raises Refused, Invalid."""
    actor = administrator()
    problems = _problems(said, None)
    if TakServer.objects.count() >= MOST:
        problems.append(Problem("name", _("Your organisation has enough TAK servers. Take one off first.")))
    if problems or actor.organisation is None:
        raise Invalid(problems)
    machine = machines.make(
        name=said.name, organisation=actor.organisation, language=language, verified=False, by=actor.person, at=at
    )
    made = TakServer(
        organisation_id=actor.organisation, person_id=machine.person_id, hat_id=machine.id, name=said.name.strip(),
        address=said.address.strip(), tlp=said.tlp, language=language, ca=said.ca.strip(),
        certificate=said.certificate.strip(), secret=seal(said.key), ends_at=_ends_at(said),
        made_by_id=actor.person, made_at=at, due_at=at,
    )  # fmt: skip
    TakServer.objects.bulk_create([made])
    journal.write("tak.made", kind="tak", at=at, server=made.id, tlp=int(said.tlp))
    return queries.server(made.id)


@action
def change(identifier: UUID, said: Target, *, at: datetime) -> TakServer:
    """Change where a TAK server is, what it gets and by what both sides know each other, and let it be tried at once.

    Raises Refused, NotFound, Invalid.
    """
    administrator()
    found = queries.server(identifier)
    problems = _problems(said, found)
    if problems:
        raise Invalid(problems)
    found.name, found.address, found.tlp, found.ca = said.name.strip(), said.address.strip(), said.tlp, said.ca.strip()
    found.certificate, found.ends_at, found.due_at = said.certificate.strip(), _ends_at(said), at
    changed = ["name", "address", "tlp", "ca", "certificate", "ends_at", "due_at"]
    if said.key:
        found.secret = seal(said.key)
        changed.append("secret")
    found.save(update_fields=changed)
    journal.write("tak.changed", kind="tak", at=at, server=identifier, tlp=int(said.tlp))
    return found


@action
def pause(identifier: UUID, *, paused: bool, at: datetime) -> TakServer:
    """Send nothing to a TAK server, or go on. Raises Refused, NotFound."""
    administrator()
    found = queries.server(identifier)
    found.paused_at, found.due_at = (at if paused else None), at
    found.save(update_fields=["paused_at", "due_at"])
    journal.write("tak.paused" if paused else "tak.resumed", kind="tak", at=at, server=identifier)
    return found


@action
def try_now(identifier: UUID, *, at: datetime) -> TakServer:
    """Let a TAK server be tried at once. Raises Refused, NotFound."""
    administrator()
    found = queries.server(identifier)
    found.due_at = at
    found.save(update_fields=["due_at"])
    return found


@action
def remove(identifier: UUID, *, at: datetime) -> None:
    """Take a TAK server off, with its machine. What it shows is stale within minutes. Raises Refused, NotFound."""
    actor = administrator()
    found = queries.server(identifier)
    hat = found.hat
    rows.delete(TakServer, identifier)
    if actor.organisation is not None and any(one.id == hat.id for one in machines.current(actor.organisation)):
        machines.remove(hat, heir=actor.person)
    journal.write("tak.removed", kind="tak", at=at, server=identifier)


def _ends_at(said: Target) -> datetime:
    return read_chain(said.certificate)[0].not_valid_after_utc


def _problems(said: Target, server: TakServer | None) -> list[Problem]:
    problems = []
    name = said.name.strip()
    if not name or len(name) > LONGEST_NAME:
        problems.append(Problem("name", _("Give the server a name of up to 80 characters.")))
    if any(one.name == name and one != server for one in queries.servers()):
        problems.append(Problem("name", _("There is a server of this name.")))
    if said.tlp not in WIDEST:
        problems.append(Problem("tlp", _("A TAK server gets TLP:CLEAR and TLP:GREEN: all who are on it see it.")))
    try:
        place = read_place(url_of(said.address.strip()), allow_private=client.reach().allow_private, ports=PORTS)
    except Forbidden:
        place = None
    if place is None or place.path != "/" or len(said.address) > LONGEST_ADDRESS:
        problems.append(Problem("address", _("Give host and port, such as tak.example:8089, on the internet.")))
    kept = server.certificate if server is not None else ""
    return problems + typed_problems(
        said.certificate.strip(), said.key, said.ca.strip(), kept=kept, needed=True, trust_field="ca"
    )
