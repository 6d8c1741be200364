"""Media types of TAXII 2.1 (section 1.6.8) and what each view of it stands on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from port2port.base.errors import Port2PortError
from port2port.exchange.node import HEADER, own_node
from port2port.members.tokens import EXCHANGE
from port2port.sharing.api_ground import needs

NAME = "application/taxii+json"
VERSION = "2.1"
TYPE = f"{NAME};version={VERSION}"
ANYTHING = frozenset({"*/*", "application/*"})

View = Callable[..., HttpResponse]


class NotAcceptable(Port2PortError):
    """The client takes no media type that we send."""

    status = 406
    code = "not-acceptable"
    title = _("Ask for application/taxii+json;version=2.1")


class UnsupportedMediaType(Port2PortError):
    """What was sent is of another media type."""

    status = 415
    code = "unsupported-media-type"
    title = _("Send application/taxii+json;version=2.1")


def acceptable(accept: str) -> bool:
    """Tell whether an Accept header takes our media type; without a version it means the newest."""
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    return not ranges or any(
        quality > 0 and (name in ANYTHING or (name == NAME and version in ("", VERSION)))
        for name, version, quality in ranges
    )


def supported(content_type: str) -> bool:
    """Tell whether a Content-Type is ours."""
    name, version, _quality = _range(content_type)
    return name == NAME and version in ("", VERSION)


def _range(part: str) -> tuple[str, str, float]:
    """Return name, version and quality of one part of such a header."""
    name, *parameters = (one.strip() for one in part.split(";"))
    given = {
        key.strip().lower(): value.strip().strip('"') for key, _eq, value in (p.partition("=") for p in parameters)
    }
    try:
        quality = float(given.get("q", "1"))
    except ValueError:
        quality = 0.0
    return name.lower(), given.get("version", ""), quality


def taxii(*methods: str) -> Callable[[View], View]:
    """Let a view answer these methods to a token, in our media type: scope `read` to read, `report` to change,
    `exchange` for both."""

    def decorated(view: View) -> View:
        @csrf_exempt  # a token in a header is not sent by another site
        @require_http_methods([*methods, "HEAD"])
        @wraps(view)
        def called(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if not acceptable(request.headers.get("Accept", "")):
                raise NotAcceptable
            needs(request, "read" if request.method in ("GET", "HEAD") else "report", EXCHANGE)
            return view(request, *arguments, **named)

        return called

    return decorated


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return a resource of TAXII; bytes are JSON already."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return HttpResponse(raw, content_type=TYPE, status=status, headers={HEADER: str(own_node()), **(headers or {})})
