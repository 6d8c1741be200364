"""Pages of who trains the people of an organisation, and of who keeps the courses. They only translate."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.roles import Act
from port2port.site.reader import language
from port2port.training.courses import actions, queries
from port2port.training.courses.forms import EnrolForm, WhyForm
from port2port.training.courses.pages import BOTH, INVALID
from port2port.training.courses.rules import FEWEST_TAKERS
from port2port.training.courses.words import course_row, naming, offered_names, pass_row, team_rows

DUE = timedelta(days=30)


@require_http_methods(BOTH)
def team(request: HttpRequest) -> HttpResponse:
    """Show who of the own organisation took what, until when, and let people be enrolled."""
    queries.trainer()
    today, names = timezone.localdate(), queries.team()
    form = EnrolForm(
        request.POST if request.method == "POST" else None, people=names,
        initial={"due": today + DUE, "slug": request.GET.get("course", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.enrol(data["slug"], people=[UUID(one) for one in data["people"]], due=data["due"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return HttpResponseRedirect(reverse("training:course_team"))
    passes, courses, name = queries.team_passes(on=today), offered_names(), naming()
    ending = sum(one.standing == "soon" for one in queries.best(passes).values())
    due = [
        {"id": one.id, "name": names.get(one.person_id, ""), "course": name(one.slug), "due": one.due,
         "late": one.due < today}
        for one in queries.enrolments() if one.person_id in names
    ]  # fmt: skip
    return render(
        request,
        "training/course_team.html",
        {
            "answer": _answer(sum(bool(one["late"]) for one in due), ending),
            "rows": team_rows(names, queries.best(passes), courses),
            "courses": list(courses.values()),
            "passes": [pass_row(one) | {"who": names.get(one.completion.person_id, _("Somebody who left"))}
                       for one in passes],
            "due": due,
            "form": form,
            "may_export": current_actor().may(Act.EXPORT),
            "administers": current_actor().may(Act.ADMINISTER),
        },
        status=INVALID if form.errors else 200,
    )  # fmt: skip


def _answer(late: int, ending: int) -> str:
    if late:
        return ngettext("%(n)d course is overdue", "%(n)d courses are overdue", late) % {"n": late}
    if ending:
        return ngettext("%(n)d pass ends within a month", "%(n)d passes end within a month", ending) % {"n": ending}
    return _("Nobody is late, and nothing ends within a month")


@require_POST
def end_enrolment(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Let somebody off."""
    actions.end_enrolment(enrolment, at=now())
    return HttpResponseRedirect(reverse("training:course_team"))


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, completion: UUID) -> HttpResponse:
    """Withdraw what somebody took part in; its certificate says so at once."""
    queries.trainer()
    found = queries.pass_of(completion, on=timezone.localdate())
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(completion, why=form.cleaned_data["why"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return HttpResponseRedirect(reverse("training:course_team"))
    who = queries.team().get(found.completion.person_id, _("Somebody who left"))
    course = label(found.names, language())
    context = {
        "title": _("Withdraw: %(course)s, %(name)s") % {"course": course, "name": who}, "form": form,
        "back": reverse("training:course_team"), "back_word": _("Who is trained"), "button": _("Withdraw"),
        "says": _("The certificate says at once that it was withdrawn. The person can take the course again."),
    }  # fmt: skip
    return render(request, "training/why.html", context, status=INVALID if form.errors else 200)


@require_safe
def items(request: HttpRequest, course: str) -> HttpResponse:
    """Show what the questions of a course are worth, to who keeps it; no persons."""
    found, worths = queries.course(course), {one.question: one for one in queries.worths(course)}
    rows = []
    for one in found.questions:
        worth = worths.get(one.code)
        rows.append(
            {
                "text": label(one.text, language()), "module": _title(found, one.module), "worth": worth,
                "percent": round(worth.facility * 100) if worth else None, "verdict": _verdict(worth),
            }
        )  # fmt: skip
    return render(
        request,
        "training/course_items.html",
        {
            "row": course_row(found, None, None),
            "rows": rows,
            "fewest": FEWEST_TAKERS,
            "answer": ngettext(
                "%(n)d question can be judged", "%(n)d questions can be judged", len(worths)
            ) % {"n": len(worths)},
            "columns": [
                {"word": _("Question")}, {"word": _("Takers"), "number": True}, {"word": _("Right"), "number": True},
                {"word": _("Discrimination"), "number": True}, {"word": _("What to do")},
            ],
        },
    )  # fmt: skip


def _title(course: Any, code: str) -> str:
    found = course.module(code)
    return found.label(language()) if found is not None else code


EASY, HARD, FLAT = 0.95, 0.3, 0.1
"""Usual marks of classical test theory: who knows and who does not should answer differently (Ebel, 1965: below 0.2
revise; we say so below 0.1, with few takers)."""


def _verdict(worth: Any) -> str:
    if worth is None:
        return ""
    if worth.discrimination is not None and worth.discrimination < FLAT:
        return _("Those who know the rest do not know this better: read it again")
    if worth.facility < HARD:
        return _("Hard: does the module say it?")
    return _("Nearly everybody knows it") if worth.facility > EASY else _("Keeps the strong and the weak apart")
