"""Small drawings of intervals as SVG: what a typical site did, and where a next one may lie. Pure functions.

A dot is the estimate, the bar its interval, the pale band behind it where 95 of 100 further sites lie; the words beside
it say the same.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from port2port.knowledge.systems.intervals import Estimate

LEFT, RIGHT, BAND, LINE = 12.0, 228.0, 4.0, 13.0
DECADES = (-2, -1, 0, 1, 2, 3)  # false alarms a day: from one in a hundred days to a thousand


@dataclass(frozen=True)
class Scale:
    """Where a value lies between the ends, from 0 to 1, the marks under it, and how one is written."""

    place: Callable[[float], float]
    marks: tuple[float, ...]
    word: Callable[[float], str]


def _decades(value: float) -> float:
    low, high = DECADES[0], DECADES[-1]
    return (math.log10(max(value, 10.0**low)) - low) / (high - low)


def _share(value: float) -> str:
    return f"{value * 100:g} %" if value == 1 else f"{value * 100:g}"


def _rate(value: float) -> str:
    """Return a mark as the reader writes numbers: "0,01" in Dutch."""
    return str(number_format(f"{value:g}"))


SHARES = Scale(lambda value: value, (0.0, 0.5, 1.0), _share)
RATES = Scale(_decades, tuple(10.0**n for n in DECADES), _rate)


def drawing(estimate: Estimate, scale: Scale, *, says: str, following: Estimate | None = None) -> SafeString:
    """Return the drawing of an estimate, with the band for a next site when there is one; `says` tells it in words."""

    def x(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max(scale.place(value), 0.0), 1.0), 1)

    band = ""
    if following is not None:
        band = format_html(
            '<rect class="c-band" x="{}" y="{}" width="{}" height="18" rx="2"/>',
            x(following.low), BAND, max(round(x(following.high) - x(following.low), 1), 1.0),
        )  # fmt: skip
    marks = format_html_join(
        "",
        '<path class="c-ax" d="M{} 4V24"/><text class="c-t2" x="{}" y="37" text-anchor="middle">{}</text>',
        ((x(at), x(at), scale.word(at)) for at in scale.marks),
    )
    return format_html(
        '<svg class="pp-plot" viewBox="0 0 250 40" role="img" aria-label="{}">{}{}<path class="c-bar" d="M{} {}H{}"/>'
        '<circle class="c-dot" cx="{}" cy="{}" r="5"/></svg>',
        says, band, marks, x(estimate.low), LINE, max(x(estimate.high), x(estimate.low) + 1), x(estimate.value), LINE,
    )  # fmt: skip
