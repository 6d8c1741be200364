"""The words of declarations as data: occasions, activities, the lines of the form, posts; how long one is kept."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from port2port.members.data_files import Entry, Named, Reader

DATA = Path(__file__).parent.parent / "data" / "declarations.v1.toml"
SECTIONS = ("declarations_head", "reasons", "activities", "measures", "posts")


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is; for how many years after its end one is kept, how long it may hold."""

    version: int
    valid_from: date
    keep_years: int
    longest_days: int
    ahead_days: int
    citation: str
    verified: bool = False


class Term(Named, frozen=True, kw_only=True):
    """A code and what it is called."""

    code: str


class Post(Term, frozen=True, kw_only=True):
    """A function that signs, of the facility or of the ship."""

    side: Literal["facility", "ship"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The checked file. `measures`: the lines of the form, in its order."""

    head: Head
    reasons: tuple[Term, ...]
    activities: tuple[Term, ...]
    measures: tuple[Term, ...]
    posts: tuple[Post, ...]


def read_words(path: Path) -> Words:
    """Return the words of a file. Raises ValueError with a line per problem."""
    reader = Reader(path)
    head = reader.single("declarations_head", Head)
    found = Words(
        head=head,
        reasons=reader.entries("reasons", Term, "code"),
        activities=reader.entries("activities", Term, "code"),
        measures=reader.entries("measures", Term, "code"),
        posts=reader.entries("posts", Post, "code"),
    )
    reader.check_sections(SECTIONS)
    if {post.side for post in found.posts} != {"facility", "ship"}:
        reader.problem("posts", "side", "at least one of each side")
    reader.finish()
    return found


@cache
def words() -> Words:
    """Return the words that ship with the program, read once per process."""
    return read_words(DATA)


def called(terms: tuple[Term, ...], code: str, language: str) -> str:
    """Return what a code is called; a code that a later version dropped is shown as it is."""
    return next((term.label(language) for term in terms if term.code == code), code)
