"""The small graph of linked reports, drawn on the server as SVG; the list beside it says the same in words."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from port2port.reports.together.models import Link
from port2port.reports.together.rules import laid_out

SIDE, HEIGHT, RADIUS = 4.2, 1.8, 11.0  # units for each of the hundred across and down; of a numbered node
EDGE = RADIUS + 2


def web(centre: UUID, links: Sequence[Link], others: Sequence[UUID]) -> SafeString:
    """Return the graph: the report in the middle, each other one under the number it has in the list (from 1)."""
    edges = [(link.a_id, link.b_id) for link in links]
    spots = laid_out(centre, edges, [centre, *others])
    at = {node: (round(spot.x * SIDE, 1), round(spot.y * HEIGHT, 1)) for node, spot in spots.items()}
    lines = format_html_join(
        "",
        '<line class="c-zero" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        ((*at[one], *at[other]) for one, other in edges if one in at and other in at),
    )
    nodes = format_html_join(
        "",
        '<circle class="c-port c-port--facility" cx="{0}" cy="{1}" r="{2}"/>'
        '<text class="c-t" x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        ((*at[node], RADIUS, at[node][1] + 4, number) for number, node in enumerate(others, start=1) if node in at),
    )
    middle = format_html('<circle class="c-dot" cx="{}" cy="{}" r="7"/>', *at[centre])
    return format_html(
        '<svg viewBox="{} {} {} {}" aria-hidden="true">{}{}{}</svg>',
        *(-EDGE, -EDGE, 100 * SIDE + 2 * EDGE, 100 * HEIGHT + 2 * EDGE),
        *(lines, middle, nodes),
    )
