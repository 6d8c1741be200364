"""What a MISP exports, read as STIX objects that the inbox takes: hostile until it is known to be what it says. Pure.

An event becomes an incident; what MISP names and we know, observables tied to it; all else is kept as it came, in
objects of the type `x-misp-attribute` and `x-misp-object` and in `x_misp`. An event is taken whole or not at all.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import msgspec
from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem
from port2port.exchange.inbound.checking import MOST_OBJECTS, UUID, Bad, TooMuch, check
from port2port.exchange.misp.templates import CONTAINER, FACILITY, INCIDENT, SEAL, VESSEL
from port2port.exchange.misp.widths import groups, listed, names, narrowest
from port2port.exchange.stix.extensions import MARITIME
from port2port.exchange.stix.ids import OURS
from port2port.exchange.stix.made import moment
from port2port.exchange.stix.markings import TLP_IDS, Stix
from port2port.exchange.stix.observables import observable
from port2port.exchange.stix.source import Seen
from port2port.reports.observables.normal import normalised
from port2port.reports.observables.refused import Unrecognised
from port2port.sharing.tlp import Tlp

MOST_EVENTS = 100
LONGEST_INFO, LONGEST_TEXT = 500, 20_000
LAST = 4_102_444_800  # 1 January 2100, in seconds since 1970
IDENTIFIER = re.compile(UUID)
GROUPS = "x_port2port_groups"  # of an incident: the sharing groups to which all of it is limited
# The kind of observable here, by the type of an attribute; a composite one says both its parts.
KINDS: Mapping[str, tuple[str, ...]] = {
    "ip-src": ("ip",),
    "ip-dst": ("ip",),
    "ip-src|port": ("ip", ""),
    "ip-dst|port": ("ip", ""),
    "domain": ("domain",),
    "hostname": ("domain",),
    "hostname|port": ("domain", ""),
    "domain|ip": ("domain", "ip"),
    "url": ("url",),
    "uri": ("url",),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512"), ("hash",)),
    **dict.fromkeys(("filename|md5", "filename|sha1", "filename|sha256", "filename|sha512"), ("", "hash")),
}
OWN: Mapping[tuple[str, str], str] = {
    (CONTAINER, "number"): "container",
    (SEAL, "mark"): "seal",
    (VESSEL, "imo"): "imo",
    (VESSEL, "mmsi"): "mmsi",
}
# What our own object of an incident says, by the name that it has in our extension of STIX.
SAID: Mapping[str, str] = {
    "nature": "nature",
    "threat": "threat",
    "severity": "severity",
    "occurred-at": "occurred_at",
    "occurred-precision": "occurred_precision",
    "phase": "phase",
    "substance": "substance",
    "origin-country": "origin_country",
}


@dataclass(frozen=True)
class Looked:
    """What would become of an event. `message`: why it is refused; empty: it is taken, as these objects."""

    uuid: str
    info: str
    tlp: Tlp
    observables: int = 0
    kept: int = 0
    message: str = ""
    objects: list[Stix] = field(default_factory=list)


class _Wrong(Exception):
    """Why an event is refused, in words."""


def looked(raw: bytes, known: Collection[str] = ()) -> list[Looked]:
    """Return what would become of each event of an export; `known`: sharing groups that are a circle here.

    Raises Invalid for what is no export, TooMuch.
    """
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid([Problem("file", _("This is no export of a MISP."))]) from error
    events = list(_events(found))
    if not events:
        raise Invalid([Problem("file", _("There is no MISP event in it."))])
    if len(events) > MOST_EVENTS:
        raise TooMuch(_("Send at most 100 events at once."))
    read: list[Looked] = []
    for event in events:
        one = _read(event, known)
        if one.uuid and one.uuid in {before.uuid for before in read}:
            one = Looked(one.uuid, one.info, one.tlp, message=_("The same event came before it."))
        read.append(one)
    if sum(len(one.objects) for one in read) > MOST_OBJECTS:
        raise TooMuch(_("There is too much in it for one time. Send fewer events."))
    return read


def _events(found: object) -> Iterator[Mapping[str, Any]]:
    """Yield events in the shapes that a MISP exports: one, a list, or the answer of a search."""
    if isinstance(found, dict) and isinstance(found.get("response"), list | dict):
        found = found["response"]
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and isinstance(one.get("Event"), dict):
            yield one["Event"]
        elif isinstance(one, dict) and "info" in one and "uuid" in one:
            yield one


def _read(event: Mapping[str, Any], known: Collection[str]) -> Looked:
    uuid, info = _text(event, "uuid").lower(), _text(event, "info")[:LONGEST_INFO]
    tlp = narrowest(event, known)
    try:
        if IDENTIFIER.fullmatch(uuid) is None:
            raise _Wrong(_("Its uuid is none."))
        if tlp == Tlp.RED:
            raise _Wrong(_("TLP:RED goes to named persons. Report it yourself, to them."))
        made = _Reading(event, f"incident--{uuid}", tlp)
        made.read()
        for one in made.objects.values():
            if isinstance(bad := check(msgspec.json.encode(one)), Bad):
                raise _Wrong(bad.message)
    except _Wrong as wrong:
        return Looked(uuid, info, tlp, message=str(wrong))
    return Looked(uuid, info, tlp, made.observables, made.kept, objects=list(made.objects.values()))


class _Reading:
    """An event while it is read. All of it is of the version of the event, so that one change changes all."""

    def __init__(self, event: Mapping[str, Any], incident: str, tlp: Tlp) -> None:
        self.event, self.incident = event, incident
        at = moment(_at(event))
        self.head = {
            "spec_version": "2.1", "created": at, "modified": at, "object_marking_refs": [TLP_IDS[tlp]],
        }  # fmt: skip
        self.objects: dict[str, Stix] = {}
        self.observables = self.kept = 0

    def read(self) -> None:
        """Make the objects."""
        self.add("incident", self.incident, **_incident(self.event))
        for attribute in listed(self.event, "Attribute"):
            self.attribute(attribute, "")
        for one in listed(self.event, "Object"):
            self.add("x-misp-object", self.id("x-misp-object", one), x_misp=_without(one, "Attribute"))
            for attribute in listed(one, "Attribute"):
                self.attribute(attribute, _text(one, "name"))

    def add(self, kind: str, identifier: str, **said: Any) -> None:
        """Add an object of this version; the first of an id counts."""
        self.objects.setdefault(identifier, {"type": kind, "id": identifier, **self.head, **said})

    def id(self, kind: str, part: Mapping[str, Any], more: str = "") -> str:
        """Return the id of a part: by its own uuid, or by its place among the others."""
        uuid = _text(part, "uuid").lower()
        if IDENTIFIER.fullmatch(uuid) is None or more:
            uuid = str(uuid5(OURS, f"{self.incident}|{uuid or len(self.objects)}|{more}"))
        return f"{kind}--{uuid}"

    def attribute(self, attribute: Mapping[str, Any], within: str) -> None:
        """Tie what is known to the incident; keep all else as it came."""
        found = [] if attribute.get("deleted") in (True, 1, "1") else list(_seen(attribute, within))
        if not found:
            self.kept += 1
            self.add("x-misp-attribute", self.id("x-misp-attribute", attribute), x_misp=attribute)
        for one in found:
            self.observables += one["id"] not in self.objects
            self.objects.setdefault(one["id"], one)
            self.add(
                "relationship",
                self.id("relationship", attribute, one["id"]),
                relationship_type="related-to",
                source_ref=self.incident,
                target_ref=one["id"],
                x_misp=attribute,
            )


def _seen(attribute: Mapping[str, Any], within: str) -> Iterator[Stix]:
    """Yield an attribute as observables of STIX, without a mark: the inbox holds those as AMBER+STRICT."""
    own = OWN.get((within, _text(attribute, "object_relation")))
    kinds = (own,) if own is not None else KINDS.get(_text(attribute, "type"), ())
    values = _text(attribute, "value").split("|") if len(kinds) > 1 else [_text(attribute, "value")]
    if len(values) != len(kinds):
        return
    for name, value in zip(kinds, values, strict=True):
        try:
            known = normalised(name, value) if name else None
        except Unrecognised:
            continue
        made = observable(Seen(known.kind, known.value), []) if known is not None else None
        if made is not None:
            yield _without(made, "object_marking_refs")


def _incident(event: Mapping[str, Any]) -> Stix:
    reports = [_text(one, "content") for one in listed(event, "EventReport") if not one.get("deleted")]
    made: Stix = {
        "name": _text(event, "info")[:LONGEST_INFO] or "MISP",
        "description": "\n\n".join(text for text in reports if text)[:LONGEST_TEXT],
        "labels": list(dict.fromkeys(name for name in names(event) if name.strip())),
        "external_references": [{"source_name": "MISP", "external_id": _text(event, "uuid").lower()}],
        "x_misp": _without(event, "Attribute", "Object"),
        GROUPS: sorted(groups(event)),
    }
    said = _own_words(event)
    if said:
        made["extensions"] = {MARITIME.id: {"extension_type": MARITIME.kind, **said}}
    return {name: value for name, value in made.items() if value not in ("", [])}


def _own_words(event: Mapping[str, Any]) -> Stix:
    """Return what an object of ours says of an incident, as our extension of STIX says it."""
    said: Stix = {}
    for one in listed(event, "Object"):
        for attribute in listed(one, "Attribute"):
            relation, value = _text(attribute, "object_relation"), _text(attribute, "value")
            if (_text(one, "name"), relation) == (FACILITY, "locode"):
                said["port"] = value
            elif _text(one, "name") != INCIDENT or not value:
                continue
            elif relation in SAID:
                said[SAID[relation]] = value
            elif relation == "modus-operandi":
                said.setdefault("modi_operandi", []).append(value)
            elif relation == "quantity-kg" and re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
                said["quantity_kg"] = float(value)
    return said


def _at(event: Mapping[str, Any]) -> datetime:
    """Return the moment of the last change. Raises _Wrong."""
    value = str(event.get("timestamp", ""))
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > LAST:
        raise _Wrong(_("It does not say when it was changed."))
    return datetime.fromtimestamp(int(value), tz=UTC)


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _without(holder: Mapping[str, Any], *gone: str) -> dict[str, Any]:
    return {name: value for name, value in holder.items() if name not in gone}
