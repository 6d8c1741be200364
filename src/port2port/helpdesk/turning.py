"""What a lesson can become in a domain above this one: buttons on its page, asked of one registry.

A domain above calls `register` from its `AppConfig.ready`: a question to the network, a practice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from port2port.helpdesk.lesson_queries import LessonShown


@dataclass(frozen=True)
class Turn:
    """A button: its word, where it leads, its icon."""

    word: str
    href: str
    icon: str


Source = Callable[[LessonShown], Turn | None]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let a domain offer a button. `source` is asked with the lesson as the reader sees it; None offers nothing."""
    _sources[name] = source


def turns(found: LessonShown) -> list[Turn]:
    """Return what a lesson can be turned into by whoever reads it."""
    return [turn for source in _sources.values() if (turn := source(found)) is not None]
