"""The drawn part of a map as SVG: what a template would do in a thousand small steps."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from port2port.site.map_data import WIDTH, Chart, Mark


def ground(chart: Chart) -> SafeString:
    """Return land, water and borders: our own numbers, with nothing in them to escape."""
    return mark_safe(
        f'<path class="c-land" d="{chart.land}"/><path class="c-grat" d="{chart.graticule}"/>'
        f'<path class="c-way" d="{chart.ways}"/><path class="c-border" d="{chart.borders}"/>'
    )


def marks(chart: Chart) -> SafeString:
    """Return the marks that lie inside the drawing, their names above all of them."""
    inside = [m for m in chart.marks if 0 <= m.x <= WIDTH and 0 <= m.y <= chart.height]
    return mark_safe("".join([*map(_circles, inside), *map(_label, inside)]))


def _circles(mark: Mark) -> str:
    ring = f'<circle class="c-ring" cx="{mark.x:g}" cy="{mark.y:g}" r="{mark.ring:g}"/>' if mark.point.ringed else ""
    kind = escape(mark.point.kind)
    return f'{ring}<circle class="c-port c-port--{kind}" cx="{mark.x:g}" cy="{mark.y:g}" r="{mark.r:g}"/>'


def _label(mark: Mark) -> str:
    if mark.point.kind == "report":
        return ""
    at = f'x="{mark.label_x:g}" y="{mark.label_y:g}" text-anchor="{mark.anchor}"'
    return f'<text class="c-t c-halo" {at}>{escape(mark.point.name)}</text>'
