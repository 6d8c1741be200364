"""The words of operations and aid: versioned data in four languages, checked when read."""

from functools import cache
from typing import Annotated

import msgspec

from port2port.measures.vocabulary import DATA, Code, Head, Term
from port2port.members.data_files import Names, Reader

TERMS = DATA / "operation_terms.v1.toml"
SECTIONS = ("kinds", "states", "answers", "detections", "aid_kinds", "offer_states")


class Counted(Term, frozen=True, kw_only=True):
    """What is counted at the quay, in which unit: effort, or (`found`) what came of it. `serves`: detections."""

    unit: Names
    serves: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    found: bool = False


class OperationTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The words, each section in the order in which it is shown."""

    kinds: tuple[Term, ...]
    states: tuple[Term, ...]
    answers: tuple[Term, ...]
    detections: tuple[Term, ...]
    counted: tuple[Counted, ...]
    aid_kinds: tuple[Term, ...]
    offer_states: tuple[Term, ...]


@cache
def terms() -> OperationTerms:
    """Return the words that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(TERMS)
    reader.single("terms", Head)
    found = {name: reader.entries(name, Term, "code") for name in SECTIONS}
    counted = reader.entries("counted", Counted, "code")
    reader.check_sections(("terms", "counted", *SECTIONS))
    known = {one.code for one in found["detections"]}
    for one in counted:
        for served in one.serves:
            reader.check_reference(f"counted {one.code!r}", "serves", served, known, "detection")
    reader.finish()
    return OperationTerms(**found, counted=counted)


def word(section: str, code: str, language: str) -> str:
    """Return the label of a code; an unknown code stands for itself."""
    return next((str(one.label(language)) for one in getattr(terms(), section) if one.code == code), code)


def counted(code: str) -> Counted | None:
    """Return a kind of what is counted; None for an unknown code."""
    return next((one for one in terms().counted if one.code == code), None)


def codes(section: str) -> frozenset[str]:
    """Return the codes of a section."""
    return frozenset(one.code for one in getattr(terms(), section))
