"""The page of news. It only translates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.home.news.queries import Filters, Item, news
from port2port.home.search.sources import by_kind, kinds_shown
from port2port.site.reader import language

ACTS: dict[str, Promise | str] = {
    "shared": pgettext_lazy("news of a record", "New"),
    "changed": pgettext_lazy("news of a record", "Changed"),
    "widened": pgettext_lazy("news of a record", "Shared with more"),
}


@require_safe
def news_page(request: HttpRequest) -> HttpResponse:
    """Show what was shared or changed in the last four weeks and I may see."""
    filters = Filters(request.GET.get("kind", ""), request.GET.get("only") == "followed")
    found = news(filters, at=now(), cursor=request.GET.get("cursor", ""))
    context = {
        "answer": _answer(filters, bool(found.items)),
        "cards": [card(item) for item in found.items],
        "filters": filters,
        "kinds": _kinds(request, filters),
        "whose": [
            {"word": _("All"), "href": _address(request, only=""), "current": not filters.followed},
            {"word": _("What I follow"), "href": _address(request, only="followed"), "current": filters.followed},
        ],
        "pages": {
            "newer": _address(request, cursor=found.previous) if found.previous else "",
            "older": _address(request, cursor=found.next) if found.next else "",
        },
    }
    return render(request, "home/news.html", context)


def card(item: Item) -> dict[str, Any]:
    """Return an item in the reader's words."""
    hit = item.hit
    return {
        "hit": hit,
        "record": hit.record,
        "kind": by_kind()[hit.kind].word,
        "act": ACTS[item.act],
        "turned": item.act != "shared",
        "at": item.at,
        "language": hit.language if hit.language != language() else "",
        "sees": {"tlp": hit.record.tlp, "audience": hit.audience},
    }


def _answer(filters: Filters, some: bool) -> str:
    if some:
        return _("New about what you follow") if filters.followed else _("New for you in the last four weeks")
    if filters.followed:
        return _("Nothing new about what you follow in the last four weeks")
    return _("Nothing new for you in the last four weeks")


def _kinds(request: HttpRequest, filters: Filters) -> list[dict[str, Any]]:
    every = [{"word": _("All"), "href": _address(request, kind=""), "current": not filters.kind}]
    return every + [
        {"word": str(one.word), "href": _address(request, kind=one.kind), "current": filters.kind == one.kind}
        for one in kinds_shown()
    ]


def _address(request: HttpRequest, **changes: str) -> str:
    """Return this page with other filters; a page of it is kept only when it is what changes."""
    kept = {name: request.GET[name] for name in ("kind", "only") if name in request.GET} | changes
    asked = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('news')}?{asked}" if asked else reverse("news")
