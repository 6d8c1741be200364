"""The page for everybody: whether a certificate counts. No account, no cookie, no name. It only translates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from port2port.base.access import public
from port2port.base.clock import now
from port2port.helpdesk.proof import neighbourhood
from port2port.helpdesk.vocabulary import public_form
from port2port.training.courses import certificates
from port2port.training.courses.rules import grouped
from port2port.training.courses.words import BADGES, standing_word


def place_of(request: HttpRequest) -> str:
    """Return the neighbourhood a request comes from, hashed."""
    limits = public_form()
    address = request.META.get("REMOTE_ADDR", "")
    return neighbourhood(address, ipv4_bits=limits.ipv4_bits, ipv6_bits=limits.ipv6_bits)


@public
@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a code stands for and whether it counts; the same 404 for any code that is none."""
    found = certificates.look_up(code, place_of(request), on=timezone.localdate(now()))
    return render(
        request,
        "training/certificate.html",
        {
            "found": found,
            "name": certificates.name_of(found),
            "code": grouped(found.code),
            "badge": BADGES[found.standing],
            "word": standing_word(found.standing),
            "counts": found.standing in ("valid", "soon"),
            "no_pfso": certificates.no_pfso(),
            "key": certificates.public_key(),
        },
    )
