"""The API of other nodes: which there are, how it stands with each, and what administrators do. It only translates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status

from port2port.base.clock import now
from port2port.exchange.certificates import LONGEST_PEM
from port2port.exchange.models import Peer
from port2port.exchange.peers import actions, queries, words
from port2port.exchange.peers.actions import LONGEST_COLLECTION, LONGEST_NAME, LONGEST_TOKEN, Link
from port2port.exchange.peers.forms import LONGEST_ADDRESS
from port2port.members.acting import current_actor
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems

router = Router(tags=["exchange"])
SHOWN = 20
SAME = ("id", "name", "root", "collection", "inbox", "pulls", "pushes", "certificate", "trust",
        "node", "tested_at", "seen_at", "tried_at", "problem",
        "failures", "held", "came", "known", "withdrawn", "sent", "sent_to")  # fmt: skip


class PeerIn(Strict):
    """A node to link with."""

    name: str = Field(max_length=LONGEST_NAME)
    root: str = Field(max_length=LONGEST_ADDRESS, description="Address of its TAXII root")
    token: str = Field(max_length=LONGEST_TOKEN, description="Their token for us; kept sealed, never given back")
    pulls: bool = Field(True, description="Read from it")
    pushes: bool = Field(False, description="Send to it what its machine here sees")
    collection: str = Field("all", max_length=LONGEST_COLLECTION)
    inbox: str = Field("inbox", max_length=LONGEST_COLLECTION)
    certificate: str = Field("", max_length=LONGEST_PEM, description="Ours for them, with its chain, in PEM form")
    key: str = Field("", max_length=LONGEST_PEM, description="Its private key; kept sealed, never given back")
    trust: str = Field("", max_length=LONGEST_PEM, description="What theirs must lead to or be; empty: as this machine")
    verified: bool = Field(False, description="You checked where its data goes: it may have TLP:AMBER for a year")


class PeerChange(Strict):
    """What is to change of a link; what is left out stays."""

    name: str | None = Field(None, max_length=LONGEST_NAME)
    root: str | None = Field(None, max_length=LONGEST_ADDRESS)
    token: str | None = Field(None, max_length=LONGEST_TOKEN)
    pulls: bool | None = None
    pushes: bool | None = None
    collection: str | None = Field(None, max_length=LONGEST_COLLECTION)
    inbox: str | None = Field(None, max_length=LONGEST_COLLECTION)
    certificate: str | None = Field(None, max_length=LONGEST_PEM)
    key: str | None = Field(None, max_length=LONGEST_PEM)
    trust: str | None = Field(None, max_length=LONGEST_PEM)
    paused: bool | None = None


class PeerReason(Strict):
    """Why objects were refused, and how often."""

    reason: str
    number: int


class PeerRefusal(Strict):
    """An object that was refused."""

    at: datetime
    stix_id: str
    reason: str


class PeerWithdrawn(Strict):
    """What its node withdrew after a report had been made of it here."""

    stix_id: str
    report: UUID
    url: str


class PeerOut(Strict):
    """A link with another node, and how it stands."""

    id: UUID
    url: str
    name: str
    root: str
    collection: str
    inbox: str
    pulls: bool
    pushes: bool
    paused: bool
    machine: UUID = Field(description="The machine that acts for it here: its tokens let the other node in")
    certificate: str
    trust: str
    tested_at: datetime | None = Field(description="When the connection was last tried on demand")
    test: str = Field(description="Code of what came of it; fine: it works", examples=["fine", "http.401"])
    test_says: str = Field(description="The same in words")
    node: UUID | None = Field(description="The id by which it was met first")
    seen_at: datetime | None
    tried_at: datetime | None
    problem: str = Field(description="Code of what is wrong, empty when nothing is", examples=["http.401"])
    says: str = Field(description="The same in words")
    failures: int = Field(description="Failed tries in a row")
    behind_since: datetime | None = Field(description="When what was read last came there, while there is more")
    held: int
    came: int
    known: int
    withdrawn: int
    sent: int
    sent_to: datetime | None
    refused: list[PeerReason]
    last_refused: list[PeerRefusal]
    withdrawn_reports: list[PeerWithdrawn]


class PeerList(Strict):
    """The nodes that your organisation is linked with."""

    items: list[PeerOut]


def _out(one: Peer) -> dict[str, Any]:
    rows = queries.withdrawn_reports(one, SHOWN)
    return {name: getattr(one, name) for name in SAME} | {
        "url": reverse("api-1:peer", args=[one.id]),
        "machine": one.person_id,
        "paused": one.paused_at is not None,
        "says": str(words.problem(one.problem)),
        "test": one.test_code,
        "test_says": str(words.problem(one.test_code)),
        "behind_since": queries.waits_since(one),
        "refused": [{"reason": reason, "number": number} for reason, number in words.reasons(one)],
        "last_refused": [
            {"at": bad.at, "stix_id": bad.stix_id, "reason": bad.reason}
            for bad in words.last_refused(queries.refusals(one, SHOWN))
        ],
        "withdrawn_reports": [
            {"stix_id": row.stix_id, "report": row.report_id, "url": reverse("api-1:report", args=[row.report_id])}
            for row in rows
        ],
    }


@router.get(
    "/peers", response={200: PeerList} | problems(), url_name="peers", operation_id="list_peers",
    summary="Other nodes that your organisation is linked with",
)  # fmt: skip
def list_peers(request: HttpRequest) -> Any:
    """Return them by name, for who looks after records or administers. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_out(one) for one in queries.peers()]}


@router.post(
    "/peers", response={201: PeerOut} | problems(), url_name="peers", operation_id="link_peer",
    summary="Link with another node",
)  # fmt: skip
def link_peer(request: HttpRequest, said: PeerIn) -> Any:
    """Link with a node; a machine is made that acts for it here. Scope: administer."""
    needs(request, "administer")
    wanted = said.dict()
    verified = wanted.pop("verified")
    made = actions.link(Link(**wanted), verified=verified, language=current_actor().language, at=now())
    return Status(201, _out(made))


@router.get(
    "/peers/{uuid:peer}", response={200: PeerOut} | problems(404), url_name="peer", operation_id="get_peer",
    summary="How it stands with another node",
)  # fmt: skip
def get_peer(request: HttpRequest, peer: UUID) -> Any:
    """Return when it was last met, how far behind we are, what was refused and why. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(queries.peer(peer))


@router.patch(
    "/peers/{uuid:peer}", response={200: PeerOut} | problems(404), url_name="peer", operation_id="change_peer",
    summary="Change a link, pause it or let it go on",
)  # fmt: skip
def change_peer(request: HttpRequest, peer: UUID, said: PeerChange) -> Any:
    """Change what is given; it is tried again at once. Scope: administer."""
    needs(request, "administer")
    found = queries.peer(peer)
    names = ("name", "root", "pulls", "pushes", "collection", "inbox", "certificate", "trust")
    given = said.dict(exclude_none=True)
    paused = given.pop("paused", None)
    if given:
        before = {one: getattr(found, one) for one in names} | {"token": "", "key": ""}
        found = actions.change(peer, Link(**(before | given)), at=now())
    if paused is not None:
        found = actions.pause(peer, paused=paused, at=now())
    return _out(found)


@router.delete(
    "/peers/{uuid:peer}", response={204: None} | problems(404), url_name="peer", operation_id="end_peer",
    summary="End a link",
)  # fmt: skip
def end_peer(request: HttpRequest, peer: UUID) -> Any:
    """End it: its machine goes with its tokens, and what it sent; reports made of it stay. Scope: administer."""
    needs(request, "administer")
    actions.end(peer, at=now())
    return Status(204, None)


@router.post(
    "/peers/{uuid:peer}/reading", response={200: PeerOut} | problems(404), url_name="peer_reading",
    operation_id="read_peer_again", summary="Let everything be read again",
)  # fmt: skip
def read_peer_again(request: HttpRequest, peer: UUID) -> Any:
    """Read all that it has again: what is gone there goes here, what we may see since comes. Scope: administer."""
    needs(request, "administer")
    return _out(actions.read_again(peer, at=now()))


@router.post(
    "/peers/{uuid:peer}/test", response={202: PeerOut} | problems(404), url_name="peer_test", operation_id="test_peer",
    summary="Let the connection be tried",
)  # fmt: skip
def test_peer(request: HttpRequest, peer: UUID) -> Any:
    """Let it be tried within seconds; what came of it stands in `test`, with `tested_at`. Scope: administer."""
    needs(request, "administer")
    return Status(202, _out(actions.test(peer, at=now())))
