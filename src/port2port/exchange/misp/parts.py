"""The parts of a MISP event while it is made: attributes, objects by our templates, sightings, the galaxy. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from port2port.exchange.misp import tags
from port2port.exchange.misp.templates import template
from port2port.exchange.stix import network
from port2port.exchange.stix.ids import OURS
from port2port.exchange.stix.source import Terms
from port2port.reports.vocabulary import ModusOperandi

Misp = dict[str, Any]

OTHER, EXTERNAL = "Other", "External analysis"
INHERITED = "5"


@dataclass
class Made:
    """The parts of an event, while they are made."""

    terms: Terms
    attributes: list[Misp] = field(default_factory=list)
    objects: list[Misp] = field(default_factory=list)

    def id(self, kind: str, part: str) -> str:
        """Return the uuid of a part, the same for ever."""
        return str(uuid5(OURS, f"misp|{kind}|{self.terms.record}|{part}"))

    def attribute(self, name: str, category: str, value: str, *, comment: str = "", to_ids: bool = False) -> Misp:
        """Add an attribute of the event itself and return it."""
        made = self._attribute(name, category, value, f"{name}|{value}") | {"comment": comment, "to_ids": to_ids}
        self.attributes.append(made)
        return made

    def object(self, name: str, values: Iterable[tuple[str, str]], *, tied: str = "") -> Misp:
        """Add an object by one of our templates, tied to another of this event, and return it."""
        by, given = template(name), [(relation, value) for relation, value in values if value]
        part = f"{name}|{'|'.join(value for relation, value in given if relation in by.required)}"
        made: Misp = {
            "uuid": self.id("object", part),
            "name": by.name,
            "meta-category": by.category,
            "description": by.description,
            "template_uuid": by.uuid,
            "template_version": str(by.version),
            "distribution": INHERITED,
            "sharing_group_id": "0",
            "comment": "",
            "deleted": False,
            "ObjectReference": [],
            "Attribute": [
                self._attribute(by.types[relation], OTHER, value, f"{part}|{relation}|{value}")
                | {"object_relation": relation}
                for relation, value in given
            ],
        }
        if tied:
            made["ObjectReference"].append(
                {
                    "uuid": self.id("reference", f"{part}|{tied}"),
                    "object_uuid": made["uuid"],
                    "referenced_uuid": tied,
                    "relationship_type": "related-to",
                    "comment": "",
                    "deleted": False,
                }
            )
        self.objects.append(made)
        return made

    def sighting(self, attribute: Misp, at: datetime, organisation: Misp) -> None:
        """Say that the organisation saw an attribute at a moment."""
        attribute["Sighting"] = [
            {
                "uuid": self.id("sighting", attribute["uuid"]),
                "type": "0",
                "source": "Port 2 Port",
                "date_sighting": epoch(at),
                "attribute_uuid": attribute["uuid"],
                "Organisation": organisation,
            }
        ]

    def _attribute(self, name: str, category: str, value: str, part: str) -> Misp:
        return {
            "uuid": self.id("attribute", part),
            "type": name,
            "category": category,
            "value": value,
            "comment": "",
            "to_ids": False,
            "distribution": INHERITED,
            "sharing_group_id": "0",
            "deleted": False,
            "disable_correlation": False,
        }


def organisation(identifier: UUID, name: str) -> Misp:
    """Return an organisation as MISP names it; its uuid is that of its STIX identity."""
    return {"uuid": network.member_id(identifier).partition("--")[2], "name": name}


def epoch(at: datetime) -> str:
    """Return a moment as MISP writes it: whole seconds since 1970, as text."""
    return str(int(at.timestamp()))


def galaxy_of(modi: Iterable[ModusOperandi]) -> list[Misp]:
    """Return ways of acting as clusters of a galaxy of ours; nothing for none."""
    clusters = [_cluster(one) for one in modi]
    if not clusters:
        return []
    return [
        {
            "uuid": str(uuid5(OURS, f"misp|galaxy|{tags.GALAXY}")),
            "name": "Port 2 Port: ways of acting",
            "type": tags.GALAXY,
            "description": "How crime acts in ports and on waterways.",
            "version": "1",
            "namespace": tags.OURS,
            "GalaxyCluster": clusters,
        }
    ]


def _cluster(one: ModusOperandi) -> Misp:
    value = f"{one.label('en')} - {one.code}"
    return {
        "uuid": network.modus_id(one.code).partition("--")[2],
        "collection_uuid": str(uuid5(OURS, f"misp|galaxy|{tags.GALAXY}")),
        "type": tags.GALAXY,
        "value": value,
        "tag_name": tags.machine_tag("misp-galaxy", tags.GALAXY, value)["name"],
        "description": one.description("en"),
        "source": "Port 2 Port",
        "authors": ["Port 2 Port"],
        "version": "1",
        "meta": {"external_id": [one.code]},
    }
