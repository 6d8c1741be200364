"""A node, a mapping and mail of the demo: invented, and they say so; the node is paused, so that nobody is asked."""

from datetime import datetime

from port2port.exchange.files.actions import keep_mapping
from port2port.exchange.files.mapping import read_mapping
from port2port.exchange.files.models import FileMapping
from port2port.exchange.mail.actions import keep_letter, renew_address
from port2port.exchange.mail.models import MailDesk
from port2port.exchange.mail.reading import read_message
from port2port.exchange.models import Peer
from port2port.exchange.peers.actions import Link, link, pause
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.cast import cast_member

WHO = "admin@antwerp.demo"
NODE = Link(
    "Neighbouring ports (invented)", "https://node.example/taxii2/p2p/", "invented-token", pulls=True, pushes=False
)
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
    """Link with an invented node, unless there is any, and pause the link. Returns how many."""
    with acting_as(*cast_member(WHO)):
        if Peer.objects.exists():
            return 0
        made = link(NODE, verified=False, language="en", at=at)
        pause(made.id, paused=True, at=at)
    return 1
