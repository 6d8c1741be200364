"""`{% load gates %}{% before_sharing %}` on a form that shares: what the organisation must do first."""

from typing import Any

from django import template

from port2port.sharing.gates import hindrances

register = template.Library()


@register.inclusion_tag("sharing/before.html")
def before_sharing() -> dict[str, Any]:
    """Say what hinders the reader's organisation from sharing at TLP:AMBER and narrower, now or soon."""
    return {"hindrances": hindrances()}
