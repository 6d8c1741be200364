"""In which form a webhook is told: ids and codes, or the alert itself, written by a domain above.

Such a domain calls `register` from its `AppConfig.ready`. An administrator chooses the form when the webhook is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

NOTICE = ""  # ids and codes


@dataclass(frozen=True)
class Content:
    """What is sent, and its media type."""

    type: str
    body: bytes


Maker = Callable[[UUID], Content | None]

_makers: dict[str, tuple[str, Maker]] = {}


def register(form: str, word: str, maker: Maker) -> None:
    """Let webhooks be told in a form; `word`: what the standard is called, the same in every language.

    `maker` is given the id of a notice, in a transaction of the worker; None: its alert may not leave in this form, and
    ids and codes are sent.
    """
    _makers[form] = (word, maker)


def forms() -> list[tuple[str, str]]:
    """Return the forms besides ids and codes, with what they are called."""
    return [(form, word) for form, (word, _maker) in _makers.items()]


def content(form: str, notice: UUID) -> Content | None:
    """Return what a notice says in a form; None where it says ids and codes."""
    return _makers[form][1](notice) if form in _makers else None
