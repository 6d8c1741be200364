"""What administrators do with other nodes: link with one, change it, let everything be read again, end it."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.base import journal, rows
from port2port.base.errors import Invalid, Problem
from port2port.exchange.certificates import typed_problems
from port2port.exchange.models import Peer
from port2port.exchange.peers import client
from port2port.exchange.peers.queries import peer as peer_of
from port2port.exchange.peers.sealing import seal
from port2port.exchange.peers.testing import QUEUE, TEST
from port2port.exchange.peers.turns import walk_again
from port2port.members import machines
from port2port.members.acting import action
from port2port.members.people_queries import administrator

LONGEST_NAME, LONGEST_COLLECTION, LONGEST_TOKEN = 80, 80, 500
MOST = 20  # peers of an organisation
TOKEN = re.compile(r"[!-~]+")  # what may stand in a header
PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Link:
    """Where a peer is and what goes there. `token`: theirs for us; empty when it stays as it is.

    `certificate`: ours for them with its chain (PEM), or ""; `key`: its private key, empty when it stays as it is;
    `trust`: the certificates that theirs must lead to or be, or "" for those that this machine trusts.
    """

    name: str
    root: str
    token: str
    pulls: bool
    pushes: bool
    collection: str = "all"
    inbox: str = "inbox"
    certificate: str = ""
    key: str = ""
    trust: str = ""


@action
def link(said: Link, *, verified: bool, language: str, at: datetime) -> Peer:
    """Link with another node, and return the peer. A machine of the organisation is made that acts for it here.

    `verified`: an administrator checked where its data goes, so that it may have TLP:AMBER. Raises Refused, Invalid.
    """
    actor = administrator()
    problems = _problems(said, None)
    if not said.token:
        problems.append(Problem("token", _("Give the token that they made for you.")))
    if Peer.objects.count() >= MOST:
        problems.append(Problem("name", _("Your organisation is linked with enough nodes. End one first.")))
    if problems or actor.organisation is None:
        raise Invalid(problems)
    machine = machines.make(
        name=said.name, organisation=actor.organisation, language=language, verified=verified, by=actor.person, at=at
    )
    made = Peer(
        organisation_id=actor.organisation, person_id=machine.person_id, hat_id=machine.id, name=said.name.strip(),
        root=said.root, collection=said.collection, inbox=said.inbox, secret=seal(said.token), pulls=said.pulls,
        pushes=said.pushes, made_by_id=actor.person, made_at=at, due_at=at, certificate=said.certificate.strip(),
        key=seal(said.key) if said.key else None, trust=said.trust.strip(),
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("peer.made", kind="peer", at=at, peer=made.id, pulls=said.pulls, pushes=said.pushes)
    return made


@action
def change(identifier: UUID, said: Link, *, at: datetime) -> Peer:
    """Change where a peer is and what goes there, and let it be tried at once. Raises Refused, NotFound, Invalid."""
    administrator()
    peer = peer_of(identifier)
    problems = _problems(said, peer)
    if problems:
        raise Invalid(problems)
    moved = (peer.root, peer.collection) != (said.root, said.collection)
    peer.name, peer.root, peer.collection, peer.inbox = said.name.strip(), said.root, said.collection, said.inbox
    peer.pulls, peer.pushes, peer.due_at = said.pulls, said.pushes, at
    peer.certificate, peer.trust = said.certificate.strip(), said.trust.strip()
    if said.token:
        peer.secret = seal(said.token)
    if said.key or not peer.certificate:
        peer.key = seal(said.key) if peer.certificate else None
    if moved:
        walk_again(peer)
    peer.save(
        update_fields=["name", "root", "collection", "inbox", "pulls", "pushes", "due_at", "secret", "walk", "walking",
                       "after", "following", "reached", "certificate", "key", "trust"]
    )  # fmt: skip
    journal.write("peer.changed", kind="peer", at=at, peer=peer.id, pulls=said.pulls, pushes=said.pushes)
    return peer


@action
def pause(identifier: UUID, *, paused: bool, at: datetime) -> Peer:
    """Let nothing come or go with a peer, nor its tokens open anything, or let it go on where it was.

    Raises Refused, NotFound.
    """
    administrator()
    peer = peer_of(identifier)
    peer.paused_at, peer.due_at = (at if paused else None), at
    peer.save(update_fields=["paused_at", "due_at"])
    machines.pause(peer.hat, paused=paused, at=at)
    journal.write("peer.paused" if paused else "peer.resumed", kind="peer", at=at, peer=peer.id)
    return peer


@action
def test(identifier: UUID, *, at: datetime) -> Peer:
    """Let the worker try the connection, also while the link is paused; asked twice, it is tried once.

    Raises Refused, NotFound.
    """
    administrator()
    peer = peer_of(identifier)
    lock = f"exchange.test:{peer.id}"
    with connection.cursor() as cursor:  # a second one would break the transaction: look first
        cursor.execute("select 1 from procrastinate_jobs where queueing_lock = %s and status = 'todo'", [lock])
        waits = cursor.fetchone()
    if not waits:
        with suppress(AlreadyEnqueued):
            job = app.configure_task(TEST, queue=QUEUE, queueing_lock=lock)
            job.defer(request=str(peer.id))
    journal.write("peer.tested", kind="peer", at=at, peer=peer.id)
    return peer


@action
def read_again(identifier: UUID, *, at: datetime) -> Peer:
    """Let a peer be tried at once, and all that it has be read again. Raises Refused, NotFound."""
    administrator()
    peer = peer_of(identifier)
    walk_again(peer)
    peer.due_at = at
    peer.save(update_fields=["walk", "walking", "after", "following", "reached", "due_at"])
    journal.write("peer.read_again", kind="peer", at=at, peer=peer.id)
    return peer


@action
def end(identifier: UUID, *, at: datetime) -> None:
    """End a link: its machine is taken out with its tokens, and what it sent goes. Reports made of it stay.

    Raises Refused, NotFound.
    """
    actor = administrator()
    peer = peer_of(identifier)
    hat = peer.hat
    rows.delete(Peer, peer.id)
    if actor.organisation is not None and any(one.id == hat.id for one in machines.current(actor.organisation)):
        machines.remove(hat, heir=actor.person)
    journal.write("peer.ended", kind="peer", at=at, peer=identifier)


def _problems(said: Link, peer: Peer | None) -> list[Problem]:
    problems = []
    name = said.name.strip()
    if not name or len(name) > LONGEST_NAME:
        problems.append(Problem("name", _("Give the node a name of up to 80 characters.")))
    if any(one.name == name and one != peer for one in Peer.objects.all()):
        problems.append(Problem("name", _("There is a link of this name.")))
    try:
        read_place(said.root, allow_private=client.reach().allow_private)
    except Forbidden:
        problems.append(Problem("root", _("Give the https address of its TAXII root, on the internet.")))
    if "?" in said.root:
        problems.append(Problem("root", _("Give the https address of its TAXII root, on the internet.")))
    for field, value in (("collection", said.collection), ("inbox", said.inbox)):
        if len(value) > LONGEST_COLLECTION or not PLAIN.fullmatch(value):
            problems.append(Problem(field, _("Give the id of a collection.")))
    kept = peer.certificate if peer is not None else ""
    problems += typed_problems(said.certificate.strip(), said.key, said.trust.strip(), kept=kept)
    if said.token and (len(said.token) > LONGEST_TOKEN or not TOKEN.fullmatch(said.token)):
        problems.append(Problem("token", _("This is no token.")))
    return problems
