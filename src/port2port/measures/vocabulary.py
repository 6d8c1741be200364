"""The words of measures: versioned data in four languages, checked when read."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import LANGUAGES, Entry, Named, Reader
from port2port.reports.vocabulary import vocabulary

DATA = Path(__file__).parent / "data"
TERMS = DATA / "measure_terms.v1.toml"
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)]
SECTIONS = (
    "categories", "efforts", "costs", "states", "stances", "outcomes", "adoption_states", "rest_cells", "lineage_kinds",
)  # fmt: skip


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language."""

    code: Code


class MeasureTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The words, each section in the order in which it is shown."""

    categories: tuple[Term, ...]
    efforts: tuple[Term, ...]
    costs: tuple[Term, ...]
    states: tuple[Term, ...]
    stances: tuple[Term, ...]
    outcomes: tuple[Term, ...]
    adoption_states: tuple[Term, ...]
    rest_cells: tuple[Term, ...]
    lineage_kinds: tuple[Term, ...]


@cache
def terms() -> MeasureTerms:
    """Return the words that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(TERMS)
    reader.single("terms", Head)
    found = {name: reader.entries(name, Term, "code") for name in SECTIONS}
    reader.check_sections(("terms", *SECTIONS))
    reader.finish()
    return MeasureTerms(**found)


def word(section: str, code: str, language: str) -> str:
    """Return the label of a code; an unknown code stands for itself."""
    for term in getattr(terms(), section):
        if term.code == code:
            return str(term.label(language))
    return code


def known_codes() -> dict[str, frozenset[str]]:
    """Return the codes that a measure's text may name, for `rules.problems_of`."""
    words, own = vocabulary(), terms()
    return {
        "modi": frozenset(one.code for one in words.modi_operandi),
        "phases": frozenset(one.code for one in words.phases),
        "effort": frozenset(one.code for one in own.efforts),
        "cost": frozenset(one.code for one in own.costs),
        "language": frozenset(LANGUAGES),
    }
