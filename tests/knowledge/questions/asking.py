"""Questions for tests, through the real actions."""

from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.knowledge.questions import actions
from port2port.knowledge.questions.rules import Draft
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp

TITLE = "Who has a register of authorised drone flights?"
TEXT = "Our sensors tell of several drones a day, and most are authorised."


def draft(title: str = TITLE, text: str = TEXT, **changes: Any) -> Draft:
    return Draft(
        asked_of=changes.get("asked_of", "circle"), topic=changes.get("topic", "drones"), title=title, text=text,
        language=changes.get("language", "en"),
    )  # fmt: skip


def question(
    title: str = TITLE, text: str = TEXT, *, circles: tuple[str, ...] = ("ports-and-police",), tlp: Tlp = Tlp.GREEN,
    **changes: Any,
) -> UUID:  # fmt: skip
    """Ask as the current actor."""
    to = Addressing(tuple(Circle.objects.get(slug=one).id for one in circles), tlp)
    return actions.ask(draft=draft(title, text, **changes), to=to, at=now()).record_id
