"""Pages for writing practices: new, from a report or a lesson, as a translation; change, review, withdraw, files."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused, Text
from port2port.knowledge.practices import actions, pictures, queries, turning
from port2port.knowledge.practices import files as practice_files
from port2port.knowledge.practices.actions import Original, stewarded
from port2port.knowledge.practices.forms import FilesForm, PublishForm, WriteForm
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.rules import LANGUAGES, REVIEWED_FOR
from port2port.knowledge.practices.shown import Shown, shown
from port2port.knowledge.practices.turning import Prepared
from port2port.knowledge.practices.words import Card
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import addressing
from port2port.reports.attachments.forms import uploads
from port2port.reports.defaults import CHOOSE
from port2port.reports.small_forms import WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address, people_to_address, reporter
from port2port.sharing.guardrails.scanner import ScannerUnavailable
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

CREATED = 201
DEFAULT_CIRCLE = "all-members"


def _form(request: HttpRequest, initial: dict[str, Any], *, original: int = 0) -> WriteForm:
    """Return the form of a practice; it will reach all members unless somebody else is chosen."""
    who = reporter()
    every = addressing.offered(who, known_places(), port=who.port)
    offers = [offer for offer in every if offer.tlp != Tlp.RED]  # for named persons only: no practice for others
    codes = [offer.code for offer in offers]
    initial = {
        "audience": DEFAULT_CIRCLE if DEFAULT_CIRCLE in codes else "", "language": language(),
        "review_on": timezone.localdate(now()) + REVIEWED_FOR,
    } | initial  # fmt: skip
    return WriteForm(
        request.POST if request.method == "POST" else None, places=known_places(), original=original, who=who,
        offers=offers, circles=circles_to_address(), persons=people_to_address(), initial=initial,
    )  # fmt: skip


def _context(form: WriteForm) -> dict[str, Any]:
    notes: dict[str, Mapping[str, Any]] = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in form.offers
    }
    return {
        "form": form,
        "notes": notes | {CHOOSE: {}},
        "choose_open": any(name in form.errors for name in ("circles", "persons", "tlp")),
    }


def _identifier(request: HttpRequest, name: str) -> UUID | None:
    value = (request.POST if request.method == "POST" else request.GET).get(name, "")
    try:
        return UUID(value) if value else None
    except ValueError:
        raise NotFound() from None


def _prepared(request: HttpRequest) -> Prepared | None:
    """Return what the practice is made of: a closed report or a lesson, named by the address."""
    for kind in ("report", "lesson"):
        identifier = _identifier(request, kind)
        if identifier is not None:
            return turning.prepared(kind, identifier, at=now())
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a practice: from nothing, from a report or a lesson, or as a translation. Sent twice, it is kept once."""
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    source = _prepared(request)
    translated = _identifier(request, "original")
    original = queries.practice(translated, at=now()) if translated is not None else None
    form = _form(request, {"key": str(uuid4())} | _begin(source, original))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = _keep(form, source, original)
            if answer is not None:
                return answer
    context = _context(form) | {"source": source, "original": Card(original) if original is not None else None}
    return render(request, "knowledge/practices/new.html", context, status=status)


def _begin(source: Prepared | None, original: Shown | None) -> dict[str, Any]:
    if source is not None:
        return asdict(source.draft) | {"threat": source.threat, "port": source.port}
    if original is not None:
        free = next((one for one in (language(), *LANGUAGES) if one not in original.texts), language())
        record = original.record
        return asdict(original.draft) | {
            "language": free, "threat": record.threat, "port": record.port.locode if record.port is not None else "",
        }  # fmt: skip
    return {}


def _keep(form: WriteForm, source: Prepared | None, original: Shown | None) -> HttpResponse | None:
    actor, at, data = current_actor(), now(), form.cleaned_data
    key = data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what="POST knowledge:practice_new", content=b"", at=at)
    if before is not None:
        return HttpResponseRedirect(reverse("knowledge:practice", args=[before.body.decode()]))
    try:
        made = _made(form, source, original)
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return None
    idempotency.keep(actor.person, key, status=CREATED, body=str(made.record_id).encode(), content_type="text/plain")
    return HttpResponseRedirect(reverse("knowledge:practice", args=[made.record_id]))


def _made(form: WriteForm, source: Prepared | None, original: Shown | None) -> Practice:
    at, data, about = now(), form.cleaned_data, form.about()
    terms = addressing.terms_for(about.threat, form.who)
    if source is not None:
        return turning.turn_into_practice(
            source, draft=form.draft(), about=about, terms=terms, at=at, review_on=data["review_on"],
            may_stand=data["may_stand"],
        )  # fmt: skip
    of = Original(original.id, original.practice.published or 0) if original is not None else None
    return actions.write_practice(
        draft=form.draft(), about=about, terms=terms, at=at, review_on=data["review_on"], original=of
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Write the next version, which a second person publishes."""
    at = now()
    found = _looked_after(practice)
    record, row = found.record, found.practice
    of = shown([row.original_id]) if row.original_id is not None else []
    original = of[0].practice.published or 0 if of else 0
    initial = asdict(found.draft) | {
        "threat": record.threat, "port": record.port.locode if record.port is not None else "",
        "audience": CHOOSE, "circles": [str(key) for key in row.audience],
        "organisations": [str(key) for key in row.audience], "persons": [str(key) for key in row.audience],
        "tlp": Tlp(row.audience_tlp).name, "version": record.version,
    }  # fmt: skip
    form = _form(request, initial, original=original)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.change_practice(
                    practice, draft=form.draft(), about=form.about(), at=at, expected=data["version"] or 0,
                    original_number=data["original_number"],
                )  # fmt: skip
            except Invalid as error:
                form.put(error.problems)
            except Conflict as error:
                form.add_error(None, str(error.reason))
                status = Conflict.status
            else:
                messages.success(request, _("Kept as a draft. Ask a colleague to read it when it is ready."))
                return HttpResponseRedirect(f"{reverse('knowledge:practice', args=[practice])}?newest=1")
    card = Card(found)
    rows = queries.files(practice)
    context = _context(form) | {
        "card": card, "sees": card.sees, "is_translation": bool(original),
        "pictures": [{"row": one, "written": pictures.written(one, rows)} for one in pictures.shown_in_text(rows)],
        "takes_files": row.state == "draft",
    }  # fmt: skip
    return render(request, "knowledge/practices/edit.html", context, status=status)


TURNED: dict[str, Text] = {
    "ask": gettext_lazy("A colleague who looks after your organisation's records is asked to read it."),
    "back": gettext_lazy("Given back: it is a draft again."),
    "publish": gettext_lazy("Published."),
}


@require_POST
def turn(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Ask a second person, give it back, or publish it."""
    what = request.POST.get("turn", "")
    form = PublishForm(request.POST)
    form.is_valid()
    actions.turn_practice(practice, what, at=now(), review_on=form.cleaned_data.get("review_on"))
    messages.success(request, str(TURNED[what]))
    return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]))


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Say that a practice still holds, and when it will be looked at again."""
    at = now()
    found = _looked_after(practice)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={"review_on": timezone.localdate(at) + REVIEWED_FOR},
    )
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["review_on"]
        try:
            if day is None:
                raise Invalid([Problem("review_on", _("Say when it will be looked at again."))])
            actions.keep_practice(practice, review_on=day, at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("It still holds."))
            return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]))
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees}
    return render(request, "knowledge/practices/keep.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Take a practice back, confirmed by naming it."""
    at = now()
    found = queries.practice(practice, at=at, newest=True)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=practice)
    if found.withdrawn:
        raise Conflict(_("This was withdrawn."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_practice(practice, reason=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(reverse("knowledge:list"))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees, "people": people}
    status = 422 if request.method == "POST" else 200
    return render(request, "knowledge/practices/withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add_files(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Put pictures and documents on a draft; on a refusal nothing is written and each reason stands at the field."""
    at = now()
    found = _looked_after(practice)
    if found.practice.state != "draft":
        raise Conflict(_("Files come with a draft. Change the text first."))
    form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = practice_files.add_files(practice, uploads(form.cleaned_data["files"]), at=at)
        except Invalid as error:
            form.put(error.problems)
        except ScannerUnavailable as error:
            form.put([Problem("files", error.reason)])
            status = error.status
        else:
            messages.success(request, ngettext("%(n)d added.", "%(n)d added.", len(made)) % {"n": len(made)})
            return _to(practice)
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees}
    return render(request, "knowledge/practices/add_files.html", context, status=status)


@require_POST
def remove_file(request: HttpRequest, file: UUID) -> HttpResponse:
    """Take a file off its practice."""
    practice = practice_files.remove_file(file, at=now())
    messages.success(request, _("Taken off."))
    return _to(practice)


def _looked_after(practice: UUID) -> Shown:
    """Return a practice in its newest text that the actor may change. Raises NotFound, Refused, Conflict."""
    found = stewarded(practice, at=now())
    if found.editorial:
        raise Refused(_("The platform's editors look after this one."), kind=KIND, record=practice)
    return found


def _to(practice: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('knowledge:practice', args=[practice])}?newest=1#files")
