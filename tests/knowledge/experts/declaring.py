"""Declarations for tests, through the real actions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.knowledge.experts import actions
from port2port.knowledge.experts.rules import Declaration
from port2port.members.models import Circle


def circle(slug: str) -> UUID:
    return Circle.objects.get(slug=slug).id


def declaration(*topics: str, circles: tuple[str, ...] = ("ports-and-police",), **changes: Any) -> Declaration:
    return Declaration(
        topics=topics or ("drones",),
        languages=changes.pop("languages", ("nl", "en")),
        reaches=changes.pop("reaches", ("question",)),
        until=changes.pop("until", (now() + timedelta(days=100)).date()),
        circles=tuple(circle(one) for one in circles),
        **changes,
    )


def declared(*topics: str, **changes: Any) -> UUID:
    """Declare as the current actor; returns the id."""
    return actions.declare(declaration(*topics, **changes), at=now()).expert.id
