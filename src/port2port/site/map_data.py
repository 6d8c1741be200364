"""The map as the server draws it: land, borders, waterways and points as SVG, at their true place (Web Mercator).

`map.js` later puts MapLibre in the same room with the same points; without WebGL this drawing stays.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Position = tuple[float, float]
LAND = Path(__file__).resolve().parent / "static" / "site" / "land.json"
WIDTH = 620.0


@dataclass(frozen=True)
class Box:
    """A part of the world in degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float


BELGIUM = Box(2.45, 50.35, 6.25, 51.55)
NORTH_SEA = Box(-2.0, 49.2, 9.5, 54.2)
# Names on the water: words, longitude, latitude of where the word begins.
SEAS: tuple[tuple[Promise, float, float], ...] = (
    (_("North Sea"), 2.52, 51.42),
    (_("North Sea"), 2.6, 53.3),
)


@dataclass(frozen=True)
class Point:
    """A port, facility or report on the map. `size` 0 to 1; `ringed`: changed more than chance explains."""

    name: str | Promise
    lon: float
    lat: float
    kind: str = "port"
    href: str = ""
    size: float = 0.3
    ringed: bool = False
    words: str | Promise = ""
    label: str = "right"


@dataclass(frozen=True)
class Mark:
    """A point made ready for the drawing."""

    point: Point
    x: float
    y: float
    r: float
    ring: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Chart:
    """Everything `parts/map.html` draws. `src` answers the same points as GeoJSON for MapLibre."""

    label: str | Promise
    caption: str | Promise
    src: str
    box: Box
    height: int
    land: str
    borders: str
    ways: str
    marks: list[Mark]
    graticule: str
    seas: list[tuple[Promise, float, float]]


def mercator(lon: float, lat: float) -> Position:
    """Return the position in Web Mercator units (EPSG:3857 over the earth's radius)."""
    return math.radians(lon), math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


@dataclass(frozen=True)
class Frame:
    """From degrees to the units of the drawing."""

    box: Box
    width: float = WIDTH

    @property
    def scale(self) -> float:
        """Return drawing units for one radian of longitude."""
        return self.width / math.radians(self.box.east - self.box.west)

    @property
    def height(self) -> int:
        """Return the height that keeps angles true."""
        top, bottom = mercator(0, self.box.north)[1], mercator(0, self.box.south)[1]
        return round((top - bottom) * self.scale)

    def place(self, lon: float, lat: float) -> Position:
        """Return x and y in the drawing, one decimal."""
        x, y = mercator(lon, lat)
        left, top = mercator(self.box.west, self.box.north)
        return round((x - left) * self.scale, 1), round((top - y) * self.scale, 1)


def _near(line: Sequence[Sequence[float]], box: Box) -> bool:
    west, east = min(p[0] for p in line), max(p[0] for p in line)
    south, north = min(p[1] for p in line), max(p[1] for p in line)
    return west <= box.east and east >= box.west and south <= box.north and north >= box.south


def path(lines: Iterable[Sequence[Sequence[float]]], frame: Frame, *, closed: bool) -> str:
    """Return SVG path data for the lines that touch the frame; points that fall together are dropped.

    Points far outside are pulled to just beyond the frame, so that a country does not bring its whole coast along.
    """
    parts: list[str] = []
    far = 40.0
    for line in lines:
        if not line or not _near(line, frame.box):
            continue
        steps: list[str] = []
        for lon, lat, *_rest in line:
            x, y = frame.place(lon, lat)
            if closed:
                x = min(max(x, -far), frame.width + far)
                y = min(max(y, -far), frame.height + far)
            step = f"{x:g},{y:g}"
            if not steps or steps[-1] != step:
                steps.append(step)
        if len(steps) > 1:
            parts.append("M" + " ".join(steps) + ("Z" if closed else ""))
    return "".join(parts)


@lru_cache(maxsize=8)
def _ground(box: Box) -> tuple[str, str, str]:
    """Return land, borders and graticule of a box; the file is read once per box."""
    frame = Frame(box)
    land = borders = ""
    for feature in json.loads(LAND.read_text())["features"]:
        coordinates = feature["geometry"]["coordinates"]
        if feature["properties"]["kind"] == "land":
            land = path((ring for polygon in coordinates for ring in polygon), frame, closed=True)
        else:
            borders = path(coordinates, frame, closed=False)
    lines: list[list[Position]] = [
        [(lon, box.south), (lon, box.north)] for lon in range(math.ceil(box.west), math.floor(box.east) + 1)
    ]
    halves = [lat / 2 for lat in range(math.ceil(box.south * 2), math.floor(box.north * 2) + 1)]
    lines += [[(box.west, lat), (box.east, lat)] for lat in halves]
    return land, borders, path(lines, frame, closed=False)


def _mark(point: Point, frame: Frame) -> Mark:
    x, y = frame.place(point.lon, point.lat)
    r = round(3 + 9 * max(0.0, min(point.size, 1.0)), 1)
    away = r + (9 if point.ringed else 5)
    offsets = {
        "right": (away, 4.0, "start"),
        "left": (-away, 4.0, "end"),
        "above": (0.0, -away, "middle"),
        "below": (0.0, away + 9, "middle"),
    }
    dx, dy, anchor = offsets[point.label]
    return Mark(point, x, y, r, r + 6, round(x + dx, 1), round(y + dy, 1), anchor)


def chart(
    points: Iterable[Point],
    *,
    label: str | Promise,
    box: Box = BELGIUM,
    src: str = "",
    ways: Iterable[Sequence[Position]] = (),
    caption: str | Promise = "",
) -> Chart:
    """Return a map of the points. `label` says in words what it shows; `ways`: waterways as (lon, lat) lines.

    Points outside the box are left out of the drawing but stay in the list beside it.
    """
    frame = Frame(box)
    land, borders, graticule = _ground(box)
    marks = [_mark(point, frame) for point in points]
    seas = [
        (name, *frame.place(lon, lat))
        for name, lon, lat in SEAS
        if box.west < lon < box.east and box.south < lat < box.north
    ]
    return Chart(
        label,
        caption,
        src,
        box,
        frame.height,
        land,
        borders,
        path(ways, frame, closed=False),
        marks,
        graticule,
        seas,
    )


def around(lon: float, lat: float, width: float = 0.5) -> Box:
    """Return a small box about a place, for the map beside a record; `width` in degrees of longitude."""
    height = width * 0.55 * math.cos(math.radians(lat))
    return Box(lon - width / 2, lat - height / 2, lon + width / 2, lat + height / 2)
