"""What everybody on the network knows, as STIX: members, ports, facilities, ways of acting.

A member is an identity; a port or facility a location, and a port an identity too, so that an incident can target it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from port2port.exchange.stix.extensions import CREATED
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.markings import TLP_IDS, Stix
from port2port.reports.vocabulary import ModusOperandi
from port2port.sharing.tlp import Tlp

CLEAR = [TLP_IDS[Tlp.CLEAR]]
KILL_CHAIN = "port2port"
LANGUAGES = ("nl", "fr", "de")
PRECISION = 6  # decimals of a degree: a tenth of a metre


@dataclass(frozen=True)
class Member:
    """An organisation, by its id here."""

    id: UUID
    name: str
    kind: str
    country: str
    invented: bool


@dataclass(frozen=True)
class Place:
    """A port (its key is the UN/LOCODE) or a facility (its id)."""

    key: str
    name: str
    country: str
    lat: float | None
    lon: float | None
    invented: bool = False


def member_id(organisation: UUID) -> str:
    """Return the identity of an organisation."""
    return object_id("identity", organisation)


def place_id(key: str | UUID) -> str:
    """Return the location of a port (UN/LOCODE) or a facility (its id)."""
    return object_id("location", key)


def port_id(locode: str) -> str:
    """Return the identity of a port, as what an incident was aimed at."""
    return object_id("identity", locode)


def modus_id(code: str) -> str:
    """Return the attack pattern of a way of acting: the same on every node."""
    return object_id("attack-pattern", code)


def member(one: Member) -> Stix:
    """Return an organisation as an identity."""
    made = _begun("identity", member_id(one.id)) | {"name": one.name, "identity_class": "organization"}
    return _labelled(made | {"roles": [one.kind]}, one.invented)


def place(one: Place) -> Stix:
    """Return a port or facility as a location."""
    made = _begun("location", place_id(one.key)) | {"name": one.name, "country": one.country}
    if one.lat is not None and one.lon is not None:
        made |= {"latitude": round(one.lat, PRECISION), "longitude": round(one.lon, PRECISION)}
    return _labelled(made, one.invented)


def port(one: Place) -> list[Stix]:
    """Return a port as a location and an identity, tied together."""
    identity = _begun("identity", port_id(one.key)) | {
        "name": one.name,
        "identity_class": "system",
        "sectors": ["transportation"],
        "external_references": [{"source_name": "UN/LOCODE", "external_id": one.key}],
    }
    tie = _begun("relationship", object_id("relationship", port_id(one.key), "located-at", place_id(one.key))) | {
        "relationship_type": "located-at",
        "source_ref": port_id(one.key),
        "target_ref": place_id(one.key),
    }
    return [place(one), identity, tie]


def modus(one: ModusOperandi, *, valid_from: date) -> list[Stix]:
    """Return a way of acting as an attack pattern, and its words in the other languages."""
    since = f"{valid_from.isoformat()}T00:00:00.000Z"
    made = _begun("attack-pattern", modus_id(one.code), since) | {
        "lang": "en",
        "name": one.label("en"),
        "description": one.description("en"),
        "external_references": [{"source_name": "port2port", "external_id": one.code}],
        "labels": [one.threat],
    }
    if one.phases:
        made["kill_chain_phases"] = [{"kill_chain_name": KILL_CHAIN, "phase_name": phase} for phase in one.phases]
    words = _begun("language-content", object_id("language-content", one.code), since) | {
        "object_ref": made["id"],
        "contents": {
            language: {"name": one.label(language), "description": one.description(language)} for language in LANGUAGES
        },
    }
    return [made, words]


def modi(entries: Iterable[ModusOperandi], *, valid_from: date) -> list[tuple[str, Stix]]:
    """Return the ways of acting with the threat that each belongs to."""
    return [(one.threat, made) for one in entries for made in modus(one, valid_from=valid_from)]


def _begun(kind: str, identifier: str, created: str = CREATED) -> Stix:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": identifier,
        "created": created,
        "object_marking_refs": CLEAR,
    }


def _labelled(made: Stix, invented: bool) -> Stix:
    return made | {"labels": ["invented"]} if invented else made
