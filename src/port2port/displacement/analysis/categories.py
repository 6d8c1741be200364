"""What is counted and which of it a kind of measure may act on, as a versioned data file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

CATEGORIES = Path(__file__).parent / "data" / "categories.v1.toml"
LANGUAGES = ("nl", "fr", "de", "en")


class Category(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of event. `depends_on_detection`: finding one takes somebody who looks."""

    code: str
    depends_on_detection: bool
    names: dict[str, str]


class MeasureKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of measure and the categories it may act on."""

    kind: str
    acts_on: tuple[str, ...]


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    categories: tuple[Category, ...]
    measures: tuple[MeasureKind, ...]


@dataclass(frozen=True)
class Categories:
    """The categories by code, and what measures act on."""

    version: int
    by_code: Mapping[str, Category]
    measures: Mapping[str, tuple[str, ...]]

    def acted_on(self, kind: str) -> tuple[str, ...]:
        """Return the categories that a kind of measure may act on: all of them for a kind that is not listed."""
        return self.measures.get(kind, tuple(self.by_code))


def read_categories(path: Path) -> Categories:
    """Return what the file says. Raises ValueError naming the file and what is wrong with it."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_Document)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error
    codes = [one.code for one in found.categories]
    wrong = [
        f"{one.code}: no name in {lang}" for one in found.categories for lang in LANGUAGES if lang not in one.names
    ]
    wrong += [f"{one.kind}: no category {code}" for one in found.measures for code in one.acts_on if code not in codes]
    wrong += ["a code stands twice"] if len(set(codes)) != len(codes) else []
    if wrong:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return Categories(
        found.version, {one.code: one for one in found.categories}, {one.kind: one.acts_on for one in found.measures}
    )


@cache
def categories() -> Categories:
    """Return the categories that ship with the program."""
    return read_categories(CATEGORIES)
