"""Light, dark, or what the system says: kept in a cookie of this browser, since it is the screen that differs."""

from django.http import HttpRequest, HttpResponse

COOKIE = "theme"
THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """Return "light", "dark" or "system"; anything else in the cookie counts as "system"."""
    theme = request.COOKIES.get(COOKIE, "system")
    return theme if theme in THEMES else "system"


def keep_theme(response: HttpResponse, theme: str, *, secure: bool) -> None:
    """Set the cookie. Scripts may read it (not HttpOnly): `theme.js` changes it without a round trip."""
    response.set_cookie(COOKIE, theme, max_age=_YEAR, samesite="Lax", secure=secure)
