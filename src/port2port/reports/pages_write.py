"""Pages for writing a report: new, edit, and who will see it before it is sent. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import AcceptanceDue, Conflict, Invalid, NotFound, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.network_data import label
from port2port.members.places import Places, known_places
from port2port.members.shielding import under_alias
from port2port.reports import actions, addressing, queries, vocabulary
from port2port.reports.addressing import Offered
from port2port.reports.attachments.actions import put_attachments
from port2port.reports.attachments.checking import checked
from port2port.reports.attachments.forms import PHOTO, photo_of
from port2port.reports.authorised import flights_for
from port2port.reports.defaults import CHOOSE
from port2port.reports.drafts import draft_of
from port2port.reports.forms import NewReportForm, ReportForm, addressing_from, where_of
from port2port.reports.observable_forms import recognised_in
from port2port.reports.pages_flights import asked, recognised, shown_in
from port2port.reports.rules import CYBER, problems_of
from port2port.sharing import audiences, legal_basis
from port2port.sharing.addressing import Reporter, circles_to_address, people_to_address, reporter
from port2port.sharing.default_bases import default_basis
from port2port.sharing.guardrails.scanner import ScannerUnavailable
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.site.reader import for_script, language

CREATED = 201
# A report may have waited on a phone, or in another tab, while its writer changed hats.
OTHER_HAT = gettext_lazy(
    "This was written for another of your organisations. Choose that one at your name, then send it again."
)

LOOK_FIRST = gettext_lazy("Look at what was recognised below, untick what is not meant, then report.")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what happened and share it; sent twice, it is shared once.

    A client that asks for JSON only (the outbox of the phone) learns who it is with the secret that the form needs, and
    after sending where the report stands (201). What it must put right it is told as problems (422).

    Before a report about a drone is sent, the authorised flights there are shown once; the outbox asked for them
    itself, if there was a network, and is never held up.
    """
    at = now()
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    if request.method != "POST" and for_script(request):
        return JsonResponse({"person": str(actor.person), "csrf": get_token(request)})
    who, places = reporter(), known_places()
    form = _form(request, who, places)
    if request.method != "POST":
        return _page(request, form, who, places)
    own_flight = recognised(request, at)
    if own_flight is not None:
        return own_flight
    valid = form.is_valid()
    if request.POST.get("hat", str(actor.hat)) != str(actor.hat):
        form.add_error(None, str(OTHER_HAT))
        return _not_taken(request, form, who, places, status=Conflict.status)
    if not valid:
        form.put(problems_of(form.draft(at), vocabulary.vocabulary(), places, at=at))
        return _not_taken(request, form, who, places)
    said = recognised_in(request.POST)
    if said.problems or not (said.confirmed or for_script(request)):
        form.put([*said.problems] or [Problem("observables", LOOK_FIRST)])
        return _not_taken(request, form, who, places)
    found = [] if for_script(request) else flights_for(form.draft(at), at=at)
    if not {one.record.id for one in found} <= set(shown_in(request)):
        return _page(request, form, who, places, flights=asked(found))
    key = form.cleaned_data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what="POST reports:new", content=b"", at=at)
    if before is not None:
        return _sent(request, before.body.decode(), before.at, before=True)
    try:
        to = form.addressing()
        photo = checked(photo_of(request), field=PHOTO)  # before anything is written
        terms = form.terms(addressing.terms_for(form.cleaned_data["threat"], who), _bases(who))
        with under_alias(form.knowing()):
            report = actions.share_report(
                draft=form.draft(at),
                to=to,
                terms=terms,
                at=at,
                who=who,
                nobodys=form.cleaned_data["nobodys"],
                observables=said.meant if for_script(request) else said.chosen,
                flights_shown=shown_in(request),
            )
            put_attachments(report.record, photo, terms=terms, at=at)
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return _not_taken(request, form, who, places)
    except AcceptanceDue as error:
        if for_script(request):  # the outbox keeps it and shows why
            raise
        idempotency.release(actor.person, key)
        form.add_error(None, str(error.reason))
        return _not_taken(request, form, who, places, status=error.status)
    except ScannerUnavailable as error:
        if for_script(request):  # the outbox keeps it and tries again
            raise
        idempotency.release(actor.person, key)
        form.put([Problem(PHOTO, error.reason)])
        return _not_taken(request, form, who, places, status=error.status)
    url = reverse("reports:protected") if report.protected else reverse("reports:detail", args=[report.record_id])
    idempotency.keep(actor.person, key, status=CREATED, body=url.encode(), content_type="text/plain")
    return _sent(request, url, at, people=audiences.preview(to.addressed, to.tlp).words)


def _sent(request: HttpRequest, url: str, at: datetime, *, people: str = "", before: bool = False) -> HttpResponse:
    """Answer where the report stands: a script is told and says so itself, a person is led there."""
    url = f"{url}?sent=1"
    if for_script(request):
        return JsonResponse({"url": url, "at": at.isoformat(), "people": people}, status=CREATED)
    if before:
        messages.info(request, _("This was sent before, at %(clock)s.") % {"clock": _clock(at)})
    else:
        messages.success(request, _("Report sent %(clock)s to %(people)s") % {"clock": _clock(at), "people": people})
    return HttpResponseRedirect(url)


def _not_taken(
    request: HttpRequest, form: NewReportForm, who: Reporter, places: Places, status: int = 422
) -> HttpResponse:
    """Answer what must be put right: beside the fields, or as problems by the names of the fields."""
    if not for_script(request):
        return _page(request, form, who, places, status=status)
    if status == Conflict.status:
        raise Conflict(OTHER_HAT)
    raise Invalid(
        Problem("" if name == NON_FIELD_ERRORS else name, str(message))
        for name, found in form.errors.items()
        for message in found
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, report: UUID) -> HttpResponse:
    """Change the facts of a report; what stood there before stays in its history."""
    at = now()
    found = queries.report(report, at=at)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=report)
    who, places = reporter(), known_places()
    stored = draft_of(found.report, found.record, known_places())
    if request.method != "POST":
        form = ReportForm(places=places, who=who, initial=_initial(stored))
        return _edit_page(request, form, found, found.record.version)
    form = ReportForm(request.POST, places=places, who=who)
    try:
        expected = int(request.POST.get("version", ""))
    except ValueError:
        expected = 0
    fixed: dict[str, Any] = {
        name: getattr(stored, name)
        for name in (
            "modus_operandi_also", "origin_country", "source_name", "source_url", "source_published_on",
            "source_precision", "source_confidence", "event_group",
        )
    }  # fmt: skip
    if stored.source == "published":
        fixed["source"] = "published"
    if not form.is_valid():
        form.put(problems_of(form.draft(at), vocabulary.vocabulary(), places, at=at))
        return _edit_page(request, form, found, expected, status=422)
    try:
        draft = form.draft(at, **fixed)
        actions.edit_report(report, draft=draft, expected=expected, at=at, nobodys=form.cleaned_data["nobodys"])
    except Invalid as error:
        form.put(error.problems)
        return _edit_page(request, form, found, expected, status=422)
    except Conflict as error:
        form.add_error(None, str(error.reason))
        return _edit_page(request, form, found, found.record.version, status=409)
    messages.success(request, _("Changed. Those who see it are shown the new text."))
    return HttpResponseRedirect(f"{reverse('reports:detail', args=[report])}?sent=1")


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Answer who will see the report as it is being written: counts and names of organisations, and the suggestion."""
    who, places = reporter(), known_places()
    offers = addressing.offered(who, places, port=_port_of(request.GET.get("where", ""), places))
    threat = request.GET.get("threat", "")
    known = threat in {t.code for t in vocabulary.threats()}
    advice = addressing.suggested(threat, who, offers) if known else ""
    data = {
        "audience": request.GET.get("audience") or advice,
        "threat": threat if known else "",
        "tlp": request.GET.get("tlp", ""),
        "circles": request.GET.getlist("circles"),
        "organisations": request.GET.getlist("organisations"),
        "persons": request.GET.getlist("persons"),
    }
    context: dict[str, Any] = {"advice": advice}
    if not data["audience"]:
        return render(request, "reports/preview.html", context)
    try:
        to = addressing_from(data, offers, who)
        if to.addressed:
            audiences.build(to.addressed, to.tlp)
            context |= {"to": to, "seen_by": audiences.preview(to.addressed, to.tlp)}
    except Invalid as error:
        context["problem"] = error.problems[0].message
    except NotFound:
        context["problem"] = _("There is no such circle.")
    except (KeyError, ValueError):
        context["problem"] = _("Choose who should know.")
    return render(request, "reports/preview.html", context)


@require_GET
def places_near(request: HttpRequest) -> HttpResponse:
    """Answer the places whose name holds the words asked for, as options: the place look-up of the form."""
    wanted = request.GET.get("q", "").casefold().strip()
    places, code = known_places(), language()
    rows = [
        {"value": f"{kind}:{spot.code}", "name": label(spot.names, code)}
        for kind, group in (("port", places.ports), ("facility", places.facilities), ("landmark", places.landmarks))
        for spot in group.values()
        if wanted and (wanted in label(spot.names, code).casefold() or wanted in spot.code.casefold())
    ]
    return render(request, "reports/places.html", {"rows": rows[:20]})


def _form(request: HttpRequest, who: Reporter, places: Places) -> NewReportForm:
    data = request.POST if request.method == "POST" else None
    port = _port_of(request.POST.get("where", ""), places) if data is not None else who.port
    offers = addressing.offered(who, places, port=port)
    start = f"facility:{who.facility}" if who.facility else (f"port:{who.port}" if who.port else "")
    return NewReportForm(
        data,
        places=places,
        who=who,
        offers=offers,
        circles=circles_to_address(),
        persons=people_to_address(),
        initial={"where": start, "when": "now", "key": str(uuid4())},
    )


def _page(
    request: HttpRequest,
    form: NewReportForm,
    who: Reporter,
    places: Places,
    status: int = 200,
    flights: dict[str, Any] | None = None,
) -> HttpResponse:
    icons = {threat.code: {"icon": threat.icon} for threat in vocabulary.threats()}
    return render(
        request,
        "reports/new.html",
        {
            "form": form,
            "icons": icons,
            "notes": _notes(form.offers),
            "positions": _positions(places),
            "recognised": recognised_in(request.POST),
            "flights": flights,
            "more_open": any(name in form.errors for name in MORE),
            "choose_open": any(name in form.errors for name in ("circles", "persons", "tlp")),
            "cyber_open": any(name in form.errors for name in ABOUT_CYBER),
        },
        status=status,
    )


# Fields of the folded part: it is open when one of them must be put right.
MORE = (
    "title",
    "nature",
    "severity",
    "modus_operandi",
    "phase",
    "occurred_precision",
    "occurred_margin",
    "substance",
    "quantity_kg",
    "waterway",
    "waterway_km",
    "lat",
    "lon",
    "place_text",
    "source",
    "language",
    "pap",
    "purpose",
    "legal_basis",
    "personal_data",
    "occurred_at",
)
ABOUT_CYBER = ("personal_data_breach", "aware_since")  # fmt: skip


def _notes(offers: list[Offered]) -> dict[str, dict[str, Any]]:
    """Return beside each choice how many will see it, and its TLP."""
    return {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in offers
    } | {CHOOSE: {}}


def _positions(places: Places) -> dict[str, list[float]]:
    """Return where the places of the select are, for choosing the nearest to the device."""
    return {
        f"{kind}:{spot.code}": [spot.lat, spot.lon]
        for kind, group in (("port", places.ports), ("facility", places.facilities), ("landmark", places.landmarks))
        for spot in group.values()
        if spot.lat is not None and spot.lon is not None
    }


def _port_of(where: str, places: Places) -> str:
    kind, _colon, code = where.partition(":")
    group = {"facility": places.facilities, "landmark": places.landmarks, "port": places.ports}.get(kind, {})
    return group[code].port if code in group else ""


def _bases(who: Reporter) -> dict[str, str]:
    """Return the legal basis that goes with each purpose for this organisation."""
    organisation = who.organisation
    kind, public = (organisation.kind, organisation.public) if organisation else ("", True)
    return {p.code: default_basis(p.code, organisation_kind=kind, public=public) for p in legal_basis.purposes()}


def _initial(stored: Any) -> dict[str, Any]:
    values = {name: getattr(stored, name) for name in ReportForm.base_fields if hasattr(stored, name)}
    return values | {
        "where": where_of(stored.place, port=stored.port, facility=stored.facility, landmark=stored.landmark),
        "when": "other",
        "occurred_at": timezone.localtime(stored.occurred_at),
        "aware_since": timezone.localtime(stored.aware_since) if stored.aware_since else None,
        "personal_data_breach": "" if stored.personal_data_breach == "unknown" else stored.personal_data_breach,
    }


def _edit_page(request: HttpRequest, form: ReportForm, found: Any, version: int, status: int = 200) -> HttpResponse:
    icons = {threat.code: {"icon": threat.icon} for threat in vocabulary.threats()}
    context = {
        "form": form,
        "icons": icons,
        "found": found,
        "version": version,
        "positions": _positions(known_places()),
        "sees": {"tlp": found.record.tlp, "audience": found.audience},
        "cyber_open": found.record.threat == CYBER,
    }
    return render(request, "reports/edit.html", context, status=status)


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
