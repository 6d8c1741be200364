"""The objects of one record while they are made, and what each of them says of its record."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from port2port.exchange.stix import network
from port2port.exchange.stix.extensions import ORIGIN, RECORD
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.markings import Stix
from port2port.exchange.stix.source import Terms
from port2port.sharing.tlp import Tlp

RECORDS = {"report": "reports", "measure": "measures", "practice": "knowledge/practices", "alert": "alerts"}


@dataclass
class Made:
    """The objects of one record, while they are made."""

    terms: Terms
    marks: list[str]
    origin: Stix  # the extension that each of them carries, because each travels by itself
    objects: list[Stix] = field(default_factory=list)

    def add(self, kind: str, part: str, /, *, extensions: Stix | None = None, **properties: object) -> Stix:
        """Add an object of a type, by its part in the record, and return it."""
        made: Stix = {
            "type": kind,
            "spec_version": "2.1",
            "id": object_id(kind, self.terms.record, part),
            "created_by_ref": network.member_id(self.terms.owner),
            "created": moment(self.terms.at),
            "object_marking_refs": self.marks,
            **properties,
            "extensions": self.origin | (extensions or {}),
        }
        self.objects.append(made)
        return made

    def observe(self, found: Stix) -> None:
        """Add an observable."""
        self.objects.append(found | {"extensions": found.get("extensions", {}) | self.origin})

    def tie(self, source: Stix, kind: str, target: str) -> None:
        """Add a relationship from an object of this record to another object."""
        name = f"{source['id']} {kind} {target}"
        self.add("relationship", name, relationship_type=kind, source_ref=source["id"], target_ref=target)


def moment(at: datetime) -> str:
    """Return a moment as STIX writes it (section 2.16)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def origin(terms: Terms, node: UUID) -> Stix:
    """Return the extension that says where an object comes from, and what it belongs to there."""
    return {
        "extension_type": ORIGIN.kind,
        "node": str(node),
        "record": str(terms.record),
        "keep_until": moment(terms.expires_at),
    }


def of_record(terms: Terms) -> Stix:
    """Return the extension that says what for and on which basis a record is shared."""
    return {
        "extension_type": RECORD.kind,
        "purpose": terms.purpose,
        "legal_basis": terms.legal_basis,
        "pap": Tlp(terms.pap).name,
        "personal_data": "none",
        "keep_until": moment(terms.expires_at),
        "provenance": terms.provenance,
    }


def references(kind: str, terms: Terms, site: str, name: str = "", url: str = "") -> list[Stix]:
    """Return where a record stands here, and the source it was published by, if it was."""
    own = {
        "source_name": "port2port",
        "external_id": str(terms.record),
        "url": f"{site}/{RECORDS[kind]}/{terms.record}/",
    }
    if not name:
        return [own]
    return [own, {"source_name": name, "url": url} if url else {"source_name": name, "description": "Published."}]


def invented(terms: Terms) -> list[str]:
    """Return the label of what was invented for a demonstration."""
    return ["invented"] if terms.provenance == "invented" else []
