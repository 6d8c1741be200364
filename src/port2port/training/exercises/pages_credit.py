"""Pages for the security file: what is written into it, the authority's form with which it is proven. They only
translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid
from port2port.members.data_files import LANGUAGES
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.training.exercises import authority, crediting, queries
from port2port.training.exercises.forms import SentForm
from port2port.training.exercises.pages_write import BOTH, status, to
from port2port.training.exercises.rules import TOLD
from port2port.training.exercises.standing import NOT_NOW
from port2port.training.exercises.words import Card


@require_POST
def credit(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Write it into the security file of where it took place."""
    found = queries.seen(exercise)
    part = next((one.id for one in found.parts if str(one.id) == request.POST.get("part")), None)
    if part is None or request.POST.get("what") in TOLD:
        raise Conflict(NOT_NOW)
    crediting.credit(part, what=request.POST.get("what", ""), at=now())
    messages.success(request, _("Written into the security file."))
    return to("exercise", exercise)


@require_POST
def check(request: HttpRequest, part: UUID) -> HttpResponse:
    """Say that what the close wrote into the security file is right."""
    return to("exercise", crediting.check_credit(part, at=now()))


@require_POST
def take_back(request: HttpRequest, part: UUID) -> HttpResponse:
    """Take back from the security file that it was held."""
    exercise = crediting.take_back(part, at=now())
    messages.success(request, _("Taken back from the security file."))
    return to("exercise", exercise)


@require_http_methods(BOTH)
def form(request: HttpRequest, part: UUID, tells: str) -> HttpResponse:
    """Show the authority's form, and take on which day it was sent: the proof in the security file."""
    found, row = crediting.to_tell(part, tells, at=now())
    sent = SentForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate(now())}
    )  # fmt: skip
    if request.method == "POST" and sent.is_valid():
        data = sent.cleaned_data
        try:
            crediting.credit(part, what=tells, on=data["on"], reference=data["reference"], at=now())
        except Invalid as error:
            sent.put(error.problems)
        else:
            messages.success(request, _("Written into the security file."))
            return to("exercise", found.id)
    one = authority.exercise_forms().form(tells)
    context = {
        "form": sent, "card": Card(found), "heading": one.label(language()), "verified": one.verified,
        "text": authority.filled(found, row, tells, language=language()), "citation": one.citation,
        "file": crediting.code_of(row), "languages": LANGUAGES,
        "download": reverse("training:exercise_form_file", args=[part, tells]),
    }  # fmt: skip
    return render(request, "training/authority.html", context, status=status(request))


@require_safe
def form_file(request: HttpRequest, part: UUID, tells: str) -> HttpResponse:
    """Give the authority's form as a file, in the reader's language or another (`language`)."""
    found, row = crediting.to_tell(part, tells, at=now())
    wanted = request.GET.get("language", "")
    body = authority.filled(found, row, tells, language=wanted if wanted in LANGUAGES else language())
    crediting.note_form_taken(found, row, tells=tells, at=now())
    return as_download(body.encode(), authority.file_name(found, row, tells), "text/plain; charset=utf-8")
