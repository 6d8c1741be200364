"""A lesson of the help desk as the beginning of a question: the lesson's page leads to the form, filled in."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.helpdesk.lesson_queries import LessonShown
from port2port.helpdesk.turning import Turn
from port2port.members.acting import current_actor


def lesson(found: LessonShown) -> Turn | None:
    """Return where to ask further about a lesson; nothing for whoever may not ask."""
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        return None
    address = f"{reverse('knowledge:ask')}?{urlencode({'lesson': found.record.id})}"
    return Turn(_("Turn into a question"), address, "ask")
