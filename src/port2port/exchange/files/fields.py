"""What a column of a partner's file may be: our fields and the names by which they are recognised, as data."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

from port2port.base.text import folded
from port2port.members.data_files import Entry, Named, Reader

FIELDS = Path(__file__).parent.parent / "data" / "file_fields.v1.toml"
OTHER = re.compile(r"[^a-z0-9]+")


class Field(Named, frozen=True, kw_only=True):
    """A field of ours: how its cells are read, and by which other names of columns it is recognised."""

    code: str
    kind: Literal["identifier", "moment", "time", "text", "code", "number"]
    also: tuple[str, ...]
    constant: bool = False

    def known_as(self) -> frozenset[str]:
        """Return all its names, as `plain` writes them."""
        return frozenset(plain(one) for one in (self.code, *self.names.values(), *self.also))


class Head(Entry, frozen=True, kw_only=True):
    """Which list this is and where it comes from."""

    version: int
    source: str


@cache
def fields() -> dict[str, Field]:
    """Return the fields by their code, in the order in which they are offered. Raises ValueError for a wrong file."""
    reader = Reader(FIELDS)
    head = reader.single("head", Head)
    found = reader.entries("fields", Field, "code")
    taken: dict[str, str] = {}
    for one in found:
        for name in one.known_as():
            if taken.setdefault(name, one.code) != one.code:
                reader.problem(f"fields {one.code!r}", "also", f"{name!r} is a name of {taken[name]!r} too")
    reader.finish()
    if head.version != 1:
        raise ValueError(f"{FIELDS.name}: head: version: this program reads version 1")
    return {one.code: one for one in found}


def plain(text: str) -> str:
    """Return a name or a value as it is compared: small letters without accents, one space for all else."""
    return OTHER.sub(" ", folded(text)).strip()
