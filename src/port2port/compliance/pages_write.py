"""Pages for writing into a security file: an event, its correction, a person, a file. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.compliance import actions, importing, queries, tabular, words
from port2port.compliance.actions import NOT_YOURS
from port2port.compliance.book import rules_in_force
from port2port.compliance.forms import CorrectionForm, EventForm, FollowForm
from port2port.compliance.models import Happening
from port2port.compliance.obligations import EventKind, Rulebook
from port2port.compliance.pages import who_sees
from port2port.compliance.queries import FACILITY, Place
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.members.queries import called, directory
from port2port.sharing import intake


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
    """Take in a file of the other system: first shown row by row, then confirmed. All rows or none."""
    at, book = now(), rules_in_force().book
    if current_actor().organisation is None or not current_actor().may("report"):
        raise Refused(NOT_YOURS)
    home = reverse("compliance:list")
    return intake.page(
        request,
        intake.Intake(
            name="compliance", title=_("Take in events from a file"),
            lead=_("What the state’s platform lets you take out. First you see what would happen, row by row."),
            crumbs=[(_("Deadlines"), home)], plan=lambda data: importing.plan(data, at=at),
            write=lambda data: importing.import_events(data=data, at=at), look=lambda done: _look(done, book),
            said=_taken_in, to=home, to_word=_("To the deadlines"), needed=tabular.NEEDED,
            needed_note=_("The file by the number of a facility or the code of a port; a day as 2026-11-28. The entry’s"
                          " number there lets it be taken in once."),
            optional=["reference", *sorted(importing.columns(book))],
            optional_title=_("These, where the event carries them"),
            codes=[intake.Codes(_("Codes of events"), [
                (one.code, words.kind_words(book, one.code)) for one in book.events if _of_places(one)
            ])],
        ),
    )  # fmt: skip


def _look(planned: importing.Plan, book: Rulebook) -> intake.Look:
    number = len(planned.new)
    return intake.Look(
        answer=ngettext("%(n)s entry would be taken in", "%(n)s entries would be taken in", number) % {"n": number},
        stays=intake.stays(len(planned.known)), seen=who_sees(),
        columns=[intake.Column(_("File"), "head"), intake.Column(_("What happened")),
                 intake.Column(_("When"), "moment"), intake.Column(_("Its number there"), "mono")],
        lines=[
            intake.Line(one.row, (one.place, words.kind_words(book, one.entry.kind), one.entry.at, one.entry.source_id))
            for one in planned.new
        ],
    )  # fmt: skip


def _taken_in(done: importing.Plan) -> str:
    new = len(done.new)
    return ngettext("%(n)d entry taken in", "%(n)d entries taken in", new) % {"n": new}


def _of_places(kind: EventKind) -> bool:
    return FACILITY in kind.subjects or "port" in kind.subjects
