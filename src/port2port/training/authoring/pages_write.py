"""Pages for writing the parts of a course: its head, its modules, its questions. They only translate."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound
from port2port.site.reader import language
from port2port.training.authoring import actions, queries, rules, words
from port2port.training.authoring.forms import ModuleForm, OwnHeadForm
from port2port.training.authoring.forms_question import QuestionForm
from port2port.training.courses.checks import LONGEST, OPTIONS
from port2port.training.courses.contents import SUBTITLES, Course, Kind
from port2port.training.courses.library import PICTURES
from port2port.training.courses.pages import BOTH, INVALID
from port2port.training.courses.queries import trainer
from port2port.training.courses.words import read


def _data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a course: what it is."""
    trainer()
    form = OwnHeadForm(_data(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write_course(Course(form.head(), (), (), (), own=True), at=now())
        except Invalid as error:
            form.put_at(error.problems, "head.")
        else:
            return HttpResponseRedirect(reverse("training:own_course", args=[made]))
    context = {"form": form, "heading": _("A course of your own"), "back": reverse("training:own_courses")}
    return render(request, "training/own_head.html", context, status=INVALID if form.errors else 200)


@require_http_methods(BOTH)
def head(request: HttpRequest, own: UUID) -> HttpResponse:
    """Change what a course is."""
    found = queries.own_course(own)
    shown = found.course.head
    form = OwnHeadForm(_data(request), shown)
    back, differing, status = reverse("training:own_course", args=[own]), [], 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            value = form.head(shown)
            try:
                actions.put_head(own, value, seen=form.cleaned_data["seen"], at=now())
            except Invalid as error:
                form.put_at(error.problems, "head.")
            except Conflict as error:
                form.again(error.reason)
                status, differing = error.status, words.differences(found.course, Course(value, (), (), ()), "head.")
            else:
                return HttpResponseRedirect(back)
    context = {"form": form, "heading": _("What the course is"), "own": found, "title": words.title(found),
               "back": back, "differences": differing}  # fmt: skip
    return render(request, "training/own_head.html", context, status=status)


@require_http_methods(BOTH)
def module(request: HttpRequest, own: UUID, piece: str) -> HttpResponse:
    """Write a module: its text beside its look."""
    found = queries.own_course(own)
    shown = found.course.module(piece)
    if shown is None and piece != rules.NEW and request.method != "POST":  # what was typed of one taken out is kept
        raise NotFound()
    form = ModuleForm(_data(request), found.course, shown)
    differing, status = [], 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            value = form.value()
            where = f"modules.{value.code}."
            try:
                actions.put_module(own, value, seen=form.cleaned_data["seen"], at=now())
            except Invalid as error:
                form.put_at(error.problems, where)
            except Conflict as error:
                form.again(error.reason)
                status, differing = (
                    error.status,
                    words.differences(found.course, rules.with_module(found.course, value), where),
                )
            else:
                return HttpResponseRedirect(reverse("training:own_course", args=[own]) + "#modules")
    media = words.media_urls(found)
    context = {
        "form": form, "own": found, "title": words.title(found), "differences": differing,
        "heading": words.said(shown.names) if shown else _("A new module"),
        "looks": [
            {"code": one["code"], "html": read(one["text"].value() or "", media, one["code"])} for one in form.rows()
        ],
        "pictures": [
            {"name": name, "src": src, "written": f"![]({name})", "drawn": name.endswith(PICTURES)}
            for name, src in media.items() if not name.endswith(SUBTITLES)
        ],
    }  # fmt: skip
    return render(request, "training/own_module.html", context, status=status)


@require_POST
def look(request: HttpRequest, own: UUID) -> HttpResponse:
    """Return how a text will look, while it is typed."""
    found = queries.own_course(own)
    text = request.POST.get("text", "")[: LONGEST["text"]]
    return HttpResponse(read(text, words.media_urls(found), language()))


@require_http_methods(BOTH)
def question(request: HttpRequest, own: UUID, piece: str) -> HttpResponse:
    """Write a question of one of the four kinds."""
    found = queries.own_course(own)
    shown = found.course.question(piece)
    kind = shown.kind if shown else _kind(request.POST.get("kind", piece.removeprefix(f"{rules.NEW}-")))
    if not found.course.modules:
        raise Conflict(_("Write a module first: each question is about one."))
    form = QuestionForm(_data(request), found.course, kind, shown)
    differing, status = [], 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            value = form.value()
            where = f"questions.{value.code}."
            try:
                actions.put_question(own, value, seen=form.cleaned_data["seen"], at=now())
            except Invalid as error:
                form.put_at(error.problems, where)
            except Conflict as error:
                form.again(error.reason)
                status, differing = (
                    error.status,
                    words.differences(found.course, rules.with_question(found.course, value), where),
                )
            else:
                return HttpResponseRedirect(reverse("training:own_course", args=[own]) + "#questions")
    media = words.media_urls(found)
    context = {
        "form": form, "own": found, "title": words.title(found), "kind": kind, "kind_word": words.kind_word(kind),
        "differences": differing, "options": (rows := list(form.rows())), "spare": any(one["spare"] for one in rows),
        "media": media,
    }  # fmt: skip
    return render(request, "training/own_question.html", context, status=status)


def _kind(kind: str) -> Kind:
    if kind not in OPTIONS:
        raise NotFound()
    return cast("Kind", kind)
