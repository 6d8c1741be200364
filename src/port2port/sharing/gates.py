"""What an organisation must have done before it shares at all, asked of domains above by one registry.

The database holds the gate itself (a trigger on the envelope); here forms are told before one writes, and what passed
by an exemption is written down. A domain calls `register` from its `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

HELD_FROM = Tlp.AMBER  # that mark and narrower


@dataclass(frozen=True)
class Hindrance:
    """What the actor's organisation must do first: a sentence, where, and in which words one is led there.

    `holds`: records are held back now; else it is told beforehand, and `until` is the last day.
    """

    text: str
    href: str
    link: str
    holds: bool
    until: date | None = None


Ask = Callable[[], list[Hindrance]]
Passed = Callable[[Record, datetime], None]

_gates: list[tuple[Ask, Passed]] = []


def register(ask: Ask, passed: Passed) -> None:
    """Let a domain hinder sharing. `ask` runs as the actor; `passed` after a record was born at such a mark."""
    if (ask, passed) not in _gates:
        _gates.append((ask, passed))


def hindrances() -> list[Hindrance]:
    """Return what keeps the actor's organisation from sharing at `HELD_FROM` and narrower, now or soon."""
    return [one for ask, _ in _gates for one in ask()]


def note(record: Record, *, at: datetime) -> None:
    """Tell every gate that a record went through, so that exemptions are written down."""
    if record.tlp >= HELD_FROM:
        for _, passed in _gates:
            passed(record, at)
