"""Pages on which a lesson becomes an action, a practice or a measure. They only translate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.measures.operations.pages_write import once
from port2port.measures.pages_write import addressed_form, audience_context
from port2port.members.acting import current_actor
from port2port.sharing import queries as sharing
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp
from port2port.training.exercises import learning
from port2port.training.exercises.forms_learning import LessonActionForm, LessonMeasureForm, LessonPracticeForm
from port2port.training.exercises.models import Lesson
from port2port.training.exercises.pages_write import BOTH, status, to
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.words import Card
from port2port.workgroups import queries as groups
from port2port.workgroups.models import Group

ACTION_WITHIN = timedelta(days=30)


def may_learn() -> bool:
    """Tell whether the actor may make something of a lesson."""
    return current_actor().organisation is not None and current_actor().may("report")


def kept_groups() -> list[Group]:
    """Return the groups in whose name the actor gives actions."""
    return [one for one in groups.my_groups() if one.closed_at is None and groups.keeps(one)]


def _begins(learned: UUID) -> tuple[Lesson, Shown]:
    row, found = learning.lesson(learned)
    if not may_learn():
        raise Refused(REASONS["no-role"])
    sharing.note_reading(KIND, [found.record], at=now())
    return row, found


@require_http_methods(BOTH)
def action(request: HttpRequest, learned: UUID) -> HttpResponse:
    """Give somebody of a group something to do about a lesson."""
    row, found = _begins(learned)
    kept = [(group, groups.seats(group)) for group in kept_groups()]
    initial = {"text": row.text, "due": timezone.localdate(now()) + ACTION_WITHIN, "key": str(uuid4())}
    form = LessonActionForm(request.POST if request.method == "POST" else None, groups=kept, initial=initial)

    def make() -> UUID:
        group, person = form.whom()
        return learning.into_action(
            learned, group=group, text=form.cleaned_data["text"], owner=person, due=form.day(), at=now()
        ).record_id

    context = {
        "heading": _("Who does something about it?"), "button": _("Give the action"), "has_groups": bool(kept),
        "will": _("The group you choose sees it."),
    }  # fmt: skip
    return _page(request, form, row, found, make, context)


@require_http_methods(BOTH)
def practice(request: HttpRequest, learned: UUID) -> HttpResponse:
    """Write a practice from a lesson, without what tells whose case it was."""
    row, found = _begins(learned)
    begun = learning.begun(row, found)
    initial = {
        "title": begun.title, "context": begun.context, "done": begun.text, "topic": begun.topic,
        "language": begun.language, "key": str(uuid4()),
    }  # fmt: skip
    form = addressed_form(request, LessonPracticeForm, initial)
    named = {one.code for one in form.offers if one.tlp == Tlp.RED}  # for named persons only: no practice for others
    form.offers = [one for one in form.offers if one.code not in named]
    form.set_choices(audience=[one for one in form.fields["audience"].choices if one[0] not in named])

    def make() -> UUID:
        return learning.into_practice(
            learned, draft=form.draft(), to=form.addressing(), at=now(), may_stand=form.cleaned_data["may_stand"]
        ).record_id

    context = audience_context(form) | {
        "heading": _("What did it teach that others can use?"), "button": _("Keep the draft"), "begun": begun,
        "will": _("First it is a draft that your organisation alone sees. A colleague reads and publishes it."),
    }  # fmt: skip
    return _page(request, form, row, found, make, context)


@require_http_methods(BOTH)
def measure(request: HttpRequest, learned: UUID) -> HttpResponse:
    """Propose a joint measure from a lesson."""
    row, found = _begins(learned)
    begun = learning.begun(row, found)
    initial = {
        "title": begun.title, "text": begun.text, "problem": begun.context, "language": begun.language,
        "key": str(uuid4()),
    }  # fmt: skip
    form = addressed_form(request, LessonMeasureForm, initial)

    def make() -> UUID:
        return learning.into_measure(learned, draft=form.draft(), to=form.addressing(), at=now()).record_id

    context = audience_context(form) | {
        "heading": _("What should all ports do?"), "button": _("Share the draft"), "begun": begun,
        "will": _("First it is a draft that you can change. Then each member is asked for one position."),
    }  # fmt: skip
    return _page(request, form, row, found, make, context)


def _page(
    request: HttpRequest, form: Any, row: Lesson, found: Shown, make: Callable[[], UUID], context: dict[str, Any]
) -> HttpResponse:
    """Show a form, or keep what was sent: sent twice, it is kept once."""
    if request.method == "POST" and form.is_valid():
        try:
            once(form.cleaned_data["key"], f"POST {request.path}", make)
        except Invalid as error:
            form.put(error.problems)
        else:
            return to("exercise_report", found.id)
    return render(
        request, "training/become.html", {"form": form, "lesson": row, "card": Card(found)} | context,
        status=status(request),
    )  # fmt: skip
