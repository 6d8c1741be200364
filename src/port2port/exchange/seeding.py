"""Systems, a mapping and mail of the demo: invented, and they say so. Node and TAK server are paused: the demo asks
nobody.
"""

from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from port2port.exchange.files.actions import keep_mapping
from port2port.exchange.files.mapping import read_mapping
from port2port.exchange.files.models import FileMapping
from port2port.exchange.mail.actions import keep_letter, renew_address
from port2port.exchange.mail.models import MailDesk
from port2port.exchange.mail.reading import read_message
from port2port.exchange.misp import groups
from port2port.exchange.models import Peer, TakServer
from port2port.exchange.peers.actions import Link, link, pause
from port2port.exchange.store import readings
from port2port.exchange.tak import actions as tak
from port2port.members import machines, tokens
from port2port.members.acting import acting_as, acting_as_system
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
SCREEN, SCREEN_AT = "Screen of the control room (invented)", "tak.example:8089"
A_YEAR = timedelta(days=365)
DESK = "pso@antwerp.demo"
MAPPING = {
    "partner": "Shipping police (invented)",
    "columns": [
        {"name": "PV-nummer", "field": "identifier"},
        {"name": "Datum", "field": "occurred_at"},
        {"name": "Uur", "field": "time"},
        {"name": "Haven", "field": "port"},
        {"name": "Soort", "field": "threat", "values": {"drugs": "drug_smuggling", "drone": "drone_misuse"}},
        {"name": "Omschrijving", "field": "text"},
    ],
    "constants": {"nature": "incident"},
}
SERVER = "mx.desk.example"
LETTERS = (
    f"""Authentication-Results: {SERVER}; spf=pass smtp.mailfrom=agent.example; dkim=pass header.d=agent.example
From: Night desk (invented) <night@agent.example>
Subject: Two men at the fence
Date: Sat, 21 Nov 2026 04:12:00 +0100
Message-ID: <invented-1@agent.example>
Content-Type: text/html; charset=utf-8

<p>Invented: two men stood at the fence of quay 2 for ten minutes and took pictures.</p>
<p>They left in a <b>grey van</b>. <a href="https://agent.example/pictures">The pictures</a></p>
""",
    f"""Authentication-Results: {SERVER}; spf=softfail smtp.mailfrom=mail.example; dmarc=fail header.from=mail.example
From: somebody@mail.example
Subject: You should know this
Date: Sun, 22 Nov 2026 22:40:00 +0100
Message-ID: <invented-2@mail.example>

Invented: somebody offers money for the number of a container.
""",
)


def seed_mapping(at: datetime) -> int:
    """Keep how an invented partner's files are read, unless there is any. Returns how many."""
    with acting_as(*cast_member(DESK)):
        if FileMapping.objects.exists():
            return 0
        keep_mapping(read_mapping(MAPPING), name="Shipping police (invented)", at=at)
    return 1


def seed_mail(at: datetime) -> int:
    """Make an address for mail, and let invented messages come to it, unless there is one. Returns how many."""
    with acting_as(*cast_member(WHO)):
        if MailDesk.objects.exists():
            return 0
        alias = renew_address(at=at).alias
    with acting_as_system("worker"):
        for text in LETTERS:
            keep_letter(alias, read_message(text.encode(), server=SERVER), at=at)
    return len(LETTERS)


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
            person=hat.person_id, hat=hat.id, name="TAXII", scopes=[tokens.EXCHANGE], expires=at + tokens.USUAL,
            by=actor.person, at=at,
        )  # fmt: skip
    with acting_as(hat.person_id, hat.id):
        for kind in ("report", "practice"):  # its administrator sees the practices alone
            found = Record.objects.filter(kind=kind).order_by("-at").values_list("id", flat=True)[:MOST_READ]
            for place, record in enumerate(found):
                readings.note([record], "stix", at=at - timedelta(hours=place))
    with acting_as(*cast_member(SHARER)):
        groups.say(group=GROUP, name=GROUP_NAME, circle=Circle.objects.get(slug="ports-and-police").id, at=at)
    return 1


def seed_tak(at: datetime) -> int:
    """Take an invented TAK server on, unless there is any, and pause it. Returns how many."""
    with acting_as(*cast_member(WHO)):
        if TakServer.objects.exists():
            return 0
        certificate, key = _invented_pair(at)
        made = tak.add(tak.Target(SCREEN, SCREEN_AT, certificate, key), language="en", at=at)
        tak.pause(made.id, paused=True, at=at)
    return 1


def _invented_pair(at: datetime) -> tuple[str, str]:
    """Return a certificate that nobody vouches for and its key, in PEM form."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + A_YEAR)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()
