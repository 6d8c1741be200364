"""How culture at a glance is said: prepared values for the page and the file."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.measures.operations.words import day_word
from port2port.site.reader import language
from port2port.training.courses.contents import word
from port2port.training.courses.words import naming
from port2port.training.culture.drawing import standing
from port2port.training.culture.rules import Culture, Exercised, Group, Rest, Trained

HUNDRED = 100


def answer(found: Culture) -> str:
    """Return the answer of the page."""
    if not found.own:
        return _("How the network is trained, as at %(day)s") % {"day": day_word(found.as_of)}
    number = sum(one.people for one in found.lapsing)
    if number:
        return ngettext(
            "%(n)d pass lapses by %(day)s", "%(n)d passes lapse by %(day)s", number
        ) % {"n": number, "day": day_word(found.quarter_ends)}  # fmt: skip
    return _("Nothing lapses by %(day)s") % {"day": day_word(found.quarter_ends)}


def group_row(group: Group) -> dict[str, Any]:
    """Return an audience with its topics; those that no course here teaches stand apart."""
    name = naming()
    taught = [topic_row(one, group.people, name) for one in group.topics if one.courses]
    return {
        "name": word("audiences", group.audience, language()), "people": group.people, "topics": taught,
        "covered": sum(bool(one.trained) for one in group.topics if one.courses),
        "elsewhere": [word("list", one.topic, language()) for one in group.topics if not one.courses],
    }  # fmt: skip


def topic_row(one: Trained, people: int | None, name: Callable[[str], str]) -> dict[str, Any]:
    """Return a topic: its courses, the own people, the others in words and drawn."""
    share = one.trained / people if people and one.trained is not None else None
    return {
        "code": one.topic, "name": word("list", one.topic, language()),
        "courses": [{"name": name(slug), "href": reverse("training:course", args=[slug])} for slug in one.courses],
        "own": own_words(one.trained, people), "rest": rest_words(one.rest, shares=True),
        "drawn": standing(share, one.rest) if share is not None or one.rest is not None else "",
    }  # fmt: skip


def own_words(trained: int | None, people: int | None) -> str:
    """Return how many of the own people are trained."""
    if trained is None or people is None:
        return ""
    return _("%(trained)d of %(people)d") % {"trained": trained, "people": people} if people else _("nobody here")


def rest_words(rest: Rest | None, *, shares: bool) -> str:
    """Return how the others stand: the middle half of them."""
    if rest is None:
        return _("too few to be told")
    low, middle, high = (_figure(one, shares=shares) for one in (rest.low, rest.middle, rest.high))
    if low == high:
        return _("at least half of %(n)d at %(middle)s") % {"n": rest.organisations, "middle": middle}
    return _("half of %(n)d between %(low)s and %(high)s, the middle %(middle)s") % {
        "n": rest.organisations, "low": low, "high": high, "middle": middle,
    }  # fmt: skip


def _figure(value: float, *, shares: bool) -> str:
    if shares:
        return _("%(n)d %%") % {"n": round(value * HUNDRED)}
    return str(localize(int(value) if value == int(value) else value))


def exercised_row(one: Exercised) -> dict[str, Any]:
    """Return in how many drills or exercises the own organisation took part, beside the others."""
    most = max(1.0, one.number or 0, one.rest.high if one.rest is not None else 0)
    return {
        "name": _("Drills in twelve months") if one.size == "drill" else _("Exercises in twelve months"),
        "number": one.number, "rest": rest_words(one.rest, shares=False),
        "drawn": standing(one.number, one.rest, most=most) if one.number is not None or one.rest is not None else "",
    }  # fmt: skip
