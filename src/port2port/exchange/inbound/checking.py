"""What others send, looked at before it is kept: hostile until it is known to be what it says. Pure.

Each object is judged by itself, as TAXII 2.1 asks (section 3.7): a bad one is refused with a reason, the rest is kept.
What is kept is kept byte for byte, with properties that nobody here knows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID as Uuid

import msgspec
from django.utils.translation import gettext as _

from port2port.base.errors import Port2PortError
from port2port.exchange.stix.extensions import ORIGIN
from port2port.exchange.stix.markings import TLP_OF
from port2port.exchange.taxii.asking import BadRequest
from port2port.sharing.tlp import Tlp

MOST_OBJECTS = 5_000  # in one request
LONGEST = 256_000  # bytes of one object
DEEPEST = 32  # objects and lists within each other
MOST_PARTS = 1_000_000  # commas in what came together
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
IDENTIFIER = re.compile(rf"(?P<kind>[a-z][a-z0-9-]{{1,58}}[a-z0-9])--{UUID}")
NOTHING = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # U+0000 as JSON writes it, and not a backslash before "u0000"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
STIX_VERSION = "2.1"
UNMARKED = Tlp.AMBER_STRICT  # TLP 2.0, when in doubt


class TooMuch(Port2PortError):
    """More objects than are taken in one request (TAXII 2.1: 413)."""

    status = 413
    code = "too-large"


class Envelope(msgspec.Struct, frozen=True):
    """An envelope of TAXII, or a bundle of STIX: of both only the objects are looked at."""

    objects: list[msgspec.Raw] = []


@dataclass(frozen=True)
class Origin:
    """Where an object says that it comes from: the node, the record there, and until when it may be kept."""

    node: Uuid
    record: Uuid
    keep_until: datetime


@dataclass(frozen=True)
class Taken:
    """An object that is kept. `version`: None for what has none."""

    stix_id: str
    kind: str
    version: datetime | None
    tlp: Tlp
    body: str
    origin: Origin | None = None
    revoked: bool = False


@dataclass(frozen=True)
class Bad:
    """An object that is not, as far as it could be read, and why."""

    stix_id: str
    message: str


class _Wrong(Exception):
    """Why an object is refused, in words."""


def opened(raw: bytes) -> list[bytes]:
    """Return the objects of what was sent, each as it stands. Raises BadRequest for what is no envelope, TooMuch."""
    if crowded(raw):
        raise TooMuch(_("There is too much in it. Send less at once."))
    try:
        envelope = msgspec.json.decode(raw, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(_("This is no envelope of STIX objects.")) from error
    if len(envelope.objects) > MOST_OBJECTS:
        raise TooMuch(_("Send at most 5,000 objects at once."))
    return [bytes(one) for one in envelope.objects]


def crowded(raw: bytes) -> bool:
    """Tell whether there may be so many objects that reading them apart takes far more memory than they are long.

    Ten megabytes of `1,1,1` are five million objects, of some seventy bytes each before one of them is looked at. No
    object of STIX is that short.
    """
    return raw.count(b",") > MOST_PARTS


def checked(objects: Iterable[bytes]) -> Iterator[Taken | Bad]:
    """Yield what becomes of each object. The same version of the same object twice: the first counts."""
    there: dict[tuple[str, datetime | None], str] = {}
    for raw in objects:
        one = check(raw)
        if isinstance(one, Taken):
            before = there.setdefault((one.stix_id, one.version), one.body)
            if before != one.body:
                one = Bad(one.stix_id, _("Another object of this id and version came before it."))
        yield one


def check(raw: bytes) -> Taken | Bad:
    """Return an object to be kept, or why it is not."""
    if len(raw) > LONGEST:
        return Bad("", _("It is longer than 256 kB."))
    try:
        body = raw.decode()
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Bad("", _("It is not valid JSON."))
    if not isinstance(found, dict):
        return Bad("", _("It is no object."))
    stix_id = found.get("id")
    if not isinstance(stix_id, str) or (parts := IDENTIFIER.fullmatch(stix_id)) is None:
        return Bad("", _("Its id is none of STIX 2.1."))
    try:
        if body.count("{") + body.count("[") > DEEPEST and not _shallow(found):
            raise _Wrong(_("It is nested too deeply."))
        if "\\u0000" in body and NOTHING.search(body):
            raise _Wrong(_("This holds characters that cannot be shown."))
        version, revoked = _version(found, parts["kind"]), found.get("revoked") is True
        return Taken(stix_id, parts["kind"], version, _tlp(found), body, _origin(found), revoked)
    except _Wrong as wrong:
        return Bad(stix_id, str(wrong))


def _version(found: dict[str, Any], kind: str) -> datetime | None:
    """Return the version of an object: `modified`, else `created`. Raises _Wrong for what contradicts the standard."""
    if found.get("type") != kind:
        raise _Wrong(_("Its id is of another type than it is."))
    if kind == "bundle":
        raise _Wrong(_("A bundle is no object. Send its objects."))
    dated = "created" in found or "modified" in found
    if found.get("spec_version", "" if dated else STIX_VERSION) != STIX_VERSION:
        raise _Wrong(_("It is of another version of STIX than 2.1."))
    if not dated:
        return None
    created = _moment(found.get("created"))
    modified = _moment(found["modified"]) if found.get("modified", found["created"]) != found["created"] else created
    if modified < created:
        raise _Wrong(_("It was modified before it was created."))
    return modified


def _moment(value: object) -> datetime:
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:  # 30 February
        pass
    raise _Wrong(_("Its times are none of STIX 2.1."))


def _origin(found: dict[str, Any]) -> Origin | None:
    """Return what our extension says of where it comes from. Raises _Wrong for one that says it in another way."""
    extensions = found.get("extensions")
    if not isinstance(extensions, dict) or ORIGIN.id not in extensions:
        return None
    try:
        said = extensions[ORIGIN.id]
        return Origin(Uuid(said["node"]), Uuid(said["record"]), _moment(said["keep_until"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _Wrong(_("What it says of its origin cannot be read.")) from None


def _tlp(found: dict[str, Any]) -> Tlp:
    """Return the narrowest mark that it, or a part of it, carries; AMBER+STRICT for what carries none."""
    refs = _texts(found.get("object_marking_refs", []))
    granular = found.get("granular_markings", [])
    if not isinstance(granular, list):
        raise _Wrong(_("Its markings cannot be read."))
    refs += [one.get("marking_ref", "") for one in granular if isinstance(one, dict)]
    marks = [TLP_OF[ref] for ref in refs if isinstance(ref, str) and ref in TLP_OF]
    return max(marks, default=UNMARKED)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong(_("Its markings cannot be read."))
    return list(value)


def _shallow(found: object) -> bool:
    """Tell whether nothing is nested deeper than DEEPEST; without calling itself, so that depth costs no stack."""
    waiting = [(found, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return False
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(value, depth + 1) for value in inner if isinstance(value, dict | list)]
    return True
