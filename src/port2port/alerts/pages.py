"""Pages for reading alerts: what is in force and what was, one alert, who has acknowledged it. They only translate."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.alerts import queries, sentences
from port2port.alerts.delivery.queries import progress
from port2port.alerts.forms import AcknowledgeForm, FilterForm
from port2port.alerts.queries import Recipient
from port2port.alerts.shown import Shown
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.alerts.words import Card, card
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.areas import CircleArea, PolygonArea, atlas_of, position_of
from port2port.members.data_files import label
from port2port.members.models import Organisation
from port2port.members.places import Places, known_places
from port2port.reports import vocabulary as report_words
from port2port.reports.figures import with_waterways
from port2port.reports.shown import shown as reports_shown
from port2port.reports.words import withdrawal_words
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Tombstone
from port2port.sharing.queries import COUNT_LIMIT, envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site import map_data
from port2port.site.reader import language

NARROWEST = 0.35  # degrees of longitude: a lock with the water about it
KM_PER_DEGREE = 70.0  # of longitude, at the latitude of the network


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show the alerts in force, urgent ones first, then the others, newest first, narrowed by the address."""
    at = now()
    form = FilterForm(request.GET, places=known_places())
    filters = form.filters()
    cursor = request.GET.get("cursor", "")
    in_force = queries.in_force(filters, at=at)
    over = queries.page(filters, at=at, over=True, cursor=cursor)
    cards = [card(row) for row in in_force]
    waiting = sum(1 for row in in_force if _waits(row.record.owner_id, acknowledged=row.acknowledged))
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    return render(
        request,
        "alerts/list.html",
        {
            "form": form,
            "filters": filters,
            "answer": _answer(len(cards)),
            "waiting": waiting,
            "rows": [(one, _waits(one.record.owner_id, acknowledged=one.shown.acknowledged)) for one in cards],
            "over": [card(row) for row in over.rows],
            "over_answer": _over_answer(over.count),
            "pages": {
                "newer": _address(query, over.slice.previous) if over.slice.previous else "",
                "older": _address(query, over.slice.next) if over.slice.next else "",
            },
            "chips": _chips(query, filters.threat),
            "may_raise": current_actor().may("report"),
            "may_export": current_actor().may("export"),
            "export_query": urlencode(query),
            "columns": [
                {"word": word} for word in (_("What"), _("Where"), _("Raised"), _("State"), _("Who sees this"))
            ],
        },
    )


def _waits(owner: UUID, *, acknowledged: bool) -> bool:
    actor = current_actor()
    return not acknowledged and actor.organisation is not None and owner != actor.organisation


def _answer(count: int) -> str:
    if not count:
        return _("No alert is in force")
    return ngettext("%(n)d alert is in force", "%(n)d alerts are in force", count) % {"n": count}


def _over_answer(count: int) -> str:
    number = "1,000+" if count > COUNT_LIMIT else str(count)
    return ngettext("%(n)s is over", "%(n)s are over", count) % {"n": number}


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('alerts:list')}?{urlencode(query | {'cursor': cursor})}"


def _chips(query: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    def address(threat: str) -> str:
        kept = {name: value for name, value in (query | {"threat": threat}).items() if value}
        return reverse("alerts:list") + (f"?{urlencode(kept)}" if kept else "")

    chips: list[dict[str, Any]] = [{"word": _("All"), "href": address(""), "current": not chosen}]
    for threat in report_words.threats():
        chips.append(
            {
                "word": threat.short_label(language()),
                "href": address(threat.code),
                "current": threat.code == chosen,
            }
        )
    return chips


@require_safe
def detail(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Show one alert: what to do, what is going on, where, who has acknowledged, its series. 410 when withdrawn."""
    at = now()
    try:
        found = queries.alert(alert, at=at)
    except NotFound:
        stone = sharing.tombstone(alert)
        if stone is None:
            raise
        return _gone(request, stone)
    one, record, actor = card(found), found.record, current_actor()
    series = queries.series_of(found)
    answer = queries.own_answer(alert)
    follows = decide(actor, "withdraw", envelope(record), at=at).allowed
    keys = [key for key in record.audience if key != actor.person]
    note = "" if found.withdrawn or record.tlp == Tlp.CLEAR else f"{audiences.preview(keys, Tlp(record.tlp)).words}."
    origin = reports_shown([found.alert.report_id]) if found.alert.report_id else []
    return render(
        request,
        "alerts/detail.html",
        {
            "card": one,
            "shown": found,
            "record": record,
            "sees": one.sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])},
            "answer": answer,
            "answer_form": AcknowledgeForm(told_apart=found.told_apart),
            "waits": found.in_force and _waits(record.owner_id, acknowledged=answer is not None),
            "may_follow": follows,
            "desks": desks(alert) if follows and found.told_apart else None,
            "answers": _answers(alert) if follows and not found.told_apart else "",
            "may_share": decide(actor, "share", envelope(record), at=at).allowed,
            "delivery": progress(alert) if follows else None,
            "line": [_entry(row, current=row.record.id == alert) for row in series],
            "newest": card(series[0]) if series and series[0].record.id != alert else None,
            "report": origin[0] if origin else None,
            "facts": _facts(one),
            "public": _public(one, told=follows or not _embargoed(one)),
            "chart": chart_of(one, known_places()),
        },
    )


@require_GET
def recipients(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer the desks reached with what each answered, for the open screen of who raised it."""
    queries.version_of(alert)
    return render(request, "alerts/recipients.html", {"desks": desks(alert)})


def desks(alert: UUID) -> dict[str, Any]:
    """Return the desks reached, those that have answered first by when, and how many have."""
    found = queries.recipients(alert)
    answered = sorted((desk for desk in found if desk.at), key=lambda desk: desk.at or now())
    rows = [_desk(desk) for desk in (*answered, *(desk for desk in found if not desk.at))]
    said = ngettext(
        "%(met)d of %(n)d desk has acknowledged", "%(met)d of %(n)d desks have acknowledged", len(found)
    ) % {"met": len(answered), "n": len(found)}
    return {"rows": rows, "answer": said if found else _("It reached nobody else")}


def _answers(alert: UUID) -> str:
    """Return how many users of a supplier have answered, as far as one may know: in fives."""
    many = queries.answered(alert) or 0
    if not many:
        return _("Fewer than five have acknowledged so far")
    return _("At least %(n)d organisations have acknowledged") % {"n": many}


def _desk(desk: Recipient) -> dict[str, Any]:
    name = label(desk.names, language()) if desk.names else ""
    facility = label(desk.facility, language()) if desk.facility else ""
    return {"name": ", ".join(part for part in (name, facility) if part), "at": desk.at, "done": desk.done}


def _gone(request: HttpRequest, stone: Tombstone) -> HttpResponse:
    """Answer what is left of an alert for those who had it: when, by whom and why it went; never what it said."""
    owner = Organisation.objects.filter(id=stone.owner).first()
    context = {
        "at": stone.at,
        "expired": stone.why == "expired",
        "owner": label(owner.names, language()) if owner else "",
        "reason": withdrawal_words(stone.reason),
    }
    return render(request, "alerts/gone.html", context, status=410)


def _entry(row: Shown, *, current: bool) -> dict[str, Any]:
    one = card(row)
    message = by_code(vocabulary().message_types, row.alert.message).label(language())
    return {
        "at": row.record.at,
        "what": message if row.alert.message != "Alert" else _("Raised"),
        "more": one.texts.headline if not current else _("this one"),
        "href": "" if current else one.href,
        "link": "" if current else _("open"),
        "key": current,
        "day": True,
    }


def _facts(one: Card) -> list[tuple[str, Any]]:
    status = by_code(vocabulary().statuses, one.shown.alert.status).label(language())
    alert = one.shown.alert
    return [
        *one.gravity,
        (_("Status"), status),
        (_("From"), sentences.moment(alert.valid_from, language())),
        (_("Until"), sentences.moment(alert.valid_until, language())),
        (_("Raised by"), one.owner),
        (_("Reference"), one.shown.reference),
    ]


def _embargoed(one: Card) -> bool:
    public = one.shown.draft.public
    return public is not None and public.embargo_until is not None and public.embargo_until > one.shown.at


def _public(one: Card, *, told: bool) -> dict[str, Any] | None:
    """Return what may be said in public. Before its embargo ends only those who look after the alert read it."""
    public = one.shown.draft.public
    if public is None or not told:
        return None
    lines = [(line.language, sentences.public_line(one.shown.draft, line.language)) for line in public.lines]
    return {
        "lines": lines,
        "spokesperson": public.spokesperson,
        "embargo": public.embargo_until if _embargoed(one) else None,
    }


def chart_of(one: Card, places: Places) -> map_data.Chart | None:
    """Return the map of an alert's places, wide enough for all of them; None when none has a position."""
    marks = []
    atlas = atlas_of(places)
    reach = NARROWEST
    for area in one.shown.draft.areas:
        position = position_of(area, places)
        if position is None:
            continue
        lat, lon = position
        name = sentences.area_name(area, atlas, language())
        marks.append(map_data.Point(name=name, lon=lon, lat=lat, kind="place", size=0.25, ringed=one.shown.urgent))
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
    box = map_data.around((west + east) / 2, (south + north) / 2, wide)
    drawn = map_data.chart(marks, label=one.where, box=box, caption=one.where)
    return with_waterways(replace(drawn), places)
