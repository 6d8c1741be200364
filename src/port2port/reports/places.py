"""Where something was: what is stored of a place, and what must be true of a position. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from uuid import UUID

from port2port.members.network_shapes import in_ring

FACILITY_KM = 25.0  # the same tolerance as for the facility itself (members.network_data)
LANDMARK_KM = 10.0
COAST_KM = 2.0  # the coast is drawn at 1:10,000,000: nearer than this to water it cannot tell

# Where in each kind of place the position is given by hand, and what else it names.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "port": ("port",),
    "facility": ("facility",),
    "landmark": ("landmark",),
    "waterway": ("waterway", "waterway_km"),
    "sea": ("lat", "lon"),
    "point": ("lat", "lon"),
}


@dataclass(frozen=True)
class Located:
    """What is stored of a place: ids, and the position if it has one."""

    port: UUID | None = None
    facility: UUID | None = None
    landmark: UUID | None = None
    waterway: UUID | None = None
    waterway_km: float | None = None
    lat: float | None = None
    lon: float | None = None


@cache
def _land() -> list[tuple[tuple[float, float, float, float], list[list[tuple[float, float]]]]]:
    """Return the polygons of the coasts about the North Sea, each with its box; the map draws the same file."""
    document = json.loads((files("port2port.site") / "static" / "site" / "land.json").read_text(encoding="utf-8"))
    polygons = []
    for feature in document["features"]:
        if feature["properties"]["kind"] != "land":
            continue
        for polygon in feature["geometry"]["coordinates"]:
            rings = [[(float(p[0]), float(p[1])) for p in ring] for ring in polygon]
            lons, lats = [p[0] for p in rings[0]], [p[1] for p in rings[0]]
            polygons.append(((min(lons), min(lats), max(lons), max(lats)), rings))
    return polygons


def _inside(lon: float, lat: float) -> bool:
    """Tell whether a position lies in a polygon of the land (even-odd rule, a ray to the east)."""
    for (west, south, east, north), rings in _land():
        if not (west <= lon <= east and south <= lat <= north):
            continue
        if sum(in_ring(ring, lat, lon) for ring in rings) % 2:  # within the coast, and in no lake
            return True
    return False


def on_land(lat: float, lon: float) -> bool:
    """Tell whether a position surely lies on land: it and four points COAST_KM about it.

    Known only between 6 degrees west and 12 east, 48 and 55.5 north; elsewhere the answer is no.
    """
    north, east = COAST_KM / 111.2, COAST_KM / 70.0
    about = ((0.0, 0.0), (north, 0.0), (-north, 0.0), (0.0, east), (0.0, -east))
    return all(_inside(lon + dx, lat + dy) for dy, dx in about)
