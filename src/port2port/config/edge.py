"""Where errors become HTTP, once: a page in the reader's language, or a problem document (RFC 9457) for machines."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.base.errors import AcceptanceDue, Invalid, NotFound, Port2PortError, Refused, Unavailable
from port2port.exchange.taxii.media import TYPE
from port2port.members.acting import SignedOut
from port2port.site.pages import bare_error_page

PROBLEM_TYPE = "application/problem+json"
TAXII = "/taxii2/"  # errors have a form of their own there (TAXII 2.1, section 3.6.1)


def wants_json(request: HttpRequest) -> bool:
    """Machines get documents: everything under /api/, /feeds/ and /taxii2/, and whoever asks for JSON only."""
    return (
        request.path.startswith(("/api/", "/feeds/", TAXII)) or request.headers.get("Accept", "") == "application/json"
    )


def problem(error: Port2PortError, instance: str) -> dict[str, Any]:
    """Return the RFC 9457 members; `errors` lists field, row and what is wrong."""
    body: dict[str, Any] = {
        "type": f"urn:port2port:problem:{error.code}",
        "title": str(error.title),
        "status": error.status,
        "instance": instance,
    }
    if isinstance(error, Invalid):
        body["errors"] = [
            {"field": p.field, "message": str(p.message)} | ({"row": p.row} if p.row is not None else {})
            for p in error.problems
        ]
    elif error.reason:
        body["detail"] = str(error.reason)
    if isinstance(error, AcceptanceDue):
        body["see"] = f"{settings.SITE_URL}{reverse('governance:home')}"
    return body


def taxii_error(error: Port2PortError) -> dict[str, Any]:
    """Return the error object of TAXII 2.1, section 3.6.1."""
    body: dict[str, Any] = {"title": str(error.title), "error_code": error.code, "http_status": str(error.status)}
    if isinstance(error, Invalid):
        body["details"] = {p.field: str(p.message) for p in error.problems}
    elif error.reason:
        body["description"] = str(error.reason)
    return body


def answer(request: HttpRequest, error: Port2PortError) -> HttpResponse:
    """Return the error as this client reads it."""
    if request.path.startswith(TAXII):
        response = HttpResponse(msgspec.json.encode(taxii_error(error)), content_type=TYPE, status=error.status)
    elif wants_json(request):
        response = HttpResponse(
            msgspec.json.encode(problem(error, request.path)), content_type=PROBLEM_TYPE, status=error.status
        )
    else:
        special = [f"errors/{error.code}.html"] if isinstance(error, AcceptanceDue) else []
        template = select_template([*special, f"errors/{error.status}.html", "errors/400.html"])
        response = HttpResponse(
            template.render({"error": error, "problems": getattr(error, "problems", [])}, request),
            status=error.status,
        )
    for name, value in error.context.get("headers", {}).items():
        response[name] = value
    if isinstance(error, SignedOut) and wants_json(request):
        response["WWW-Authenticate"] = 'Bearer realm="port2port"'
    if isinstance(error, Unavailable):
        response["Retry-After"] = "5"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its secret: an old page, or another site."""
    return answer(request, Refused(_("This form is too old. Go back, load the page again and send it again.")))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own 400 (a bad host, a broken multipart body)."""
    return answer(request, BadRequest())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return answer(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; the log has it, the answer does not. Barely any code: what failed once may fail again."""
    if wants_json(request):
        return answer(request, Port2PortError())
    return bare_error_page(500)


class BadRequest(Port2PortError):
    """The request is not one that can be read."""

    status = 400
    code = "bad-request"
