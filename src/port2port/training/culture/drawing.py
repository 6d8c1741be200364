"""Where one stands among others, drawn on the server: the middle half of the others as a band, oneself as a dot."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from port2port.training.culture.rules import Rest

WIDTH, HEIGHT, EDGE = 160.0, 20.0, 6.0


def standing(own: float | None, rest: Rest | None, *, most: float = 1.0) -> SafeString:
    """Return a line from 0 to `most`, the band between the quartiles of the others, their middle, and oneself.

    It says nothing that does not stand beside it in words, so it is hidden from screen readers.
    """

    def x(value: float) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * min(value, most) / most, 1)

    band = SafeString("")
    if rest is not None:
        band = format_html(
            '<rect class="c-band2" x="{}" width="{}" y="4" height="12" rx="2"/><path class="c-start" d="M{} 2V18"/>',
            x(rest.low), max(round(x(rest.high) - x(rest.low), 1), 2.0), x(rest.middle),
        )  # fmt: skip
    dot = SafeString("")
    if own is not None:
        dot = format_html('<circle class="c-dot c-dot--sig" cx="{}" cy="10" r="4.5"/>', x(own))
    return format_html(
        '<svg width="160" height="20" viewBox="0 0 160 20" aria-hidden="true">'
        '<path class="c-zero" d="M{} 10H{}"/>{}{}</svg>',
        x(0), x(most), band, dot,
    )  # fmt: skip
