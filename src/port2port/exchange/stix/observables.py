"""Observables as STIX cyber-observable objects: those of the standard, and ours for container, vessel and seal.

Kinds that lead to a person (`personal_data` other than "none") are no part of this: they stay in the annex. A company's
name or number and the number of a consignment have no object here: STIX has none that fits, and a second word for the
same thing would help nobody.
"""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from port2port.exchange.stix.extensions import CONTAINER, SEAL, VESSEL, Extension
from port2port.exchange.stix.ids import observable_id
from port2port.exchange.stix.markings import Stix
from port2port.exchange.stix.source import Seen
from port2port.reports.observables.kinds import kind

HASHES: Mapping[int, str] = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}  # by the number of hex digits


def observable(seen: Seen, marks: list[str]) -> Stix | None:
    """Return an observable, or None for what has no object of STIX or leads to a person. Raises KeyError."""
    if kind(seen.kind).personal_data != "none":
        return None
    build = BUILDERS.get(seen.kind)
    made = build(seen.value) if build is not None else None
    return made and made | {"object_marking_refs": marks}


def _plain(name: str) -> Callable[[str], Stix]:
    """Build an object of the standard that holds one value."""

    def build(value: str) -> Stix:
        identifier = observable_id(name, {"value": value})
        return {"type": name, "spec_version": "2.1", "id": identifier, "value": value}

    return build


def _own(extension: Extension, property_: str) -> Callable[[str], Stix]:
    """Build an object of ours that holds one value."""

    def build(value: str) -> Stix:
        return {
            "type": extension.name,
            "spec_version": "2.1",
            "id": observable_id(extension.name, {property_: value}),
            property_: value,
            "extensions": {extension.id: {"extension_type": extension.kind}},
        }

    return build


def _address(value: str) -> Stix:
    return _plain(f"ipv{ip_address(value.partition('/')[0]).version}-addr")(value)


def _file(value: str) -> Stix | None:
    name = HASHES.get(len(value))
    if name is None:
        return None
    hashes: dict[str, Any] = {name: value}
    identifier = observable_id("file", {"hashes": hashes})
    return {"type": "file", "spec_version": "2.1", "id": identifier, "hashes": hashes}


BUILDERS: Mapping[str, Callable[[str], Stix | None]] = {
    "container": _own(CONTAINER, "number"),
    "seal": _own(SEAL, "mark"),
    "imo": _own(VESSEL, "imo"),
    "mmsi": _own(VESSEL, "mmsi"),
    "ip": _address,
    "domain": _plain("domain-name"),
    "url": _plain("url"),
    "hash": _file,
}
