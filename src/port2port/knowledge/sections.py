"""The parts of knowledge."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.site.sections import Section, sections_of

SECTIONS: tuple[tuple[str | Promise, str], ...] = (
    (_("Practices"), "knowledge:list"),
    (_("Questions"), "knowledge:questions"),
    (_("Who knows what"), "knowledge:experts"),
    (_("Systems in use"), "knowledge:systems"),
)


def sections(current: str) -> list[Section]:
    """Return the parts there are; `current` is the URL name of the one shown."""
    return sections_of(SECTIONS, current)
