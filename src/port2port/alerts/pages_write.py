"""Pages for writing an alert: new, update, and the complete alert in four languages before it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.alerts import actions, queries
from port2port.alerts.forms import AlertForm, NewAlertForm, from_draft, from_template, report_area
from port2port.alerts.rules import problems_of
from port2port.alerts.stored import draft_of
from port2port.alerts.suppliers import queries as registers
from port2port.alerts.suppliers.addressing import DEFAULT_TLP, USERS, to_users
from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.names import compared
from port2port.alerts.vocabulary import Template, templates, templates_of, vocabulary
from port2port.alerts.words import card, texts
from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.acting import current_actor
from port2port.members.areas import Area, atlas_of
from port2port.members.data_files import LANGUAGES
from port2port.members.places import Places, known_places
from port2port.reports import addressing
from port2port.reports.defaults import CHOOSE
from port2port.reports.figures import with_waterways
from port2port.reports.forms import where_of
from port2port.reports.shown import Shown as ReportShown
from port2port.reports.shown import shown as reports_shown
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing, Reporter, circles_to_address, people_to_address, reporter
from port2port.sharing.audiences import Preview
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.site import map_data
from port2port.site.reader import language

CREATED = 201
PREFILLED = 600  # characters of another page, as a beginning


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is going on and who must do what, show the complete alert, and send it; sent twice, it is sent once."""
    at, actor = now(), current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    who, places = reporter(), known_places()
    origin = _report(request.POST.get("report") or request.GET.get("report", ""))
    form = _form(request, who, places, origin)
    if request.method != "POST":
        return _page(request, form, origin, at)
    if not _checked(form, at) or "look" in request.POST:
        return _page(request, form, origin, at, status=422 if form.errors else 200)
    key = form.cleaned_data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what="POST alerts:new", content=b"", at=at)
    if before is not None:
        messages.info(
            request, _("This was sent before, at %(clock)s.") % {"clock": f"{timezone.localtime(before.at):%H:%M}"}
        )
        return HttpResponseRedirect(reverse("alerts:detail", args=[before.body.decode()]))
    try:
        draft, to = form.draft(at), form.addressing()
        threat = next((event.threat for event in vocabulary().events if event.code == draft.event), "")
        raised = actions.raise_alert(
            draft=draft, to=to, terms=addressing.terms_for(threat, who), at=at,
            report=origin.record.id if origin else None,
        )  # fmt: skip
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return _page(request, form, origin, at, status=422)
    idempotency.keep(actor.person, key, status=CREATED, body=str(raised.record_id).encode(), content_type="text/plain")
    if draft.systems:
        messages.success(request, _("Alert sent to whoever uses it, and to your organisation"))
    else:
        people = audiences.preview(to.addressed, to.tlp).words
        messages.success(request, _("Alert sent to %(people)s") % {"people": people})
    return HttpResponseRedirect(reverse("alerts:detail", args=[raised.record_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def update(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Ask what is different now, and send it to those who were warned."""
    at = now()
    found = queries.alert(alert, at=at)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.KIND, record=alert)
    if not found.in_force:
        raise Conflict(_("This alert is not in force any more."))
    initial, kept = from_draft(draft_of(found.alert), at=at)
    data = request.POST if request.method == "POST" else None
    form = AlertForm(
        data, places=known_places(), who=reporter(), systems=found.draft.systems, initial=initial
    )  # fmt: skip
    status, version = 200, found.record.version
    if data is not None:
        status = 422
        version = int(data["version"]) if data.get("version", "").isdigit() else 0
        if _checked(form, at, kept=kept):
            if "look" in data:
                status = 200
            else:
                try:
                    draft = form.draft(at, kept=kept)
                    sent = actions.update_alert(alert, draft=draft, at=at, expected=version)
                    messages.success(request, _("Updated. All who were warned are shown the new version."))
                    return HttpResponseRedirect(reverse("alerts:detail", args=[sent.record_id]))
                except Invalid as error:
                    form.put(error.problems)
                except Conflict as error:
                    form.add_error(None, str(error.reason))
                    status, version = Conflict.status, found.record.version
    context = _context(form, at, kept=kept) | {
        "card": card(found),
        "version": version,
        "kept": len(kept),
        "ground": _ground(),
    }
    return render(request, "alerts/update.html", context, status=status)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Answer the complete alert as it stands in the form, in all languages, and who will see it."""
    at = now()
    form = _form(request, reporter(), known_places(), None)
    form.is_valid()
    return render(request, "alerts/preview.html", _context(form, at))


def _report(identifier: str) -> ReportShown | None:
    """Return the report to raise an alert from. Raises NotFound for one that is not seen or is no id."""
    if not identifier:
        return None
    try:
        found = reports_shown([UUID(identifier)])
    except ValueError:
        raise NotFound() from None
    if not found:
        raise NotFound(kind="report", record=UUID(identifier))
    return found[0]


def _form(request: HttpRequest, who: Reporter, places: Places, origin: ReportShown | None) -> NewAlertForm:
    initial: dict[str, Any] = {"where": f"port:{who.port}" if who.port else "", "key": str(uuid4())}
    initial |= {"status": "Actual", "hours": 12, "certainty": "Observed", "severity": "Moderate", "urgency": "Expected"}
    if who.facility:
        initial["where"] = f"facility:{who.facility}"
    # What another page knows already: a place, and words to begin with. Whoever sends it reads both first.
    initial |= {name: request.GET[name][:PREFILLED] for name in ("where", "text") if request.GET.get(name)}
    if origin is not None:
        initial |= _from_report(origin)
    template = next((one for one in templates() if one.code == request.GET.get("template")), None)
    if template is not None:
        initial |= from_template(template)
    port = initial["where"].partition(":")[2] if initial["where"].startswith("port:") else who.port
    offers = addressing.offered(who, places, port=port)
    threat = _threat_of(initial.get("event", ""), origin)
    initial["audience"] = addressing.suggested(threat, who, offers) if threat else ""
    if request.GET.get("to") == USERS or initial.get("event") == "supplier_compromise":
        initial |= {"audience": USERS, "where": ""}
    data = request.POST if request.method == "POST" else None
    circles, persons = circles_to_address(), people_to_address()
    return NewAlertForm(
        data, places=places, who=who, offers=offers, circles=circles, persons=persons, initial=initial
    )  # fmt: skip


def _threat_of(event: str, origin: ReportShown | None) -> str:
    known = {one.code: one.threat for one in vocabulary().events}
    return known.get(event) or (origin.record.threat if origin is not None else "")


def _from_report(origin: ReportShown) -> dict[str, Any]:
    """Return what a report fills in: its place. Its text stays where it is, with its own audience."""
    report, record = origin.report, origin.record
    if report.place == "waterway" and report.waterway is not None and report.waterway_km is not None:
        km = report.waterway_km
        place = {"where": "waterway", "waterway": report.waterway.slug, "from_km": km, "to_km": km}
    else:
        where = where_of(
            report.place,
            port=record.port.locode if record.port else "",
            facility=(report.facility.number or "") if report.facility else "",
            landmark=report.landmark.slug if report.landmark else "",
        )
        place = report_area(where, report.lat, report.lon)
    return {"report": str(record.id), **place}


def _checked(form: AlertForm, at: datetime, *, kept: tuple[Area, ...] = ()) -> bool:
    """Tell whether the form and the rules find nothing wrong; what they find stands beside the fields."""
    form.is_valid()
    form.put(problems_of(form.draft(at, kept=kept), vocabulary(), templates(), atlas_of(known_places()), at=at))
    return not form.errors


def _context(form: AlertForm, at: datetime, *, kept: tuple[Area, ...] = ()) -> dict[str, Any]:
    """Return the complete alert in all languages if it can be said already, and who will see it."""
    code = language()
    context: dict[str, Any] = {
        "form": form,
        "where_open": any(name in form.errors for name in WHERE),
        "words_open": any(name in form.errors for name in WORDS) or bool(form["text"].value()),
        "public_open": any(name in form.errors for name in PUBLIC) or bool(form["spokesperson"].value()),
        "more_open": any(name in form.errors for name in MORE),
        "choose_open": any(name in form.errors for name in ("circles", "persons", "tlp")),
        "users_open": any(name in form.errors for name in SYSTEMS) or form["audience"].value() == USERS
        if isinstance(form, NewAlertForm)
        else False,
    }
    if not form.is_bound:
        return context
    draft = form.draft(at, kept=kept)
    if not problems_of(replace(draft, public=None), vocabulary(), templates(), atlas_of(known_places()), at=at):
        context["texts"] = [texts(draft, one) for one in sorted(LANGUAGES, key=lambda one: one != code)]
    if isinstance(form, NewAlertForm):
        context |= _seen_by(form, at)
    return context


def _ground() -> map_data.Chart:
    """Return the map on which an area is drawn: the ports of the network, to know where one is."""
    language_now = language()
    marks = [
        map_data.Point(name=spot.names.get(language_now, spot.code), lon=spot.lon, lat=spot.lat, kind="port", size=0.2)
        for spot in known_places().ports.values()
        if spot.member and spot.lat is not None and spot.lon is not None
    ]
    drawn = map_data.chart(marks, label=_("Ports"), src=reverse("home_map"))
    return with_waterways(drawn, known_places())


def _seen_by(form: NewAlertForm, at: datetime) -> dict[str, Any]:
    try:
        to = form.addressing()
        if form.systems():
            about, to = to_users(form.draft(at), to)
            return {
                "to": to,
                "seen_by": _allowed(to),
                "about": [(system.said, compared(system, aliases())) for system in about.systems],
            }
        return {"to": to, "seen_by": _allowed(to)}
    except Invalid as error:
        return {"unseen": error.problems[0].message}
    except (KeyError, ValueError, NotFound):
        return {"unseen": _("Choose who must know.")}


def _allowed(to: Addressing) -> Preview:
    audiences.build(to.addressed, to.tlp)
    return audiences.preview(to.addressed, to.tlp)


WHERE = ("km", "lat", "lon", "waterway", "from_km", "to_km", "corners", "ports")
SYSTEMS = ("vendor", "product", "affected", "identifier", "more_systems")
WORDS = ("headline", "text", "language")
PUBLIC = ("public_nl", "public_fr", "public_de", "public_en", "spokesperson", "embargo")
MORE = ("urgency", "severity", "certainty", "start")


def _page(
    request: HttpRequest, form: NewAlertForm, origin: ReportShown | None, at: datetime, status: int = 200
) -> HttpResponse:
    notes: dict[str, Mapping[str, Any]] = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in form.offers
    }
    chosen = str(form["template"].value() or "")
    fitting = (templates_of(origin.record.threat) if origin is not None else ()) or templates()
    context = _context(form, at) | {
        "origin": origin,
        "ground": _ground(),
        "notes": notes | {CHOOSE: {}, USERS: {"note": _("however many that are"), "tlp": int(DEFAULT_TLP)}},
        "suppliers": registers.known_names(),
        "templates": [_chip(one, origin, chosen) for one in fitting],
        "other_templates": [_chip(one, origin, chosen) for one in templates() if one not in fitting],
        "looked": request.method == "POST",
    }
    return render(request, "alerts/new.html", context, status=status)


def _chip(template: Template, origin: ReportShown | None, chosen: str) -> dict[str, Any]:
    query = {"template": template.code} | ({"report": str(origin.record.id)} if origin is not None else {})
    return {
        "word": template.label(language()),
        "href": f"{reverse('alerts:new')}?{urlencode(query)}",
        "current": template.code == chosen,
    }
