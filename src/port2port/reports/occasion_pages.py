"""Pages for ties of place, time and method: is this the same event? Before a report is sent, and afterwards."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import observable_actions, observable_queries, queries
from port2port.reports.forms import ReportForm
from port2port.reports.observable_forms import AskForm
from port2port.reports.occasion_queries import Alike, Met, alike, met_by, possible_duplicates
from port2port.reports.occasion_words import tie_words
from port2port.reports.shown import Shown
from port2port.reports.together.queries import linked_to
from port2port.reports.words import card
from port2port.sharing.addressing import reporter
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide

MOST_POSSIBLE = 3


@require_POST
def possible(request: HttpRequest) -> HttpResponse:
    """Answer which reports may tell of the same event as what is being written, before anything is saved."""
    at = now()
    places = known_places()
    form = ReportForm(request.POST, places=places, who=reporter())
    form.is_valid()  # what is missing yet says nothing against what is there
    draft = form.draft(at)
    found = possible_duplicates(draft, places, at=at, most=MOST_POSSIBLE)
    return render(request, "reports/possible.html", {"possible": listed(found, precision=draft.occurred_precision)})


@require_safe
def detail(request: HttpRequest, report: UUID) -> HttpResponse:
    """Show which reports are of nearly the same place, time and method, and whether somebody may be asked."""
    at = now()
    found = queries.report(report, at=at)
    met = _met(found)
    near = alike(met.ties, at=at)
    observable_actions.look_at_occasion(report, at=at)
    asks = observable_queries.asks_of_ours(report=report)
    answers = observable_queries.answers_to([ask.id for ask in asks])
    return render(
        request,
        "reports/alike.html",
        {
            "found": found,
            "answer": _answer(met),
            "met": met,
            "sees": {"tlp": found.record.tlp, "audience": found.audience},
            "listed": listed(near, precision=found.report.occurred_precision, linked=linked_to(report)),
            "more": max(0, met.near - observable_queries.LATEST),
            "may_link": may_link(found),
            "asks": [{"ask": ask, "answer": answers.get(ask.id)} for ask in asks],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask those members who have a report of the same place, time and method and whom one does not know."""
    found = queries.report(report, at=now())
    met = _met(found)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            asked = observable_actions.ask_about_occasion(
                report, reason=data["reason"], basis=data["legal_basis"], at=now()
            )
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(
                request, ngettext("%(n)d member was asked.", "%(n)d members were asked.", asked) % {"n": asked}
            )
            return HttpResponseRedirect(reverse("reports:alike", args=[report]))
    context = {"form": form, "match": met, "what": found.reference, "back_url": reverse("reports:alike", args=[report])}
    return render(request, "reports/ask.html", context, status=422 if request.method == "POST" else 200)


def may_link(found: Shown) -> bool:
    """Tell whether whoever acts may say that a report is the same event as another."""
    open_to_all = found.record.withdrawn_at is None
    return open_to_all and decide(current_actor(), "change", envelope(found.record), at=now()).allowed


def listed(
    found: list[Alike], *, precision: str, linked: frozenset[UUID] = frozenset(), fresh: bool = False
) -> list[dict[str, Any]]:
    """Return ties as a list shows them: the report, why it ties, whether it is linked. `fresh`: without those."""
    rows = [
        {"card": card(one.shown), "why": tie_words(one, precision=precision), "linked": one.shown.record.id in linked}
        for one in found
    ]
    return [row for row in rows if not (fresh and row["linked"])]


def _met(found: Shown) -> Met:
    met = met_by(found.report, ask=found.record.owner_id == current_actor().organisation)
    if met is None:  # method, place or time say too little: nothing is compared
        raise NotFound(kind=queries.KIND, record=found.record.id)
    return met


def _answer(met: Met) -> str:
    if met.ties:
        return ngettext(
            "%(n)d other report may be the same event", "%(n)d other reports may be the same event", met.near
        ) % {"n": met.near}
    if met.hidden:
        return ngettext(
            "A match exists at %(n)d member", "A match exists at %(n)d members", met.hidden
        ) % {"n": met.hidden}  # fmt: skip
    return _("No other report you see is of this place, time and method")
