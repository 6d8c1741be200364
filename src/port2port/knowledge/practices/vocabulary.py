"""The words of practices: versioned data in four languages, checked when read."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.knowledge.practices.rules import MATURITIES, STATES, TOPICS
from port2port.members.data_files import Entry, Named, Reader
from port2port.reports.vocabulary import vocabulary

DATA = Path(__file__).parent / "data"
TERMS = DATA / "practice_terms.v1.toml"
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
SECTIONS = {"topics": TOPICS, "maturities": MATURITIES, "states": STATES}


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language."""

    code: Code


@cache
def terms() -> dict[str, tuple[Term, ...]]:
    """Return the words of each section in the order in which they are shown. Raises ValueError with each problem."""
    reader = Reader(TERMS)
    reader.single("terms", Head)
    found = {name: reader.entries(name, Term, "code") for name in SECTIONS}
    for name, codes in SECTIONS.items():
        if tuple(one.code for one in found[name]) != codes:
            reader.problem(name, "code", f"must be {', '.join(codes)}, in this order")
    reader.check_sections(("terms", *SECTIONS))
    reader.finish()
    return found


def word(section: str, code: str, language: str) -> str:
    """Return the label of a code; an unknown code stands for itself."""
    return next((str(term.label(language)) for term in terms()[section] if term.code == code), code)


def modi_codes() -> frozenset[str]:
    """Return the codes of the modi operandi that a practice may counter."""
    return frozenset(one.code for one in vocabulary().modi_operandi)
