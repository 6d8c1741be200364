"""A series as inline SVG: counts as dots, the expected band, the starts of measures. Readable without colour."""

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby

from port2port.displacement.analysis.result import Series
from port2port.displacement.methods.periods import YEAR, month_of

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 520, 180, 34, 8, 10, 24
HEADROOM = 1.08  # a band that fills the drawing to its edge does not look like a band
TEXT_UP = 4  # a number stands a little below its line


def chart(one: Series, starts: Sequence[tuple[date, str]], name: str) -> str:
    """Return the chart of a series; `starts` are days and names of measures at that port."""
    months = len(one.counts)
    most = max([1.0, *one.counts, *(value for value in one.high if value is not None)])
    top = most * HEADROOM

    def x(month: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (month + 0.5) / months

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(0):.1f}" y2="{y(0):.1f}"/>',
        f'<text x="{LEFT - 6}" y="{y(0) + TEXT_UP:.1f}" text-anchor="end">0</text>',
        f'<text x="{LEFT - 6}" y="{y(most) + TEXT_UP:.1f}" text-anchor="end">{most:.0f}</text>',
    ]
    for month in range(months):
        if (one.first.month - 1 + month) % YEAR == 0:
            year = one.first.year + (one.first.month - 1 + month) // YEAR
            parts.append(f'<text x="{x(month):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{year}</text>')
    for known, group in groupby(range(months), key=lambda month: one.expected[month] is not None):
        run = list(group)
        if known:
            upper = [f"{x(m):.1f},{y(one.high[m] or 0.0):.1f}" for m in run]
            lower = [f"{x(m):.1f},{y(one.low[m] or 0.0):.1f}" for m in reversed(run)]
            middle = " ".join(f"{x(m):.1f},{y(one.expected[m] or 0.0):.1f}" for m in run)
            parts.append(f'<polygon class="band" points="{" ".join(upper + lower)}"/>')
            parts.append(f'<polyline class="expected" points="{middle}"/>')
    for day, measure in starts:
        month = month_of(one.first, day)
        if 0 <= month < months:
            at = x(month - 0.5)
            parts.append(
                f'<line class="start" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{y(0):.1f}">'
                f"<title>{escape(measure)}</title></line>"
            )
    parts += [f'<circle class="dot" cx="{x(m):.1f}" cy="{y(n):.1f}" r="2.6"/>' for m, n in enumerate(one.counts)]
    label = escape(name, quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
