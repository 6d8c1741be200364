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
from port2port.compliance.pages import paged
from port2port.compliance.queries import WAITING, Waiting
from port2port.compliance.screening import actions, queries, tabular, words
from port2port.compliance.screening.actions import KIND, NOT_YOURS
from port2port.compliance.screening.book import functions
from port2port.compliance.screening.forms import ScreeningForm
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.queries import SHOWN
from port2port.compliance.words import STATES, answer
from port2port.sharing import intake
from port2port.site.downloads import as_download
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
    """Take in a list: first shown row by row, then confirmed. All rows or none."""
    actions.keeper()
    at, listed = now(), reverse("compliance:screening")
    return intake.page(
        request,
        intake.Intake(
            name="screening", title=_("Take in security verifications from a file"),
            lead=_("A number that is there is written anew, one that is not is added; what the file does not name"
                   " stays. First you see what would happen, row by row."),
            crumbs=[(_("Deadlines"), reverse("compliance:list")), (_("Security verifications"), listed)],
            plan=lambda data: actions.plan(data, at=at),
            write=lambda data: actions.import_screenings(data=data, at=at), look=_look, said=_written,
            to=listed, to_word=_("To the security verifications"), 
            examples=[("CSV", reverse("compliance:screening_example"))],
            needed=tabular.NEEDED, optional=("facility", *tabular.DAYS),
            optional_title=_("These, where they are known"),
            optional_note=_("A facility by its number, a day as 2026-11-28. No other column is taken: no name, no"
                            " national number."),
            codes=[intake.Codes(_("Codes of functions"), [
                (one.code, one.label(language())) for one in functions().values()
            ])],
        ),
    )  # fmt: skip


def _look(planned: actions.Plan) -> intake.Look:
    lines = [(line, _("new")) for line in planned.new] + [(line, _("changed")) for line in planned.changed]
    number = len(lines)
    return intake.Look(
        answer=ngettext("%(n)s row would be written", "%(n)s rows would be written", number) % {"n": number},
        stays=intake.stays(len(planned.same)), seen=words.who_sees(),
        columns=[intake.Column(_("Number"), "head"), intake.Column(_("Critical function")),
                 intake.Column(_("Positive outcome of"), "day"), intake.Column(_("What would happen"))],
        lines=[
            intake.Line(line.row, (line.number, words.function_word(line.function), line.verified_on, act))
            for line, act in lines
        ],
    )  # fmt: skip


def _written(done: actions.Plan) -> str:
    number = len(done.new) + len(done.changed)
    return ngettext("%(n)d row written", "%(n)d rows written", number) % {"n": number}


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """Answer a file to begin with."""
    return as_download(tabular.example().encode("utf-8-sig"), "verifications.csv", "text/csv; charset=utf-8")


@require_safe
def port_bans(request: HttpRequest) -> HttpResponse:
    """Say what a port ban is, that nothing of it is stored here, and where the official sources are."""
    return render(request, "compliance/screening/port_bans.html", {"ban": words.ban_words()})
