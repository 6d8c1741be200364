"""Pages on which others add to a report: say, see too, propose, let in, answer, learn. They only translate."""

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
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.members.places import known_places
from port2port.reports import queries as reports
from port2port.reports.shown import Shown
from port2port.reports.together import actions, queries, rules
from port2port.reports.together.addressing import addressed_alike, addressed_own
from port2port.reports.together.forms import FeedbackForm, LessonForm, OrganisationForm, SayForm, SightingForm
from port2port.reports.together.words import label_of, organisation_word
from port2port.reports.words import card
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import reporter
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide


def back(report: UUID, part: str = "together", *, query: str = "") -> HttpResponseRedirect:
    """Go back to a part of the report. `query` ends the draft of what was written: "?said", or "?seen="."""
    return HttpResponseRedirect(reverse("reports:detail", args=[report]) + f"{query}#{part}")


def spoken_of(report: UUID, *, allowed: bool = True) -> Shown:
    """Return a report that whoever acts sees and may add to. Raises NotFound, Refused, Conflict."""
    found = reports.report(report, at=now())
    actor = current_actor()
    if not allowed or not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"], kind=reports.KIND, record=report)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return found


def stewarded(report: UUID, act: str) -> Shown:
    """Return a report to which whoever acts may do this. Raises NotFound, Refused, Conflict."""
    found = reports.report(report, at=now())
    decision = decide(current_actor(), act, envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=reports.KIND, record=report)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return found


def page(request: HttpRequest, name: str, found: Shown, form: Any, **more: Any) -> HttpResponse:
    """Show a form about a report; with 422 after a try that failed."""
    context = {"found": found, "sees": {"tlp": found.record.tlp, "audience": found.audience}, "form": form} | more
    status = 422 if request.method == "POST" else 200
    return render(request, f"reports/together_{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, report: UUID) -> HttpResponse:
    """Add a note, ask the owner, or answer a question."""
    found = spoken_of(report)
    asked = request.GET if request.method != "POST" else request.POST
    kind = asked.get("kind", "note")
    initial = {"kind": kind, "reply_to": asked.get("reply_to", "")}
    form = SayForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.say(report, text=data["text"], kind=data["kind"], reply_to=data["reply_to"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Added. Everyone who sees the report was told."))
            return back(report, query="?said")
    before = [one for one in queries.said_about(report) if str(one.update.id) == initial["reply_to"]]
    return page(request, "say", found, form, kind=kind, before=before[0].update if before else None)


@require_POST
def unsay(request: HttpRequest, update: UUID) -> HttpResponse:
    """Take back what one said."""
    report = actions.unsay(update, at=now())
    messages.success(request, _("Taken back."))
    return back(report)


@require_http_methods(["GET", "HEAD", "POST"])
def seen_too(request: HttpRequest, report: UUID) -> HttpResponse:
    """Report that the same was seen elsewhere, in two sentences."""
    found = spoken_of(report)
    at = now()
    initial = {"who": "alike", "port": reporter().port, "occurred_at": timezone.localtime(at)}
    data = request.POST if request.method == "POST" else None
    form = SightingForm(data, places=known_places(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.see_too(report, sighting=form.sighting(), own_only=form.cleaned_data["who"] == "own", at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Shared, and linked to what was seen first."))
            return back(made.record_id, query=f"?seen={report}")
    extras = {
        code: {"tlp": int(to.tlp), "note": ", ".join(audiences.words(to.addressed, current_actor().person))}
        for code, to in (("alike", addressed_alike(found.record)), ("own", addressed_own(found.record)))
    }
    return page(request, "seen_too", found, form, extras=extras)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, report: UUID) -> HttpResponse:
    """Propose to the owner that another organisation should see it."""
    found = spoken_of(report)
    data = request.POST if request.method == "POST" else None
    form = OrganisationForm(data, organisations=queries.organisations_to_let_in(found))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.propose_access(report, organisation=UUID(cleaned["organisation"]), why=cleaned["why"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Proposed. The owner decides."))
            return back(report)
    return page(request, "propose", found, form)


@require_POST
def let_in(request: HttpRequest, update: UUID) -> HttpResponse:
    """Share a report with the organisation that somebody proposed."""
    try:
        report = actions.let_in(update, at=now())
    except Invalid as error:
        report = queries.update(update).report_id
        for problem in error.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _("Shared with more."))
    return back(report)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, report: UUID) -> HttpResponse:
    """Give the reporter the answer that is owed."""
    found = spoken_of(report, allowed=queries.may_answer(report))
    if queries.feedback_of(report) is not None:
        raise Conflict(_("The reporter has an answer already. Add an update instead."))
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.answer_reporter(report, verdict=cleaned["verdict"], text=cleaned["text"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Answered. The reporter was told."))
            return back(report)
    due = rules.due_at(found.record.at, found.report.severity)
    return page(request, "feedback", found, form, due=due, owner=organisation_word(queries.reporter_of(report)))


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, report: UUID) -> HttpResponse:
    """Write down what was learned."""
    found = stewarded(report, "change")
    before = queries.lesson_of(report)
    data = request.POST if request.method == "POST" else None
    form = LessonForm(data, initial={"text": before.text if before else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.learn(report, text=form.cleaned_data["text"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Kept."))
            return back(report, query="?said")
    return page(request, "lesson", found, form)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """List the reports that wait for an answer of the own desk, the longest overdue first."""
    at = now()
    found = queries.unanswered(at=at, overdue=False)
    sharing.note_reading(queries.KIND, [one.record for one in found], at=at, act="listed")
    waiting = [(card(one), rules.due_at(one.record.at, one.report.severity)) for one in found]
    heading = ngettext(
        "%(n)d reporter waits for your answer", "%(n)d reporters wait for your answer", len(waiting)
    ) % {"n": len(waiting)}  # fmt: skip
    context = {
        "answer": heading if waiting else _("Nobody waits for your answer"),
        "waiting": [{"card": one, "due": due, "overdue": due < at} for one, due in waiting],
        "late": sum(1 for _one, due in waiting if due < at),
        "columns": [{"word": _("Report")}, {"word": _("From")}, {"word": _("Answer due")}],
    }
    return render(request, "reports/together_answers.html", context)


def named_organisations(ids: set[UUID]) -> list[Organisation]:
    """Return current organisations of these ids, by name."""
    return sorted(Organisation.objects.filter(id__in=ids, left_at=None), key=label_of)
