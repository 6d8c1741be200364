"""Pages for writing about levels: a notice, its correction, answers, checklists. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.compliance.queries import sight
from port2port.levels import actions, queries, words
from port2port.levels.actions import NOT_YOURS
from port2port.levels.forms import ChecklistForm, Choices, NoticeForm
from port2port.levels.models import Notice
from port2port.members.acting import current_actor
from port2port.members.places import Spot, known_places
from port2port.members.queries import called


def _back(row: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("levels:notice", args=[row]))


def _mine(code: str) -> Spot:
    """Return a port whose levels the actor enters. Raises NotFound, Refused."""
    spot = queries.port(code)
    if not current_actor().may("report") or not sight().place(spot):
        raise Refused(NOT_YOURS)
    return spot


def _form(request: HttpRequest, spot: Spot, initial: dict[str, Any], *, replacing: bool = True) -> NoticeForm:
    facilities: Choices = [(one.code, f"{one.code} {called(one.names)}") for one in queries.facilities_of(spot)]
    rows = {row.id: row for row in queries.notices(port=spot.id)}
    spans = [span for span in queries.held_now(spot.id) if span.entry.id in rows] if replacing else []
    held: Choices = [
        (str(span.entry.id), f"{words.Line(rows[span.entry.id], span, now()).title} ({rows[span.entry.id].reference})")
        for span in spans
    ]
    return NoticeForm(
        request.POST if request.method == "POST" else None, port=spot.code, facilities=facilities, held=held,
        initial=initial,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, port: str) -> HttpResponse:
    """Ask what the official notice says, and tell those concerned."""
    spot = _mine(port)
    begins = {"starts": timezone.localtime(now()), "replaces": request.GET.get("replaces", "")}
    form = _form(request, spot, begins)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter_notice(draft=form.draft(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Entered. Those concerned are being told."))
            return _back(made.id)
    return _page(request, form, spot, None)


def _page(request: HttpRequest, form: NoticeForm, spot: Spot, wrong: Notice | None) -> HttpResponse:
    context = {
        "form": form, "spot": spot, "name": called(spot.names), "wrong": wrong, "sees": words.who_sees(),
        "href": reverse("levels:port", args=[spot.code]),
    }  # fmt: skip
    return render(request, "levels/enter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, level: UUID) -> HttpResponse:
    """Put another entry in the place of one, or take it back."""
    wrong = queries.notice(level)
    if wrong.organisation_id != current_actor().organisation or not current_actor().may("report"):
        raise Refused(_("Only the organisation that entered it corrects it."))
    if wrong.void or getattr(wrong, "corrected_by", None) is not None:
        raise Conflict(_("This entry was corrected already."))
    spot = queries.port(wrong.port.locode)
    if request.method == "POST" and "void" in request.POST:
        made = actions.correct_notice(level, at=now())
        messages.success(request, _("Taken back. Those who were alerted are told."))
        return _back(made.id)
    asked = queries.order(wrong.id)
    codes = {one.id: one.code for one in known_places().facilities.values()}
    begins = {
        "level": wrong.level, "reference": wrong.reference, "starts": timezone.localtime(wrong.starts),
        "until": timezone.localtime(wrong.until) if wrong.until is not None else None,
        "facilities": [codes[one] for one in wrong.facilities if one in codes], "exercise": wrong.exercise,
        "text": asked.text if asked is not None else "",
    }  # fmt: skip
    form = _form(request, spot, begins, replacing=False)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.correct_notice(level, draft=form.draft(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Corrected. Those concerned are being told."))
            return _back(made.id)
    return _page(request, form, spot, wrong)


@require_POST
def acknowledge(request: HttpRequest, level: UUID) -> HttpResponse:
    """Acknowledge for the own desk, all of its facilities that are concerned."""
    actions.acknowledge(level, at=now())
    messages.success(request, _("Acknowledged."))
    return _back(level)


@require_POST
def told(request: HttpRequest, level: UUID) -> HttpResponse:
    """Note for the port that a facility was told by other means."""
    actions.note_told(level, facility=request.POST.get("facility", ""), at=now())
    messages.success(request, _("Written down."))
    return _back(level)


@require_POST
def tick(request: HttpRequest, level: UUID) -> HttpResponse:
    """Take the checklist of a facility as it was ticked: what is not ticked is not done."""
    asked = queries.order(queries.notice(level).id)
    numbers = queries.numbers_asked(asked) if asked is not None else []
    done = {number: str(number) in request.POST.getlist("number") for number in numbers}
    actions.tick(level, facility=request.POST.get("facility", ""), done=done, at=now())
    messages.success(request, _("Written down."))
    return _back(level)


@require_POST
def relayed(request: HttpRequest, level: UUID) -> HttpResponse:
    """Say for the committee that the level was passed on to ships and facilities."""
    actions.say_relayed(level, at=now())
    messages.success(request, _("Written down in the port’s security file."))
    return _back(level)


@require_http_methods(["GET", "HEAD", "POST"])
def checklists(request: HttpRequest, port: str) -> HttpResponse:
    """Show and make the lists of numbers that a port asks of its facilities, by level."""
    spot = queries.port(port)
    if spot.id not in sight().ports or not current_actor().may("report"):
        raise Refused(_("The port’s committee makes its checklists."))
    held = queries.checklists(spot.id)
    begins = {f"numbers_{level}": " ".join(str(n) for n in one.numbers) for level, one in held.items()}
    form = ChecklistForm(request.POST if request.method == "POST" else None, initial=begins)
    if request.method == "POST" and form.is_valid():
        wanted = form.numbers()
        for level, numbers in wanted.items():
            if (level not in held and not numbers) or (level in held and held[level].numbers == numbers) or form.errors:
                continue
            try:
                actions.set_checklist(spot.code, level=level, numbers=numbers, at=now())
            except Invalid as error:
                form.put(Problem(f"numbers_{level}", one.message) for one in error.problems)
        if not form.errors:
            messages.success(request, _("Kept, for notices from now on."))
            return HttpResponseRedirect(reverse("levels:port", args=[spot.code]))
    context = {"form": form, "spot": spot, "name": called(spot.names), "href": reverse("levels:port", args=[spot.code])}
    return render(request, "levels/checklists.html", context, status=422 if form.errors else 200)
