"""Pages for writing into a security file: an event, its correction, a person, a file. They only translate."""

import base64
import binascii
import zlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.compliance import actions, importing, queries, tabular, words
from port2port.compliance.actions import NOT_YOURS
from port2port.compliance.book import rules_in_force
from port2port.compliance.forms import CorrectionForm, EventForm, FollowForm, ImportForm
from port2port.compliance.models import Happening
from port2port.compliance.obligations import EventKind, Rulebook
from port2port.compliance.pages import who_sees
from port2port.compliance.queries import FACILITY, Place
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.members.queries import called, directory

SALT = "port2port.compliance.import"
KEPT = 3600  # seconds between looking at a file and confirming it
SHOWN_ROWS = 200


def kinds_for(kind: str, book: Rulebook) -> list[EventKind]:
    """Return the kinds of event that a subject of this kind has, but those that stand beside a text."""
    return [one for one in book.events if kind in one.subjects and not one.with_text]


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, place: str) -> HttpResponse:
    """Ask what happened, and write it down."""
    found, book = _mine(place), rules_in_force().book
    kinds = kinds_for(found.kind, book)
    begins = {"kind": request.GET.get("kind", "")}
    form = EventForm(request.POST if request.method == "POST" else None, kinds=kinds, initial=begins)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_event(found.code, entry=form.entry(book.zone), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Written down. What is owed was worked out again."))
            return HttpResponseRedirect(words.file_href(found.subject, found.code))
    return _event_page(request, form, found, None)


def _mine(code: str) -> Place:
    """Return a file that the actor may write into. Raises NotFound, Refused."""
    found = queries.place(code)
    may = queries.records(found.subject.id) if found.subject is not None else current_actor().may("report")
    if not may:
        raise Refused(NOT_YOURS)
    return found


def _event_page(request: HttpRequest, form: EventForm, place: Place, wrong: Happening | None) -> HttpResponse:
    context = {
        "form": form, "place": place, "name": words.place_words(place), "wrong": wrong, "sees": who_sees(),
        "href": words.file_href(place.subject, place.code),
    }  # fmt: skip
    return render(request, "compliance/record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, event: UUID) -> HttpResponse:
    """Put another entry in the place of one, or say that it did not happen."""
    wrong, book = queries.event(event), rules_in_force().book
    found = _mine(queries.code_of(wrong.subject))
    if getattr(wrong, "corrected_by", None) is not None or wrong.void:
        raise Conflict(_("This entry was corrected already."))
    if request.method == "POST" and "void" in request.POST:
        actions.correct_event(event, at=now())
        messages.success(request, _("Taken back. It stays in the time line as corrected."))
        return HttpResponseRedirect(words.file_href(found.subject, found.code))
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, kinds=_kinds_instead(wrong, found.kind, book), wrong=wrong,
        zone=book.zone,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_event(event, entry=form.entry(book.zone), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Corrected. What is owed was worked out again."))
            return HttpResponseRedirect(words.file_href(found.subject, found.code))
    return _event_page(request, form, found, wrong)


def _kinds_instead(wrong: Happening, kind: str, book: Rulebook) -> list[EventKind]:
    """Return the kinds of event that may stand in the place of one: of one with a text only itself, at another time."""
    own = book.event_kinds.get(wrong.kind)
    return [own] if own is not None and own.with_text else kinds_for(kind, book)


@require_http_methods(["GET", "HEAD", "POST"])
def holder(request: HttpRequest) -> HttpResponse:
    """Begin to follow a person in a function: certificates fall due."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(NOT_YOURS)
    seen, places = queries.sight(), known_places()
    facilities = [(spot.code, called(spot.names)) for spot in places.facilities.values() if spot.id in seen.facilities]
    people = [(str(one.id), one.name) for one in directory([actor.organisation]).get(actor.organisation, [])]
    form = FollowForm(request.POST if request.method == "POST" else None, facilities=facilities, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.follow(form.new(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Followed from now on. Write down what began it."))
            return HttpResponseRedirect(reverse("compliance:record", args=[str(made.id)]))
    return render(request, "compliance/holder.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_events(request: HttpRequest) -> HttpResponse:
    """Take in a CSV of the other system: first shown row by row, then confirmed. All rows or none."""
    at, book = now(), rules_in_force().book
    if current_actor().organisation is None or not current_actor().may("report"):
        raise Refused(NOT_YOURS)
    if request.method == "POST" and "confirmed" in request.POST:
        done = importing.import_events(data=unpack(request.POST["confirmed"]), at=at)
        new = len(done.new)
        messages.success(request, ngettext("%(n)d entry taken in", "%(n)d entries taken in", new) % {"n": new})
        return HttpResponseRedirect(reverse("compliance:list"))
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "form": form, "needed": tabular.NEEDED, "optional": ["reference", *sorted(importing.columns(book))],
        "kinds": [(one.code, words.kind_words(book, one.code)) for one in book.events if _of_places(one)],
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data["file"].read(tabular.LARGEST_FILE + 1)
            try:
                planned = importing.plan(data, at=at)
                rows = [(line, words.kind_words(book, line.entry.kind)) for line in planned.new[:SHOWN_ROWS]]
                context |= {"plan": planned, "packed": pack(data), "rows": rows, "sees": who_sees()}
                status = 200
            except Invalid as error:
                context["problems"] = error.problems[:SHOWN_ROWS]
                context["problem_count"] = len(error.problems)
    return render(request, "compliance/import.html", context, status=status)


def _of_places(kind: EventKind) -> bool:
    return FACILITY in kind.subjects or "port" in kind.subjects


def pack(data: bytes) -> str:
    """Return a file sealed for the round trip to the browser, so that what was looked at is what is written."""
    packed = base64.b64encode(zlib.compress(data, 9)).decode()
    return signing.TimestampSigner(salt=SALT + str(current_actor().person)).sign(packed)


def unpack(text: str) -> bytes:
    """Return a file that was sealed for the same person. Raises Invalid for another one, and for an old one."""
    try:
        packed = signing.TimestampSigner(salt=SALT + str(current_actor().person)).unsign(text, max_age=KEPT)
        return zlib.decompress(base64.b64decode(packed))
    except (signing.BadSignature, binascii.Error, zlib.error) as error:
        raise Invalid([Problem("file", _("Choose the file again; it was looked at too long ago."))]) from error
