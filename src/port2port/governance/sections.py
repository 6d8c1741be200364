"""The parts of governance."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.site.sections import Section, sections_of

SECTIONS: tuple[tuple[str | Promise, str], ...] = (
    (_("Charter"), "governance:home"),
    (_("Health of the platform"), "governance:health"),
    (_("Data protection"), "governance:desk"),
    (_("Processing register"), "governance:processing"),
)


def sections(current: str) -> list[Section]:
    """Return the parts there are; `current` is the URL name of the one shown."""
    return sections_of(SECTIONS, current)
