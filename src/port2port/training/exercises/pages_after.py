"""Pages after an exercise: the report, lessons, its line in the security files, the paper. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.site.downloads import as_download
from port2port.training.exercises import afterwards, queries
from port2port.training.exercises.forms import TextForm
from port2port.training.exercises.pages_learning import kept_groups, may_learn
from port2port.training.exercises.pages_write import BOTH, status, to
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.rules import AFTER
from port2port.training.exercises.standing import NOT_NOW, STAFF_ONLY
from port2port.training.exercises.words import (
    Card,
    elapsed,
    lesson_rows,
    line_rows,
    part_rows,
    rated_rows,
    role_word,
    texts,
)


def _after(exercise: UUID) -> Shown:
    """Return an exercise whose report the actor may read: staff once it has ended, all once it is closed."""
    found = queries.exercise(exercise, at=now())
    if not found.staff and found.exercise.state != "closed":
        raise Refused(STAFF_ONLY, kind=KIND, record=exercise)
    if found.exercise.state not in AFTER:
        raise Conflict(NOT_NOW)
    return found


@require_http_methods(BOTH)
def report(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Show what happened, in numbers and words; who runs it writes the report, and closes the exercise with it."""
    found = _after(exercise)
    initial = {"text": found.exercise.report or _draft(found)}
    form = TextForm(request.POST if request.method == "POST" else None, words=_("The report"), initial=initial)
    if request.method == "POST" and form.is_valid():
        close = request.POST.get("close") == "yes"
        try:
            afterwards.write_report(exercise, text=form.cleaned_data["text"], at=now(), close=close)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Closed. Everybody who took part can read it now.") if close else _("Kept."))
            return to("exercise_report", exercise)
    context = _facts(found) | {
        "card": Card(found), "exercise": found.exercise, "found": found,
        "form": form if found.runs else None, "may_close": found.runs and found.exercise.state == "ended",
        "lesson_form": TextForm(words=_("What was learned?")) if found.staff else None,
        "parts": part_rows(found), "may_learn": may_learn(), "gives_actions": bool(kept_groups()),
    }  # fmt: skip
    return render(request, "training/report.html", context, status=status(request))


@require_POST
def lesson(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Note what was learned."""
    afterwards.add_lesson(exercise, text=request.POST.get("text", ""), at=now())
    return to("exercise_report", exercise)


@require_safe
def paper(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Give the report as PDF."""
    found = _after(exercise)
    data = _facts(found)
    card = Card(found)
    printed = afterwards.paper(
        exercise,
        words={
            "when": _("When"), "where": _("Where"), "size": _("Size"), "players": _("Players"),
            "report": _("The report"), "line": _("What came, and how soon somebody reacted"),
            "evaluation": _("Evaluation"),
            "lessons": _("What was learned"), "observed": _("What was observed"), "at": _("At"), "inject": _("Inject"),
            "reacted": _("Reacted"), "first": _("First after"), "what": _("What"), "median": _("Median"),
            "n": _("Sheets"), "nothing": _("Nothing was written down."),
        },
        data={
            "when": card.when, "where": card.places, "size": card.size, "players": str(data["facts"].players),
            "report": found.exercise.report,
            "lines": [
                [row["at"], f"{row['to']}: {row['text']}", f"{row['reacted']}/{row['reached']}", row["first"]]
                for row in data["lines"] if row["came"]
            ],
            "rated": [[row["what"], row["median"], str(row["n"])] for row in data["rated"]],
            "lessons": [one["lesson"].text for one in data["lessons"]],
            "observed": [[one["at"], one["role"], one["text"]] for one in data["observed"]],
        },
        at=now(),
    )  # fmt: skip
    return as_download(printed.body, printed.name, "application/pdf")


def _facts(found: Shown) -> dict[str, Any]:
    facts = afterwards.facts_of(found.id)
    held = queries.script(found.id)
    document = held.document if held is not None else {}
    return {
        "facts": facts,
        "lines": line_rows(found.exercise, facts),
        "rated": rated_rows(document.get("criteria", []), facts),
        "lessons": lesson_rows(found),
        "questions": texts(document.get("questions", [])),
        "observed": [
            {
                "at": elapsed(one.second), "text": one.text,
                "role": role_word(found.exercise, one.role) if one.role else "",
            }
            for one in queries.observations(found.id)
        ],
    }  # fmt: skip


def _draft(found: Shown) -> str:
    """Return a report to begin with: the facts in sentences, to be corrected by whoever was there."""
    facts = afterwards.facts_of(found.id)
    came = [one for one in facts.lines if one.came_at is not None]
    silent = sum(1 for one in came if one.first is None)
    card = Card(found)
    said = [
        _("%(title)s, %(when)s, at %(where)s.")
        % {"title": found.exercise.title, "when": card.when, "where": card.places},
        _("%(n)d injects came; on %(silent)d of them nobody reacted.") % {"n": len(came), "silent": silent},
    ]
    return "\n\n".join([*said, *(f"{question}\n" for question in _questions(found))])


def _questions(found: Shown) -> list[str]:
    held = queries.script(found.id)
    return texts(held.document.get("questions", [])) if held is not None else []
