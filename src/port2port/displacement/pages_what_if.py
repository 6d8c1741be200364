"""Pages of what-if: for analysts alone, each for the own questions. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.displacement import run_queries, running, what_ifs
from port2port.displacement.analysis.result import Result
from port2port.displacement.explaining import problem_words
from port2port.displacement.forms_what_if import grid, wanted_in
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.rules import SIGHTS
from port2port.displacement.what_if_rules import (
    KEPT_DAYS,
    MOST_MEASURES,
    askable_measures,
    askable_ports,
    in_force,
    wanted_of,
)
from port2port.displacement.what_if_words import measure_titles, question_rows, shown
from port2port.displacement.words import RUN_BADGES, STATES, port_word, sight_word
from port2port.measures.adoption_queries import reads_all_cells
from port2port.sharing.tlp import Tlp

AGAIN_SECONDS = "2"


def _sees() -> dict[str, Any]:
    return {"tlp": int(Tlp.RED), "audience": [_("You alone; every reading is in the journal")]}


@require_safe
def what_if_list(request: HttpRequest) -> HttpResponse:
    """Show the own questions, and what this is for."""
    what_ifs.refuse_others()
    rows = [_row(one) for one in what_ifs.what_ifs()]
    runs = [(sight, run_queries.newest(sight)) for sight in SIGHTS if sight != "named" or reads_all_cells()]
    starts = [
        {"href": f"{reverse('displacement:what_if_new')}?run={run.id}", "word": sight_word(sight)}
        for sight, run in runs
        if run is not None
    ]
    context = {"rows": rows, "starts": starts, "sees": _sees(), "days": KEPT_DAYS}
    return render(request, "displacement/what_ifs.html", context)


def _row(one: WhatIf) -> dict[str, Any]:
    wanted = wanted_of(one.asked)
    ports = ", ".join(port_word(port) for port in dict.fromkeys(w.port for w in wanted))
    return {"one": one, "ports": ports, "state": STATES[one.state], "badge": RUN_BADGES[one.state],
            "sight": sight_word(one.sight)}  # fmt: skip


def _asked_of(request: HttpRequest) -> tuple[Run, Result]:
    """Return the run that is asked and its result. NotFound for one that is not seen or has none."""
    try:
        run = running.own_or_seen(UUID(request.GET.get("run", "")))
    except ValueError:
        raise NotFound() from None
    result = running.result_of(run)
    if result is None:
        raise NotFound()
    return run, result


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose measures, then say how far each would be in force at every port, and ask."""
    what_ifs.refuse_others()
    run, result = _asked_of(request)
    askable, ports, as_of = askable_measures(result), askable_ports(result), result.method.as_of
    titles = measure_titles((one.identifier, one.category) for one in askable)
    chosen = [one for one in askable if one.identifier in request.GET.getlist("measure")][:MOST_MEASURES]
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            wanted = wanted_in(request.POST, chosen, ports, as_of)
            asked = what_ifs.ask_what_if(run.id, wanted=wanted, at=now())
        except Invalid as error:
            problems = list(error.problems)
        else:
            return HttpResponseRedirect(reverse("displacement:what_if", args=[asked.id]))
    wrong = {one.field: str(one.message) for one in problems}
    context = {
        "run": run, "sees": _sees(), "sight": sight_word(run.sight), "problems": problems, "most": MOST_MEASURES,
        "measures": [
            {
                "id": one.identifier, "title": titles[one.identifier][0], "chosen": one in chosen,
                "where": ", ".join(f"{port_word(p)} {share} %" for p, share in in_force(one, as_of).items()),
            }
            for one in askable
        ],
        "columns": [titles[one.identifier][0] for one in chosen],
        "rows": grid(chosen, ports, as_of, titles, request.POST, wrong) if chosen else [],
        "again": f"{reverse('displacement:what_if_new')}?run={run.id}",
    }  # fmt: skip
    return render(request, "displacement/what_if_new.html", context, status=422 if problems else 200)


@require_safe
def detail(request: HttpRequest, what_if: UUID) -> HttpResponse:
    """Show one question: how far it is; then the answer, whose reading is journalled."""
    if request.headers.get("HX-Request") == "true":
        found = what_ifs.own_what_if(what_if)
        part = render(request, "displacement/what_if_state.html", _progress(found))
        if found.state not in running.OPEN:
            part["HX-Refresh"] = "true"  # the answer is a page of its own, with its mark and journal entry
        return part
    found = what_ifs.read_what_if(what_if, at=now())
    answer = what_ifs.answer_of(found)
    wanted = wanted_of(found.asked)
    known = {one.measure: one.category for one in answer.measures} if answer is not None else {}
    titles = measure_titles((one.measure, known.get(one.measure, "")) for one in wanted)
    context = _progress(found) | {
        "problems": [problem_words(one) for one in found.problems],
        "shown": shown(answer) if answer is not None else None,
        "asked": question_rows(wanted, titles),
        "run_url": reverse("displacement:run", args=[found.run_id]),
        "invented": found.run.invented,
    }
    return render(request, "displacement/what_if.html", context)


def _progress(found: WhatIf) -> dict[str, Any]:
    return _row(found) | {"open": found.state in running.OPEN, "sees": _sees(), "again": AGAIN_SECONDS}


@require_POST
def stop(request: HttpRequest, what_if: UUID) -> HttpResponse:
    """Ask for it to stop."""
    what_ifs.stop_what_if(what_if, at=now())
    messages.success(request, _("It stops as soon as it looks up."))
    return HttpResponseRedirect(reverse("displacement:what_if", args=[what_if]))


@require_POST
def forget(request: HttpRequest, what_if: UUID) -> HttpResponse:
    """Delete a question and its answer."""
    what_ifs.forget_what_if(what_if, at=now())
    messages.success(request, _("Deleted. That it was asked and read stays in the journal."))
    return HttpResponseRedirect(reverse("displacement:what_ifs"))
