"""Response headers that keep a page to itself: nothing from another host, no inline script, no frame."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

# Passkeys need their own permission; all else that a page of ours never asks for is off.
PERMISSIONS = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), display-capture=(), encrypted-media=(), "
    "fullscreen=(self), geolocation=(self), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), serial=(), usb=(), xr-spatial-tracking=()"
)


def origin(address: str) -> str:
    """Return scheme and host of an address ("" for an empty one); a template such as {z}/{x}/{y} stays outside."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def content_security_policy(*, tiles: str = "", form_hosts: tuple[str, ...] = (), frames: str = "") -> str:
    """Return the policy (W3C CSP level 3). `tiles`: origin of a tile server; `form_hosts`: sign-in providers; `frames`:
    the one origin that a page shows in a frame, where it shows one.

    A sign-in provider must be named because browsers apply form-action to the redirect that follows a form.
    """
    outside = f" {tiles}" if tiles else ""
    targets = "".join(f" {host}" for host in form_hosts)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{outside}",
            "font-src 'self'",
            f"connect-src 'self'{outside}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "media-src 'self'",
            f"form-action 'self'{targets}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            *((f"frame-src {frames}",) if frames else ()),
        )
    )


def own_policy(*, frames: str = "") -> str:
    """Return the policy of the platform's pages, as the settings say: `TILE_URL` (optional) and `FORM_ACTION_HOSTS`
    (optional tuple of origins)."""
    return content_security_policy(
        tiles=origin(getattr(settings, "TILE_URL", "") or ""),
        form_hosts=tuple(getattr(settings, "FORM_ACTION_HOSTS", ())),
        frames=frames,
    )


def security_headers(get_response: Respond) -> Respond:
    """Middleware: add the headers to each answer; a view may have set values of its own. Settings are read once."""
    headers = {
        "Content-Security-Policy": own_policy(),
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": PERMISSIONS,
    }

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # What a signed-in person saw must not come back from the disk cache of a shared machine.
        if getattr(request, "actor", None) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond
