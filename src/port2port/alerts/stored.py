"""Between a draft and the columns of an alert; areas and public statements go as JSON and come back typed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC
from typing import Any, get_args
from uuid import UUID

import msgspec

from port2port.alerts.areas import Area, Atlas, CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea
from port2port.alerts.models import Alert
from port2port.alerts.rules import Draft, PublicStatement
from port2port.alerts.suppliers.names import System
from port2port.reports.places import Places

AREAS: Mapping[str, type[Area]] = {
    "port": PortArea, "facility": FacilityArea, "stretch": StretchArea, "polygon": PolygonArea, "circle": CircleArea,
}  # fmt: skip
KINDS = {of: kind for kind, of in AREAS.items()}
if set(KINDS) != set(get_args(Area)):
    raise TypeError("each kind of area has a name under which it is stored")

SAME = ("event", "urgency", "severity", "certainty", "status", "language", "template", "valid_from", "valid_until")


def area_to(area: Area) -> dict[str, Any]:
    """Return an area as JSON holds it, with its kind."""
    return {"kind": KINDS[type(area)], **msgspec.to_builtins(asdict(area))}


def area_from(stored: Mapping[str, Any]) -> Area:
    """Return an area as it was stored. Raises KeyError or msgspec.ValidationError for what is none."""
    return msgspec.convert(dict(stored), AREAS[stored["kind"]])


def draft_of(alert: Alert) -> Draft:
    """Return the draft that an alert was raised from."""
    return Draft(
        **{name: getattr(alert, name) for name in SAME},
        headline=alert.headline,
        text=alert.text,
        instructions=tuple(alert.instructions),
        areas=tuple(area_from(stored) for stored in alert.areas),
        systems=tuple(msgspec.convert(stored, System) for stored in alert.systems),
        public=msgspec.convert(alert.public, PublicStatement) if alert.public is not None else None,
    )


def values_of(draft: Draft) -> dict[str, Any]:
    """Return the columns of an alert for a draft without problems."""
    return {name: getattr(draft, name) for name in SAME} | {
        "headline": " ".join(draft.headline.split()),
        "text": draft.text.strip(),
        "valid_from": draft.valid_from.astimezone(UTC),
        "valid_until": draft.valid_until.astimezone(UTC),
        "instructions": list(draft.instructions),
        "areas": [area_to(area) for area in draft.areas],
        "systems": [msgspec.to_builtins(system) for system in draft.systems],
        "public": msgspec.to_builtins(draft.public) if draft.public is not None else None,
    }


_atlas: tuple[Places, Atlas] | None = None


def atlas_of(places: Places) -> Atlas:
    """Return the names of the places of the network; made once, until the places are read again."""
    global _atlas  # noqa: PLW0603 - one value per process
    if _atlas is None or _atlas[0] is not places:
        _atlas = (
            places,
            Atlas(
                ports={code: spot.names for code, spot in places.ports.items()},
                facilities={code: spot.names for code, spot in places.facilities.items()},
                landmarks={code: spot.names for code, spot in places.landmarks.items()},
                waterways={code: way.names for code, way in places.waterways.items()},
                waterway_km={code: way.length_km for code, way in places.waterways.items()},
            ),
        )
    return _atlas[1]


def port_of(areas: Iterable[Area], places: Places) -> UUID | None:
    """Return the port of the first area that lies in one, for the lists by port."""
    found = (places.ports.get(code) for code in (_port(area, places) for area in areas) if code)
    return next((spot.id for spot in found if spot is not None), None)


def _port(area: Area, places: Places) -> str:
    match area:
        case PortArea(port):
            return port
        case FacilityArea(facility):
            return places.facilities[facility].port if facility in places.facilities else ""
        case CircleArea(landmark=slug) if slug in places.landmarks and places.landmarks[slug].port:
            return places.landmarks[slug].port
    position = position_of(area, places)
    near = places.nearest_port(*position) if position is not None else None
    return near.code if near is not None else ""


def position_of(area: Area, places: Places) -> tuple[float, float] | None:
    """Return (lat, lon) where an area stands on the map: its middle; None when the place has no position."""
    match area:
        case PortArea(code) | FacilityArea(code):
            spot = places.ports.get(code) or places.facilities.get(code)
            return (spot.lat, spot.lon) if spot is not None and spot.lat is not None and spot.lon is not None else None
        case StretchArea(waterway, start, end):
            way = places.waterways.get(waterway)
            return way.point_at(min((start + end) / 2, way.length_km)) if way is not None else None
        case PolygonArea(points):
            corners = points[:-1]
            lat, lon = (sum(values) / len(corners) for values in zip(*corners, strict=True))
            return lat, lon
        case CircleArea(lat, lon):
            return lat, lon
