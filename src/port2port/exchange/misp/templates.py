"""MISP object templates of ours (draft-dulaunoy-misp-object-template-format): files, served to everybody."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent / "objects"
PREFIX = "port2port-"
CONTAINER, SEAL, VESSEL = f"{PREFIX}container", f"{PREFIX}seal", f"{PREFIX}vessel"
FACILITY, INCIDENT, ALERT = f"{PREFIX}port-facility", f"{PREFIX}incident", f"{PREFIX}alert"
NAMES = (CONTAINER, SEAL, VESSEL, FACILITY, INCIDENT, ALERT)


@dataclass(frozen=True)
class Template:
    """A template, as far as an object names it; `types` are the attribute types by relation."""

    name: str
    uuid: str
    version: int
    category: str
    description: str
    types: dict[str, str]
    required: tuple[str, ...]


@cache
def document(name: str) -> bytes:
    """Return a template as it is served. Raises KeyError for a name that is none of ours."""
    if name not in NAMES:
        raise KeyError(name)
    return (FOLDER / f"{name}.json").read_bytes()


@cache
def template(name: str) -> Template:
    """Return a template to make objects by. Raises KeyError."""
    found: dict[str, Any] = msgspec.json.decode(document(name))
    return Template(
        found["name"],
        found["uuid"],
        found["version"],
        found["meta-category"],
        found["description"],
        {relation: one["misp-attribute"] for relation, one in found["attributes"].items()},
        tuple(found["requiredOneOf"]),
    )
