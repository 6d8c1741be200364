"""The reader's language, whether a script of a page asks, and a position as it is written in every language."""

from django.http import HttpRequest
from django.utils.translation import get_language


def language() -> str:
    """Return the reader's language as one of ours (two letters)."""
    code = (get_language() or "en")[:2]
    return code if code in ("nl", "fr", "de", "en") else "en"


def for_script(request: HttpRequest) -> bool:
    """Tell whether a script of ours asks (the outbox does), which is told in JSON what a page would show."""
    return request.headers.get("Accept") == "application/json"


def position_words(lat: float, lon: float) -> str:
    """Return a position as "51.26 N 4.28 E"."""
    return f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"
