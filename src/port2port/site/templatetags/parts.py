"""The parts of a page as template tags: `{% load parts %}`. How to compose a page stands in `docs/look.md`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from babel.lists import format_list
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.utils.translation import pgettext as in_context

from port2port.base.clock import now
from port2port.site import icons, map_drawing, words
from port2port.site.map_data import Chart
from port2port.site.reader import language

register = template.Library()
MANY_CHIPS = 6
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

# FIRST TLP 2.0. The labels are names and are not translated.
TLP: tuple[tuple[str, str], ...] = (
    ("TLP:CLEAR", "clear"),
    ("TLP:GREEN", "green"),
    ("TLP:AMBER", "amber"),
    ("TLP:AMBER+STRICT", "amber"),
    ("TLP:RED", "red"),
)
SEVERITIES: dict[str, str | Promise] = {
    "low": lazy("Low"),
    "moderate": lazy("Moderate"),
    "high": lazy("High"),
    "critical": lazy("Critical"),
    "urgent": lazy("Urgent"),
}
BADGES = {"ok": "ok", "part": "part", "open": "line", "closed": "", "error": "error", "signal": "signal",
          "invented": "invented", "source": "line"}  # fmt: skip


def local(at: datetime) -> datetime:
    """Return the moment in the reader's zone. A naive moment is refused: it says nothing about when."""
    if timezone.is_naive(at):
        raise ValueError("a moment without a zone cannot be shown")
    return timezone.localtime(at)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon; the word stands beside it. `extra`: more classes."""
    return icons.icon(name, extra)


@register.simple_tag
@cache
def tlp(rank: int) -> SafeString:
    """Draw the TLP label for a rank 0 (CLEAR) to 4 (RED). Raises ValueError for any other: no label is a guess."""
    if not 0 <= rank < len(TLP):
        raise ValueError(f"no TLP label has rank {rank}")
    label, colour = TLP[rank]
    return format_html('<span class="pp-tlp pp-tlp--{}">{}</span>', colour, label)


@register.simple_tag
def sees(seen: Any, bar: bool = False) -> SafeString:
    """Say who sees a record: label, audience in words, why. `seen` (dict or object): tlp, audience, why_url, note."""
    read = seen.get if isinstance(seen, Mapping) else lambda name, default=None: getattr(seen, name, default)
    listed = tuple(str(word) for word in read("audience", ()) or ())
    joined = format_list(listed, locale=language()) if len(listed) > 1 else "".join(listed)
    audience = joined or _("Nobody else")
    note = format_html("<span>{}</span>", read("note", "")) if read("note", "") else ""
    why = ""
    if read("why_url", ""):
        word = _("why can I see this?") if bar else in_context("why can I see this", "why?")
        why = format_html(' <a href="{}">{}<span class="u-hide"> {}</span></a>', read("why_url"), word, audience)
    element, more = ("div", " pp-sees--bar") if bar else ("span", "")
    return mark_safe(
        f'<{element} class="pp-sees{more}">{tlp(read("tlp", 0))}<b>{icons.icon("eye")}{escape(audience)}</b>'
        f"{note}{why}</{element}>"
    )


@register.simple_tag
def severity(code: str) -> SafeString:
    """Draw a severity (low, moderate, high, critical) or an alert's urgency ("urgent"): a shape and a word."""
    return _severity(code, language())


@cache
def _severity(code: str, _language: str) -> SafeString:
    drawing = icons.shape(icons.SEVERITY_SHAPES, code, 18)
    return format_html('<span class="pp-sev pp-sev--{}">{}{}</span>', code, drawing, SEVERITIES[code])


@register.simple_tag
def badge(kind: str, word: str) -> SafeString:
    """Draw a state: kind is ok, part, open, closed, error, signal, invented or source; the word is the page's."""
    return _badge(kind, str(word))


@lru_cache(maxsize=1000)
def _badge(kind: str, word: str) -> SafeString:
    drawing = icons.shape(icons.STATE_SHAPES, kind, 12)
    colour = BADGES[kind]
    return format_html('<span class="pp-badge{}">{}{}</span>', f" pp-badge--{colour}" if colour else "", drawing, word)


@register.simple_tag
def invented() -> SafeString:
    """Mark something of the demo that never happened or does not exist."""
    return badge("invented", _("Invented"))


@register.simple_tag
def code(value: str) -> SafeString:
    """Draw a code of a vocabulary, as DR02."""
    return format_html('<span class="pp-code">{}</span>', value)


@register.simple_tag
def when(at: datetime | None, minutes: int = 0) -> SafeString:
    """Write a moment, absolute with the relative beside it; `minutes`: how exact it is ("give or take 5 min")."""
    if at is None:
        return SafeString("")
    here = local(at)
    exact = (
        ", " + ngettext("give or take %(n)d min", "give or take %(n)d min", minutes) % {"n": minutes} if minutes else ""
    )
    return format_html(
        '<span class="pp-when"><time datetime="{}">{}</time> (<span data-ago="{}">{}</span>{})</span>',
        here.isoformat(), words.absolute(here, language()), here.isoformat(),
        words.relative(at, now(), language()), exact,
    )  # fmt: skip


@register.simple_tag
def moment(at: datetime | None, year: bool = False) -> SafeString:
    """Write a moment for a table cell, "22 Nov 14:02"; the whole of it stands in the title."""
    if at is None:
        return SafeString("")
    moment_now, code = now(), language()
    # Another year is not left to be guessed.
    return _moment(at, code, _relative(at, moment_now, code), 0 if year else local(moment_now).year)


@lru_cache(maxsize=20_000)
def _moment(at: datetime, code: str, ago_: str, this_year: int) -> SafeString:
    here = local(at)
    return format_html(
        '<time datetime="{}" title="{} ({})">{}</time>', here.isoformat(), words.absolute(here, code), ago_,
        words.absolute(here, code, year=here.year != this_year),
    )  # fmt: skip


def _relative(at: datetime, moment_now: datetime, code: str) -> str:
    gap = at - moment_now
    if abs(gap) < HOUR:
        return words.relative(at, moment_now, code)
    return _minutes_ago(round(gap / MINUTE), code)  # told in hours or days


@lru_cache(maxsize=20_000)
def _minutes_ago(minutes: int, code: str) -> str:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return words.relative(start + minutes * MINUTE, start, code)


@register.simple_tag
def clock(at: datetime, seconds: bool = False, day: bool = False) -> SafeString:
    """Write the time of day, "14:02" (`seconds`: 14:02:59; `day`: with the day before it)."""
    here = local(at)
    text = here.strftime("%H:%M:%S" if seconds else "%H:%M")
    if day:
        text = f"{words.day(here, language(), year=False)} {text}"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), text)


@register.simple_tag
def day(on: date | None, relative: bool = True) -> SafeString:
    """Write a day, "22 Nov 2026 (in 6 days)"."""
    if on is None:
        return SafeString("")
    if isinstance(on, datetime):
        on = local(on).date()
    text = format_html('<time datetime="{}">{}</time>', on.isoformat(), words.day(on, language()))
    if not relative:
        return text
    return format_html("{} ({})", text, words.days_between(on, local(now()).date(), language()))


@register.simple_tag
def today() -> str:
    """Write "Sunday 22 November, 14:10"."""
    here = local(now())
    return f"{words.weekday(here, language())}, {here:%H:%M}"


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Write only how long ago; for places where the absolute time stands already."""
    return format_html(
        '<time datetime="{}" data-ago="{}">{}</time>', at.astimezone(UTC).isoformat(), at.astimezone(UTC).isoformat(),
        words.relative(at, now(), language()),
    )  # fmt: skip


@register.simple_tag
def number(value: float | None, places: int = 0) -> str:
    """Write a number with the reader's separators."""
    return "" if value is None else words.number(value, language(), places)


@register.inclusion_tag("parts/pages.html")
def pages(cursor: Any, note: str = "", ranked: bool = False) -> dict[str, Any]:
    """Draw Newer and Older; `ranked`: what comes before and what follows, in a list whose best stands first.

    `cursor` has `newer` and `older` (addresses or ""); `note` as "1 to 25 of about 340".
    """
    read = cursor.get if isinstance(cursor, Mapping) else lambda name: getattr(cursor, name, "")
    return {"newer": read("newer"), "older": read("older"), "note": note, "ranked": ranked}


@register.inclusion_tag("parts/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """Draw where one is: word, address, word, address, ..., last word without address."""
    pairs = [(steps[i], steps[i + 1] if i + 1 < len(steps) else "") for i in range(0, len(steps), 2)]
    return {"crumbs": pairs}


@register.inclusion_tag("parts/facts.html")
def facts(pairs: Sequence[tuple[str, Any]], small: bool = False) -> dict[str, Any]:
    """Draw names and values; a pair with an empty value is left out."""
    return {"facts": [(name, value) for name, value in pairs if value not in (None, "")], "small": small}


@register.inclusion_tag("parts/time_line.html")
def time_line(entries: Sequence[Any]) -> dict[str, Any]:
    """Draw what happened to a record. Entries: at, what, more, href, link, key (a turn), now (the latest), day."""
    return {"entries": entries}


@register.inclusion_tag("parts/chips.html")
def chips(items: Sequence[Any], label: str = "") -> dict[str, Any]:
    """Draw one-click filters: each with word, href, current, count. Many are one row on a phone."""
    return {"chips": items, "label": label, "long": len(items) > MANY_CHIPS}


@register.inclusion_tag("parts/steps.html")
def steps(items: Sequence[Any]) -> dict[str, Any]:
    """Draw the stages of a thing: each with word, when, done, current."""
    return {"steps": items}


@register.inclusion_tag("parts/multiples.html")
def multiples(rows: Sequence[Any], legend: str = "") -> dict[str, Any]:
    """Draw one small chart a row (rows from `port2port.site.charts.multiple`)."""
    return {"rows": rows, "legend": legend}


@register.filter
def unlocalised(value: float) -> str:
    """Write a number for SVG or a script: a point, never the reader's comma."""
    return f"{value:g}"


@register.inclusion_tag("parts/map.html", name="map")
def map_part(chart: Chart, listed: bool = False) -> dict[str, Any]:
    """Draw a map from `port2port.site.map_data.chart`; its list of places is for screen readers unless `listed`."""
    tiles = getattr(settings, "TILE_URL", "") or ""
    drawn = {"ground": map_drawing.ground(chart), "marks": map_drawing.marks(chart)}
    return drawn | {"chart": chart, "listed": listed, "tiles": tiles}


@register.inclusion_tag("parts/table_head.html")
def table_head(columns: Sequence[Any]) -> dict[str, Any]:
    """Draw a table's head: columns with word, href (to sort), sorted (ascending, descending), number."""
    return {"columns": columns}


@register.simple_tag
def people(persons: int, organisations: int) -> str:
    """Write "23 people in 9 organisations"."""
    first = ngettext("%(n)s person", "%(n)s people", persons) % {"n": words.number(persons, language())}
    second = ngettext("%(n)s organisation", "%(n)s organisations", organisations) % {
        "n": words.number(organisations, language())
    }
    return in_context("persons in organisations", "%(people)s in %(organisations)s") % {
        "people": first,
        "organisations": second,
    }
