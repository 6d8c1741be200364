"""Alerts as GeoJSON (RFC 7946): what a map or a control room's system draws. Pure.

A feature is one message of an alert. It says in its own properties whether it is real, and every text in it comes from
`alerts.sentences`, so that one of an exercise begins with its mark.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from port2port.alerts import sentences
from port2port.alerts.shown import Shown
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.members.areas import Area, CircleArea, PolygonArea, StretchArea, area_to, atlas_of, position_of
from port2port.members.data_files import LANGUAGES, label
from port2port.members.network_shapes import distance_km
from port2port.members.places import Places
from port2port.sharing.tlp import Tlp

GEOJSON_TYPE = "application/geo+json"
DECIMALS = 6  # a tenth of a metre
CORNERS = 64  # of a circle, which GeoJSON has not: within 0.13 % of its radius
STEP_KM = 1.0  # between the points of a stretch of a waterway
Position = list[float]
Geometry = dict[str, Any]
MANY = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


@dataclass(frozen=True)
class Addresses:
    """Where an alert stands: its page, and its CAP message for a machine."""

    page: str
    cap: str


def features(alerts: Iterable[tuple[Shown, Addresses]], places: Places, language: str) -> dict[str, Any]:
    """Return a feature collection, in the order given; its plain texts are in `language`, all others beside them."""
    return {"type": "FeatureCollection", "features": [feature(row, at, places, language) for row, at in alerts]}


def feature(row: Shown, addresses: Addresses, places: Places, language: str) -> dict[str, Any]:
    """Return a message of an alert as a feature. Raises KeyError for an unknown language."""
    record, alert, draft = row.record, row.alert, row.draft
    texts = {code: _texts(row, places, code) for code in LANGUAGES}
    return {
        "type": "Feature",
        "id": f"urn:uuid:{record.id}",
        "geometry": geometry(draft.areas, places),
        "properties": {
            "title": texts[language]["headline"],
            "status": alert.status,
            "message": alert.message,
            "state": row.state,
            "threat": by_code(vocabulary().events, alert.event).threat,
            "event": alert.event,
            "urgency": alert.urgency,
            "severity": alert.severity,
            "certainty": alert.certainty,
            "sent": record.at.isoformat(timespec="seconds"),
            "valid_from": alert.valid_from.isoformat(timespec="seconds"),
            "valid_until": alert.valid_until.isoformat(timespec="seconds"),
            "sender": label(record.owner.names, language),
            "tlp": Tlp(record.tlp).label,
            "series": str(alert.series),
            "follows": str(alert.follows) if alert.follows is not None else None,
            "areas": [area_to(area) for area in draft.areas],
            "texts": texts,
            "url": addresses.page,
            "cap": addresses.cap,
        },
    }


def _texts(row: Shown, places: Places, language: str) -> dict[str, str]:
    draft, atlas = row.draft, atlas_of(places)
    return {
        "headline": sentences.headline(draft, atlas, language, message=row.message),
        "description": sentences.description(draft, atlas, language, message=row.message),
        "instruction": sentences.instruction(draft, language, message=row.message),
    }


def geometry(areas: Sequence[Area], places: Places) -> Geometry | None:
    """Return areas as one geometry; None (RFC 7946, 3.2: unlocated) when none of them has a position.

    Several of one kind are one of many parts; a collection only where kinds are mixed (3.1.8).
    """
    found = [one for one in (_shape(area, places) for area in areas) if one is not None]
    kinds = {one["type"] for one in found}
    if len(found) <= 1:
        return found[0] if found else None
    if len(kinds) == 1:
        return {"type": MANY[found[0]["type"]], "coordinates": [one["coordinates"] for one in found]}
    return {"type": "GeometryCollection", "geometries": found}


def _shape(area: Area, places: Places) -> Geometry | None:
    middle = position_of(area, places)
    if middle is None:
        return None
    match area:
        case PolygonArea(points):
            return {"type": "Polygon", "coordinates": [_ring([_at(lat, lon) for lat, lon in points])]}
        case CircleArea(lat, lon, km):
            return {"type": "Polygon", "coordinates": [_circle(lat, lon, km)]}
        case StretchArea(slug, start, end) if end > start:
            way, steps = places.waterways[slug], math.ceil((end - start) / STEP_KM)
            kms = [min(start + (end - start) * step / steps, way.length_km) for step in range(steps + 1)]
            line = [_at(*way.point_at(km)) for km in kms]
            return {"type": "LineString", "coordinates": line}
    return {"type": "Point", "coordinates": _at(*middle)}


def _at(lat: float, lon: float) -> Position:
    """Return a position: longitude first (RFC 7946, 3.1.1)."""
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def _ring(ring: list[Position]) -> list[Position]:
    """Return a closed ring that runs counterclockwise (RFC 7946, 3.1.6)."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if twice >= 0 else ring[::-1]


def _circle(lat: float, lon: float, km: float) -> list[Position]:
    per_lat = distance_km(lat - 0.5, lon, lat + 0.5, lon)  # kilometres in a degree, here
    per_lon = distance_km(lat, lon - 0.5, lat, lon + 0.5)
    ring = [
        _at(lat + km / per_lat * math.sin(turn), lon + km / per_lon * math.cos(turn))
        for turn in (2 * math.pi * corner / CORNERS for corner in range(CORNERS))
    ]
    return [*ring, ring[0]]
