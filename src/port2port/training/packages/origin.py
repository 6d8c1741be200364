"""The second origin: the host on which packages are opened, and nothing else is
([0061](../../../../docs/decisions/0061-packages-play-on-another-site.md)).

What is asked of that host ends here: no session, no cookie, no other address of the platform. It answers launches, each
under a signed address of one run, that is of one person and one edition; and launches are answered nowhere else.
"""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from uuid import UUID
from zipfile import ZipFile

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header

from port2port.base.errors import Port2PortError
from port2port.members.acting import acting_as_system
from port2port.reports.attachments import vault
from port2port.site.ranges import ranged
from port2port.site.security import PERMISSIONS, origin
from port2port.training.packages.manifest import NAME
from port2port.training.packages.reading import type_of
from port2port.training.packages.rules import LAUNCH

Respond = Callable[[HttpRequest], HttpResponse]
SIGNER = signing.TimestampSigner(salt="port2port.package", sep="~")
OURS = Path(__file__).parent.parent / "static" / "training" / "packages"
ASSETS = {"runtime.js": "text/javascript", "model.js": "text/javascript", "frame.css": "text/css"}
FILES = "files/"
OPENED = 4  # packages that a process holds unsealed
CLOSED = "sandbox allow-scripts allow-same-origin allow-forms"
# Opened by itself it would be a page of ours that shows what it likes; a worker would outlive its launch.
NEVER = frozenset({"document", "worker", "sharedworker", "serviceworker"})


class SecondOrigin:
    """Middleware, the first of all: answer what is asked of the packages' host, and let all else through."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
        if not settings.PACKAGES_HOST or host != settings.PACKAGES_HOST:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)  # what a package left there means nothing to us
        response = answer(request)
        for name, value in headers().items():
            response.headers.setdefault(name, value)
        return response


def headers() -> dict[str, str]:
    """Return what goes with every answer: a package reaches its own files, and is shown by the platform alone."""
    site = origin(settings.SITE_URL)
    policy = (
        "default-src 'none'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:", "media-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self'",
        "frame-src 'self'", "form-action 'self'", "base-uri 'self'", f"frame-ancestors 'self' {site}", CLOSED,
    )  # fmt: skip
    return {
        "Content-Security-Policy": "; ".join(policy), "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff", "X-DNS-Prefetch-Control": "off", "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }  # fmt: skip


def address_of(run: UUID) -> str:
    """Return where a run is opened, for as long as a launch lasts."""
    return f"{settings.PACKAGES_ORIGIN}/{SIGNER.sign(run.hex)}/"


def answer(request: HttpRequest) -> HttpResponse:
    """Return the frame of a launch, a file of its package, or that there is nothing."""
    if request.path == "/":
        return HttpResponseRedirect(settings.SITE_URL)  # somebody typed it; the platform shows itself in no frame
    token, _slash, path = request.path.removeprefix("/").partition("/")
    if request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Dest", "") in NEVER:
        return nothing(request)
    try:
        run = UUID(SIGNER.unsign(token, max_age=LAUNCH))
        with acting_as_system("public"):
            return _answered(request, run, path)
    except (signing.BadSignature, ValueError, Port2PortError):
        return nothing(request)


def _answered(request: HttpRequest, run: UUID, path: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select * from training_run_served(%s)", [run])
        row = cursor.fetchone()
    if row is None:
        return nothing(request)
    organisation, address, *said = row
    if path == "":
        response = HttpResponse(_frame(run, *said))
        # What an earlier package left in this browser is not this one's to read.
        response["Clear-Site-Data"] = '"cookies", "storage"'
        return response
    if path in ASSETS:
        return HttpResponse((OURS / path).read_bytes(), content_type=f"{ASSETS[path]}; charset=utf-8")
    name = path.removeprefix(FILES)
    kind, archive = type_of(name), _archive(address, organisation)
    if not path.startswith(FILES) or kind is None or name == NAME or name not in archive.NameToInfo:
        return nothing(request)
    return ranged(request, archive.read(name), kind, {})


@lru_cache(maxsize=OPENED)
def _archive(address: str, organisation: UUID) -> ZipFile:
    return ZipFile(BytesIO(vault.unseal(address, organisation)))


def _frame(
    run: UUID, standard: str, title: str, launch: str, parameters: str, passing: float | None, threshold: float | None,
    data: str,
) -> str:  # fmt: skip
    context = {
        "site": origin(settings.SITE_URL), "standard": standard, "title": title, "run": run, "data": data,
        "launch": FILES + quote(launch) + parameters, "passing": _said(passing), "threshold": _said(threshold),
    }  # fmt: skip
    return render_to_string("training/package_frame.html", context)


def _said(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def nothing(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing under an address, or no more, in a language that the browser asks for."""
    asked = [code[:2] for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    known = [code for code, _name in settings.LANGUAGES]
    with override(next((code for code in asked if code in known), "en")):
        text = _("This is over, or was never here. Open the course again on the platform.")
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=404)
