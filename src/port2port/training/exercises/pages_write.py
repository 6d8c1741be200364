"""Pages for planning exercises: the plan, the script, who sits where, calling it off. They only translate."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures.operations.pages_write import once
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import people_to_address, reporter
from port2port.sharing.rules import REASONS
from port2port.site.reader import language
from port2port.training.exercises import actions, queries, scripting, seating, standing
from port2port.training.exercises.forms import ExercisePlanForm, InjectForm, NewExerciseForm, SeatForm, TextForm
from port2port.training.exercises.models import Inject
from port2port.training.exercises.pages import may_plan
from port2port.training.exercises.scenarios import library
from port2port.training.exercises.words import Card

BOTH = ["GET", "HEAD", "POST"]
NEXT_DAYS = 42  # a plan begins so far ahead unless another day is chosen: the committee is told in time


def to(name: str, identifier: UUID) -> HttpResponseRedirect:
    """Go to a page of an exercise."""
    return HttpResponseRedirect(reverse(f"training:{name}", args=[identifier]))


def status(request: HttpRequest) -> int:
    """Return the status of a form that is shown again."""
    return 422 if request.method == "POST" else 200


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Plan an exercise, from a scenario or from nothing; sent twice, it is planned once."""
    if not may_plan():
        raise Refused(REASONS["no-role"])
    who, at = reporter(), now()
    model = library().get(request.POST.get("scenario") or request.GET.get("scenario", ""))
    day = (timezone.localtime(at) + timedelta(days=NEXT_DAYS)).replace(hour=9, minute=0)
    initial: dict[str, Any] = {
        "language": language(), "key": str(uuid4()), "organisations": [str(current_actor().organisation)],
        "starts_at": day, "size": model.head.size if model else "drill", "minutes": model.head.minutes if model else 40,
        "scenario": model.slug if model else "", "threat": model.head.threat if model else "",
    }  # fmt: skip
    form = NewExerciseForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = once(
                data["key"], "POST training:exercise_new",
                lambda: actions.plan_exercise(
                    plan=form.plan_value(), threat=data["threat"], places=form.places(),
                    terms=terms_for(data["threat"], who), at=at, scenario=data["scenario"], roles=form.role_values(),
                ).record_id,
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Planned. Now say who plays, controls and observes."))
            return to("exercise", made)
    title = label(model.head.names, language()) if model else ""
    return render(request, "training/new.html", {"form": form, "scenario": title}, status=status(request))


@require_http_methods(BOTH)
def edit(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Change a plan before it begins."""
    at = now()
    found = standing.running_it(exercise, {"planned"})
    row = found.exercise
    initial = {name: getattr(row, name) for name in ("title", "size", "minutes", "notes", "language")} | {
        "starts_at": timezone.localtime(row.starts_at), "version": found.record.version,
    }  # fmt: skip
    form = ExercisePlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_plan(exercise, plan=form.plan_value(), at=at, expected=form.cleaned_data["version"] or 0)
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
        else:
            messages.success(request, _("Changed."))
            return to("exercise", exercise)
    heading = _("Change the plan")
    return _form(request, form, found, heading)


@require_http_methods(BOTH)
def call_off(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Call off what has not begun."""
    found = standing.running_it(exercise, {"planned"})
    form = TextForm(request.POST if request.method == "POST" else None, words=_("Why is it called off?"))
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_off(exercise, why=form.cleaned_data["text"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise", exercise)
    return _form(request, form, found, _("Call it off"))


@require_POST
def seat(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Give a seat: oneself a role, or somebody else what one may give."""
    found = queries.seen(exercise)
    form = SeatForm(request.POST, people=people_to_address(), roles=found.exercise.roles)
    if form.is_valid():
        data = form.cleaned_data
        person = UUID(data["person"]) if data["person"] else current_actor().person
        try:
            seating.seat(exercise, person=person, kind=data["kind"] or "player", role=data["role"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise", exercise)
    return _form(request, form, found, _("Give a seat"))


@require_POST
def unseat(request: HttpRequest, seat: UUID) -> HttpResponse:
    """Take a seat away."""
    return to("exercise", seating.unseat(seat, at=now()))


@require_http_methods(BOTH)
def inject_new(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Add an inject; while it runs it comes at once."""
    at = now()
    found = standing.running_it(exercise, {"planned", "running", "paused"})
    minute = queries.clock_at(exercise, at=at).second // 60
    form = _inject_form(request, found, {"minute": minute})
    if request.method == "POST" and form.is_valid():
        try:
            scripting.write_inject(exercise, inject=form.value(), at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            planned = found.exercise.state == "planned"
            return to("exercise" if planned else "exercise_control", exercise)
    return _form(request, form, found, _("Add an inject"))


@require_http_methods(BOTH)
def inject_edit(request: HttpRequest, inject: UUID) -> HttpResponse:
    """Change an inject before it begins."""
    row = Inject.objects.filter(id=inject).first()
    if row is None:
        raise NotFound()
    found = standing.running_it(row.exercise_id, {"planned"})
    told = found.exercise.language
    expected = queries.expected(row.exercise_id).get(inject, [])
    form = _inject_form(
        request, found,
        {
            "minute": row.second // 60, "roles": row.roles, "channel": row.channel, "text": label(row.text, told),
            "expected": "\n".join(label(one, told) for one in expected),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            scripting.change_inject(inject, to=form.value(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise", row.exercise_id)
    return _form(request, form, found, _("Change the inject"))


@require_POST
def inject_remove(request: HttpRequest, inject: UUID) -> HttpResponse:
    """Take an inject out of the script."""
    return to("exercise", scripting.remove_inject(inject, at=now()))


def _inject_form(request: HttpRequest, found: queries.Shown, initial: dict[str, Any]) -> InjectForm:
    return InjectForm(
        request.POST if request.method == "POST" else None, roles=found.exercise.roles,
        in_language=found.exercise.language, initial=initial,
    )  # fmt: skip


def _form(request: HttpRequest, form: Any, found: queries.Shown, heading: str) -> HttpResponse:
    context = {"form": form, "card": Card(found), "heading": heading}
    return render(request, "training/form.html", context, status=status(request))
