"""What can be put on an agenda: asked of each domain by one registry, as what waits on home is.

A domain above this one calls `register` from its `AppConfig.ready`: unanswered questions, measures in consultation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.workgroups.models import Group


@dataclass(frozen=True)
class Offer:
    """Something to speak about. `title` becomes the item's, which the whole group reads: say no more than it may.

    `about`: the kind of the record `target`, or a word of its own without one. `note`: why now.
    """

    about: str
    target: UUID | None
    title: str
    note: str = ""


Source = Callable[[Group, datetime], list[Offer]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let a domain offer items. `source` is asked with the group and the moment, as whoever builds the agenda."""
    _sources[name] = source


def offered(group: Group, at: datetime) -> list[Offer]:
    """Return what other domains offer for a group's agenda."""
    return [offer for source in _sources.values() for offer in source(group, at)]
