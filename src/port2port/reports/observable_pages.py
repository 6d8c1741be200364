"""Pages for observables: what was recognised, what a report holds, what a value meets, questions and answers, holds."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.queries import organisation_names
from port2port.reports import observable_actions, observable_queries, queries
from port2port.reports.models import Ask
from port2port.reports.models import Observable as Row
from port2port.reports.observable_forms import AnswerForm, AskForm, HoldForm, recognised_in
from port2port.reports.observable_words import Recognised, kind_word, near_word
from port2port.reports.shown import Shown
from port2port.reports.words import card
from port2port.sharing import audiences
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.reader import language


@require_POST
def recognised(request: HttpRequest) -> HttpResponse:
    """Answer what is recognised in what is being written, before anything is saved."""
    return render(request, "reports/recognised.html", {"recognised": recognised_in(request.POST)})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, report: UUID) -> HttpResponse:
    """Put observables on a report: first what was recognised is shown, then it is saved."""
    found = queries.report(report, at=now())
    decision = decide(current_actor(), "change", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=report)
    problems: list[Problem] = []
    said = recognised_in(request.POST) if request.method == "POST" else Recognised()
    if request.method == "POST" and said.confirmed and not said.problems:
        if said.chosen:
            made = observable_actions.add_observables(report, observables=said.chosen, at=now())
            count = len(made)
            messages.success(request, ngettext("%(n)d added.", "%(n)d added.", count) % {"n": count})
            return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#observables")
        problems = [Problem("observables", _("Nothing in it was recognised. Add it by its kind."))]
    context = {
        "found": found,
        "sees": {"tlp": found.record.tlp, "audience": found.audience},
        "recognised": said,
        "problems": [*problems, *said.problems],
    }
    status = 422 if context["problems"] else 200
    return render(request, "reports/observables_add.html", context, status=status)


@require_POST
def remove(request: HttpRequest, observable: UUID) -> HttpResponse:
    """Take an observable off its report."""
    report = observable_actions.remove_observable(observable, at=now())
    messages.success(request, _("Taken off."))
    return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#observables")


@require_safe
def detail(request: HttpRequest, observable: UUID) -> HttpResponse:
    """Show what one value meets: the reports one sees, and whether somebody may be asked."""
    at = now()
    row = observable_queries.observable(observable)
    report = queries.report(row.report_id, at=at)
    match = observable_queries.matches([row], at=at)[0]
    observable_actions.look_at_notes(row, at=at)
    asks = observable_queries.asks_of_ours(observable=row.id)
    answers = observable_queries.answers_to([ask.id for ask in asks])
    actor = current_actor()
    return render(
        request,
        "reports/observable.html",
        {
            "row": row,
            "kind": kind_word(row.kind),
            "match": match,
            "answer": _met(match),
            "report": report,
            "sees": _sees(row, report),
            "own_only": row.record_id != row.report_id,
            "sightings": [
                {"card": card(one.shown), "tie": near_word(one.near)}
                for one in observable_queries.sightings(row, at=at)
            ],
            "asks": [{"ask": ask, "answer": answers.get(ask.id)} for ask in asks],
            "may_ask": bool(match.hidden) and report.record.owner_id == actor.organisation and actor.may("steward"),
            "may_remove": decide(actor, "change", envelope(report.record), at=at).allowed,
        },
    )


def _sees(row: Row, report: Shown) -> dict[str, Any]:
    """Return who sees the observable: those who see the report, or fewer."""
    if row.record_id == row.report_id:
        return {"tlp": report.record.tlp, "audience": report.audience}
    annex = observable_queries.envelope_of(row)
    return {"tlp": annex.tlp, "audience": audiences.words(annex.addressed, annex.author_id)}


def _met(match: observable_queries.Match) -> str:
    if match.exact:
        reports = ngettext("Seen in %(n)d other report", "Seen in %(n)d other reports", match.exact) % {
            "n": match.exact
        }
        ports = ngettext("at %(n)d port", "at %(n)d ports", match.ports) % {"n": match.ports}
        return f"{reports} {ports}" if match.ports else reports
    if match.near:
        return ngettext(
            "Something close to it is in %(n)d report", "Something close to it is in %(n)d reports", match.near
        ) % {"n": match.near}
    if match.hidden:
        return ngettext(
            "A match exists at %(n)d member", "A match exists at %(n)d members", match.hidden
        ) % {"n": match.hidden}  # fmt: skip
    return _("Seen nowhere else, as far as you may know")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, observable: UUID) -> HttpResponse:
    """Ask those members who have a match and whom one does not know."""
    row = observable_queries.observable(observable)
    match = observable_queries.matches([row], at=now())[0]
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            asked = observable_actions.ask_owners(
                observable, reason=data["reason"], basis=data["legal_basis"], at=now()
            )
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(
                request, ngettext("%(n)d member was asked.", "%(n)d members were asked.", asked) % {"n": asked}
            )
            return HttpResponseRedirect(reverse("reports:observable", args=[observable]))
    context = {
        "form": form,
        "match": match,
        "what": row.value,
        "back_url": reverse("reports:observable", args=[row.id]),
    }
    return render(request, "reports/ask.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def asks(request: HttpRequest) -> HttpResponse:
    """List the questions put to us and by us, and say whether others learn that a match exists."""
    actor = current_actor()
    if request.method == "POST":
        said = {name: request.POST[name] == "1" for name in ("tells", "occasions") if name in request.POST}
        observable_actions.let_matches_be_known(**said, at=now())
        messages.success(request, _("Kept."))
        return HttpResponseRedirect(reverse("reports:asks"))
    to_us, ours = observable_queries.asks_to_us(), observable_queries.asks_of_ours()
    names = organisation_names({one.organisation for one in to_us}, language())
    waiting = sum(1 for one in to_us if one.state == "open")
    heading = ngettext(
        "%(n)d question waits for your answer", "%(n)d questions wait for your answer", waiting
    ) % {"n": waiting}  # fmt: skip
    return render(
        request,
        "reports/asks.html",
        {
            "answer": heading if waiting else _("No question waits for you"),
            "to_us": [
                {"ask": one, "who": names.get(one.organisation, ""), "kind": kind_word(one.kind)} for one in to_us
            ],
            "ours": [_ours(one) for one in ours],
            "tells": observable_queries.tells_matches(),
            "tells_occasions": observable_queries.tells_occasions(),
            "may_speak": actor.organisation is not None and actor.may("speak"),
        },
    )


def _ours(one: Ask) -> dict[str, Any]:
    """Return a question of ours with what it is about: a value, or a report's place, time and method."""
    if one.observable is not None:
        href = reverse("reports:observable", args=[one.observable.id])
        return {"ask": one, "what": one.observable.value, "kind": kind_word(one.observable.kind), "href": href}
    what = one.report.title if one.report is not None else ""
    return {
        "ask": one, "what": what, "kind": kind_word(observable_queries.OCCASION),
        "href": reverse("reports:alike", args=[one.report_id]),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, ask: UUID) -> HttpResponse:
    """Answer a question: share, share in part, or decline with a reason."""
    asked = observable_queries.asked(ask)
    row = None if asked.kind == observable_queries.OCCASION else observable_queries.observable(asked.target)
    form = AnswerForm(request.POST if request.method == "POST" else None, whole=row is not None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            observable_actions.answer_ask(ask, answer=data["answer"], words=data["words"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Answered."))
            return HttpResponseRedirect(reverse("reports:asks"))
    names = organisation_names({asked.organisation}, language())
    context = {
        "form": form,
        "asked": asked,
        "who": names.get(asked.organisation, ""),
        "row": row,
        "kind": kind_word(asked.kind),
        "report": queries.report(row.report_id if row else asked.target, at=now()),
    }
    return render(request, "reports/answer.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, report: UUID) -> HttpResponse:
    """Let a report match in silence, or no longer."""
    found = queries.report(report, at=now())
    decision = decide(current_actor(), "change", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=report)
    there = observable_queries.hold_of(report)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if there is not None and "release" in request.POST:
            observable_actions.release_hold(report, at=now())
            messages.success(request, _("Released. Others may learn of matches again."))
            return HttpResponseRedirect(reverse("reports:detail", args=[report]))
        if form.is_valid():
            day = form.cleaned_data["until"]
            until = timezone.make_aware(datetime.combine(day, time.max)) if day else None
            try:
                observable_actions.hold_matching(report, until=until, at=now())
            except Invalid as error:
                form.put(error.problems)
            else:
                messages.success(request, _("Held. From now on only you learn of matches."))
                return HttpResponseRedirect(reverse("reports:detail", args=[report]))
    context = {
        "form": form,
        "found": found,
        "hold": there,
        "sees": {"tlp": found.record.tlp, "audience": found.audience},
    }
    return render(request, "reports/hold.html", context, status=422 if request.method == "POST" else 200)
