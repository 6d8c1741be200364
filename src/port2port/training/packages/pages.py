"""Pages of packages: bringing one in, and playing it. They only translate."""

import json
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.site.security import own_policy
from port2port.training.courses.contents import CourseHead
from port2port.training.courses.pages import BOTH, INVALID
from port2port.training.courses.queries import course as one_course
from port2port.training.courses.queries import trainer
from port2port.training.packages import actions, queries, words
from port2port.training.packages.example import example
from port2port.training.packages.forms import PackageFileForm, PackageForm
from port2port.training.packages.origin import address_of
from port2port.training.packages.reading import LARGEST


@require_http_methods(BOTH)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take a package: the file first, then what was found in it and what it is called."""
    trainer()
    return _taken_in(request)


@require_safe
def example_file(request: HttpRequest) -> HttpResponse:
    """Return a package to try with."""
    trainer()
    return as_download(example(), "port2port-example.zip", "application/zip")


@require_http_methods(BOTH)
def replace(request: HttpRequest, package: str) -> HttpResponse:
    """Take the next version of a package."""
    trainer()
    found = one_course(package)
    if queries.package_of(package) is None:
        raise NotFound()
    return _taken_in(request, head=found.head)


def _taken_in(request: HttpRequest, *, head: CourseHead | None = None) -> HttpResponse:
    """Ask for the file, or for the head of what was looked at; bring it in once that is said."""
    slug = head.slug if head is not None else ""
    back = reverse("training:course", args=[slug]) if slug else reverse("training:own_courses")
    context = {
        "works": queries.works(), "file_form": PackageFileForm(), "back": back,
        "title": _("A new version of the package") if slug else _("Bring in a package"),
        "name": head.label(language()) if head is not None else "",
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "training/package_in.html", context)
    try:
        if "ticket" not in request.POST:
            looked = actions.look(_file(request))
            form = PackageForm(head=head, title=looked.found.manifest.title, ticket=looked.ticket)
            found, status = looked.found, 200
        else:
            found, form, status = actions.looked(request.POST["ticket"]), PackageForm(request.POST), INVALID
            if form.is_valid():
                try:
                    made = actions.bring_in(found, form.value(), at=now(), slug=slug)
                except Invalid as error:
                    form.put(error.problems)
                else:
                    messages.success(request, _("It is in. Your people can take it now."))
                    return HttpResponseRedirect(reverse("training:course", args=[made]))
    except Invalid as error:
        return render(request, "training/package_in.html", context | {"problems": error.problems}, status=INVALID)
    context |= {"form": form, "rows": words.found_rows(found), "left_out": words.left_out(found)}
    return render(request, "training/package_in.html", context, status=status)


@require_POST
def retire(request: HttpRequest, package: str) -> HttpResponse:
    """Take a package off the list of what can be taken, or offer it again."""
    actions.retire(package, retired=request.POST.get("act") != "offer", at=now())
    return HttpResponseRedirect(reverse("training:course", args=[package]))


def _file(request: HttpRequest) -> bytes:
    """Return the file that was sent. Raises Invalid when there is none."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid([Problem("file", _("Choose a file."))])
    return bytes(sent.read(LARGEST + 1))


@require_POST
def open_package(request: HttpRequest, package: str) -> HttpResponse:
    """Open the package of a course, going on where one was."""
    return HttpResponseRedirect(reverse("training:package_run", args=[actions.open_package(package, at=now())]))


@require_safe
def run(request: HttpRequest, opened: UUID) -> HttpResponse:
    """Show a package in its frame. This page alone may show one, and of the packages' host alone."""
    playing = queries.own_run(opened)
    if not queries.works():
        return HttpResponseRedirect(reverse("training:course", args=[playing.course.slug]))
    context = {
        "name": playing.course.head.label(language()), "back": reverse("training:course", args=[playing.course.slug]),
        "address": address_of(opened), "keep": reverse("training:package_keep", args=[opened]), "run": playing.run,
        "values": json.dumps(playing.run.kept), "entry": "resume" if playing.run.kept else "ab-initio",
        "lang": next(iter(playing.course.head.names)),
    }  # fmt: skip
    response = render(request, "training/package.html", context)
    response["Content-Security-Policy"] = own_policy(frames=settings.PACKAGES_ORIGIN)
    return response


@require_POST
def keep(request: HttpRequest, opened: UUID) -> HttpResponse:
    """Keep what a package says, as the player's page sends it; in JSON, also what is wrong."""
    queries.own_run(opened)
    try:
        number, values = int(request.POST.get("number", "")), json.loads(request.POST.get("values", ""))
    except ValueError:
        number, values = 0, None
    if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
        raise Invalid([Problem("values", _("The package keeps more than it may."))])
    kept = actions.keep(opened, number=number, values=values, at=now())
    return JsonResponse({"outcome": kept.outcome, "said": words.said(kept.outcome)})
