"""Our own extensions of STIX 2.1 (section 7.3): their ids, their definitions, and the JSON Schemas that are served.

An extension that changes its meaning is a new version of its definition, and a schema under a new address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.markings import TLP_IDS, Stix
from port2port.sharing.tlp import Tlp

SCHEMAS = Path(__file__).parent / "schemas"
CREATED = "2026-11-28T00:00:00.000Z"
PLATFORM = object_id("identity", "port2port")

# OASIS CTI TC, Incident Core Extension version 2.0 for STIX 2.1, draft of 10 October 2023: what is pinned here.
INCIDENT_CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"


@dataclass(frozen=True)
class Extension:
    """One of ours: `name` is its schema's file, `kind` what it extends by (section 7.3.2, extension-type-enum)."""

    name: str
    id: str
    kind: str
    title: str
    description: str


RECORD = Extension(
    "record",
    "extension-definition--f6a8b498-c09c-57e6-8ca9-7f0501d8fbc3",
    "property-extension",
    "Port 2 Port: record",
    "What for and on which legal basis a record is shared, the permissible actions, until when it may be kept, and"
    " whether a member told it, somebody published it, or it was invented for a demonstration.",
)
MARITIME = Extension(
    "maritime",
    "extension-definition--d185b05d-a889-53ac-911e-627983807a2c",
    "property-extension",
    "Port 2 Port: incident in a port",
    "What happened in a port or on a waterway: nature, moment with its precision, place, way of acting, and what was"
    " seized, in the codes of the network.",
)
ORIGIN = Extension(
    "origin",
    "extension-definition--b832f379-abde-5b7e-9f7e-f79cc29c0c03",
    "property-extension",
    "Port 2 Port: origin",
    "The node that an object comes from, which alone may change it; the record there that it belongs to; and until when"
    " it may be kept.",
)
ALERT = Extension(
    "alert",
    "extension-definition--d01b52a2-581c-5677-a2b9-3ea2fa8584bc",
    "property-extension",
    "Port 2 Port: alert",
    "A message to act on, in the words of CAP 1.2: whether it is real, what must be done, where and how long it holds,"
    " and the series of messages that it belongs to.",
)
CONTAINER = Extension(
    "shipping-container",
    "extension-definition--232b3fe5-ade0-5d30-8851-7dd7a8bcc850",
    "new-sco",
    "Port 2 Port: shipping container",
    "A freight container by its number of ISO 6346.",
)
VESSEL = Extension(
    "vessel",
    "extension-definition--129506d5-f75e-55f3-8a00-9cd9d2174fd2",
    "new-sco",
    "Port 2 Port: vessel",
    "A ship by its IMO number (resolution A.1117(30)) or its MMSI (Recommendation ITU-R M.585).",
)
SEAL = Extension(
    "container-seal",
    "extension-definition--f0fe4654-2768-5fa1-9d4d-4a2bdec76322",
    "new-sco",
    "Port 2 Port: seal",
    "A mechanical seal by its mark (ISO 17712).",
)
EXTENSIONS = (RECORD, MARITIME, ALERT, ORIGIN, CONTAINER, VESSEL, SEAL)


def schema_path(name: str) -> str:
    """Return the path under which a schema is served to everybody."""
    return f"/schemas/stix/v1/{name}.json"


@cache
def schema(name: str) -> bytes:
    """Return a schema as it is served. Raises KeyError for a name that is none of ours."""
    if name not in {one.name for one in EXTENSIONS}:
        raise KeyError(name)
    return (SCHEMAS / f"{name}.json").read_bytes()


@cache
def parsed_schema(name: str) -> Mapping[str, Any]:
    """Return a schema to check with. Raises KeyError."""
    found: Mapping[str, Any] = msgspec.json.decode(schema(name))
    return found


def definitions(site: str) -> list[Stix]:
    """Return the extension definitions, and the identity that made them; `site` is the address of this platform."""
    made: list[Stix] = [
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": PLATFORM,
            "created": CREATED,
            "name": "Port 2 Port",
            "identity_class": "system",
            "description": "The platform on which ports defend themselves together.",
            "object_marking_refs": [TLP_IDS[Tlp.CLEAR]],
        }
    ]
    made += [
        {
            "type": "extension-definition",
            "spec_version": "2.1",
            "id": one.id,
            "created_by_ref": PLATFORM,
            "created": CREATED,
            "name": one.title,
            "description": one.description,
            "schema": f"{site}{schema_path(one.name)}",
            "version": "1.0.0",
            "extension_types": [one.kind],
            "object_marking_refs": [TLP_IDS[Tlp.CLEAR]],
        }
        for one in EXTENSIONS
    ]
    return made
