"""`{% load following %}{% follow "record" record.id %}`: the button of a page that can be followed."""

from typing import Any

from django import template

from port2port.site import following
from port2port.site.navigation import address

register = template.Library()


@register.inclusion_tag("parts/follow.html", takes_context=True)
def follow(context: template.Context, subject: str, key: Any) -> dict[str, Any]:
    """Draw Follow, or Following (which ends it), for a record's id, a port's UN/LOCODE or a threat's code.

    Nothing is drawn for an alias, which follows its own report only, and where nothing keeps what is followed.
    """
    actor, place = context.get("actor"), address("following")
    if not place or actor is None or getattr(actor.hat, "shielded", False):
        return {}
    return {
        "place": place,
        "subject": subject,
        "key": str(key),
        "followed": following.is_followed(subject, str(key)),
        "back": context["request"].path,
        "csrf_token": context.get("csrf_token"),
    }
