"""Pages of effort: the grid of the last twelve months, and a file. They only translate."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.displacement import effort_actions, effort_queries
from port2port.displacement.explaining import lack_cost
from port2port.displacement.forms import cell_name, cells_in, told_in
from port2port.displacement.rules import Told
from port2port.displacement.vocabulary import effort_kinds
from port2port.displacement.words import month_word, port_word
from port2port.members.data_files import label
from port2port.sharing import intake
from port2port.sharing.references import ZONE
from port2port.sharing.rules import REASONS
from port2port.site.downloads import as_download
from port2port.site.reader import language


def _may_enter() -> None:
    if not effort_queries.enters_effort():
        raise Refused(REASONS["no-role"])


@require_http_methods(["GET", "HEAD", "POST"])
def effort(request: HttpRequest) -> HttpResponse:
    """Type in effort: a grid of kinds and the last twelve months for each own port."""
    _may_enter()
    at = now()
    grids = effort_queries.grids(today=at.astimezone(ZONE).date())
    problems: list[Problem] = []
    if request.method == "POST" and "derive" in request.POST:
        derived = effort_actions.derive_effort(first=grids[0].months[0], last=grids[0].months[-1], at=at)
        messages.success(request, _changed(derived))
        return HttpResponseRedirect(reverse("displacement:effort"))
    if request.method == "POST":
        cells = cells_in(grids)
        told, unread = told_in(request.POST, cells)
        try:
            change = effort_actions.tell_effort(told, at=at, problems=unread)
        except Invalid as error:
            problems = [_of_cell(one, cells) for one in error.problems]
        else:
            messages.success(request, _changed(change))
            return HttpResponseRedirect(reverse("displacement:effort"))
    typed = request.POST if request.method == "POST" else {}
    wrong = {one.field: str(one.message) for one in problems}
    shown = [
        {
            "name": label(grid.port.names, language()),
            "code": grid.port.locode,
            "known": grid.known,
            "cost": lack_cost(grid.port.locode, known=grid.known, of=len(grid.months)),
            "months": [month_word(month) for month in grid.months],
            "rows": [
                {
                    "name": kind.label(language()),
                    "unit": kind.unit(language()),
                    "cells": [
                        _cell(typed, wrong, cell_name(grid.port.locode, month, kind.code), cell, month_word(month))
                        for month, cell in zip(grid.months, cells, strict=True)
                    ],
                }
                for kind, cells in grid.rows
            ],
        }
        for grid in grids
    ]
    context = {"grids": shown, "problems": problems, "derives": bool(effort_actions.SOURCES)}
    return render(request, "displacement/effort.html", context, status=422 if problems else 200)


def _cell(typed: Any, wrong: dict[str, str], name: str, row: Any, month: str) -> dict[str, Any]:
    value = f"{row.amount:g}" if row is not None else ""
    return {
        "name": name, "value": typed.get(name, value), "wrong": wrong.get(name, ""), "month": month,
        "source": row.source if row is not None else "",
    }  # fmt: skip


def _of_cell(problem: Problem, cells: list[tuple[str, Told]]) -> Problem:
    """Return a problem as that of its cell, which it names: a grid has many."""
    if problem.row is None:
        return problem
    name, told = cells[problem.row - 1]
    kind = next(kind.label(language()) for kind in effort_kinds() if kind.code == told.kind)
    return Problem(name, f"{port_word(told.port)}, {kind}, {month_word(told.month)}: {problem.message}")


def _changed(change: effort_actions.Change) -> str:
    number = len(change.new) + len(change.changed) + len(change.removed)
    if not number:
        return _("Nothing has changed.")
    return ngettext("%(n)d value kept", "%(n)d values kept", number) % {"n": number}


@require_http_methods(["GET", "HEAD", "POST"])
def import_effort(request: HttpRequest) -> HttpResponse:
    """Take in a file: first what would change is shown, then it is confirmed. All rows or none."""
    _may_enter()
    at, home = now(), reverse("displacement:effort")
    return intake.page(
        request,
        intake.Intake(
            name="effort", title=_("Take in effort from a file"),
            lead=_("First you see what would happen, row by row."), crumbs=[(_("Effort"), home)],
            plan=lambda data: effort_actions.plan_file(data, at=at),
            write=lambda data: effort_actions.import_effort(data=data, at=at), look=_look, said=_changed,
            to=home, to_word=_("To the effort"), needed=effort_actions.COLUMNS,
            needed_note=_("A month as 2026-03. An empty amount takes back what was told: unknown again."),
            codes=[intake.Codes(_("Codes of kinds"), [(one.code, one.label(language())) for one in effort_kinds()])],
        ),
    )  # fmt: skip


def _look(change: effort_actions.Change) -> intake.Look:
    words = ((_("new"), change.new), (_("changed"), change.changed), (_("taken back"), change.removed))
    lines = [
        intake.Line(one.row, (one.port, month_word(one.month), one.kind, one.amount, word))
        for word, told in words
        for one in told
    ]
    number = len(lines)
    return intake.Look(
        answer=ngettext("%(n)s value would change", "%(n)s values would change", number) % {"n": number},
        stays=intake.stays(len(change.same)),
        columns=[intake.Column(_("Port"), "head"), intake.Column(_("Month")), intake.Column(_("Kind"), "code"),
                 intake.Column(_("Amount"), "number"), intake.Column(_("What happens"))],
        lines=lines,
    )  # fmt: skip


@require_safe
def effort_file(request: HttpRequest) -> HttpResponse:
    """Give back what the own ports told, as the file that can be taken in."""
    _may_enter()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(effort_actions.COLUMNS)
    writer.writerows(
        (row.port.locode, row.month.isoformat(), row.kind, f"{row.amount:g}") for row in effort_queries.effort()
    )
    return as_download(out.getvalue().encode(), "effort.csv", "text/csv; charset=utf-8")
