"""Areas: what one may draw about or name as a place, checked, stored, and put on a map.

Pure but for the places, which are handed in.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, get_args
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem, Text
from port2port.members.data_files import Names
from port2port.members.places import Places

AREAS_MOST = 20
POLYGON_FEWEST, POLYGON_MOST = 4, 100  # the first point stands again at the end, as in CAP
CIRCLE_KM_MOST = 100.0

Point = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84), in the order of CAP."""


@dataclass(frozen=True)
class PortArea:
    """A whole port, by UN/LOCODE."""

    port: str


@dataclass(frozen=True)
class FacilityArea:
    """A port facility, by its number."""

    facility: str


@dataclass(frozen=True)
class StretchArea:
    """A waterway between two kilometre points, or at one if both are the same."""

    waterway: str
    from_km: float
    to_km: float


@dataclass(frozen=True)
class PolygonArea:
    """What lies within a closed ring."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class CircleArea:
    """What lies within `km` of a position; `landmark` names the lock or bridge there by its slug."""

    lat: float
    lon: float
    km: float
    landmark: str = ""


Area = PortArea | FacilityArea | StretchArea | PolygonArea | CircleArea


@dataclass(frozen=True)
class Atlas:
    """Every place one may name, with its names: by UN/LOCODE, facility number and slug; waterways with their length."""

    ports: Mapping[str, Names] = field(default_factory=dict)
    facilities: Mapping[str, Names] = field(default_factory=dict)
    landmarks: Mapping[str, Names] = field(default_factory=dict)
    waterways: Mapping[str, Names] = field(default_factory=dict)
    waterway_km: Mapping[str, float] = field(default_factory=dict)


AREAS: Mapping[str, type[Area]] = {
    "port": PortArea, "facility": FacilityArea, "stretch": StretchArea, "polygon": PolygonArea, "circle": CircleArea,
}  # fmt: skip
KINDS = {of: kind for kind, of in AREAS.items()}
if set(KINDS) != set(get_args(Area)):
    raise TypeError("each kind of area has a name under which it is stored")


def areas_problems(areas: tuple[Area, ...], atlas: Atlas, *, needed: bool = True) -> Iterable[Problem]:
    """Yield what is wrong with the places that a record names, by `areas.0.port`. `needed`: it must name one."""
    if not areas and needed:
        yield Problem("areas", _("Say where this is."))
    elif len(areas) > AREAS_MOST:
        yield Problem("areas", _("Name at most %(most)d places.") % {"most": AREAS_MOST})
    elif len(set(areas)) < len(areas):
        yield Problem("areas", _("Name each place once."))
    for number, area in enumerate(areas[:AREAS_MOST]):
        for name, message in area_problems(area, atlas):
            yield Problem(f"areas.{number}.{name}", message)


def area_problems(area: Area, atlas: Atlas) -> Iterable[tuple[str, Text]]:
    """Yield what is wrong with an area: the field, and why."""
    match area:
        case PortArea(port):
            if port not in atlas.ports:
                yield "port", _("This port is not in the network.")
        case FacilityArea(facility):
            if facility not in atlas.facilities:
                yield "facility", _("This port facility is not in the network.")
        case StretchArea():
            yield from _stretch_problems(area, atlas)
        case PolygonArea(points):
            problem = polygon_problem(points)
            if problem is not None:
                yield "points", problem
        case CircleArea():
            if not _is_degrees(area.lat, 90):
                yield "lat", _("A latitude lies between -90 and 90.")
            if not _is_degrees(area.lon, 180):
                yield "lon", _("A longitude lies between -180 and 180.")
            if not 0 < area.km <= CIRCLE_KM_MOST:  # also refuses what is no number
                yield "km", _("A circle reaches up to %(most)g km.") % {"most": CIRCLE_KM_MOST}
            if area.landmark and area.landmark not in atlas.landmarks:
                yield "landmark", _("This lock or bridge is not in the network.")


def _stretch_problems(area: StretchArea, atlas: Atlas) -> Iterable[tuple[str, Text]]:
    if area.waterway not in atlas.waterways:
        yield "waterway", _("This waterway is not in the network.")
        return
    length = atlas.waterway_km[area.waterway]
    for name, km in (("from_km", area.from_km), ("to_km", area.to_km)):
        if not 0 <= km <= length:
            yield name, _("This waterway runs from kilometre 0 to %(end)g.") % {"end": length}
    if area.to_km < area.from_km:
        yield "to_km", _("This is before the beginning of the stretch.")


def _is_degrees(value: float, most: int) -> bool:
    return math.isfinite(value) and abs(value) <= most


def polygon_problem(points: tuple[Point, ...]) -> Text | None:
    """Return what is wrong with a ring, or None: 4 to 100 points, the first again at the end, no side meeting another.

    Sides are compared exactly, on a grid of a tenth of a metre: positions are not known better.
    """
    if not POLYGON_FEWEST <= len(points) <= POLYGON_MOST:
        return _("A polygon has %(fewest)d to %(most)d points.") % {"fewest": POLYGON_FEWEST, "most": POLYGON_MOST}
    if not all(_is_degrees(lat, 90) and _is_degrees(lon, 180) for lat, lon in points):
        return _("A latitude lies between -90 and 90, a longitude between -180 and 180.")
    if points[0] != points[-1]:
        return _("The last point must be the first one again.")
    ring = [(round(lat * 1_000_000), round(lon * 1_000_000)) for lat, lon in points]
    if len(set(ring)) < len(ring) - 1:
        return _("A point stands here twice.")
    sides = list(pairwise(ring))
    for number, side in enumerate(sides):
        for other in range(number + 1, len(sides)):
            follows = other == number + 1 or (number == 0 and other == len(sides) - 1)
            if _folds(side, sides[other]) if follows else _meet(side, sides[other]):
                return _("The sides of the polygon cross or touch each other.")
    return None


GridPoint = tuple[int, int]
Side = tuple[GridPoint, GridPoint]


def _turn(a: GridPoint, b: GridPoint, c: GridPoint) -> int:
    """Return above 0 when a, b, c turn left, below when right, 0 on a line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: GridPoint, b: GridPoint, c: GridPoint) -> bool:
    """Tell whether c, which is on the line of a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(one: Side, two: Side) -> bool:
    """Tell whether two sides have a point in common."""
    (a, b), (c, d) = one, two
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    return any(
        turn == 0 and _between(*side, point)
        for turn, side, point in zip(turns, (one, one, two, two), (c, d, a, b), strict=True)
    )


def _folds(one: Side, two: Side) -> bool:
    """Tell whether two sides that share a point lie on each other."""
    (shared,) = set(one) & set(two)
    (a,), (b,) = set(one) - {shared}, set(two) - {shared}
    ahead = (a[0] - shared[0]) * (b[0] - shared[0]) + (a[1] - shared[1]) * (b[1] - shared[1])
    return _turn(shared, a, b) == 0 and ahead > 0


def area_to(area: Area) -> dict[str, Any]:
    """Return an area as JSON holds it, with its kind."""
    return {"kind": KINDS[type(area)], **msgspec.to_builtins(asdict(area))}


def area_from(stored: Mapping[str, Any]) -> Area:
    """Return an area as it was stored. Raises KeyError or msgspec.ValidationError for what is none."""
    return msgspec.convert(dict(stored), AREAS[stored["kind"]])


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
