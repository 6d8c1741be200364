"""Make `site/static/site/land.json`: land and borders round the North Sea, from world-atlas (Natural Earth).

    python tools/land.py path/to/countries-10m.json

The input comes from the npm package `world-atlas` 2. The data is in the public
domain; the result is committed, so this runs only when the area changes.
"""

import json
import sys
from pathlib import Path
from typing import Any

Point = tuple[float, float]
WEST, SOUTH, EAST, NORTH = -6.0, 48.0, 12.0, 55.5
TOLERANCE = 0.004  # degrees, about 300 m: the lock of Kallo still lies beside the river
SMALLEST_RING = 4
TARGET = Path(__file__).resolve().parent.parent / "src/port2port/site/static/site/land.json"


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs in degrees (TopoJSON specification 1.0, section 2.1.2: delta encoded, quantised)."""
    sx, sy = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    return arcs


def ring(indexes: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs to one ring; a negative index is the arc ~index backwards."""
    points: list[Point] = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(line[1:] if points else line)
    return points


def simplify(line: list[Point], tolerance: float) -> list[Point]:
    """Drop points nearer than `tolerance` to the line between their neighbours (Douglas and Peucker, 1973)."""
    keep = [False] * len(line)
    keep[0] = keep[-1] = True
    stack = [(0, len(line) - 1)]
    while stack:
        a, b = stack.pop()
        (ax, ay), (bx, by) = line[a], line[b]
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5
        far, where = tolerance, -1
        for i in range(a + 1, b):
            px, py = line[i][0] - ax, line[i][1] - ay
            gap = abs(px * dy - py * dx) / length if length else (px * px + py * py) ** 0.5
            if gap > far:
                far, where = gap, i
        if where > 0:
            keep[where] = True
            stack += [(a, where), (where, b)]
    return [point for point, kept in zip(line, keep, strict=True) if kept]


def clip_ring(points: list[Point]) -> list[Point]:
    """Cut a ring to the area (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        if not points:
            return []
        result: list[Point] = []
        for before, here in zip([points[-1], *points[:-1]], points, strict=True):
            in_before, in_here = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
            if in_before != in_here:
                t = (limit - before[axis]) / (here[axis] - before[axis])
                cut = [before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])]
                cut[axis] = limit
                result.append((cut[0], cut[1]))
            if in_here:
                result.append(here)
        points = result
    return points


def clip_line(line: list[Point]) -> list[list[Point]]:
    """Return the runs of a line inside the area; a border that leaves it ends at its last point inside."""
    runs: list[list[Point]] = [[]]
    for x, y in line:
        if WEST <= x <= EAST and SOUTH <= y <= NORTH:
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def rounded(line: list[Point]) -> list[list[float]]:
    """Round to 0.001 degree (about 100 m) and drop what falls together."""
    result: list[list[float]] = []
    for x, y in line:
        point = [round(x, 3), round(y, 3)]
        if not result or result[-1] != point:
            result.append(point)
    return result


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a country as lists of rings of arc indexes."""
    arcs: list[Any] = geometry.get("arcs", [])
    return [arcs] if geometry["type"] == "Polygon" else arcs


def main(source: Path) -> None:
    topology = json.loads(source.read_text())
    arcs = [simplify(arc, TOLERANCE) for arc in decode_arcs(topology)]
    land: list[list[list[list[float]]]] = []
    owners: dict[int, set[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        for rings in polygons(country):
            shapes = []
            for indexes in rings:
                for index in indexes:
                    owners.setdefault(index if index >= 0 else ~index, set()).add(country["properties"]["name"])
                cut = rounded(clip_ring(ring(indexes, arcs)))
                if len(cut) >= SMALLEST_RING:
                    shapes.append([*cut, cut[0]] if cut[0] != cut[-1] else cut)
            if shapes:
                land.append(shapes)
    borders = [rounded(run) for i, names in sorted(owners.items()) if len(names) > 1 for run in clip_line(arcs[i])]
    result = {
        "type": "FeatureCollection",
        "source": "Natural Earth 1:10m, public domain, by world-atlas 2.0.2",
        "bbox": [WEST, SOUTH, EAST, NORTH],
        "features": [
            {
                "type": "Feature",
                "properties": {"kind": "land"},
                "geometry": {"type": "MultiPolygon", "coordinates": land},
            },
            {
                "type": "Feature",
                "properties": {"kind": "border"},
                "geometry": {"type": "MultiLineString", "coordinates": [b for b in borders if len(b) > 1]},
            },
        ],
    }
    TARGET.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(f"{TARGET.name}: {TARGET.stat().st_size // 1024} kB, {len(land)} pieces of land, {len(borders)} borders")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if not arguments:
        sys.exit(__doc__)
    main(Path(arguments[0]))
