"""What differs between two texts, word by word: plain values for a page that shows both at once."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from port2port.measures.rules import FIELDS, Draft

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words that is the same in both, went, or came."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class Difference:
    """A field of which something differs."""

    field: str
    pieces: tuple[Piece, ...]


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts as one run: without the new pieces it reads as before, without the gone ones as after."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []

    def add(kind: Literal["same", "gone", "new"], words: Sequence[str]) -> None:
        if words:
            found.append(Piece(kind, "".join(words)))

    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            add("same", old[a:b])
        else:
            add("gone", old[a:b])
            add("new", new[c:d])
    return tuple(found)


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
