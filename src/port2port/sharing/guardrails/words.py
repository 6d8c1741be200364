"""The words by which personal data is recognised, and the kinds of finding, read from data."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from port2port.members.data_files import Entry, Named, Reader

WORDS = Path(__file__).parent / "data" / "personal_data.v1.toml"

KindCode = Literal["national_number", "birth_date", "iban", "phone", "email", "plate", "person"]


class Head(Entry, frozen=True, kw_only=True):
    """Which list this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Kind(Named, frozen=True, kw_only=True):
    """A kind of personal data; `always_refused`: no confirmation lets it pass."""

    code: KindCode
    always_refused: bool


class Words(Entry, frozen=True, kw_only=True):
    """The lists of words, all in lower case."""

    titles: tuple[str, ...]
    roles: tuple[str, ...]
    functions: frozenset[str]
    things: frozenset[str]
    particles: frozenset[str]
    birth: tuple[str, ...]
    plate: tuple[str, ...]
    bsn: tuple[str, ...]
    months: tuple[str, ...]
    mailboxes: frozenset[str]


class PersonalData(msgspec.Struct, frozen=True, kw_only=True):
    """The checked file."""

    head: Head
    kinds: tuple[Kind, ...]
    words: Words


def read_personal_data(path: Path) -> PersonalData:
    """Return the lists in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    found = PersonalData(
        head=reader.single("head", Head),
        kinds=reader.entries("kinds", Kind, "code"),
        words=reader.single("words", Words),
    )
    reader.check_sections(("head", "kinds", "words"))
    for field in msgspec.structs.fields(Words):
        words: tuple[str, ...] | frozenset[str] = getattr(found.words, field.name)
        if not words:
            reader.problem("words", field.name, "is empty")
        for word in words:
            if word != word.lower().strip() or not word:
                reader.problem("words", field.name, f"{word!r} is not in lower case, or begins or ends with a space")
    for missing in sorted(set(KindCode.__args__) - {kind.code for kind in found.kinds}):  # type: ignore[attr-defined]
        reader.problem("kinds", missing, "is missing")
    reader.finish()
    return found


@cache
def personal_data() -> PersonalData:
    """Return the lists that ship with the program, read once per process."""
    return read_personal_data(WORDS)


def kind(code: str) -> Kind:
    """Return one kind; raises KeyError for an unknown code."""
    return {str(entry.code): entry for entry in personal_data().kinds}[code]
