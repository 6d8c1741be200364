"""Counts of what one sees: weeks per port with what is usual there, and points for the map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from port2port.members.acting import current_actor
from port2port.members.places import Places, known_places
from port2port.reports.queries import KIND
from port2port.reports.words import Card
from port2port.sharing.references import ZONE
from port2port.site import map_data

WEEKS = 12
FEWEST_WEEKS = 6  # with fewer weeks behind it, nothing is called usual or unusual
CERTAINTY = 0.95


@dataclass(frozen=True)
class Weeks:
    """Reports per week at one port: the last is this week, the twelve before say what is usual.

    `upper` is the largest count that chance explains; `known` how many weeks stand behind it.
    """

    port: str
    names: dict[str, str]
    counts: tuple[int, ...]
    middle: float
    quartiles: tuple[float, float]
    upper: int
    known: int

    @property
    def more_than_usual(self) -> bool:
        """Whether this week has more than chance explains; never said with too few weeks behind it."""
        return self.known >= FEWEST_WEEKS and self.counts[-1] > self.upper

    @property
    def band(self) -> tuple[float, float]:
        """From nothing to the largest usual count, for the drawing; everything, when too little is known."""
        return (0.0, float(self.upper if self.known >= FEWEST_WEEKS else max([*self.counts, 1])))


def upper_limit(mean: float, certainty: float = CERTAINTY) -> int:
    """Return the smallest count that a Poisson number of this mean exceeds with at most 1 - certainty.

    Weekly counts of rare events are taken as Poisson about the mean of the weeks before: a plain rule that can be
    checked by hand. It knows no season and no trend; the displacement monitor does.
    """
    term = total = math.exp(-mean)
    count = 0
    while total < certainty:
        count += 1
        term *= mean / count
        total += term
    return count


def weekly_counts(places: Places, *, at: datetime) -> list[Weeks]:
    """Return reports per week and port that the actor sees, ports of the network first by how many there are.

    A threat to a person is in no count, also for who sees it: a count of one would tell where somebody spoke.
    A week begins on Monday in Brussels. A port counts as known from its first report within the weeks on.
    """
    this_week = _monday(at)
    start = this_week - timedelta(weeks=WEEKS)
    with connection.cursor() as cursor:
        cursor.execute(
            "select port, (date_trunc('week', at at time zone 'Europe/Brussels'))::date, count(distinct record_id)"
            " from sharing_posting where key = any(%s) and kind = %s and port is not null and at >= %s"
            " and not exists (select 1 from reports_personthreat t where t.report_id = record_id) group by 1, 2",
            [sorted(current_actor().keys), KIND, datetime(start.year, start.month, start.day, tzinfo=ZONE)],
        )
        rows: list[tuple[Any, date, int]] = cursor.fetchall()
    by_port: dict[Any, dict[date, int]] = {}
    for port, week, count in rows:
        by_port.setdefault(port, {})[week] = count
    found = []
    for spot in places.ports.values():
        weeks = by_port.get(spot.id)
        if weeks:
            counts = tuple(weeks.get(start + timedelta(weeks=n), 0) for n in range(WEEKS + 1))
            found.append(_weeks(spot.code, spot.names, counts))
    return sorted(found, key=lambda row: -sum(row.counts))


def _weeks(port: str, names: dict[str, str], counts: tuple[int, ...]) -> Weeks:
    first = next((n for n, count in enumerate(counts) if count), WEEKS)
    before: Sequence[int] = counts[first:-1]
    known = len(before)
    quartiles = (0.0, 0.0)
    if known > 1:
        cuts = quantiles(before, n=4, method="inclusive")
        quartiles = (cuts[0], cuts[2])
    return Weeks(
        port=port,
        names=names,
        counts=counts,
        middle=median(before) if before else 0.0,
        quartiles=quartiles,
        upper=upper_limit(sum(before) / known) if known else 0,
        known=known,
    )


def _monday(at: datetime) -> date:
    day = at.astimezone(ZONE).date()
    return day - timedelta(days=day.weekday())


def position_of(card: Card) -> tuple[float, float] | None:
    """Return (lat, lon) where a report stands on the map: its own position, else its port's."""
    report, port = card.report, card.record.port
    if report.lat is not None and report.lon is not None:
        return report.lat, report.lon
    if port is not None and port.lat is not None and port.lon is not None:
        return port.lat, port.lon
    return None


_ways: dict[map_data.Box, tuple[Places, str]] = {}


def with_waterways(chart: map_data.Chart, places: Places) -> map_data.Chart:
    """Return a map with the waterways in it; they are drawn once for each box, until the places are read again."""
    kept = _ways.get(chart.box)
    if kept is None or kept[0] is not places:
        lines = [way.line for way in places.waterways.values()]
        kept = _ways[chart.box] = places, map_data.path(lines, map_data.Frame(chart.box), closed=False)
    return replace(chart, ways=kept[1])


def mini(one: Card, position: tuple[float, float]) -> map_data.Chart:
    """Return the small map beside a report."""
    lat, lon = position
    return map_data.chart(
        [map_data.Point(name=one.place, lon=lon, lat=lat, kind="place", size=0.25)],
        label=one.place,
        box=map_data.around(lon, lat),
        ways=[way.line for way in known_places().waterways.values()],
        caption=one.place
        if one.report.lat is not None
        else _("Only the port is known: %(place)s") % {"place": one.place},
    )


def geojson(cards: Sequence[Card], places: Places, language: str) -> dict[str, Any]:
    """Return reports, member ports and waterways as GeoJSON (RFC 7946), as the live map reads it."""
    features: list[dict[str, Any]] = []
    for slug, way in places.waterways.items():
        features.append(
            _feature("LineString", [list(p) for p in way.line], kind="waterway", name=way.names.get(language, slug))
        )
    here = {card.record.port.locode for card in cards if card.record.port}
    for code in sorted(here):
        spot = places.ports.get(code)
        if spot is not None and spot.lat is not None:
            features.append(
                _feature("Point", [spot.lon, spot.lat], kind="port", name=spot.names.get(language, code), size=0.2)
            )
    for card in cards:
        position = position_of(card)
        if position is not None:
            features.append(
                _feature(
                    "Point", [position[1], position[0]], kind="report", name=card.report.title, href=card.href, size=0.2
                )
            )
    return {"type": "FeatureCollection", "features": features}


def _feature(shape: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": coordinates}, "properties": properties}
