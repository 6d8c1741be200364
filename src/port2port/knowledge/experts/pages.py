"""Pages of who knows what: found by topic and language, one's own, one of them, confirming. They only translate."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.knowledge.experts import actions, queries
from port2port.knowledge.experts.forms import DeclareForm, FilterForm
from port2port.knowledge.experts.queries import Known
from port2port.knowledge.experts.vocabulary import by_code, limits
from port2port.knowledge.experts.words import ExpertCard, topic_word
from port2port.knowledge.sections import sections
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.sharing import audiences
from port2port.site.reader import language


@require_safe
def experts(request: HttpRequest) -> HttpResponse:
    """Show who knows about a topic, confirmed by a colleague first, narrowed by the address."""
    form = FilterForm(request.GET)
    filters = form.filters()
    found = queries.page(filters, today=now().date(), cursor=request.GET.get("cursor", ""))
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    rows = [ExpertCard(one) for one in found.rows]
    older = f"{reverse('knowledge:experts')}?{urlencode(query | {'cursor': found.slice.next})}"
    return render(
        request,
        "knowledge/experts/list.html",
        {
            "form": form,
            "sections": sections("knowledge:experts"),
            "answer": _answer(len(rows), filters.topic, more=bool(found.slice.next)),
            "rows": rows,
            "mine": queries.mine(),
            "narrowed": bool(query),
            "pages": {"newer": "", "older": older if found.slice.next else ""},
        },
    )


def _answer(count: int, topic: str, *, more: bool) -> str:
    if not count:
        return _("Nobody has declared this yet") if topic else _("Nobody has declared anything yet")
    number = {"n": f"{count}+" if more else str(count), "topic": topic_word(topic)}
    if topic:
        return ngettext("%(n)s person knows: %(topic)s", "%(n)s people know: %(topic)s", count) % number
    return ngettext("%(n)s person says what they know", "%(n)s people say what they know", count) % number


@require_safe
def expert(request: HttpRequest, expert: UUID) -> HttpResponse:
    """Show what one person declared; to a colleague with what can be confirmed."""
    found = queries.expert(expert)
    return render(
        request,
        "knowledge/experts/expert.html",
        {"card": ExpertCard(found), "known": found, "seen_by": _seen_by(found) if found.own else ""},
    )


def _seen_by(found: Known) -> str:
    return ", ".join(audiences.words(found.expert.audience, found.expert.person_id))


@require_POST
def confirm(request: HttpRequest, expert: UUID) -> HttpResponse:
    """Confirm one topic of a colleague, or take that back (`take_back`)."""
    topic, back = request.POST.get("topic", ""), bool(request.POST.get("take_back"))
    if back:
        actions.unconfirm(expert, topic=topic, at=now())
        messages.success(request, _("Taken back."))
    else:
        actions.confirm(expert, topic=topic, at=now())
        messages.success(request, _("Confirmed."))
    return HttpResponseRedirect(reverse("knowledge:expert", args=[expert]))


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Ask what one knows, and who may find it."""
    actor, at = current_actor(), now()
    if actor.organisation is None or actor.shielded:
        raise Refused(_("You act for no organisation."))
    mine, circles = queries.mine(), queries.circles()
    form = DeclareForm(
        request.POST if request.method == "POST" else None,
        circles=[(str(one.id), label(one.names, language())) for one in circles],
        colleagues=queries.colleagues(),
        initial=_initial(mine, [str(one) for one in queries.default_circles(circles)], request.GET.get("topic", "")),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.declare(form.declaration(), at=at)
            messages.success(request, _("Kept. The circles you chose find you now."))
            return HttpResponseRedirect(reverse("knowledge:expert", args=[made.expert.id]))
        except Invalid as error:
            form.put(error.problems)
    context = {"form": form, "mine": mine}
    return render(request, "knowledge/experts/declare.html", context, status=422 if form.errors else 200)


def _initial(mine: Known | None, circles: list[str], topic: str) -> dict[str, Any]:
    if mine is None:
        return {
            "topics": [topic] if topic in by_code() else [],
            "languages": [language()],
            "reaches": ["question"],
            "until": now().date() + timedelta(days=limits().longest_days // 2),
            "circles": circles,
        }
    row = mine.expert
    return {
        "topics": [one.topic for one in mine.topics],
        "languages": row.languages,
        "reaches": row.reaches,
        "mail": row.mail,
        "until": row.until,
        "circles": [str(one) for one in row.audience],
        "asked": str(row.asked_id or ""),
    }


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Take back what one declared."""
    actions.end(at=now())
    messages.success(request, _("Taken back. Nobody finds you there any more."))
    return HttpResponseRedirect(reverse("knowledge:experts"))
