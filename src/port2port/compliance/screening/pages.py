"""Pages of security verifications and of port bans. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base import journal
from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.compliance.forms import ImportForm
from port2port.compliance.pages import paged
from port2port.compliance.pages_write import SHOWN_ROWS, pack, unpack
from port2port.compliance.queries import WAITING, Waiting
from port2port.compliance.screening import actions, queries, tabular, words
from port2port.compliance.screening.actions import KIND, NOT_YOURS
from port2port.compliance.screening.book import functions
from port2port.compliance.screening.forms import ScreeningForm
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.queries import SHOWN
from port2port.compliance.words import STATES, answer
from port2port.site.reader import language

CHIPS: tuple[Waiting, ...] = ("late", "soon")


@require_safe
def screening(request: HttpRequest) -> HttpResponse:
    """Show the employer's list, what is late and soon; to a committee and the authority the numbers of others."""
    at, keeps, told = now(), queries.screens(), queries.told_numbers()
    if not keeps and not told:
        raise Refused(NOT_YOURS)
    context: dict[str, Any] = {"keeps": keeps, "told": told, "figures": words.figure_lines() if told else []}
    context["answer"] = _("Numbers of places, and nobody’s row") if not keeps else ""
    if keeps:
        chosen: Waiting | None = next((one for one in WAITING if request.GET.get("show") == one), None)
        counts = {one: queries.listed(one, at=at).count() for one in WAITING}
        found = queries.listed(chosen, at=at)
        whole = found.count()
        start, pages = paged(request, whole, SHOWN, "compliance:screening", chosen)
        rows = queries.with_owed(list(found[start : start + SHOWN]), at=at)
        journal.write("screening.listed", kind=KIND, at=at, entries=len(rows))
        context |= {
            "answer": answer(counts["late"], counts["soon"]),
            "rows": [words.row_line(one) for one in rows],
            "whole": whole,
            "chips": [_chip(None, None, chosen), *(_chip(one, counts[one], chosen) for one in CHIPS)],
            "chosen": chosen,
            "pages": pages,
            "sees": words.who_sees(),
        }
    return render(request, "compliance/screening/list.html", context)


def _chip(state: Waiting | None, count: int | None, chosen: Waiting | None) -> dict[str, Any]:
    address = reverse("compliance:screening")
    word = STATES[state] if state is not None else _("All")
    href = f"{address}?show={state}" if state is not None else address
    return {"word": word, "href": href, "current": chosen == state, "count": count}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a staff number."""
    actions.keeper()
    return _form_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def screened(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Write a staff number anew."""
    return _form_page(request, queries.one(subject))


def _form_page(request: HttpRequest, row: Screening | None) -> HttpResponse:
    form = ScreeningForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_screening(form.line(), at=now(), identifier=row.subject_id if row is not None else None)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Written down. What is owed was worked out again."))
            return HttpResponseRedirect(reverse("compliance:screening"))
    context = {"form": form, "row": row, "sees": words.who_sees()}
    if row is not None:
        context["line"] = words.row_line(queries.with_owed([row], at=now())[0])
    return render(request, "compliance/screening/one.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Delete a staff number: the function ended."""
    actions.end_function(subject, at=now())
    messages.success(request, _("The function ended: the row is deleted."))
    return HttpResponseRedirect(reverse("compliance:screening"))


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Take in a CSV: first shown row by row, then confirmed. All rows or none."""
    actions.keeper()
    at = now()
    if request.method == "POST" and "confirmed" in request.POST:
        done = actions.import_screenings(data=unpack(request.POST["confirmed"]), at=at)
        written = len(done.new) + len(done.changed)
        said = ngettext("%(n)d row written", "%(n)d rows written", written) % {"n": written}
        messages.success(request, said)
        return HttpResponseRedirect(reverse("compliance:screening"))
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "form": form, "needed": tabular.NEEDED, "optional": ("facility", *tabular.DAYS), "sees": words.who_sees(),
        "functions": [(one.code, one.label(language())) for one in functions().values()],
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data["file"].read(tabular.LARGEST_FILE + 1)
            try:
                planned = actions.plan(data, at=at)
                lines = [(line, _("new")) for line in planned.new] + [(line, _("changed")) for line in planned.changed]
                rows = [
                    {"line": line, "act": act, "function": words.function_word(line.function)}
                    for line, act in lines[:SHOWN_ROWS]
                ]
                context |= {"plan": planned, "packed": pack(data), "rows": rows, "writes": len(lines)}
                status = 200
            except Invalid as error:
                context |= {"problems": error.problems[:SHOWN_ROWS], "problem_count": len(error.problems)}
    return render(request, "compliance/screening/import.html", context, status=status)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """Answer a file to begin with."""
    answered = HttpResponse(tabular.example().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answered["Content-Disposition"] = 'attachment; filename="verifications.csv"'
    return answered


@require_safe
def port_bans(request: HttpRequest) -> HttpResponse:
    """Say what a port ban is, that nothing of it is stored here, and where the official sources are."""
    return render(request, "compliance/screening/port_bans.html", {"ban": words.ban_words()})
