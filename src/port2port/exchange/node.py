"""The id by which this node is known to others: made once with the tables, in every object and answer that leaves."""

from functools import cache
from typing import Protocol
from uuid import UUID

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


def said_node(headers: Headers) -> UUID | None:
    """Return the node that headers name, if they do."""
    try:
        return UUID(headers.get(HEADER) or "")
    except ValueError:
        return None
