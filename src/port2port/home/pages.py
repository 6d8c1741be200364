"""Home: one glance. What needs you, what is new, and the week at each port as far as you see it."""

import math
from datetime import datetime, timedelta
from typing import Any

from babel.lists import format_list
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.home.direction import directs
from port2port.home.levels_strip import strip
from port2port.home.needs import needs_of
from port2port.home.news.pages import card as news_card
from port2port.home.news.queries import Filters as NewsFilters
from port2port.home.news.queries import news
from port2port.members.acting import current_actor
from port2port.members.models import Organisation, Port
from port2port.members.places import known_places
from port2port.members.queries import called, feature, waterways
from port2port.reports import figures, queries
from port2port.reports.pages import SEEN
from port2port.reports.words import card
from port2port.sharing.actions import WITHDRAWAL_REASONS
from port2port.sharing.queries import COUNT_LIMIT, tombstones_since
from port2port.site import charts, map_data

LATEST = 5
BESIDE_REPORTS = NewsFilters(without=frozenset({queries.KIND}))  # reports stand in a list of their own
WITHDRAWN_SHOWN = timedelta(days=7)
SMALLEST_DOT, LARGEST_DOT = 0.15, 1.0


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs whoever is signed in, in their role, now."""
    at = now()
    actor = current_actor()
    seen = parse_datetime(request.session.get(SEEN, "") or "") if request.session.get(SEEN) else None
    needs = needs_of(actor, at)
    listing = queries.open_reports(queries.Filters(), at=at, size=LATEST, counted=False)
    cards = [card(row, new_after=seen) for row in listing.rows]
    fresh = queries.count(after=seen) if seen else 0
    weeks = figures.weekly_counts(known_places(), at=at)
    return render(
        request,
        "home/home.html",
        {
            "answer": _answer(len(needs)),
            "needs": needs,
            "cards": cards,
            "news": [news_card(item) for item in news(BESIDE_REPORTS, at=at, size=LATEST).items],
            "fresh": _fresh(fresh),
            "withdrawn": _withdrawn(at),
            "network": _network(weeks),
            "chart": _chart(weeks),
            "rows": [_multiple(w) for w in weeks],
            "reads": bool(weeks or cards),
            "may_report": actor.may("report"),
            "directs": directs(),
            "levels": strip(actor, at),
            "state": _state(actor.ceiling, at),
        },
    )


def _answer(count: int) -> str:
    if not count:
        return _("Nothing waits for you")
    return ngettext("%(n)d thing needs you", "%(n)d things need you", count) % {"n": count}


def _fresh(count: int) -> str:
    if not count:
        return ""
    shown = f"{COUNT_LIMIT}+" if count > COUNT_LIMIT else str(count)
    return ngettext(
        "%(n)s new report since you looked", "%(n)s new reports since you looked", count
    ) % {"n": shown}  # fmt: skip


def _withdrawn(at: datetime) -> list[dict[str, Any]]:
    """Return what was withdrawn in the last week from whoever reads this: that, by whom and why, not what."""
    stones = [s for s in tombstones_since(at - WITHDRAWN_SHOWN) if s.why == "withdrawn" and s.kind == queries.KIND]
    owners = {o.id: called(o.names) for o in Organisation.objects.filter(id__in=[s.owner for s in stones])}
    return [
        {
            "at": stone.at,
            "owner": owners.get(stone.owner, ""),
            "reason": WITHDRAWAL_REASONS.get(stone.reason, ""),
            "href": reverse("reports:detail", args=[stone.record]),
        }
        for stone in stones
    ]


def _state(ceiling: int, at: datetime) -> str:
    if ceiling < 2:  # noqa: PLR2004 - TLP:AMBER
        return _("Your organisation has not confirmed your verification: you read up to TLP:GREEN.")
    return ""


def _network(weeks: list[figures.Weeks]) -> str:
    more = [called(w.names) for w in weeks if w.more_than_usual]
    if not weeks:
        return _("No reports that you see in the last twelve weeks")
    if not more:
        return _("The network is as usual this week")
    names = format_list(more, locale=get_language() or "en")
    return ngettext(
        "%(ports)s reports more than usual this week", "%(ports)s report more than usual this week", len(more)
    ) % {"ports": names}  # fmt: skip


def _multiple(week: figures.Weeks) -> charts.Multiple:
    href = f"{reverse('reports:list')}?port={week.port}"
    row = charts.multiple(called(week.names), week.counts, week.band, href=href, why_url=href)
    return row


@require_safe
def home_map(request: HttpRequest) -> HttpResponse:
    """Answer the points of the home map and the waterways as GeoJSON (RFC 7946), for the live map."""
    points = _points(figures.weekly_counts(known_places(), at=now()))
    features = [feature("waterway", "LineString", way.line, name=called(way.names)) for way in waterways()]
    features += [
        feature("port", "Point", [p.lon, p.lat], name=p.name, href=p.href, size=p.size, ringed=p.ringed) for p in points
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _points(weeks: list[figures.Weeks]) -> list[map_data.Point]:
    """Return the members' ports, sized by this week's reports, ringed where chance does not explain them."""
    this_week = {w.port: w for w in weeks}
    most = max([w.counts[-1] for w in weeks], default=0) or 1
    points = []
    for port in Port.objects.filter(member=True):
        week = this_week.get(port.locode)
        count = week.counts[-1] if week else 0
        points.append(
            map_data.Point(
                name=called(port.names),
                lon=port.lon or 0.0,
                lat=port.lat or 0.0,
                href=f"{reverse('reports:list')}?port={port.locode}",
                size=_size(count / most),
                ringed=week is not None and week.more_than_usual,
                words=ngettext("%(n)d report", "%(n)d reports", count) % {"n": count},
            )
        )
    return points


def _chart(weeks: list[figures.Weeks]) -> Any:
    return map_data.chart(
        _points(weeks),
        label=_network(weeks),
        src=reverse("home_map"),
        caption=_("This week. Dot size: reports that you see. Ringed: more than chance explains."),
    )


def _size(share: float) -> float:
    return SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * math.sqrt(share)
