"""Topics: keys made of a name alone, for what goes to whoever has named the same (see `sql/topics.sql`). Pure."""

import hashlib
from uuid import UUID

_VERSION, _VARIANT = 8, 0b10  # RFC 9562, sections 5.8 and 4.1


def topic(*parts: str) -> UUID:
    """Return the key of a name: SHA-256 over its parts, as a UUID of version 8.

    No circle and no person has such an id. Every name has one, whether anybody has named it or not.
    """
    number = int.from_bytes(hashlib.sha256("\x1f".join(("port2port.topic.v1", *parts)).encode()).digest()[:16])
    number &= ~(0xF << 76) & ~(0b11 << 62)
    return UUID(int=number | _VERSION << 76 | _VARIANT << 62)


def is_topic(key: UUID) -> bool:
    """Tell whether a key is a topic's."""
    return key.version == _VERSION
