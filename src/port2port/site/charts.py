"""Small charts as SVG, drawn on the server: dots observed, a band expected. Pure functions on plain numbers."""

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
