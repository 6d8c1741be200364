"""Whether a text bears the marking of a classified or ISPS-restricted document, as its holder set it.

A marking is set, not told: in capitals alone in its line, in a header or footer, after "Classification:", in slashes,
or in a formula that has no other use. "In het geheim" and "accès restreint" are prose. The wordings are data
(`data/markings.v1.toml`) with their sources.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label

MARKINGS = Path(__file__).parent / "data" / "markings.v1.toml"

LONGEST_LINE = 200  # characters of a line in which a marking can stand alone with page number, date and law
LONGEST_HEADER = 100  # of a line that may be "Name of the plan - SECRET"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Rank = Annotated[int, msgspec.Meta(ge=0, le=9)]

# A header is often one line with parts set apart by tabs, bars or wide gaps; a dash does it in a short one.
PARTS = re.compile(r"\t|[|¦•]| {3,}")
DASHED = re.compile(r"\t|[|¦•]| {3,}|[ ][-–—][ ]")
SPACED_LETTERS = re.compile(r"\S(?:[ \u00a0]\S){3,}")  # "G E H E I M"
EDGES = " \t\u00a0*#_=~-–—.:;,!<>[](){}\"'«»„“”‘’•·|/\\&+°0123456789"


class Head(Entry, frozen=True, kw_only=True):
    """Which list this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Around(Entry, frozen=True, kw_only=True):
    """What may stand before and beside a marking in its line."""

    labels: tuple[str, ...]
    decorations: tuple[str, ...]


class Family(Entry, frozen=True, kw_only=True):
    """Why markings of this family are refused, and where their documents belong."""

    code: Code
    reasons: Names
    directions: Names


class Wording(Named, frozen=True, kw_only=True):
    """A level and the wordings that set it (see the head of the data file)."""

    code: Code
    family: Code
    rank: Rank
    alone: tuple[str, ...]
    formulas: tuple[str, ...]
    fixed: tuple[str, ...]
    verified: bool


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The checked list."""

    head: Head
    around: Around
    families: dict[str, Family]
    markings: tuple[Wording, ...]


@dataclass(frozen=True)
class Marking:
    """A marking that was found: its level and the words as they stand in the text."""

    level: str
    words: str
    wording: Wording
    family: Family

    def label(self, language: str) -> str:
        """Return the name of the level."""
        return self.wording.label(language)

    def reason(self, language: str) -> str:
        """Return why it is refused."""
        return label(self.family.reasons, language)

    def direction(self, language: str) -> str:
        """Return where to take it instead."""
        return label(self.family.directions, language)


def read_register(path: Path) -> Register:
    """Return the list in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    families = reader.entries("families", Family, "code")
    register = Register(
        head=reader.single("head", Head),
        around=reader.single("around", Around),
        families={family.code: family for family in families},
        markings=reader.entries("markings", Wording, "code"),
    )
    reader.check_sections(("head", "around", "families", "markings"))
    for entry in register.markings:
        where = f"markings {entry.code!r}"
        reader.check_reference(where, "family", entry.family, register.families, "family")
        if not (entry.alone or entry.formulas or entry.fixed):
            reader.problem(where, "alone", "a marking without a wording")
    reader.finish()
    return register


@cache
def register() -> Register:
    """Return the list that ships with the program, read once per process."""
    return read_register(MARKINGS)


def _plain(text: str) -> str:
    """Return it without accents, each character in its place: what has no one-letter plain form stays."""
    if text.isascii():
        return text
    return "".join(
        decomposed[0] if len(decomposed := unicodedata.normalize("NFKD", character)) > 1 else decomposed
        for character in unicodedata.normalize("NFC", text)
    )


def _key(text: str) -> str:
    """Return the words of a wording in capitals with nothing between them, so that "VS - NfD" equals "VS-NfD"."""
    return re.sub(r"[\W_]+", "", text).upper()


def _pattern(wordings: list[str]) -> str:
    between = r"[ \u00a0\t]?[-–/ \u00a0._]?[ \u00a0\t]?"
    each = (between.join(map(re.escape, re.findall(r"\w+", _plain(wording)))) for wording in wordings)
    return "|".join(sorted(each, key=len, reverse=True))


@dataclass(frozen=True)
class _Patterns:
    anywhere_in_capitals: re.Pattern[str]
    anywhere: re.Pattern[str]
    in_slashes: re.Pattern[str]
    label: re.Pattern[str]
    decoration: re.Pattern[str]
    capitals: dict[str, Wording]
    any_case: dict[str, Wording]
    inside: dict[str, Wording]


@cache
def _patterns() -> _Patterns:
    known = register()
    alone = {_key(_plain(wording)): entry for entry in known.markings for wording in entry.alone}
    formulas = {_key(_plain(wording)): entry for entry in known.markings for wording in entry.formulas}
    fixed = {_key(_plain(wording)): entry for entry in known.markings for wording in entry.fixed}
    every = [w for entry in known.markings for w in (*entry.alone, *entry.formulas, *entry.fixed)]
    return _Patterns(
        anywhere_in_capitals=re.compile(
            rf"(?<![\w-])(?:{_pattern([w.upper() for e in known.markings for w in e.formulas])})(?![\w-])"
        ),
        anywhere=re.compile(
            rf"(?<![\w-])(?:{_pattern([w for e in known.markings for w in e.fixed])})(?![\w-])", re.IGNORECASE
        ),
        in_slashes=re.compile(rf"(?:(?<=\s)|^)/{{1,2}}[ ]?(?P<words>{_pattern([w.upper() for w in every])})[ ]?/"),
        label=re.compile(rf"(?:{_pattern(list(known.around.labels))})[ ]?[:=][ ]?", re.IGNORECASE),
        decoration=re.compile(
            rf"(?<!\w)(?:{_pattern(list(known.around.decorations))})\.?(?![^\W\d_])|[0-9]+", re.IGNORECASE
        ),
        capitals=alone | formulas | fixed,
        any_case=formulas | fixed,
        inside=formulas | fixed,
    )


def _bare(part: str) -> str:
    """Return what is left of a part of a line without page numbers, law and ornament."""
    return part.strip(EDGES)


def _alone(part: str) -> Wording | None:
    """Return the wording that stands alone in a part of a line."""
    patterns = _patterns()
    words = _bare(part)
    labelled = patterns.label.match(words)
    if labelled is not None:
        words = _bare(words[labelled.end() :])
    spaced = SPACED_LETTERS.fullmatch(words)
    for candidate in (words, patterns.decoration.sub("", words)):
        key = _key(candidate)
        if not key:
            continue
        entry = patterns.any_case.get(key)
        if entry is None and (labelled is not None or candidate == candidate.upper() or spaced):
            entry = patterns.capitals.get(key)
        if entry is not None:
            return entry
    return None


def _found(text: str) -> Iterator[tuple[Wording, str]]:
    """Yield every marking with its words."""
    patterns = _patterns()
    written = unicodedata.normalize("NFC", text)
    plain = _plain(written)
    for pattern in (patterns.anywhere_in_capitals, patterns.anywhere, patterns.in_slashes):
        for found in pattern.finditer(plain):
            start, end = found.span("words" if "words" in pattern.groupindex else 0)
            entry = patterns.capitals.get(_key(plain[start:end]))
            if entry is not None:
                yield entry, written[start:end]
    for line, as_written in zip(plain.splitlines(), written.splitlines(), strict=True):
        if not line.strip() or len(line) > LONGEST_LINE:
            continue
        parts = DASHED.split(line) if len(line) <= LONGEST_HEADER else PARTS.split(line)
        for part in [line, *parts] if len(parts) > 1 else [line]:
            entry = _alone(part)
            if entry is not None:
                yield entry, as_written.strip()
                break


def marking(text: str) -> Marking | None:
    """Return the highest marking a text bears, or None."""
    highest: tuple[Wording, str] | None = None
    for entry, words in _found(text):
        if highest is None or entry.rank > highest[0].rank:
            highest = entry, words
    if highest is None:
        return None
    entry, words = highest
    return Marking(entry.code, words, entry, register().families[entry.family])
