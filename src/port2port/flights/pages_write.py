"""Pages for entering flights, by hand or from a file, and for turning one. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.flights import actions, importing, queries, tabular
from port2port.flights.actions import Entry, default_addressing
from port2port.flights.forms import DEFAULT, MORE, OWN, WHERE, FlightForm
from port2port.flights.words import card
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.sharing import audiences, intake
from port2port.sharing.addressing import circles_to_address, reporter
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp

CREATED = 201


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what flies where and when, and enter it, for each day that it repeats; sent twice, it is entered once."""
    at, actor = now(), current_actor()
    _may_enter()
    form = _form(request, at)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    key = form.cleaned_data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what="POST flights:new", content=b"", at=at)
    if before is not None:
        messages.info(
            request, _("This was sent before, at %(clock)s.") % {"clock": f"{timezone.localtime(before.at):%H:%M}"}
        )
        return HttpResponseRedirect(reverse("flights:detail", args=[before.body.decode()]))
    try:
        drafts = form.drafts()
        made = actions.enter_flights(entries=[Entry(draft) for draft in drafts], to=form.addressing(), at=at)
    except (Invalid, Conflict) as error:
        idempotency.release(actor.person, key)
        form.put(error.problems if isinstance(error, Invalid) else [Problem("reference", error.reason)])
        return _page(request, form, status=422)
    first = str(made[0].record_id)
    idempotency.keep(actor.person, key, status=CREATED, body=first.encode(), content_type="text/plain")
    said = ngettext("%(n)d flight entered", "%(n)d flights entered", len(made)) % {"n": len(made)}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("flights:detail", args=[first]) if len(made) == 1 else reverse("flights:list"))


def _may_enter() -> None:
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])


def _form(request: HttpRequest, at: datetime) -> FlightForm:
    who, default = reporter(), default_addressing()
    start = f"facility:{who.facility}" if who.facility else (f"port:{who.port}" if who.port else "")
    here = timezone.localtime(at)
    own = Circle.objects.filter(kind="organisation", organisation=who.organisation, closed_at=None).first()
    many, single = circles_to_address()
    return FlightForm(
        request.POST if request.method == "POST" else None,
        places=known_places(),
        who=who,
        default=default,
        default_name=", ".join(audiences.words(default.addressed, current_actor().person)),
        own=own.id if own else None,
        circles=[*many, *single],
        initial={
            "where": start,
            "day": here.date(),
            "start": f"{here:%H:%M}",
            "audience": DEFAULT if default.addressed else OWN,
            "key": str(uuid4()),
        },
    )


def _page(request: HttpRequest, form: FlightForm, status: int = 200) -> HttpResponse:
    default = form.default
    notes: dict[str, Any] = {}
    if default.addressed:
        notes[DEFAULT] = {"note": audiences.preview(default.addressed, default.tlp).words, "tlp": int(default.tlp)}
    if form.own is not None:
        strict = Tlp.AMBER_STRICT
        notes[OWN] = {"note": audiences.preview([form.own], strict).words, "tlp": int(strict)}
    context = {
        "form": form,
        "notes": notes,
        "more_open": any(name in form.errors for name in MORE),
        "where_open": any(name in form.errors for name in WHERE)
        or (form.is_bound and form.data.get("where") in ("point", "drawn")),
        "choose_open": "circles" in form.errors or (form.is_bound and form.data.get("audience") == "choose"),
    }
    return render(request, "flights/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def import_flights(request: HttpRequest) -> HttpResponse:
    """Take in a file of flights: first shown row by row, then confirmed. All rows or none."""
    at, listed = now(), reverse("flights:list")
    _may_enter()
    return intake.page(
        request,
        intake.Intake(
            name="flights", title=_("Take in flights from a file"),
            lead=_("First you see what would happen, row by row."), crumbs=[(_("Flights"), listed)],
            plan=lambda data: importing.plan(data, at=at),
            write=lambda data: importing.import_flights(data=data, at=at), look=_look, said=_entered,
            to=listed, to_word=_("To the flights"), needed=tabular.NEEDED, optional=tabular.OPTIONAL,
            optional_title=_("These, where you have them"),
            optional_note=_("The place in one way: a port, a facility, a lock, a position with its radius, or a polygon"
                            " as 51.27 4.28; 51.28 4.30; 51.26 4.31. A time without a zone is Brussels’ own. A"
                            " reference that is there already is not entered again."),
        ),
    )  # fmt: skip


def _look(planned: importing.Plan) -> intake.Look:
    default, number = default_addressing(), len(planned.new)
    return intake.Look(
        answer=ngettext("%(n)s flight would be entered", "%(n)s flights would be entered", number) % {"n": number},
        stays=intake.stays(len(planned.known)),
        seen={"tlp": int(default.tlp), "audience": audiences.words(default.addressed, current_actor().person)},
        columns=[intake.Column(_("Own reference"), "head"), intake.Column(_("What for")),
                 intake.Column(_("From"), "moment"), intake.Column(_("Until"), "moment")],
        lines=[
            intake.Line(one.row, (one.draft.reference, one.draft.task, one.draft.starts_at, one.draft.ends_at))
            for one in planned.new
        ],
    )  # fmt: skip


def _entered(done: importing.Plan) -> str:
    new, known = len(done.new), len(done.known)
    text = ngettext("%(n)d flight entered", "%(n)d flights entered", new) % {"n": new}
    if known:
        text += ", " + ngettext("%(n)s was there already", "%(n)s were there already", known) % {"n": known}
    return text


@require_POST
def start(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Say that it is in the air."""
    actions.turn_flight(flight, act="start", at=now())
    messages.success(request, _("It is in the air."))
    return HttpResponseRedirect(reverse("flights:detail", args=[flight]))


@require_POST
def finish(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Say that it is over."""
    actions.turn_flight(flight, act="finish", at=now())
    messages.success(request, _("It is over. A drone seen from now on is not this flight."))
    return HttpResponseRedirect(reverse("flights:detail", args=[flight]))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Ask whether it does not fly, and say so to all who know of it."""
    at = now()
    found = queries.flight(flight, at=at)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=flight)
    if found.state != "planned" or found.withdrawn:
        raise Conflict(actions.WHY_NOT["cancel"])
    if request.method == "POST":
        actions.turn_flight(flight, act="cancel", at=at)
        messages.success(request, _("Cancelled. A drone seen there is not this flight."))
        return HttpResponseRedirect(reverse("flights:detail", args=[flight]))
    return render(request, "flights/cancel.html", {"card": card(found)})


@require_POST
def recognise(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Count that somebody saw a drone and took it to be this flight."""
    actions.recognise_flight(flight, at=now())
    messages.success(request, _("Nothing was sent. The desk that flies sees that it was noticed."))
    return HttpResponseRedirect(reverse("flights:detail", args=[flight]))
