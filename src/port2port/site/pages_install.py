"""What makes the platform an app on a phone: the manifest, the worker, and the page it shows without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from port2port.base.access import public
from port2port.site.navigation import address

# (file, sizes, type, purpose): the drawing, and pictures of it for the systems that take no SVG
ICONS = (
    ("site/icon.svg", "any", "image/svg+xml", "any"),
    ("site/icon-192.png", "192x192", "image/png", "any"),
    ("site/icon-512.png", "512x512", "image/png", "any"),
    ("site/icon-maskable.png", "512x512", "image/png", "maskable"),
)


@public
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer the web app manifest (W3C Web Application Manifest), in the reader's language."""
    form = address("reports:new")
    icons = [{"src": static(file), "sizes": sizes, "type": kind, "purpose": use} for file, sizes, kind, use in ICONS]
    return JsonResponse(
        {
            "id": "/",
            "name": "Port 2 Port",
            "short_name": "Port 2 Port",
            "description": _("Ports defend themselves together: reports, warnings and measures."),
            "lang": get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f5f0",
            "theme_color": "#10212c",
            "icons": icons,
            "shortcuts": [{"name": _("New report"), "url": form}] if form else [],
        },
        content_type="application/manifest+json",
    )


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker: at the root, because it may only look after what lies below its own address.

    Never kept by the browser (W3C Service Workers, 4.2): an old worker would outlive the installation it was made for.
    """
    context = {
        "outbox": static("site/outbox.js"),
        "form": address("reports:new"),
        "plain": address("site:offline"),
        "courses": address("training:courses"),
        "sign_out": address("account_logout"),
        "static": static(""),
    }
    response = render(request, "site/worker.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Answer the page that the worker shows where there is no network. It names nobody, whoever asks."""
    request.actor = None  # type: ignore[attr-defined]
    return render(request, "site/offline.html", {"form": address("reports:new")})
