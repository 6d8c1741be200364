"""The map: land where land is, points at their true place, nothing from outside."""

import itertools
import json

import pytest

from port2port.site.map_data import BELGIUM, LAND, Frame, Point, around, chart, mercator

Ring = list[list[float]]


def inside(lon: float, lat: float, ring: Ring) -> bool:
    """Tell whether a place lies in a ring (even-odd rule)."""
    odd = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def on_land(lon: float, lat: float) -> bool:
    """Tell whether land.json has land there."""
    land = json.loads(LAND.read_text())["features"][0]["geometry"]["coordinates"]
    return any(inside(lon, lat, rings[0]) and not any(inside(lon, lat, h) for h in rings[1:]) for rings in land)


@pytest.mark.parametrize(
    ("place", "lon", "lat"), [("Brussels", 4.35, 50.85), ("Ghent", 3.72, 51.05), ("Liège", 5.57, 50.63)]
)
def test_towns_stand_on_land(place: str, lon: float, lat: float) -> None:
    assert on_land(lon, lat), place


@pytest.mark.parametrize(("lon", "lat"), [(2.5, 51.6), (3.0, 53.0), (-4.5, 49.5)])
def test_the_sea_is_wet(lon: float, lat: float) -> None:
    assert not on_land(lon, lat)


def test_the_file_says_where_it_comes_from_and_is_small() -> None:
    assert "Natural Earth" in json.loads(LAND.read_text())["source"]
    assert LAND.stat().st_size < 100_000


def test_north_is_up_and_angles_are_true() -> None:
    frame = Frame(BELGIUM)
    ostend, genk = frame.place(2.92, 51.23), frame.place(5.45, 50.93)
    assert ostend[0] < genk[0]
    assert ostend[1] < genk[1]
    # Web Mercator of Brussels: EPSG:3857 gives 6,595,000 m north to the nearest kilometre.
    assert round(mercator(4.35, 50.85)[1] * 6378.137) == 6595


def test_a_point_outside_the_box_is_listed_but_not_drawn() -> None:
    drawn = chart([Point("Antwerp", 4.34, 51.26), Point("Rotterdam", 4.1, 51.95)], label="ports")
    names = [mark.point.name for mark in drawn.marks if 0 <= mark.y <= drawn.height]
    assert names == ["Antwerp"]
    assert len(drawn.marks) == 2


def test_a_country_does_not_bring_its_whole_coast_along() -> None:
    small = chart([], label="a lock", box=around(4.28, 51.26))
    assert len(small.land) < 20_000
    assert small.height > 100
