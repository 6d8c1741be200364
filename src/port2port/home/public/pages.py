"""The public pages and the feed, the same for everybody: any cache may keep them for a minute. They only translate."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag, urlencode
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from port2port.base.access import public
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.home.public.feed import ATOM_TYPE, atom
from port2port.home.public.queries import public_entry, public_page, public_parts, public_picture
from port2port.members.acting import acting_as_system
from port2port.members.data_files import LANGUAGES
from port2port.reports.attachments.pages import ALONE
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language

FRESH = 60  # seconds; so long may what is withdrawn still stand in a cache
IN_FEED = 50
View = Callable[..., HttpResponse]


def same_for_all(view: View) -> View:
    """Make a view that answers the same to everybody: of the request it is given the address and no more.

    It runs as the principal "public", in the language of its address. Raises NotFound for a language that is none.
    """

    @wraps(view)
    def answered(request: HttpRequest, code: str, **named: Any) -> HttpResponse:
        if code not in LANGUAGES:
            raise NotFound
        # Who reads it, their theme and their messages stay out of what a cache keeps for others.
        request.COOKIES, request.actor, request.platform_state = {}, None, None  # type: ignore[attr-defined]
        with override(code), acting_as_system("public"):
            response = view(request, code, **named)
        response["Content-Language"] = code
        etag = quote_etag(hashlib.sha256(response.content).hexdigest())
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=FRESH, must_revalidate=True)
        return get_conditional_response(request, etag=etag, response=response) or response

    return answered


@public
@never_cache
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Lead to the page in the reader's language."""
    return HttpResponseRedirect(reverse("public", args=[language()]))


@public
@require_safe
@same_for_all
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is public, newest first."""
    found = public_page(at=now(), cursor=request.GET.get("cursor", ""))
    here = reverse("public", args=[code])
    pages = {
        "newer": f"{here}?{urlencode({'cursor': found.previous})}" if found.previous else "",
        "older": f"{here}?{urlencode({'cursor': found.next})}" if found.next else "",
    }
    return render(request, "home/public.html", _base(code, "public") | {"entries": found.entries, "pages": pages})


@public
@require_safe
@same_for_all
def one(request: HttpRequest, code: str, record: UUID) -> HttpResponse:
    """Show one thing that is public."""
    entry = public_entry(record, at=now())
    parts = public_parts(record, picture=lambda file: reverse("public_picture", args=[code, record, file]))
    return render(request, "home/public_one.html", _base(code, "public_one", record) | {"one": entry, "parts": parts})


@public
@require_safe
@same_for_all
def picture(request: HttpRequest, code: str, record: UUID, file: UUID) -> HttpResponse:
    """Show a picture of a practice that is public, which was drawn anew when it was added."""
    content, media_type = public_picture(record, file, at=now())
    kept_apart = {name: value for name, value in ALONE.items() if name != "Cache-Control"}
    return HttpResponse(content, content_type=media_type, headers=kept_apart)


@public
@require_safe
@same_for_all
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the newest of what is public as an Atom feed."""
    at = now()
    body = atom(public_page(at=at, size=IN_FEED).entries, code=code, at=at.replace(minute=0, second=0, microsecond=0))
    return HttpResponse(body, content_type=f"{ATOM_TYPE}; charset=utf-8")


def _base(code: str, name: str, *arguments: UUID) -> dict[str, Any]:
    languages = [
        {"word": OWN_NAMES[one], "href": reverse(name, args=[one, *arguments]), "current": one == code}
        for one in LANGUAGES
    ]
    return {
        "languages": languages,
        "language": code,
        "messages": [],
        "feed_url": f"{settings.SITE_URL}{reverse('public_feed', args=[code])}",
    }
