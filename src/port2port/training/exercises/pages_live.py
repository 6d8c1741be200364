"""Pages while an exercise runs: the players' screen, the control room, the evaluation sheet. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.site.reader import language
from port2port.training.exercises import playing, queries, screens
from port2port.training.exercises.forms import ObserveForm, SheetForm
from port2port.training.exercises.pages_write import BOTH, status, to
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.rules import ACTS, LIVE, Clock
from port2port.training.exercises.standing import STAFF_ONLY
from port2port.training.exercises.words import Card, elapsed, inject_row, names_of, role_word, texts


@require_safe
def play(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Show a player what has come, newest first; `?part` only that, as the screen asks again, `&after` what is new."""
    screen = screens.screen(exercise, at=now(), after=asked_after(request))
    found = screen.shown
    if not found.plays or found.seat is None:
        raise Refused(_("Take a role first."), kind=KIND, record=exercise)
    context = _clock(found, screen.clock) | {
        "card": Card(found),
        "role": role_word(found.exercise, found.seat.role),
        "plays_as": plays_as(found.seat.role, found.exercise.state),
        "phrase": label(found.exercise.phrase, language()),
        "safety": texts(found.exercise.safety),
        "injects": [
            inject_row(found.exercise, one)
            | {"seen": one.id in screen.mine, "said": [row for row in screen.mine.get(one.id, ()) if row.text]}
            for one in screen.came
        ],
        "react": "training:inject_react",
    }
    return render(request, "training/play_rows.html" if "part" in request.GET else "training/play.html", context)


def asked_after(request: HttpRequest) -> datetime | None:
    """Return when what a screen shows as its newest came: it asks for what came after that.

    It has all that came before, since what comes is committed in this order (`training_release_one`).
    """
    try:
        newest = datetime.fromisoformat(request.GET.get("after", ""))
    except ValueError:
        return None
    return newest if newest.tzinfo is not None else None


def plays_as(role: str, state: str) -> str:
    """Return what decides which injects a screen shows and what may be done with them; it asks for all when that
    changes."""
    return f"{role} {'live' if state in LIVE else ''}"


@require_POST
def react(request: HttpRequest, inject: UUID) -> HttpResponse:
    """Say that one saw it, or what one would do."""
    return to("exercise_play", playing.react(inject, text=request.POST.get("text", ""), at=now()))


@require_safe
def control(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Show its staff the clock, the injects with who reacted, and what was observed; `?part` only that."""
    found = _staff(exercise)
    return _control(request, found, ObserveForm(roles=found.exercise.roles))


def _control(request: HttpRequest, found: Shown, form: ObserveForm) -> HttpResponse:
    reactions = queries.reactions(found.id)
    seen: dict[UUID, set[Any]] = {}
    for one in reactions:
        seen.setdefault(one.inject_id, set()).add(one.person_id or one.guest_id)
    observed = queries.observations(found.id)
    spoke = {one.person_id for one in reactions if one.person_id is not None}
    names = names_of({one.person_id for one in observed} | spoke)
    rows = [inject_row(found.exercise, one) for one in queries.injects(found.id)]
    context = _clock(found, queries.clock_at(found.id, at=now())) | {
        "card": Card(found),
        "runs": found.runs,
        "injects": [row | {"seen": len(seen.get(row["id"], ()))} for row in rows],
        "next": next((row for row in rows if row["release"] is None), None),
        "answers": [
            {
                "at": one.at, "text": one.text, "role": role_word(found.exercise, one.role),
                "name": names.get(one.person_id, "") if one.person_id is not None else _("Guest"),
            }
            for one in reversed(reactions)
            if one.text
        ],
        "observed": [
            {
                "at": elapsed(one.second), "text": one.text, "name": names.get(one.person_id, ""),
                "role": role_word(found.exercise, one.role) if one.role else "",
            }
            for one in reversed(observed)
        ],
        "form": form,
    }  # fmt: skip
    page = "training/control_rows.html" if "part" in request.GET else "training/control.html"
    return render(request, page, context, status=status(request))


@require_POST
def clock(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Start, pause, resume, jump, end."""
    act, minute = request.POST.get("act", ""), request.POST.get("minute", "")
    if act not in ACTS:
        raise Invalid([Problem("act", _("This code is not known here."))])
    playing.tick(exercise, act=act, at=now(), minute=int(minute) if minute.isdecimal() and len(minute) < 5 else None)  # noqa: PLR2004 - digits of a minute
    return to("exercise_report" if act == "end" else "exercise_control", exercise)


@require_POST
def send(request: HttpRequest, inject: UUID) -> HttpResponse:
    """Let an inject come now, or leave it out."""
    how = "skipped" if request.POST.get("how") == "skipped" else "hand"
    return to("exercise_control", playing.send_inject(inject, how=how, at=now()))


@require_POST
def observe(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Note what one saw."""
    found = _staff(exercise)
    form = ObserveForm(request.POST, roles=found.exercise.roles)
    if form.is_valid():
        try:
            playing.observe(exercise, text=form.cleaned_data["text"], role=form.cleaned_data["role"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise_control", exercise)
    return _control(request, found, form)


@require_http_methods(BOTH)
def sheet(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Fill in the own evaluation sheet."""
    found = _staff(exercise)
    held = queries.script(exercise)
    criteria = held.document["criteria"] if held is not None else []
    mine = {
        one.criterion: one.value for one in queries.scores(exercise) if one.person_id == current_actor().person
    }  # fmt: skip
    form = SheetForm(request.POST if request.method == "POST" else None, criteria=criteria, initial=mine)
    if request.method == "POST" and form.is_valid():
        try:
            playing.score(exercise, values=form.values(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise_control", exercise)
    context = {"form": form, "card": Card(found), "heading": _("Evaluation sheet")}
    return render(request, "training/form.html", context, status=status(request))


def _staff(exercise: UUID) -> Shown:
    found = queries.seen(exercise)
    if not found.staff:
        raise Refused(STAFF_ONLY, kind=KIND, record=exercise)
    return found


def _clock(found: Shown, shown: Clock) -> dict[str, Any]:
    return {
        "exercise": found.exercise,
        "elapsed": elapsed(shown.seconds),
        "seconds": shown.second,
        "running": shown.running,
        "live": found.exercise.state in LIVE,
    }
