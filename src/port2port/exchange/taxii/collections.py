"""The collections of the API root. They narrow what is offered; who sees an object is decided by the policy alone."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import NotFound, Text
from port2port.exchange.stix.ids import OURS
from port2port.members.acting import current_actor
from port2port.reports.vocabulary import threats
from port2port.site.reader import language

STIX_TYPE = "application/stix+json;version=2.1"


@dataclass(frozen=True)
class Collection:
    """A collection: of everything one sees, of a threat, or of what one's own organisation was sent."""

    alias: str
    title: Text
    description: Text
    threat: str = ""
    inbox: bool = False

    @property
    def id(self) -> UUID:
        """Its id, the same on every node."""
        return uuid5(OURS, f"collection|{self.alias}")


def collections() -> list[Collection]:
    """Return the collections, which are the same for everyone; what is in them is not."""
    found = [
        Collection("all", _("All that you see"), _("Reports, measures, practices and the facts of the network.")),
        Collection(
            "inbox",
            _("What you sent"),
            _("What your systems sent for your organisation. It stays within it until one of you shares it."),
            inbox=True,
        ),
    ]
    said = language()
    return found + [Collection(one.code, one.label(said), one.description(said), threat=one.code) for one in threats()]


def collection(named: str) -> Collection:
    """Return a collection by its id or alias. Raises NotFound."""
    for one in collections():
        if named in (str(one.id), one.alias):
            return one
    raise NotFound(kind="collection")


def resource(one: Collection) -> dict[str, Any]:
    """Return a collection as TAXII describes it (section 5.2.1)."""
    return {
        "id": str(one.id),
        "title": str(one.title),
        "description": str(one.description),
        "alias": one.alias,
        "can_read": True,
        "can_write": one.inbox and current_actor().may("report"),
        "media_types": [STIX_TYPE],
    }
