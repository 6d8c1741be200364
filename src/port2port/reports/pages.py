"""Pages for reading reports: the list with its filters and map, one report, what is new since. They only translate."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.members.network_data import label
from port2port.members.places import Places, known_places
from port2port.members.shielding import source_of
from port2port.reports import figures, list_rows, observable_queries, pages_flights, queries, vocabulary
from port2port.reports.attachments.shown import section
from port2port.reports.clocks.pages import section as clocks_section
from port2port.reports.grading import grade_words, grading_of, handling_words
from port2port.reports.observable_lines import Line, lines
from port2port.reports.occasion_pages import MOST_POSSIBLE, listed
from port2port.reports.occasion_queries import alike, met_by
from port2port.reports.queries import Filters, Listing
from port2port.reports.routing.pages import section as routing_section
from port2port.reports.small_forms import FilterForm
from port2port.reports.threats import threat_of, told_to
from port2port.reports.together.queries import linked_to
from port2port.reports.words import BREACH, Card, card, change_words, kilograms, occurred_words, term, withdrawal_words
from port2port.sharing import audiences, legal_basis
from port2port.sharing import queries as sharing
from port2port.sharing.beside import beside
from port2port.sharing.models import Record, Tombstone
from port2port.sharing.queries import COUNT_LIMIT, envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site import map_data
from port2port.site.reader import language

SEEN = "reports_seen"  # in the session: when this person last looked at the list


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Show the reports one sees, newest first, narrowed by the address; the heading says how many and what is new."""
    at = now()
    places = known_places()
    filters, narrow = _narrowing(request, places)
    cursor = request.GET.get("cursor", "")
    seen = parse_datetime(request.session.get(SEEN, "")) if request.session.get(SEEN) else None
    listing = queries.open_reports(filters, at=at, cursor=cursor, after=None if cursor else seen)
    # With nothing new the moment need not move, and the session need not be written.
    if not cursor and not filters.any and (seen is None or listing.fresh):
        request.session[SEEN] = at.isoformat()
    cards = [card(row, new_after=seen) for row in listing.rows]
    narrowed = _address(request, cursor="")
    return render(
        request,
        "reports/list.html",
        {
            "filters": filters,
            "rows": list_rows.rows(cards),
            "answer": _answer(listing, filters),
            "fresh": listing.fresh if listing.fresh <= COUNT_LIMIT else 0,
            "chips": _chips(request, filters),
            "narrow": narrow,
            "pages": {
                "newer": _address(request, cursor=listing.slice.previous) if listing.slice.previous else "",
                "older": _address(request, cursor=listing.slice.next) if listing.slice.next else "",
            },
            "list_url": narrowed,
            "rows_url": reverse("reports:rows") + "?" + _query(request, cursor=""),
            "export_query": _query(request, cursor=""),
            "may_export": current_actor().may("export"),
            "may_report": current_actor().may("report"),
            "chart": _chart(request, cards),
            "columns": [{"word": word} for word in list_rows.columns()],
        },
    )


_whole: dict[str, tuple[Places, SafeString]] = {}  # by language: the filters of a list that is not narrowed


def _narrowing(request: HttpRequest, places: Places) -> tuple[Filters, SafeString]:
    """Return what the list is narrowed to, and the form that says so; with nothing chosen it is the same for all."""
    chosen = any(request.GET.get(name) for name in FilterForm.base_fields)
    kept = _whole.get(language())
    if not chosen and kept is not None and kept[0] is places:
        return Filters(), kept[1]
    form = FilterForm(request.GET, places=places)
    filters = form.filters()
    drawn = render_to_string("reports/filters.html", {"form": form, "narrowed": form.narrowed(), "filters": filters})
    if not chosen:
        _whole[language()] = places, drawn
    return filters, drawn


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """Answer the rows of named reports (those one sees and that pass the filters), for the bar of what is new."""
    form = FilterForm(request.GET, places=known_places())
    try:
        ids = [UUID(text) for text in request.GET.get("ids", "").split(",") if text]
    except ValueError as error:
        raise Invalid([Problem("ids", _("These are not ids."))]) from error
    found = queries.some_reports(ids, form.filters(), at=now()) if ids else []
    return HttpResponse(list_rows.rows([card(row) for row in found], fresh=True))


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """Answer the reports of one page of the list as GeoJSON."""
    places = known_places()
    form = FilterForm(request.GET, places=places)
    listing = queries.open_reports(form.filters(), at=now(), cursor=request.GET.get("cursor", ""), counted=False)
    cards = [card(row) for row in listing.rows]
    return JsonResponse(figures.geojson(cards, places, language()), content_type="application/geo+json")


@require_safe
def detail(request: HttpRequest, report: UUID) -> HttpResponse:
    """Show one report: who sees it, what happened, its history, what one may do. 410 when it was withdrawn."""
    at = now()
    try:
        found = queries.report(report, at=at)
    except NotFound:
        stone = sharing.tombstone(report)
        if stone is None:
            raise
        return _gone(request, stone)
    one = card(found)
    record = found.record
    actor = current_actor()
    places = known_places()
    allowed = {act: decide(actor, act, envelope(record), at=at).allowed for act in ("change", "share", "withdraw")}
    threat = threat_of(record)
    if threat is not None and record.author_id != actor.person:
        allowed = dict.fromkeys(allowed, False)  # as the database has it: its author alone
    graded = grading_of(report)
    source = None
    if found.report.protected and record.author_id != actor.person:
        source = source_of(record.author_id, kind=queries.KIND, record=record.id, at=at)
    keys = [key for key in record.audience if key != actor.person]
    seen_by = audiences.preview(keys, Tlp(record.tlp))
    note = "" if one.withdrawn or record.tlp == Tlp.CLEAR else f"{seen_by.words}."
    position = figures.position_of(one)
    met = met_by(found.report, ask=record.owner_id == actor.organisation) if threat is None else None
    near = alike(met.ties, at=at, most=MOST_POSSIBLE) if met else []
    observed = lines(found, met, near, at=at)
    precision = found.report.occurred_precision
    perhaps = listed(near, precision=precision, linked=linked_to(report), fresh=True) if near else []
    return render(
        request,
        "reports/detail.html",
        {
            "observables": observed,
            "observed": _observed(observed),
            "observable_columns": [{"word": _("What")}, {"word": _("Kind")}, {"word": _("Seen elsewhere")}],
            "perhaps": perhaps if allowed["change"] and found.report.state == "open" and not one.withdrawn else [],
            "attached": section(report),
            "hold": observable_queries.hold_of(report),
            "routing": routing_section(found, at=at),
            "clocks": clocks_section(found, at=at),
            "flights": pages_flights.section(found, at=at),
            "beside": beside("report", report, at=at),
            "card": one,
            "report": found.report,
            "record": record,
            "sees": one.sees
            | {"why_url": "#why", "note": note}
            | ({"audience": [told_to(threat)]} if threat and not one.withdrawn else {}),
            "history": [change_words(change, places) for change in queries.history(found)],
            "may": allowed,
            "threat": threat,
            "source": source,
            "may_take_out": record.tlp == Tlp.RED and threat is None and actor.may("export") and not one.withdrawn,
            "grade": grade_words(graded) if graded else "",
            "may_grade": allowed["change"] and actor.may("steward"),
            "facts": _facts(one)
            + ([(_("Handling"), handling_words(graded))] if graded else [])
            + ([(_("How to reach who wrote it"), threat.contact)] if threat else []),
            "envelope": _envelope_facts(one),
            "method": _method(one),
            "why": _why(record, actor.person),
            "readers": _readers(record.id),
            "chart": figures.mini(one, position) if position else None,
            "sent": "sent" in request.GET,
        },
        status=200,
    )


def _observed(observed: list[Line]) -> str:
    """Return what the section of observables found."""
    if not observed:
        return _("Observables")
    values = [line for line in observed if not line.occasion]
    met = sum(1 for line in values if line.match.any)
    every = len(values)
    if not met and every < len(observed):
        return _("Another report may tell of the same event")
    if not met:
        return _("Nothing of it was seen elsewhere")
    return ngettext(
        "%(met)d of %(n)d observable was seen elsewhere", "%(met)d of %(n)d observables were seen elsewhere", every
    ) % {"met": met, "n": every}


def _gone(request: HttpRequest, stone: Tombstone) -> HttpResponse:
    """Answer what is left of a report for those who had it: when, by whom and why it went; never what it said."""
    owner = Organisation.objects.filter(id=stone.owner).first()
    context = {
        "at": stone.at,
        "expired": stone.why == "expired",
        "owner": label(owner.names, language()) if owner else "",
        "reason": withdrawal_words(stone.reason),
    }
    return render(request, "reports/gone.html", context, status=410)


def _answer(listing: Listing, filters: Filters) -> str:
    number = "1,000+" if listing.capped else str(listing.count)
    if filters.any:
        return ngettext("%(n)s report fits", "%(n)s reports fit", listing.count) % {"n": number}
    return ngettext("%(n)s report", "%(n)s reports", listing.count) % {"n": number}


def _query(request: HttpRequest, **changes: str) -> str:
    """Return the query of the list with changes; empty values are left out."""
    kept = {name: value for name, value in request.GET.items() if value and name not in ("ids", "sent")}
    return urlencode({name: value for name, value in (kept | changes).items() if value})


def _address(request: HttpRequest, **changes: str) -> str:
    query = _query(request, **changes)
    return reverse("reports:list") + (f"?{query}" if query else "")


def _chips(request: HttpRequest, filters: Filters) -> list[dict[str, Any]]:
    """Return one-click filters: by threat, and open ones only."""
    chips = [{"word": _("All"), "href": _address(request, threat="", cursor=""), "current": not filters.threat}]
    for threat in vocabulary.threats():
        chips.append(
            {
                "word": threat.short_label(language()),
                "href": _address(request, threat=threat.code, cursor=""),
                "current": filters.threat == threat.code,
            }
        )
    return chips


def _chart(request: HttpRequest, cards: list[Card]) -> map_data.Chart:
    """Return the map of the page's reports; places with many reports stand for all of them."""
    marks: dict[tuple[float, float], list[Card]] = {}
    for one in cards:
        position = figures.position_of(one)
        if position is not None:
            marks.setdefault(position, []).append(one)
    most = max((len(group) for group in marks.values()), default=1)
    points_ = [
        map_data.Point(
            name=group[0].report.title if len(group) == 1 else group[0].place,
            lon=lon,
            lat=lat,
            kind="report",
            href=group[0].href if len(group) == 1 else "",
            size=0.1 + 0.4 * (len(group) - 1) / max(most - 1, 1),
            words=ngettext("%(n)s report", "%(n)s reports", len(group)) % {"n": len(group)},
        )
        for (lat, lon), group in marks.items()
    ]
    outside = any(not _in(map_data.BELGIUM, mark) for mark in points_)
    query = _query(request)
    chart = map_data.chart(
        points_,
        label=_("Where the reports of this page were"),
        box=map_data.NORTH_SEA if outside else map_data.BELGIUM,
        src=reverse("reports:points") + (f"?{query}" if query else ""),
        caption=_("The reports of this page. Where only the port is known, they stand at the port."),
    )
    return figures.with_waterways(chart, known_places())


def _in(box: map_data.Box, point: map_data.Point) -> bool:
    return box.west <= point.lon <= box.east and box.south <= point.lat <= box.north


def _method(one: Card) -> dict[str, Any]:
    """Return the modus operandi in words, and the others that may be meant."""
    report = one.report
    return {
        "code": report.modus_operandi,
        "word": term("modus_operandi", report.modus_operandi),
        "phase": term("phase", report.phase),
        "also": [(code, term("modus_operandi", code)) for code in report.modus_operandi_also],
    }


def _facts(one: Card) -> list[tuple[str, Any]]:
    report = one.report
    return [
        (_("What"), one.threat),
        (_("Nature"), one.nature),
        (_("Substance or goods"), term("substance", report.substance)),
        (_("Quantity"), kilograms(report.quantity_kg)),
        (_("From the country"), report.origin_country),
        (_("How known"), term("source", report.source)),
        (_("How sure the source is"), term("confidence", report.source_confidence)),
        (_("Outcome"), report.outcome),
        (_("Personal data were breached"), BREACH.get(report.personal_data_breach, "")),
        (_("Known since"), occurred_words(report.aware_since, "minute") if report.aware_since else ""),
    ]


def _envelope_facts(one: Card) -> list[tuple[str, Any]]:
    record = one.record
    code = language()
    return [
        (_("Purpose"), legal_basis.purpose(record.purpose).label(code)),
        (_("Legal basis"), legal_basis.legal_basis(record.legal_basis).label(code)),
        (_("Permitted actions"), f"PAP:{Tlp(record.pap).name}"),
        (_("Personal data"), legal_basis.personal_data_class(record.personal_data).label(code)),
        (_("Version"), record.version),
        (_("Shared"), "" if record.provenance == "published" else occurred_words(record.at, "minute")),
        (_("Kept until"), occurred_words(record.expires_at, "day")),
    ]


def _why(record: Record, person: UUID) -> list[str]:
    """Return through which circles or as which person the reader sees it."""
    keys = {key for one in sharing.explain(person, record.id) if one.sees for key in one.via}
    by_name = _("You wrote it.") if person == record.author_id else _("It was addressed to you by name.")
    through = [by_name] if person in keys else []
    names = audiences.words([key for key in keys if key != person], person) if keys - {person} else []
    return through + [_("You are in the circle “%(name)s”.") % {"name": name} for name in names]


def _readers(record: UUID) -> list[dict[str, Any]]:
    """Return who can open it now, by organisation."""
    groups: dict[str, list[str]] = {}
    for reader in queries.readers_of(record):
        groups.setdefault(label(reader.organisation, language()), []).append(reader.name)
    return [{"organisation": name, "people": people} for name, people in sorted(groups.items())]
