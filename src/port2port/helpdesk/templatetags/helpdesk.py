"""Small parts of the help desk's pages: `{% load helpdesk %}`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.helpdesk.words import Card

register = template.Library()

BUTTONS: dict[str, str | Promise] = {
    "answer": _("Send the answer"),
    "ask": _("Ask back"),
    "note": _("Keep as a note"),
    "write": _("Send"),
    "take": _("Take it in hand"),
    "close": _("It is settled: close it"),
    "reopen": _("Open it again"),
}


@register.simple_tag
def say_word(act: str) -> str:
    """Write the word of a button."""
    return str(BUTTONS[act])


@register.simple_tag
def holder(card: Card, names: Mapping[UUID, str]) -> str:
    """Write who has a case in hand: a colleague by name, another only as an organisation, or nobody."""
    person = card.shown.case.holder_id
    if person is None:
        return str(_("nobody yet"))
    return names.get(person) or card.owner


@register.inclusion_tag("helpdesk/act_button.html", takes_context=True)
def act_button(context: template.Context, case: UUID, act: str) -> dict[str, Any]:
    """Draw a button that does one thing in a case at once."""
    return {"case": case, "act": act, "word": BUTTONS[act], "csrf_token": context.get("csrf_token")}
