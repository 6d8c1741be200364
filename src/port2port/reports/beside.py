"""What domains above this one show on a report's page: asked of each by one registry, as what waits on home is.

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


_sources: dict[str, Source] = {}


def register(template: str, source: Source) -> None:
    """Let a domain show something beside a report. `source` is asked as the reader; empty: nothing."""
    _sources[template] = source


def beside(report: UUID, *, at: datetime) -> list[Part]:
    """Return what domains above show beside a report."""
    parts = [Part(template, source(report, at)) for template, source in _sources.items()]
    return [part for part in parts if part.values]
