"""What others add to a report, for its page: `{% together_on card.shown as together %}`."""

from typing import Any

from django import template

from port2port.base.clock import now
from port2port.reports.shown import Shown
from port2port.reports.together import shown

register = template.Library()


@register.simple_tag
def together_on(found: Shown) -> dict[str, Any]:
    """Return updates, links, the reporter's answer and the lesson of a report, and what the reader may add."""
    return shown.together_on(found, at=now())
