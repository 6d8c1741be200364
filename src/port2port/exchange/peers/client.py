"""Asking another node by TAXII 2.1 (OASIS, sections 4 and 5): over checked addresses, one page at a time, bounded.

Whatever the other side does, a page has at most LONGEST bytes and a request ends within its deadline; a redirect is
followed nowhere. What it sends is handed on as it came: who reads it takes it for hostile.
"""

import ssl
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from http import HTTPStatus
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from django.conf import settings

from port2port.alerts.channels.line import FAILURES, Reach, TooLong, code_of, connected
from port2port.exchange.inbound.checking import MOST_OBJECTS, crowded
from port2port.exchange.node import HEADER, said_node
from port2port.exchange.taxii.asking import BadRequest, moment, written
from port2port.exchange.taxii.media import TYPE

LONGEST = 16_000_000  # bytes of an answer
SECONDS = 30.0  # for a request, from looking the name up to the last byte
LONGEST_NEXT = 2_000  # characters of what leads to the next page
LAST = "X-TAXII-Date-Added-Last"  # section 3.4


class Failed(Exception):
    """The other side was not reached, or answered what cannot be used; `code` holds no text of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Place:
    """Where a peer is, and by which token it lets us in. `tls`: with which certificates, if not the machine's."""

    root: str
    collection: str
    token: str
    tls: ssl.SSLContext | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Page:
    """Objects as they came, what leads on, when the last of them was added there, and which node says so."""

    objects: list[bytes]
    more: bool
    following: str
    last: datetime | None
    node: UUID | None


@dataclass(frozen=True)
class Sent:
    """What became of objects that were sent: how many were not taken, and the node that says so."""

    refused: int
    node: UUID | None


class Collection(msgspec.Struct, frozen=True):
    """A collection as a peer describes it (section 5.2.1)."""

    can_read: bool
    can_write: bool


class _Envelope(msgspec.Struct, frozen=True):
    more: bool = False
    next: str = ""
    objects: list[msgspec.Raw] = []


class _Status(msgspec.Struct, frozen=True):
    failure_count: int = 0


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Message
    body: bytes


def reach() -> Reach:
    """Return what the settings let us reach, as for webhooks, with time for a whole page."""
    return Reach(allow_private=settings.OPTIONS.allow_private_receivers, seconds=SECONDS)


def page(there: Place, *, after: datetime | None, following: str, size: int, reach: Reach) -> Page:
    """Return a page of what a peer has. Raises Failed; its code is "too-long" for one that a smaller page may mend."""
    query = {"limit": str(size)}
    if after is not None:
        query["added_after"] = written(after)
    if following:
        query["next"] = following
    found = _ask("GET", f"{_objects(there)}?{urlencode(query)}", there, b"", reach)
    if crowded(found.body):
        raise Failed("envelope")
    try:
        envelope = msgspec.json.decode(found.body, type=_Envelope)
        last = moment(LAST, found.headers[LAST]) if LAST in found.headers else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, BadRequest) as error:
        raise Failed("envelope") from error
    if len(envelope.objects) > MOST_OBJECTS or len(envelope.next) > LONGEST_NEXT:
        raise Failed("envelope")
    if envelope.more and not envelope.next:
        raise Failed("endless")
    return Page([bytes(one) for one in envelope.objects], envelope.more, envelope.next, last, said_node(found.headers))


def send(there: Place, bodies: list[bytes], *, node: UUID, reach: Reach) -> Sent:
    """Send objects to a peer and return what became of them. Raises Failed."""
    body = b'{"objects":[' + b",".join(bodies) + b"]}"
    found = _ask("POST", _objects(there), there, body, reach, node=node)
    try:
        return Sent(msgspec.json.decode(found.body, type=_Status).failure_count, said_node(found.headers))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Failed("envelope") from error


def check(there: Place, *, reach: Reach) -> Collection:
    """Ask a peer for the collection itself, and return what it says we may do there. Raises Failed."""
    found = _ask("GET", _collection(there), there, b"", reach)
    try:
        return msgspec.json.decode(found.body, type=Collection)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Failed("collection") from error


def _collection(there: Place) -> str:
    return f"{there.root.rstrip('/')}/collections/{quote(there.collection, safe='')}/"


def _objects(there: Place) -> str:
    return f"{_collection(there)}objects/"


def _ask(method: str, url: str, there: Place, body: bytes, reach: Reach, *, node: UUID | None = None) -> _Answer:
    headers = {
        "User-Agent": "port2port", "Connection": "close", "Accept": TYPE, "Authorization": f"Bearer {there.token}",
    }  # fmt: skip
    if there.tls is not None:
        reach = replace(reach, tls=there.tls)
    if body:
        headers |= {"Content-Type": TYPE, HEADER: str(node)}
    try:
        with connected(url, reach=reach, longest=LONGEST) as (connection, place):
            connection.request(method, place.place.path, body or None, {"Host": place.place.authority, **headers})
            answer = connection.getresponse()
            found = _Answer(answer.status, answer.headers, answer.read())
    except TooLong:
        raise Failed("too-long") from None
    except FAILURES as problem:
        raise Failed(code_of(problem)) from problem
    if not HTTPStatus.OK <= found.status < HTTPStatus.MULTIPLE_CHOICES:
        raise Failed(f"http.{found.status}")
    return found


def at_inbox(there: Place, inbox: str) -> Place:
    """Return the collection of the same peer to which is sent."""
    return replace(there, collection=inbox)
