"""The page on which who trains an organisation's people plans a year. It only translates."""

from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.training.courses import queries as courses
from port2port.training.year import actions, words
from port2port.training.year.actions import Choice, Made
from port2port.training.year.queries import usual_year, year_of, years

BOTH = ("GET", "HEAD", "POST")
INVALID = 422
HOUR = "09:00"


@require_http_methods(BOTH)
def year(request: HttpRequest) -> HttpResponse:
    """Show what is owed until the end of a year with the days that would meet it, and plan those that are wanted."""
    courses.trainer()
    at = now()
    number = _number(request.GET.get("year", ""))
    here = f"{reverse('training:year')}?year={number}" if number else reverse("training:year")
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                actions.decline(request.POST["decline"], year=number, at=at)
            elif "again" in request.POST:
                actions.propose_again(request.POST["again"], at=at)
            else:
                messages.success(request, _said(_plan(request, number)))
            return HttpResponseRedirect(here)
        except Invalid as error:
            problems = error.problems
    found = year_of(number, at=at)
    today = timezone.localdate(at)
    typed = request.POST if request.method == "POST" else {}
    context = {
        "answer": words.answer(found), "months": words.months(found, courses.team(), typed), "problems": problems,
        "others": words.others(found, at=at),
        "hour": typed.get("hour", HOUR), "place": typed.get("place", _last_place()),
        "has_sessions": any(one.what == "session" and one.open for one in found.proposals),
        "any_open": any(one.open for one in found.proposals),
        "years": [
            {"word": str(one), "href": f"{reverse('training:year')}?year={one}",
             "current": one == (number or usual_year(today))}
            for one in years(today)
        ],
    }  # fmt: skip
    return render(request, "training/year.html", context, status=INVALID if problems else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _last_place() -> str:
    return next((one.place for one in reversed(courses.sessions())), "")


def _plan(request: HttpRequest, number: int | None) -> Made:
    """Plan what was ticked. A row is named by its number on the page, as its problems are."""
    choices, unread = [], list[Problem]()
    keys = request.POST.getlist("want")
    for row, key in enumerate(keys, start=1):
        try:
            on = date.fromisoformat(request.POST.get(f"on-{key}", ""))
        except ValueError:
            unread.append(Problem("on", _("Write a day as 2026-11-28."), row))
            continue
        choices.append(Choice(key, on, request.POST.get(f"scenario-{key}", "")))
    try:
        hour = time.fromisoformat(request.POST.get("hour", ""))
    except ValueError:
        unread.append(Problem("hour", _("Write an hour as 09:00.")))
    numbers = {key: request.POST.get(f"number-{key}", "") for key in keys}
    try:
        if unread:
            raise Invalid(unread)
        return actions.plan_year(choices, year=number, hour=hour, place=request.POST.get("place", ""), at=now())
    except Invalid as error:
        raise Invalid([_numbered(one, keys, numbers) for one in error.problems]) from error


def _numbered(problem: Problem, keys: list[str], numbers: dict[str, str]) -> Problem:
    if problem.row is None:
        return problem
    number = numbers[keys[problem.row - 1]]
    return Problem(problem.field, problem.message, int(number) if number.isdigit() else problem.row)


def _said(made: Made) -> str:
    first, second = len(made.exercises), len(made.sessions)
    parts: list[Any] = []
    if first:
        parts.append(ngettext("%(n)d exercise planned", "%(n)d exercises planned", first) % {"n": first})
    if second:
        parts.append(ngettext("%(n)d session planned", "%(n)d sessions planned", second) % {"n": second})
    return ", ".join(parts)
