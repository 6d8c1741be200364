"""What differs between two texts, word by word: plain values for a page that shows both at once."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["same", "gone", "new"]
CRUMB = 1  # words
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words that is the same in both, went, or came."""

    kind: Kind
    text: str


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts as one run: without the new pieces it reads as before, without the gone ones as after.

    A word that stayed alone between two changes counts as changed too: a phrase is easier to read than its crumbs.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    gone: list[str] = []
    came: list[str] = []

    def settle() -> None:
        for kind, words in (("gone", gone), ("new", came)):
            if words:
                found.append(Piece(cast("Kind", kind), "".join(words)))
            words.clear()

    codes = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        within = (gone or came) and place + 1 < len(codes)
        if tag == "equal" and not (within and sum(word.strip() != "" for word in old[a:b]) <= CRUMB):
            settle()
            found.append(Piece("same", "".join(old[a:b])))
        else:
            gone += old[a:b]
            came += new[c:d]
    settle()
    return tuple(found)
