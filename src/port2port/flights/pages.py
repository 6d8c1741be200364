"""Pages for reading flights: the list with its map, one flight. They only translate."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.flights import queries
from port2port.flights.forms import FilterForm
from port2port.flights.shown import Shown
from port2port.flights.words import Card, card
from port2port.members.acting import current_actor
from port2port.members.areas import CircleArea, PolygonArea, position_of
from port2port.members.data_files import label
from port2port.members.models import Organisation
from port2port.members.places import Places, known_places
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.actions import WITHDRAWAL_REASONS
from port2port.sharing.queries import COUNT_LIMIT, envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site import map_data
from port2port.site.reader import language

NARROWEST = 0.35  # degrees of longitude: a lock with the water about it
KM_PER_DEGREE = 70.0  # of longitude, at the latitude of the network


@require_safe
def flight_list(request: HttpRequest) -> HttpResponse:
    """Show the flights in the air and to come, the first first, with a map; below them those that are over."""
    at, places = now(), known_places()
    form = FilterForm(request.GET, places=places)
    filters = form.filters()
    cursor = request.GET.get("cursor", "")
    ahead = [] if cursor or filters.when == "past" or filters.state in ("done", "cancelled") else _ahead(filters, at)
    past = queries.Filters("past", filters.port, filters.state)
    over = queries.page(past, at=at, cursor=cursor) if filters.when in ("", "past") else None
    cards = [card(row) for row in ahead]
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    return render(
        request,
        "flights/list.html",
        {
            "form": form,
            "filters": filters,
            "answer": _answer(cards),
            "rows": cards,
            "over": [card(row) for row in over.rows] if over else [],
            "over_answer": _over_answer(over.count) if over else "",
            "pages": {
                "newer": _address(query, over.slice.previous) if over.slice.previous else "",
                "older": _address(query, over.slice.next) if over.slice.next else "",
            }
            if over
            else {"newer": "", "older": ""},
            "may_enter": current_actor().may("report") and current_actor().organisation is not None,
            "columns": [{"word": word} for word in (_("What"), _("Where"), _("When"), _("State"), _("Who sees this"))],
            "chart": _chart(cards, places),
        },
    )


def _ahead(filters: queries.Filters, at: Any) -> list[Shown]:
    found = queries.ahead(filters.port, at=at)
    if filters.when == "now":
        found = [one for one in found if one.flight.starts_at <= at]
    elif filters.when == "coming":
        found = [one for one in found if one.flight.starts_at > at]
    return [one for one in found if filters.state in ("", one.state)]


def _answer(cards: list[Card]) -> str:
    now_ = sum(1 for one in cards if one.in_time)
    coming = len(cards) - now_
    if not cards:
        return _("No authorised flight is in the air or to come")
    first = ngettext("%(n)d authorised flight now", "%(n)d authorised flights now", now_) % {"n": now_}
    return first + ", " + ngettext("%(n)d to come", "%(n)d to come", coming) % {"n": coming}


def _over_answer(count: int) -> str:
    number = "1,000+" if count > COUNT_LIMIT else str(count)
    return ngettext("%(n)s is over", "%(n)s are over", count) % {"n": number}


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('flights:list')}?{urlencode(query | {'cursor': cursor})}"


@require_safe
def detail(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Show one flight: where, when, whom to call, who took it for what they saw. 410 when it was withdrawn."""
    at = now()
    try:
        found = queries.flight(flight, at=at)
    except NotFound:
        stone = sharing.tombstone(flight)
        if stone is None:
            raise
        owner = Organisation.objects.filter(id=stone.owner).first()
        context = {
            "at": stone.at,
            "expired": stone.why == "expired",
            "owner": label(owner.names, language()) if owner else "",
            "reason": WITHDRAWAL_REASONS.get(stone.reason, ""),
        }
        return render(request, "flights/gone.html", context, status=410)
    one, record, actor = card(found), found.record, current_actor()
    keys = [key for key in record.audience if key != actor.person]
    note = "" if found.withdrawn or record.tlp == Tlp.CLEAR else f"{audiences.preview(keys, Tlp(record.tlp)).words}."
    looks_after = decide(actor, "change", envelope(record), at=at).allowed and not found.withdrawn
    identifier = queries.identifier_of(flight)
    recognised = queries.recognised(flight)
    return render(
        request,
        "flights/detail.html",
        {
            "card": one,
            "flight": found.flight,
            "record": record,
            "sees": one.sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])},
            "may": {
                "start": looks_after and found.state == "planned" and found.flight.starts_at - at <= queries.EARLY,
                "finish": looks_after and found.state in ("planned", "flying") and found.flight.starts_at < at,
                "cancel": looks_after and found.state == "planned",
            },
            "identifier": [
                (_("Serial number of the drone"), identifier.serial),
                (_("Operator number"), identifier.operator_number),
            ]
            if identifier
            else [],
            "recognised": _recognised(len(recognised), looks_after=looks_after),
            "sent_none": "recognised" in request.GET,
            "facts": _facts(one),
            "chart": _chart([one], known_places()),
        },
    )


def _recognised(count: int, *, looks_after: bool) -> str:
    """Return how many took a drone to be this flight, for who looks after it."""
    if not looks_after or not count:
        return ""
    return ngettext(
        "%(n)d person saw it, took it to be this flight, and sent no report.",
        "%(n)d people saw it, took it to be this flight, and sent no report.",
        count,
    ) % {"n": count}


def _facts(one: Card) -> list[tuple[str, Any]]:
    flight = one.flight
    return [
        (_("What for"), one.task),
        (_("Who flies"), one.operator),
        (_("Height limit"), _("%(n)d m") % {"n": flight.height_m} if flight.height_m else ""),
        (_("Reference of the authorisation"), flight.authorisation),
        (_("Own reference"), one.record.origin_id),
        (_("Remark"), flight.remark),
        (_("Entered by"), one.owner),
        (_("Reference"), one.shown.reference),
    ]


def _chart(cards: list[Card], places: Places) -> map_data.Chart | None:
    """Return the map of where these fly, wide enough for all of them; None when there is nothing to show."""
    marks = []
    reach = NARROWEST
    for one in cards:
        position = position_of(one.shown.area, places)
        if position is None:
            continue
        lat, lon = position
        href = one.href if len(cards) > 1 else ""
        marks.append(
            map_data.Point(name=one.task, lon=lon, lat=lat, kind="place", size=0.25, ringed=one.in_time, href=href)
        )
        area = one.shown.area
        if isinstance(area, CircleArea):
            reach = max(reach, 3 * area.km / KM_PER_DEGREE)
        elif isinstance(area, PolygonArea):
            lons = [point[1] for point in area.points]
            reach = max(reach, 1.5 * (max(lons) - min(lons)))
    if not marks:
        return None
    west, east = min(m.lon for m in marks), max(m.lon for m in marks)
    south, north = min(m.lat for m in marks), max(m.lat for m in marks)
    wide = max(reach, 1.6 * (east - west), 3.2 * (north - south))
    words = cards[0].where if len(cards) == 1 else _("Where they fly; ringed: now")
    return map_data.chart(
        marks,
        label=words,
        box=map_data.around((west + east) / 2, (south + north) / 2, wide),
        ways=[way.line for way in places.waterways.values()],
        caption=words,
    )
