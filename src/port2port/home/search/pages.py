"""The search as a page, which works without scripts, and as the answers of the box that opens with "/"."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.home.search import queries
from port2port.home.search.beside import beside
from port2port.home.search.forms import SearchForm
from port2port.home.search.queries import PAGE, Filters, Found, Results
from port2port.home.search.sources import by_kind, kinds_shown
from port2port.knowledge.experts.words import ExpertCard
from port2port.members.data_files import label
from port2port.sharing.queries import NEWEST_CANDIDATES
from port2port.site.reader import language
from port2port.site.words import number

WHILE_TYPING = 6
SHORTEST = 2  # letters from which the box answers


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what holds the words of the address, best first; without words, how to ask."""
    form = SearchForm(request.GET)
    filters = form.filters(every=bool(request.GET.get("all")))
    q = form.cleaned_data.get("q", "")
    start = _start(request)
    at = now()
    results = queries.search(q, filters, at=at, start=start) if q and not form.errors else None
    return render(
        request,
        "home/search.html",
        {
            "form": form,
            "q": q,
            "answer": _answer(q, results, filters),
            "results": results,
            "cards": [_card(one) for one in results.rows] if results else [],
            "also": _also(results),
            **_beside(results, q, at=at),
            "chips": _chips(request, filters),
            "narrowed": form.narrowed(),
            "filters": filters,
            "all_url": _address(request, all="1", start="") if results and results.capped else "",
            "newest": number(NEWEST_CANDIDATES, get_language() or "en"),
            "clear_url": f"{reverse('search')}?{urlencode({'q': q})}",
            "pages": {
                "newer": _address(request, start=str(start - PAGE) if start > PAGE else "") if start else "",
                "older": _address(request, start=str(start + PAGE)) if results and results.more else "",
            },
        },
    )


@require_safe
def search_now(request: HttpRequest) -> HttpResponse:
    """Answer the best few hits as the options of the box, while somebody types."""
    q = request.GET.get("q", "").strip()[: queries.LONGEST_QUERY]
    results = queries.search(q, at=now(), size=WHILE_TYPING) if len(q) >= SHORTEST else None
    return render(
        request,
        "home/search_now.html",
        {
            "q": q,
            "results": results,
            "cards": [_card(one) for one in results.rows] if results else [],
            "also": _also(results),
            "all_url": f"{reverse('search')}?{urlencode({'q': q})}",
            "answer": _answer(q, results, Filters()),
        },
    )


def _answer(q: str, results: Results | None, filters: Filters) -> str:
    if results is None:
        return _("Search everything that you see")
    for written, meant in results.corrections:  # the heading says what is held, not only what was mistyped
        q = re.sub(rf"(?i)\b({re.escape(written)})\b", rf"\1 ({meant[0]})", q)
    if not results.rows:
        return _("Nothing that you see holds “%(words)s”") % {"words": q}
    if results.relaxed:
        return _("Nothing holds all of “%(words)s”; these hold all but one word") % {"words": q}
    count = number(results.count, get_language() or "en")
    if results.capped:
        return _("%(n)s or more hold “%(words)s”") % {"n": count, "words": q}
    said = ngettext("%(n)s record holds “%(words)s”", "%(n)s records hold “%(words)s”", results.count)
    return said % {"n": count, "words": q}


def _also(results: Results | None) -> str:
    """Return which public words were looked for too, because one that was typed is not known."""
    if results is None or not results.corrections:
        return ""
    meant = ", ".join(word for _written, some in results.corrections for word in some)
    return _("Also looked for: %(words)s") % {"words": meant}


def _beside(results: Results | None, q: str, *, at: datetime) -> dict[str, Any]:
    if results is None:
        return {}
    found = beside(results.asked, q, language=language(), today=at.date())
    people = [ExpertCard(one) for one in found.people]
    more = f"{reverse('knowledge:experts')}?{urlencode({'topic': found.topics[0]})}" if people else ""
    courses = [
        {
            "name": one.head.label(language()),
            "href": reverse("training:course", args=[one.head.slug]),
            "minutes": one.head.minutes,
        }
        for one in found.courses
    ]
    ready = [{"name": label(one.names, language()), "href": one.href, "word": one.word} for one in found.ready]
    return {
        "people": people, "people_url": more, "explained": found.explained, "courses": courses, "ready": ready,
        "asides": found.any,
    }  # fmt: skip


def _card(one: Found) -> dict[str, Any]:
    hit, code = one.hit, (get_language() or "en")[:2]
    return {
        "hit": hit,
        "record": hit.record,
        "kind": by_kind()[hit.kind].word,
        "title": one.title,
        "snippet": one.snippet if hit.text.strip() != hit.title else [],  # said once
        "language": hit.language if hit.language != code else "",
        "sees": {"tlp": hit.record.tlp, "audience": hit.audience},
    }


def _chips(request: HttpRequest, filters: Filters) -> list[dict[str, Any]]:
    every = [{"word": _("All"), "href": _address(request, kind="", start=""), "current": not filters.kind}]
    return every + [
        {
            "word": str(source.word),
            "href": _address(request, kind=source.kind, start=""),
            "current": filters.kind == source.kind,
        }
        for source in kinds_shown()
    ]


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("start", "")
    return (
        min(int(asked), queries.MOST - PAGE) if asked.isascii() and asked.isdigit() and len(asked) < len("99999") else 0
    )


def _address(request: HttpRequest, **changes: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in changes}
    kept |= {name: value for name, value in changes.items() if value}
    return f"{reverse('search')}?{urlencode(kept)}"
