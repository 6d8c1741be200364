"""Pages of a course of one's own: the list, how one stands, publishing, what is done with it. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.reports.attachments.forms import uploads
from port2port.reports.forms import OWN_NAMES
from port2port.sharing.guardrails.scanner import ScannerUnavailable
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.training.authoring import actions, pictures, queries, words
from port2port.training.authoring.carrying import packed
from port2port.training.authoring.forms import CourseFileForm, PicturesForm
from port2port.training.authoring.rules import files_shown
from port2port.training.courses.library import PICTURES
from port2port.training.courses.pages import ALONE, BOTH, INVALID, medium_of
from port2port.training.courses.queries import offered, trainer
from port2port.training.packages.queries import packages
from port2port.training.packages.words import own_row

LONGEST_NUMBER = 10  # digits, more than a sequence ever has
FRESH = ALONE | {"Cache-Control": "private, no-cache"}
"""Of a draft: the name of a picture that was taken off may be that of another one tomorrow."""


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Show the courses that one's organisation writes, and let one begin."""
    rows = [words.row(one) for one in queries.own_courses()] + [own_row(one) for one in packages()]
    rows.sort(key=lambda row: row["at"], reverse=True)
    context = {
        "answer": ngettext("%(n)d course of your own", "%(n)d courses of your own", len(rows)) % {"n": len(rows)},
        "rows": rows,
        "columns": [{"word": word} for word in (_("Course"), _("Languages"), _("State"), _("Missing"))],
        "copied": [(slug, one.head.label(language())) for slug, one in offered().items() if one.modules],
    }
    return render(request, "training/own_courses.html", context)


@require_safe
def course(request: HttpRequest, own: UUID) -> HttpResponse:
    """Show a course as it is written: its parts, and what is missing."""
    found = queries.own_course(own)
    badge, says = words.state(found)
    missing, shown = words.lacks(found), files_shown(found.course)
    context = {
        "own": found, "title": words.title(found), "answer": words.answer(found, len(missing)), "lacks": missing,
        "badge": badge, "word": says, "facts": words.facts(found), "modules": words.module_rows(found),
        "questions": words.question_rows(found),
        "pictures": [
            {"name": name, "src": src, "shown": name in shown, "drawn": name.endswith(PICTURES)}
            for name, src in words.media_urls(found).items()
        ],
        "kinds": [(one, words.kind_word(one)) for one in ("single", "multiple", "order", "hotspot")],
        "offered": found.row.slug in offered(),
    }  # fmt: skip
    return render(request, "training/own_course.html", context)


@require_http_methods(BOTH)
def publish(request: HttpRequest, own: UUID) -> HttpResponse:
    """Say what publishing means for those who passed, and publish."""
    found = queries.own_course(own)
    problems: list[object] = []
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.publish(own, seen=int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else -1, at=now())
        except Invalid as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("Published. Everybody in your organisation can take it."))
            return HttpResponseRedirect(reverse("training:course", args=[found.row.slug]))
    missing = words.lacks(found)
    context = {
        "own": found,
        "title": words.title(found),
        "lacks": missing,
        "problems": problems,
        "days": found.course.head.grace_days,
    }
    return render(request, "training/own_publish.html", context, status=INVALID if problems else 200)


@require_safe
def preview(request: HttpRequest, own: UUID) -> HttpResponse:
    """Show a course as it will be read and asked, in each of its languages."""
    found = queries.own_course(own)
    asked = request.GET.get("in", language())
    code = asked if asked in found.languages else found.languages[0]
    here = reverse("training:own_preview", args=[own])
    chips = [
        {"word": OWN_NAMES[one], "href": f"{here}?in={one}", "current": one == code} for one in found.languages
    ]  # fmt: skip
    context = {"own": found, "look": words.looked_at(found, code), "code": code, "languages": chips}
    return render(request, "training/own_preview.html", context)


@require_POST
def do(request: HttpRequest, own: UUID) -> HttpResponse:
    """Move or take out a part, take a picture off, retire, offer again, or delete a course never published."""
    at, part = now(), request.POST.get("part", "")
    match request.POST.get("act"):
        case "up" | "down" as act:
            actions.move_module(own, part, by=-1 if act == "up" else 1, at=at)
        case "remove_module":
            actions.remove_module(own, part, at=at)
        case "remove_question":
            actions.remove_question(own, part, at=at)
        case "remove_picture":
            pictures.remove_picture(own, part, at=at)
        case "retire":
            actions.retire(own, retired=True, at=at)
        case "offer":
            actions.retire(own, retired=False, at=at)
        case "delete":
            actions.delete_course(own, at=at)
            messages.success(request, _("Deleted."))
            return HttpResponseRedirect(reverse("training:own_courses"))
        case _:
            raise Invalid([])
    return HttpResponseRedirect(reverse("training:own_course", args=[own]))


@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """Begin a course as a copy of one that is here."""
    made = actions.copy_course(request.POST.get("course", ""), at=now())
    return HttpResponseRedirect(reverse("training:own_course", args=[made]))


@require_http_methods(BOTH)
def take_in(request: HttpRequest) -> HttpResponse:
    """Begin a course with a file that another port gave; on a refusal nothing is written, and the file says why."""
    trainer()
    form = CourseFileForm(request.POST, request.FILES) if request.method == "POST" else CourseFileForm()
    status = INVALID if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.import_course(form.cleaned_data["file"].read(), at=now())
        except Invalid as error:
            form.put(error.problems)
        except ScannerUnavailable as error:
            form.add_error("file", str(error.reason))
            status = error.status
        else:
            messages.success(request, _("Taken in. Read it before you publish it."))
            return HttpResponseRedirect(reverse("training:own_course", args=[made]))
    return render(request, "training/own_take_in.html", {"form": form}, status=status)


@require_safe
def file(request: HttpRequest, own: UUID) -> HttpResponse:
    """Return a course as a file that another port can take in."""
    found = queries.own_course(own)
    return as_download(packed(found.course), f"{found.row.slug}.zip", "application/zip")


@require_http_methods(BOTH)
def add_pictures(request: HttpRequest, own: UUID) -> HttpResponse:
    """Put pictures on a course; on a refusal nothing is written and each reason stands at the field."""
    found = queries.own_course(own)
    form = PicturesForm(request.POST, request.FILES) if request.method == "POST" else PicturesForm()
    status = INVALID if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = pictures.add_pictures(own, uploads(form.cleaned_data["files"]), at=now())
        except Invalid as error:
            form.put(error.problems)
        except ScannerUnavailable as error:
            form.add_error("files", str(error.reason))
            status = error.status
        else:
            messages.success(request, ngettext("%(n)d added.", "%(n)d added.", len(made)) % {"n": len(made)})
            return HttpResponseRedirect(reverse("training:own_course", args=[own]) + "#pictures")
    context = {"own": found, "title": words.title(found), "form": form}
    return render(request, "training/own_pictures.html", context, status=status)


@require_safe
def medium(request: HttpRequest, own: UUID, medium: str) -> HttpResponse:
    """Return a picture of a course that is written."""
    return medium_of(request, queries.own_course(own).course, medium, FRESH)
