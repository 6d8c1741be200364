"""`{% load glossary %}{% term "PFSO" %}`: an acronym that says what it means, by mouse, keyboard and finger."""

from typing import Any

from django import template

from port2port.site.glossary import acronym, anchor_of
from port2port.site.navigation import address
from port2port.site.reader import language

register = template.Library()
COUNTER = "glossary.terms"


@register.inclusion_tag("parts/term.html", takes_context=True)
def term(context: template.Context, code: str) -> dict[str, Any]:
    """Draw an acronym as a button that opens its explanation (HTML's own popover: Esc and a press beside it close it).

    Not inside a link, button or label. Raises KeyError for what the glossary does not explain.
    """
    one, kept = acronym(code), context.render_context
    # One page may explain the same acronym twice; ids must differ (HTML 3.2.6).
    number = int(kept.get(COUNTER) or 0) + 1
    kept[COUNTER] = number
    page = address("site:glossary")
    return {
        "code": code,
        "id": f"term-{anchor_of(code)}-{number}",
        "name": one.names.label(language()),
        "means": one.means.label(language()),
        "href": f"{page}#{anchor_of(code)}" if page else "",
    }
