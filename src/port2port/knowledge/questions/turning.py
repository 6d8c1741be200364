"""A lesson of the help desk as the beginning of a question: the lesson's page leads to the form, filled in."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from port2port.members.acting import current_actor

TEMPLATE = "knowledge/questions/beside_lesson.html"


def on_lesson(lesson: UUID, _at: datetime) -> dict[str, Any]:
    """Return where to ask further about a lesson; nothing for whoever may not ask."""
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        return {}
    return {"turn": f"{reverse('knowledge:ask')}?{urlencode({'lesson': lesson})}"}
