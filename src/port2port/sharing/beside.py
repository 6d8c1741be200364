"""What domains above show on the page of a record below them: asked of each by one registry, as what waits on home is.

A domain calls `register` from its `AppConfig.ready`. Of what the reader does not see nothing is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Source = Callable[[UUID, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """A part of the page: `template` draws `values`, which it reads as `part`."""

    template: str
    values: dict[str, Any]


_sources: dict[str, dict[str, Source]] = {}


def register(kind: str, template: str, source: Source) -> None:
    """Let a domain show something beside records of a kind. `source` is asked as the reader; empty: nothing."""
    _sources.setdefault(kind, {})[template] = source


def beside(kind: str, record: UUID, *, at: datetime) -> list[Part]:
    """Return what domains above show beside a record."""
    parts = [Part(template, source(record, at)) for template, source in _sources.get(kind, {}).items()]
    return [part for part in parts if part.values]
