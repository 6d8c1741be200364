"""Pages for reading courses and taking their quizzes. They only translate."""

import mimetypes
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.members.acting import current_actor
from port2port.site.downloads import as_download
from port2port.site.ranges import ranged
from port2port.site.reader import for_script, language
from port2port.training.courses import actions, certificates, queries
from port2port.training.courses.contents import SUBTITLES, Course, topics
from port2port.training.courses.queries import Going
from port2port.training.courses.rules import given_at
from port2port.training.courses.words import (
    course_row,
    feedback_row,
    module_links,
    module_row,
    pages_of,
    pass_row,
    question_row,
    result,
    source_rows,
    topic_rows,
)
from port2port.training.packages import queries as packages
from port2port.training.packages.words import package_row
from port2port.training.sections import Section, sections

BOTH = ["GET", "HEAD", "POST"]
CREATED, INVALID = 201, 422
ALONE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=86400",
}
"""A picture opened alone is nothing but itself: no script, no address of elsewhere."""


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Show the library: for whom, about what, and how one stands oneself."""
    today = timezone.localdate()
    passes, going, people = queries.own_passes(on=today), queries.open_attempts(), queries.taken()
    best = {slug: one for (_person, slug), one in queries.best(passes).items()}
    audience = request.GET.get("for", "")
    known = {one.code: one for one in topics().audiences}
    offered = queries.offered()
    shown = [one for one in offered.values() if audience not in known or audience in one.head.audiences]
    rows = [course_row(one, best.get(one.slug), going.get(one.slug), people.get(one.slug)) for one in shown]
    here = reverse("training:courses")
    counted = {code: sum(code in one.head.audiences for one in offered.values()) for code in known}
    return render(
        request,
        "training/courses.html",
        {
            "sections": sections("training:courses"),
            "answer": _answer(sum(one.counts for one in best.values()), len(offered)),
            "rows": rows,
            "filters": [
                Section(_("For everybody"), here, audience not in known, len(offered)),
                *(
                    Section(one.label(language()), f"{here}?for={code}", code == audience, counted[code])
                    for code, one in known.items()
                ),
            ],
            "passes": [pass_row(one) for one in passes],
            "trains": queries.trains(),
            "administers": current_actor().may("administer"),
            "columns": [{"word": word} for word in (_("Course"), _("For"), _("How many minutes?"), _("You"))],
        },
    )


def _answer(mine: int, number: int) -> str:
    if mine:
        return ngettext("%(n)d course of yours counts today", "%(n)d courses of yours count today", mine) % {"n": mine}
    return ngettext("%(n)d course to take", "%(n)d courses to take", number) % {"n": number}


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show a course: what it is about, its modules, and how one stands."""
    found, today = queries.course(course), timezone.localdate()
    best = queries.best(one for one in queries.own_passes(on=today) if one.slug == course)
    mine = next(iter(best.values()), None)
    package = packages.package_of(course) if found.own else None
    return render(
        request,
        "training/course.html",
        {
            "row": course_row(found, mine, queries.open_attempts().get(course), queries.taken().get(course)),
            "head": found.head,
            "modules": module_links(found),
            "topics": topic_rows(found),
            "sources": source_rows(found),
            "attempts": [one for one in queries.own_attempts(course) if one.submitted_at is not None],
            "may_take": _may_take(course),
            "written": queries.written(course) if found.own else None,
            "keeps": queries.trains() if found.own else current_actor().may("operate"),
            "tells_failed": queries.tells_failed(),
            "no_pfso": certificates.no_pfso(),
            "pages": " ".join(pages_of(found)),
            "package": package_row(package, packages.run_of(package)) if package is not None else None,
            "packages_work": packages.works(),
        },
    )


def _may_take(course: str) -> bool:
    actor = current_actor()
    return actor.organisation is not None and not actor.shielded and course in queries.offered()


@require_safe
def module(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Show a module, with the way to the next one and to the quiz."""
    found = queries.course(course)
    one = found.module(module)
    if one is None:
        raise NotFound()
    return render(
        request,
        "training/course_module.html",
        {
            "row": course_row(found, None, None),
            "module": module_row(found, one),
            "modules": module_links(found, module),
            "pages": " ".join(pages_of(found)),
        },
    )


@require_safe
def media(request: HttpRequest, course: str, media: str) -> HttpResponse:
    """Return a picture, a video or its subtitles."""
    return medium_of(request, queries.course(course), media, ALONE)


def medium_of(request: HttpRequest, course: Course, name: str, headers: Mapping[str, str]) -> HttpResponse:
    """Return a file of a course. Raises NotFound."""
    found = course.media.get(name)
    if found is None:
        raise NotFound()
    kind = "text/vtt" if name.endswith(SUBTITLES) else mimetypes.guess_type(name)[0]
    return ranged(request, found.read_bytes(), kind or "application/octet-stream", headers)


@require_POST
def begin(request: HttpRequest, course: str) -> HttpResponse:
    """Begin a quiz, or go on with the one that is open."""
    return HttpResponseRedirect(reverse("training:attempt", args=[actions.begin(course, at=now())]))


@require_safe
def attempt(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Go to where one was: the first question without an answer, then handing in; after that the result."""
    going = queries.own_attempt(attempt)
    if going.attempt.submitted_at is not None:
        return _result(request, going)
    if going.first_open is not None:
        return _to(going, going.first_open)
    return HttpResponseRedirect(reverse("training:attempt_hand_in", args=[attempt]))


def _to(going: Going, number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("training:attempt_question", args=[going.attempt.id, number]))


@require_http_methods(BOTH)
def question(request: HttpRequest, attempt: UUID, nth: int) -> HttpResponse:
    """Ask one question; its answer is kept at once, and the next one comes.

    The outbox asks in JSON: whose page it is (200), and after sending where the answer stands (201); what cannot be
    taken is a problem. `answered_at` says when it was given without a network.
    """
    if for_script(request):
        return _by_script(request, attempt, nth)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            going = actions.answer(attempt, number=nth, chosen=_chosen(request), at=now())
        except Invalid as error:
            going, problems = queries.own_attempt(attempt), list(error.problems)
        else:
            if nth < len(going.drawn):
                return _to(going, nth + 1)
            return HttpResponseRedirect(reverse("training:attempt", args=[attempt]))
    else:
        going = queries.own_attempt(attempt)
    drawn = next((one for one in going.drawn if one.number == nth), None)
    if drawn is None:
        raise NotFound()
    if going.attempt.submitted_at is not None:
        return HttpResponseRedirect(reverse("training:attempt", args=[attempt]))
    context = {
        "row": course_row(going.course, None, None),
        "going": going,
        "question": question_row(going, drawn),
        "numbers": [
            {"n": one.number, "answered": one.chosen is not None, "current": one.number == nth}
            for one in going.drawn
        ],
        "problems": problems,
        "pages": " ".join(pages_of(going.course)),
        "questions": " ".join(
            reverse("training:attempt_question", args=[attempt, one.number]) for one in going.drawn
        ),
    }  # fmt: skip
    return render(request, "training/question.html", context, status=INVALID if problems else 200)


def _by_script(request: HttpRequest, attempt: UUID, nth: int) -> HttpResponse:
    if request.method != "POST":
        queries.own_attempt(attempt)
        return JsonResponse({"person": str(current_actor().person), "csrf": get_token(request)})
    at = now()
    try:
        said = datetime.fromisoformat(request.POST.get("answered_at", ""))
    except ValueError:
        said = None
    actions.answer(attempt, number=nth, chosen=_chosen(request), at=given_at(said, at))
    return JsonResponse({"url": request.path, "at": at.isoformat()}, status=CREATED)


def _chosen(request: HttpRequest) -> list[str]:
    """Return what was chosen: codes, or the places of an order as codes in order."""
    places = {
        name.removeprefix("place-"): str(value) for name, value in request.POST.items() if name.startswith("place-")
    }  # fmt: skip
    if not places:
        return request.POST.getlist("chosen")
    taken = [value for value in places.values() if value.isdecimal()]
    if len(set(taken)) != len(places):
        return []
    return sorted(places, key=lambda code: int(places[code]))


@require_http_methods(BOTH)
def hand_in(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Say what is answered, and hand it in."""
    if request.method == "POST":
        actions.hand_in(attempt, at=now())
        return HttpResponseRedirect(reverse("training:attempt", args=[attempt]))
    going = queries.own_attempt(attempt)
    if going.attempt.submitted_at is not None:
        return HttpResponseRedirect(reverse("training:attempt", args=[attempt]))
    missing = [one.number for one in going.drawn if one.chosen is None]
    context = {"row": course_row(going.course, None, None), "going": going, "missing": missing}
    return render(request, "training/hand_in.html", context)


def _result(request: HttpRequest, going: Going) -> HttpResponse:
    written = {one.code: one for one in going.course.questions}
    titles = {one.code: one.label(language()) for one in going.course.modules}
    rows = [feedback_row(one, written[one.question.code]) for one in going.drawn]
    passes = queries.own_passes(on=timezone.localdate())
    mine = next((one for one in passes if one.slug == going.course.slug and one.counts), None)
    return render(
        request,
        "training/attempt.html",
        {
            "row": course_row(going.course, mine, None),
            "going": going,
            "answer": result(going),
            "rows": [one | {"module_title": titles.get(one["module"], "")} for one in rows],
        },
    )


@require_safe
def certificate_file(request: HttpRequest, completion: UUID) -> HttpResponse:
    """Return one's own certificate as PDF."""
    name, body = certificates.paper(completion, at=now())
    return as_download(body, name, "application/pdf")
