"""What differs between two texts of a measure, field by field."""

from dataclasses import dataclass

from port2port.base.differences import Piece, word_pieces
from port2port.measures.rules import FIELDS, Draft


@dataclass(frozen=True)
class Difference:
    """A field of which something differs."""

    field: str
    pieces: tuple[Piece, ...]


def differences(before: Draft, after: Draft) -> list[Difference]:
    """Return the fields that differ, in the order of the text."""
    found = []
    for name in FIELDS:
        old, new = (_words(getattr(draft, name)) for draft in (before, after))
        if old != new:
            found.append(Difference(name, word_pieces(old, new)))
    return found


def _words(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)
