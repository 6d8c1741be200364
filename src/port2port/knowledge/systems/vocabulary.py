"""The words of the register of systems: versioned data in four languages, checked when read."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import Entry, Named, Reader
from port2port.reports.vocabulary import threats

TERMS = Path(__file__).parent / "data" / "systems.v1.toml"
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=20)]


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language."""

    code: Code


class Kind(Term, frozen=True, kw_only=True):
    """A kind of system, with the threat it is mostly used against."""

    threat: str


class AiClass(Term, frozen=True, kw_only=True):
    """A class under the AI Act, with its article."""

    article: str


class SystemTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The words, each section in the order in which it is shown."""

    kinds: tuple[Kind, ...]
    assessments: tuple[Term, ...]
    ai_classes: tuple[AiClass, ...]
    truths: tuple[Term, ...]
    lights: tuple[Term, ...]


def read_terms(path: Path) -> SystemTerms:
    """Return the words in a file. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.single("terms", Head)
    found = SystemTerms(
        kinds=reader.entries("kinds", Kind, "code"),
        assessments=reader.entries("assessments", Term, "code"),
        ai_classes=reader.entries("ai_classes", AiClass, "code"),
        truths=reader.entries("truths", Term, "code"),
        lights=reader.entries("lights", Term, "code"),
    )
    reader.check_sections(("terms", *SystemTerms.__struct_fields__))
    known = {threat.code for threat in threats()}
    for kind in found.kinds:
        reader.check_reference(f"kinds {kind.code!r}", "threat", kind.threat, known, "threat")
    reader.finish()
    return found


@cache
def terms() -> SystemTerms:
    """Return the words that ship with the program, read once per process."""
    return read_terms(TERMS)


def codes(section: str) -> frozenset[str]:
    """Return the codes of a section."""
    return frozenset(term.code for term in getattr(terms(), section))


def word(section: str, code: str, language: str) -> str:
    """Return the label of a code; an unknown code stands for itself."""
    for term in getattr(terms(), section):
        if term.code == code:
            return str(term.label(language))
    return code


def threat_of(kind: str) -> str:
    """Return the threat that a kind of system is mostly used against; "" for an unknown kind."""
    return next((one.threat for one in terms().kinds if one.code == kind), "")


def article_of(ai_class: str) -> str:
    """Return the article that a class of the AI Act stands in, "" when there is none."""
    return next((one.article for one in terms().ai_classes if one.code == ai_class), "")
