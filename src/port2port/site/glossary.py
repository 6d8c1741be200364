"""The words of the platform and what its acronyms mean: read from `data/glossary.toml`, the one source.

`python -m port2port.site.glossary > docs/glossary.md` makes the document anew; a test holds the two equal.
"""

import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from django.utils.text import slugify

from port2port.base.text import WORD, folded

DATA = Path(__file__).parent / "data" / "glossary.toml"
LANGUAGES = ("en", "nl", "fr", "de")
HEADINGS = {"cooperation": "Of the cooperation", "platform": "Of the platform"}
HEAD = """# Glossary

The words of the interface, the code and these documents: one word for one thing, everywhere. The code uses the English
ones. PSO and PFSO always keep their acronym, since the words differ between authorities. Made from
`src/port2port/site/data/glossary.toml`: change it there.
"""
COLUMNS = "| English | Nederlands | Français | Deutsch |\n|---|---|---|---|"
CHECK = '\n"Check" stands where a word waits for the confirmation of a speaker in office.\n'


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in each language."""

    en: str
    nl: str
    fr: str
    de: str

    def label(self, language: str) -> str:
        """Return it in a language; English for one that is none of ours."""
        return str(getattr(self, language if language in LANGUAGES else "en"))

    def all(self) -> tuple[str, ...]:
        """Return it in every language, in the order of the document."""
        return tuple(self.label(one) for one in LANGUAGES)


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one thing is called in each language."""

    part: Literal["cooperation", "platform"]
    names: Texts


class Acronym(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An acronym, what it stands for, and what that is in a sentence."""

    code: str
    names: Texts
    means: Texts


class Prose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the words of the platform mean, for the document."""

    means: str


class Glossary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    version: int
    terms: tuple[Term, ...]
    acronyms: tuple[Acronym, ...]
    prose: Prose


@dataclass(frozen=True)
class Line:
    """A line of the page: its anchor, the word in the reader's language, the others, what it means if that is told."""

    anchor: str
    word: str
    others: tuple[tuple[str, str], ...]
    means: str = ""


@cache
def glossary() -> Glossary:
    """Return the glossary. Raises ValidationError for a file that is not as documented, ValueError for a word twice."""
    found = msgspec.convert(tomllib.loads(DATA.read_text(encoding="utf-8")), Glossary)
    words = [*(one.names.en for one in found.terms), *(one.code for one in found.acronyms)]
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        raise ValueError(f"glossary.toml: one word for one thing, but twice: {', '.join(twice)}")
    return found


@cache
def acronym(code: str) -> Acronym:
    """Return an acronym. Raises KeyError: a page that explains what is not in the glossary is a mistake of ours."""
    return {one.code: one for one in glossary().acronyms}[code]


def anchor_of(word: str) -> str:
    """Return the anchor of a word or acronym on the page; it is made of the English, so that links last."""
    return slugify(word)


def lines(language: str, *, asked: str = "") -> list[Line]:
    """Return the words as a reader of this language looks them up, by the alphabet; acronyms first.

    `asked`: only those that hold it in any language, whatever the capitals and accents.
    """
    wanted = folded(asked.strip())
    rows = [_acronym(one, language) for one in glossary().acronyms if _holds(one.code, one.names, one.means, wanted)]
    terms = [one for one in glossary().terms if _holds("", one.names, None, wanted)]
    rows.sort(key=lambda one: folded(one.word))
    return rows + sorted((_term(one, language) for one in terms), key=lambda one: folded(one.word))


def acronyms_in(asked: str, language: str) -> tuple[Line, ...]:
    """Return the acronyms that are a word of what was asked, or whose name it is in any language; explained."""
    whole, words = folded(asked.strip()), set(WORD.findall(folded(asked)))
    return tuple(
        _acronym(one, language)
        for one in glossary().acronyms
        if folded(one.code) in words or whole in {folded(name) for name in one.names.all()}
    )


def _holds(code: str, names: Texts, means: Texts | None, wanted: str) -> bool:
    return wanted in folded(" ".join([code, *names.all(), *(means.all() if means else ())]))


def _acronym(one: Acronym, language: str) -> Line:
    word = f"{one.code}: {one.names.label(language)}"
    return Line(anchor_of(one.code), word, _others(one.names, language), one.means.label(language))


def _term(one: Term, language: str) -> Line:
    return Line(anchor_of(one.names.en), one.names.label(language), _others(one.names, language))


def _others(names: Texts, language: str) -> tuple[tuple[str, str], ...]:
    """Return the other languages' words, each with its language; a name that is the same everywhere is said once."""
    own = names.label(language)
    return tuple((one, names.label(one)) for one in LANGUAGES if one != language and names.label(one) != own)


def document() -> str:
    """Return docs/glossary.md."""
    found = glossary()
    tables = {
        part: "\n".join([f"## {heading}", COLUMNS, *(_row(one.names.all()) for one in found.terms if one.part == part)])
        for part, heading in HEADINGS.items()
    }
    acronyms = [_row(tuple(f"{one.code}: {name}" for name in one.names.all())) for one in found.acronyms]
    said = [f"- **{one.code}**: {one.means.en}" for one in found.acronyms]
    return "\n".join(
        [HEAD, tables["cooperation"], CHECK, tables["platform"], "", "## Acronyms", COLUMNS, *acronyms, "", *said, "",
         "## What they mean", found.prose.means.strip("\n"), ""]
    )  # fmt: skip


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(document())
