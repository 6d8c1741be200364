"""Pieces of the shell that are drawn once: `{% load kept %}`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

CSRF, HERE = "\x02csrf\x02", "\x02here\x02"
MOST_KEPT = 1000
_kept: dict[tuple[Any, ...], str] = {}


class Kept(template.Node):
    """A piece of the shell that is the same as long as its key is: drawn once in each process and language.

    What differs each time, the form's secret and the page's own address (`here`), is put into the drawn piece.
    """

    def __init__(self, name: str, keys: Sequence[FilterExpression], inside: template.NodeList) -> None:
        self.name, self.keys, self.nodelist = name, keys, inside

    def render(self, context: template.Context) -> SafeString:
        """Return the piece."""
        key = (self.name, get_language(), *(one.resolve(context) for one in self.keys))
        drawn = _kept.get(key)
        if drawn is None:
            with context.push(csrf_token=CSRF, here=HERE):
                drawn = self.nodelist.render(context)
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = drawn
        if CSRF in drawn:
            drawn = drawn.replace(CSRF, escape(context.get("csrf_token", "")))
        return mark_safe(drawn.replace(HERE, escape(context.get("here", ""))))


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """`{% kept name key key %}...{% endkept %}`: the keys must say everything that the piece depends on."""
    _tag, name, *keys = token.split_contents()
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(name, [parser.compile_filter(key) for key in keys], inside)
