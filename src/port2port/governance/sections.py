"""The parts of governance."""

from django.utils.translation import gettext_lazy as _

from port2port.members.actor import current_actor
from port2port.members.roles import Act
from port2port.site.sections import Section, sections_of

DESK, BREACHES = "governance:desk", "governance:breaches"


def sections(current: str) -> list[Section]:
    """Return the parts that the actor may open; `current` is the URL name of the one shown, or DESK for the desk's."""
    actor = current_actor()
    desk = DESK if actor.may(Act.ERASE) else BREACHES if actor.may(Act.OPERATE) else ""
    parts = [
        (_("Charter"), "governance:home"),
        (_("Health of the platform"), "governance:health"),
        (_("Data protection"), desk),
        (_("Processing register"), "governance:processing"),
    ]
    return sections_of([part for part in parts if part[1]], desk if current == DESK else current)
