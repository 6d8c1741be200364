"""Identifiers of STIX 2.1 (section 2.9): the same thing has the same one for ever, on every node.

Objects of a record have a UUIDv5 over the record's own id, in a namespace of ours: the standard asks for any UUID of
RFC 4122 and keeps its own namespace for observables. Observables have the UUIDv5 that the standard prescribes.
"""

import json
from collections.abc import Mapping
from uuid import UUID, uuid5

OURS = UUID("bd5561b1-ac2e-505f-9648-6df0cbc1f2f3")  # of the name urn:port2port:stix
OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # STIX 2.1, section 2.9


def object_id(kind: str, *parts: object) -> str:
    """Return the identifier of an object of this STIX type that is made of these parts."""
    return f"{kind}--{uuid5(OURS, '|'.join([kind, *map(str, parts)]))}"


def observable_id(kind: str, contributing: Mapping[str, object]) -> str:
    """Return the identifier of an observable by its contributing properties, as canonical JSON (RFC 8785).

    All values are text, or a mapping of text, for which sorted keys without spaces are the canonical form.
    """
    canonical = json.dumps(contributing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{kind}--{uuid5(OBSERVABLES, canonical)}"
