"""By what this node is known to others: an id, made once with the tables, in every object and answer; its host."""

from functools import cache
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from port2port.base.noted import noted

NODE = "node"  # of base_setting; written by the migration
HEADER = "X-Port2Port-Node"


class Headers(Protocol):
    """Headers of a request or an answer, by name."""

    def get(self, name: str, /) -> str | None:
        """Return what a header says, or nothing."""


@cache
def own_node() -> UUID:
    """Return the id of this node, read once: it never changes. Raises LookupError where the migration made none."""
    found = noted(NODE)
    if not found:
        raise LookupError("this database has no id of a node: run the migrations")
    return UUID(found["id"])


def own_host() -> str:
    """Return the platform's name on the network: it vouches for what it sends (CAP 1.2, section 3.2.1)."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def said_node(headers: Headers) -> UUID | None:
    """Return the node that headers name, if they do."""
    try:
        return UUID(headers.get(HEADER) or "")
    except ValueError:
        return None
