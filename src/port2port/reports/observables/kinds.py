"""The kinds of observable, and the words and lists by which they are recognised: data, in four languages.

They stand in `data/observable_kinds.v1.json`, so that another country adds its plates and its words without a release.
Looking up an unknown code raises KeyError.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label
from port2port.site.icons import ICONS

KINDS = Path(__file__).parents[1] / "data" / "observable_kinds.v1.json"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\sA-Z]+( [^\sA-Z]+)*$", max_length=40)]
Host = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
Capitals = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,3}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]
PersonalData = Literal["none", "indirect"]


class Kind(Named, frozen=True, kw_only=True):
    """A kind of observable.

    `personal_data` "indirect": it leads to a person and does not leave the organisation in the clear.
    `recognised`: it is found in free text; the others are typed by hand, since nothing tells them from other words.
    """

    code: Code
    icon: str
    personal_data: PersonalData
    personal_data_reason: Text
    recognised: bool
    example: Text
    hints: Names
    source: Text

    def hint(self, language: str) -> str:
        """Return how it is written, in one sentence in `language`."""
        return label(self.hints, language)


class PlateShape(Entry, frozen=True, kw_only=True):
    """How a country writes its plates.

    `shape`: L a letter, S a letter of the French series (no I, O, U), D a digit, N a digit but 0, E the German ending
    E or H or nothing, "{1,3}" how many, "-" a dash, dot, space or nothing, "=" a dash, "_" a dash, space or nothing.
    `alone`: how it must be written to be taken without a word for a plate before it: "always" any way, "joined" with
    dashes or nothing between, "dashed" with dashes, "never".
    """

    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    shape: Annotated[str, msgspec.Meta(pattern=r"^([LSDN](\{\d,\d\})?|[-=_E])+$")]
    alone: Literal["always", "joined", "dashed", "never"]


class Words(Entry, frozen=True, kw_only=True):
    """The words, in lower case, after which a number is of a kind, and those that may stand between (`joining`)."""

    plate: tuple[Word, ...]
    seal: tuple[Word, ...]
    badge: tuple[Word, ...]
    imo: tuple[Word, ...]
    mmsi: tuple[Word, ...]
    drone_serial: tuple[Word, ...]
    enterprise: tuple[Word, ...]
    joining: tuple[Word, ...]


class Lists(Entry, frozen=True, kw_only=True):
    """What tells the real from what looks like it.

    `not_plate_letters`: capitals that beside spaces are a word between numbers, not the letters of a plate.
    `domain_endings`: taken in free text beside those of countries, but for `not_domain_endings`, which are also endings
    of files, units and words. `shared_hosts`: used by so many that sharing one says nothing.
    """

    not_plate_letters: frozenset[Capitals]
    legal_forms: frozenset[Word]
    leading_legal_forms: frozenset[Word]
    domain_endings: frozenset[Host]
    not_domain_endings: frozenset[Host]
    shared_hosts: frozenset[Host]
    operator_countries: frozenset[Capitals]


class Head(Entry, frozen=True, kw_only=True):
    """Which list this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: Text


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """The checked file, the kinds in the order in which they are shown."""

    head: Head
    kinds: tuple[Kind, ...]
    plate_shapes: tuple[PlateShape, ...]
    words: Words
    lists: Lists


def read_kinds(path: Path) -> Recognition:
    """Return what a file holds.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    reader.document["head"] = {name: reader.document.pop(name, None) for name in ("version", "valid_from", "source")}
    found = Recognition(
        head=reader.single("head", Head),
        kinds=reader.entries("kinds", Kind, "code"),
        plate_shapes=reader.entries("plate_shapes", PlateShape, ""),
        words=reader.single("words", Words),
        lists=reader.single("lists", Lists),
    )
    reader.check_sections(Recognition.__struct_fields__)
    for entry in found.kinds:
        reader.check_reference(f"kinds {entry.code!r}", "icon", entry.icon, ICONS, "icon")
    reader.finish()
    return found


@cache
def recognition() -> Recognition:
    """Return the file that ships with the program, read once per process."""
    return read_kinds(KINDS)


def kinds() -> tuple[Kind, ...]:
    """Return the kinds in the order in which they are shown."""
    return recognition().kinds


def kind(code: str) -> Kind:
    """Return one kind."""
    for entry in kinds():
        if entry.code == code:
            return entry
    raise KeyError(code)
