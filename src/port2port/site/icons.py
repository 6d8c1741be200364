"""Line icons on a 20 by 20 grid, drawn by us. An icon never stands without a word beside it."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS: dict[str, str] = {
    "acknowledge": '<path d="m3.5 10.5 4.2 4.2L16.5 6" stroke-width="2"/>',
    "alert": '<path d="M4.5 14V9a5.5 5.5 0 0 1 11 0v5l1.5 1H3zM8.3 17.3a2 2 0 0 0 3.4 0"/>',
    "ask": '<path d="M3 4h14v9.5H9.5L6 17v-3.5H3z"/>'
    '<path d="M8.3 7.3a1.8 1.8 0 1 1 2.4 1.7c-.5.2-.7.5-.7 1M10 11.7h.01"/>',
    "camera": '<path d="M2.5 6.5h3.3L7.3 4h5.4l1.5 2.5h3.3v9.5h-15z"/><circle cx="10" cy="11" r="2.8"/>',
    "chart": '<path d="M3 3v14h14M6 13l3-4 3 2 4-6"/>',
    "circle": '<circle cx="10" cy="10" r="7.5"/>',
    "cyber": '<rect x="2.5" y="3.5" width="15" height="10.5" rx="1.5"/><path d="m6 7 2 1.8L6 10.6M10 11h4M7 17h6"/>',
    "deadline": '<circle cx="10" cy="10.5" r="7"/><path d="M10 6.5v4l2.8 2M7.5 2h5"/>',
    "desk": '<path d="M3.5 12v-1.5a6.5 6.5 0 0 1 13 0V12M3.5 11.5h2.5v4.5H4.5c-.6 0-1-.4-1-1z'
    'M16.5 11.5H14v4.5h1.5c.6 0 1-.4 1-1zM14 16.5c0 1-1.5 1.5-3 1.5"/>',
    "displacement": '<path d="M2.5 7h11M10.5 4l3 3-3 3M17.5 13h-11M9.5 10l-3 3 3 3"/>',
    "document": '<path d="M4.5 2.5h7l4 4v11h-11zM11.5 2.5v4h4M7 10h6M7 13h6"/>',
    "down": '<path d="m5 8 5 5 5-5"/>',
    "drone": '<circle cx="4.5" cy="5" r="2.5"/><circle cx="15.5" cy="5" r="2.5"/>'
    '<circle cx="4.5" cy="15" r="2.5"/><circle cx="15.5" cy="15" r="2.5"/>'
    '<rect x="8" y="8" width="4" height="4" rx="1"/>'
    '<path d="m6.3 6.8 1.7 1.7M13.7 6.8 12 8.5M6.3 13.2 8 11.5M13.7 13.2 12 11.5"/>',
    "drugs": '<path d="M2.5 6 10 2.5 17.5 6v8L10 17.5 2.5 14z"/>'
    '<path d="M2.5 6 10 9.5 17.5 6M10 9.5v8M6.2 4.3l7.5 3.5"/>',
    "edit": '<path d="m3 17 .8-3.8L14 3l3 3L6.8 16.2zM12 5l3 3"/>',
    "eye": '<path d="M1.8 10S4.8 4.8 10 4.8 18.2 10 18.2 10 15.2 15.2 10 15.2 1.8 10 1.8 10z"/>'
    '<circle cx="10" cy="10" r="2.3"/>',
    "export": '<path d="M10 3v10M5.5 9 10 13.5 14.5 9M3.5 17h13"/>',
    "filter": '<path d="M3 5h14M5.5 10h9M8 15h4"/>',
    "governance": '<path d="M10 2.5v14M6.5 17h7M3.5 5.5h13M5.5 5.5 3 11.5h5zM14.5 5.5 12 11.5h5z"/>',
    "home": '<path d="m2.5 9.5 7.5-6.5 7.5 6.5M4.5 8v9h11V8M8.3 17v-5h3.4v5"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6.3h.01"/>',
    "insider": '<rect x="4" y="3" width="12" height="14.5" rx="1.5"/><circle cx="10" cy="8.7" r="2"/>'
    '<path d="M6.8 14.5c.4-1.9 1.6-2.8 3.2-2.8s2.8.9 3.2 2.8M8.5 3V1.8h3V3"/>',
    "intrusion": '<path d="M3 17V6l1.5-2L6 6v11M14 17V6l1.5-2L17 6v11M3 8.5h3M3 13.5h3M14 8.5h3M14 13.5h3"/>'
    '<path d="m8 10 2-2 2 2M10 8v7"/>',
    "knowledge": '<path d="M10 5c-2-1.5-4.5-1.8-7.5-1.5v12c3-.3 5.5 0 7.5 1.5 2-1.5 4.5-1.8 7.5-1.5v-12'
    'C14.5 3.2 12 3.5 10 5zM10 5v12"/>',
    "language": '<circle cx="10" cy="10" r="7.5"/><path d="M2.5 10h15M10 2.5c2.5 2.5 3 5 3 7.5s-.5 5-3 7.5'
    'c-2.5-2.5-3-5-3-7.5s.5-5 3-7.5z"/>',
    "link": '<path d="M8.5 11.5a3 3 0 0 0 4.3.2l3-3a3 3 0 0 0-4.3-4.3L10.3 5.6'
    'M11.5 8.5a3 3 0 0 0-4.3-.2l-3 3a3 3 0 0 0 4.3 4.3l1.2-1.2"/>',
    "lock": '<rect x="4" y="9" width="12" height="8.5" rx="1"/><path d="M6.8 9V6.2a3.2 3.2 0 0 1 6.4 0V9"/>',
    "match": '<circle cx="7.3" cy="10" r="5"/><circle cx="12.7" cy="10" r="5"/>',
    "measure": '<path d="M2.5 4h15v12.5h-15zM2.5 8.2h15M2.5 12.3h15M7.5 4v12.5M12.5 4v12.5"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "network": '<circle cx="4.5" cy="14.5" r="2"/><circle cx="10" cy="5" r="2"/><circle cx="15.5" cy="13" r="2"/>'
    '<path d="m5.5 12.7 3.5-6M11 6.8l3.5 4.5M6.5 14.3l7-1"/>',
    "newer": '<path d="m12 5-5 5 5 5"/>',
    "older": '<path d="m8 5 5 5-5 5"/>',
    "other": '<circle cx="10" cy="10" r="7.5"/><path d="M6.5 10h.01M10 10h.01M13.5 10h.01" stroke-width="2.4"/>',
    "person": '<circle cx="10" cy="7" r="3.3"/><path d="M3.5 17.5c.6-3.7 3-5.5 6.5-5.5s5.9 1.8 6.5 5.5"/>',
    "phone": '<path d="M4 2.8h3l1.5 4-2 1.5a10 10 0 0 0 5.2 5.2l1.5-2 4 1.5v3c0 .8-.7 1.3-1.5 1.2'
    'C8.7 16.7 3.3 11.3 2.8 4.3 2.7 3.5 3.2 2.8 4 2.8z"/>',
    "place": '<path d="M10 17.5s5.5-5 5.5-9.5a5.5 5.5 0 0 0-11 0c0 4.5 5.5 9.5 5.5 9.5z"/>'
    '<circle cx="10" cy="8" r="2"/>',
    "plus": '<path d="M10 3.5v13M3.5 10h13" stroke-width="2"/>',
    "position": '<path d="M3 10.5v6h14v-6M10 2.5v9M6.5 8l3.5 3.5L13.5 8"/>',
    "print": '<path d="M5.5 7V2.5h9V7M5.5 14.5h-3V7h15v7.5h-3"/><path d="M5.5 12h9v5.5h-9z"/>',
    "report": '<path d="M4 3h12v14l-2-1.3-2 1.3-2-1.3L8 17l-2-1.3L4 17zM7 7h6M7 10.5h6"/>',
    "sabotage": '<path d="M11 2.5 4.5 11H9l-1 6.5L15.5 8H11z"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5.5"/><path d="m13 13 4.5 4.5"/>',
    "settings": '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>',
    "theme": '<circle cx="10" cy="10" r="7.5"/><path class="f" d="M10 2.5a7.5 7.5 0 0 1 0 15z"/>',
    "time": '<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>',
    "training": '<path d="M10 4 1.8 8 10 12l8.2-4zM5 9.8V14c1.5 1.3 3.2 2 5 2s3.5-.7 5-2V9.8M18.2 8v5"/>',
    "warn": '<path d="M10 3 18 17H2zM10 8v4.5M10 14.7h.01"/>',
    "workgroup": '<circle cx="7" cy="7.5" r="2.5"/><circle cx="14" cy="8.5" r="2"/>'
    '<path d="M2 16c.4-3 2.3-4.5 5-4.5s4.6 1.5 5 4.5M13 12.2c2.7-.5 4.6.8 5 3.8"/>',
}

SEVERITY_SHAPES: dict[str, str] = {
    "urgent": '<path d="M9 .8 17.2 9 9 17.2.8 9z" fill="currentColor"/><path d="M9 5v4.6M9 12.4h.01" class="s-knock"/>',
    "critical": '<path d="M9 .8 17.2 9 9 17.2.8 9z" fill="currentColor"/>'
    '<path d="M9 5v4.6M9 12.4h.01" class="s-knock"/>',
    "high": '<path d="M9 1.8 17 16H1z" fill="currentColor"/>',
    "moderate": '<rect x="2" y="2" width="14" height="14" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M2 9h14v7H2z" fill="currentColor"/>',
    "low": '<circle cx="9" cy="9" r="6.5" fill="none" stroke="currentColor" stroke-width="2"/>',
}

STATE_SHAPES: dict[str, str] = {
    "ok": '<path d="m2 6.5 2.8 2.8L10 3.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "part": '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor"/>',
    "open": '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "closed": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "error": '<path d="m2.5 2.5 7 7m0-7-7 7" stroke="currentColor" stroke-width="2"/>',
    "signal": '<path d="M6 .5 11.5 6 6 11.5.5 6z" fill="currentColor"/>',
    "invented": '<path d="M6 1v10M1.7 3.5l8.6 5M1.7 8.5l8.6-5" stroke="currentColor" stroke-width="1.6"/>',
    "source": '<path d="M2.5 1.5h5l2 2v7h-7zM4.5 6h3M4.5 8.2h3" fill="none" stroke="currentColor" stroke-width="1.2"/>',
}


@cache
def icon(name: str, extra: str = "") -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers (its word stands beside it).

    Raises KeyError when there is no such icon: a page with a wrong name must fail in its test, not show a gap.
    """
    shape = mark_safe(ICONS[name])  # our own constant
    return format_html('<svg class="pp-i {}" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', extra, shape)


def shape(shapes: dict[str, str], name: str, side: int) -> SafeString:
    """Return one of the small filled shapes (`SEVERITY_SHAPES` on 18, `STATE_SHAPES` on 12 units a side)."""
    inner = mark_safe(shapes[name])  # our own constant
    return format_html('<svg viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', side, side, inner)
