"""The parts of a place, as one moves between them: a row of chips at the head of each page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from port2port.site.navigation import address


@dataclass(frozen=True)
class Section:
    """A part, as `{% chips %}` shows it."""

    word: str | Promise
    href: str
    current: bool
    count: int | None = None


def sections_of(parts: Iterable[tuple[str | Promise, str]], current: str) -> list[Section]:
    """Return those parts (word, URL name) that there are, none for one alone; `current` is the one shown, by name."""
    found = [Section(word, href, name == current) for word, name in parts if (href := address(name))]
    return found if len(found) > 1 else []
