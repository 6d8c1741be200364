"""The parts of training, as one moves between them: a row of chips at the head of each list."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECTIONS: tuple[tuple[str | Promise, str], ...] = (
    (_("Exercises"), "training:list"),
    (_("Courses"), "training:courses"),
    (_("Campaigns"), "training:campaigns"),
    (_("Culture"), "training:culture"),
)


@dataclass(frozen=True)
class Section:
    """A part, as `{% chips %}` shows it."""

    word: str | Promise
    href: str
    current: bool
    count: int | None = None


def sections(current: str) -> list[Section]:
    """Return the parts there are; `current` is the URL name of the one shown."""
    found = []
    for word, name in SECTIONS:
        try:
            found.append(Section(word, reverse(name), name == current))
        except NoReverseMatch:
            continue
    return found
