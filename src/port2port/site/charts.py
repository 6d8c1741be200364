"""Small charts as SVG, drawn on the server: dots observed, a band expected. Pure functions on plain numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH, HEIGHT, EDGE = 190.0, 30.0, 5.0


@dataclass(frozen=True)
class Multiple:
    """One row of small multiples, ready to be drawn by `parts/multiples.html`."""

    name: str | Promise
    latest: int
    says: str
    marked: bool
    svg: SafeString
    href: str = ""
    why_url: str = ""


def verdict(latest: float, low: float, high: float) -> tuple[str, bool]:
    """Return what is said of the latest value and whether it is outside the band of what is usual."""
    if latest > high:
        return _("more than usual"), True
    if latest < low:
        return _("less than usual"), True
    return _("as usual"), False


def multiple(
    name: str | Promise,
    counts: Sequence[int],
    band: tuple[float, float],
    *,
    href: str = "",
    why_url: str = "",
) -> Multiple:
    """Return the row for one port: its counts in order of time and the band (low, high) in which a count is usual.

    The band comes from whoever knows (a model of its past); nothing here computes one. The last dot is the one
    spoken of: a diamond in signal when it lies outside the band, else a larger dot. Raises ValueError without counts.
    """
    if not counts:
        raise ValueError("a chart without counts says nothing")
    low, high = band
    top = max([*counts, high, 1.0]) * 1.05
    says, marked = verdict(counts[-1], low, high)

    def y(value: float) -> float:
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / top, 1)

    step = (WIDTH - 2 * EDGE - 3) / max(len(counts) - 1, 1)
    xs = [round(EDGE + step * i, 1) for i in range(len(counts))]
    dots = format_html_join(
        "",
        '<circle class="c-dot" cx="{}" cy="{}" r="2"/>',
        ((x, y(c)) for x, c in zip(xs[:-1], counts[:-1], strict=True)),
    )
    if marked:
        last = format_html(
            '<path class="c-dot c-dot--sig" d="M{} {}l6 6-6 6-6-6z"/>', xs[-1], round(y(counts[-1]) - 6, 1)
        )
    else:
        last = format_html('<circle class="c-dot" cx="{}" cy="{}" r="4.5"/>', xs[-1], y(counts[-1]))
    svg = format_html(
        '<svg viewBox="0 0 190 30" aria-hidden="true">'
        '<rect class="c-band" x="0" width="190" y="{}" height="{}" rx="2"/>{}{}</svg>',
        y(high), round(max(y(low) - y(high), 1.0), 1), dots, last,
    )  # fmt: skip
    return Multiple(name, counts[-1], says, marked, svg, href, why_url if marked else "")


@dataclass(frozen=True)
class Months:
    """A series of months to be drawn: what was counted, what would be expected, and the band that holds 95 of 100.

    `expected`, `low` and `high` are empty, or None in a month, where too little is known. `starts`: places of the
    months in which something began; `unsure`: places of months drawn as open dots.
    """

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    expected: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    starts: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()


SERIES_WIDTH, SERIES_HEIGHT, LEFT, TOP, FOOT = 440.0, 170.0, 30.0, 10.0, 22.0


def series(months: Months, *, says: str) -> SafeString:
    """Return the drawing of a series; `says` tells in words what it shows. Months outside their band are diamonds.

    Raises ValueError without months. One hue and grey; a label stands under the first month of each that is not "".
    """
    if not months.counts:
        raise ValueError("a chart without counts says nothing")
    top = max([*months.counts, *(v for v in months.high if v is not None), 1.0]) * 1.05
    base = SERIES_HEIGHT - FOOT
    step = (SERIES_WIDTH - LEFT - 12) / max(len(months.counts) - 1, 1)

    def x(place: float) -> float:
        return round(LEFT + 6 + step * place, 1)

    def y(value: float) -> float:
        return round(base - (base - TOP) * value / top, 1)

    marks = sorted({0, round(top / 2), int(top)})
    axis = format_html_join(
        "",
        '<path class="c-ax" d="M{} {}H{}"/><text class="c-t2" x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT, y(m), SERIES_WIDTH, LEFT - 6, y(m) + 4, m) for m in marks),
    )
    band = SafeString("")
    for part in _known(months.low, months.high):
        upper = " ".join(f"{x(n)},{y(high)}" for n, _low, high in part)
        lower = " ".join(f"{x(n)},{y(low)}" for n, low, _high in reversed(part))
        band += format_html('<path class="c-band" d="M{} L{}Z"/>', upper, lower)
    for part in _known(months.expected, months.expected):
        band += format_html('<path class="c-exp" d="M{}"/>', " ".join(f"{x(n)},{y(v)}" for n, v, _same in part))
    band += format_html_join(
        "", '<path class="c-start" d="M{} {}V{}"/>', ((x(n), TOP - 2, base) for n in months.starts)
    )
    dots = format_html_join("", "{}", ((_month_dot(months, n, x(n), y(v)),) for n, v in enumerate(months.counts)))
    words = format_html_join(
        "",
        '<text class="c-t2" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((max(x(n), LEFT + 8), SERIES_HEIGHT - 6, label) for n, label in enumerate(months.labels) if label),
    )
    return format_html(
        '<svg class="pp-plot" viewBox="0 0 440 170" role="img" aria-label="{}">{}{}{}{}</svg>',
        says, axis, band, dots, words,
    )  # fmt: skip


def _known(low: Sequence[float | None], high: Sequence[float | None]) -> list[list[tuple[int, float, float]]]:
    """Return the stretches of months in which both are known: place, low, high."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for n, (one, other) in enumerate(zip(low, high, strict=True)):
        if one is None or other is None:
            parts.append([])
        else:
            parts[-1].append((n, one, other))
    return [part for part in parts if part]


def _month_dot(months: Months, n: int, x: float, y: float) -> SafeString:
    count = months.counts[n]
    low, high = (months.low[n], months.high[n]) if months.low else (None, None)
    if low is not None and high is not None and not low <= count <= high:
        return format_html('<path class="c-dot" d="M{} {}l4.5 4.5-4.5 4.5-4.5-4.5z"/>', x, round(y - 4.5, 1))
    kind = " c-dot--unk" if n in months.unsure else ""
    return format_html('<circle class="c-dot{}" cx="{}" cy="{}" r="2.8"/>', kind, x, y)


INTERVAL_WIDTH, MIDDLE, FOURFOLD = 340.0, 170.0, 160.0


def interval(ratio: float, low: float, high: float, *, says: str, signal: bool = False) -> SafeString:
    """Return a ratio with its interval about "no change", from four times fewer to four times more (logarithmic)."""

    def x(value: float) -> float:
        place = MIDDLE + FOURFOLD / 2 * math.log2(max(value, 1e-6))
        return round(min(max(place, 4.0), INTERVAL_WIDTH - 4), 1)

    kind = " c-bar--sig" if signal else ""
    return format_html(
        '<svg class="pp-plot" viewBox="0 0 340 30" role="img" aria-label="{}"><path class="c-zero" d="M170 0V30"/>'
        '<path class="c-ax" d="M90 0V30M250 0V30M10 0V30M330 0V30"/><path class="c-bar{}" d="M{} 15H{}"/>'
        '<circle class="c-dot{}" cx="{}" cy="15" r="6"/></svg>',
        says, kind, x(low), x(high), " c-dot--sig" if signal else "", x(ratio),
    )  # fmt: skip
