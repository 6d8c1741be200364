"""Alerts as GeoJSON: what RFC 7946 asks of shapes, marks of exercises, and who gets what."""

import json
import math
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from port2port.alerts import actions
from port2port.base.clock import now
from port2port.exchange.geojson import geometry
from port2port.members.areas import CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea
from port2port.members.network_shapes import distance_km
from port2port.sharing import actions as sharing
from port2port.sharing import queries as sharing_queries
from tests.alerts.test_rules import SQUARE
from tests.alerts.writing import LOCK, alert, draft
from tests.exchange.test_stix_alerts import PLACES

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
FEED = "/feeds/alerts.geojson"


def ring_of(shape: Any) -> list[tuple[float, float]]:
    (ring,) = shape["coordinates"]
    return [(lon, lat) for lon, lat in ring]


def counterclockwise(ring: list[tuple[float, float]]) -> bool:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0


@pytest.mark.parametrize("points", [SQUARE, SQUARE[::-1]])
def test_a_polygon_runs_counterclockwise_longitude_first_and_is_closed(points):
    shape = geometry([PolygonArea(points)], PLACES)
    assert shape is not None and shape["type"] == "Polygon"
    ring = ring_of(shape)
    assert counterclockwise(ring)
    assert ring[0] == ring[-1] and len(ring) == 5
    assert all(4 < lon < 5 and 51 < lat < 52 for lon, lat in ring)


def test_a_circle_is_a_ring_at_its_distance():
    shape = geometry([CircleArea(51.264, 4.291, 2.0)], PLACES)
    assert shape is not None
    ring = ring_of(shape)
    assert counterclockwise(ring) and ring[0] == ring[-1]
    assert all(math.isclose(distance_km(51.264, 4.291, lat, lon), 2.0, rel_tol=0.001) for lon, lat in ring)


def test_places_are_points_and_a_stretch_a_line_along_its_water():
    port = geometry([PortArea("BEANR")], PLACES)
    assert port == {"type": "Point", "coordinates": [PLACES.ports["BEANR"].lon, PLACES.ports["BEANR"].lat]}
    line = geometry([StretchArea("scheldt", 10.0, 25.5)], PLACES)
    assert line is not None and line["type"] == "LineString"
    assert len(line["coordinates"]) == 17
    way = PLACES.waterways["scheldt"]
    for (lon, lat), km in zip((line["coordinates"][0], line["coordinates"][-1]), (10.0, 25.5), strict=True):
        assert distance_km(lat, lon, *way.point_at(km)) < 0.001
    point = geometry([StretchArea("scheldt", 10.0, 10.0)], PLACES)
    assert point is not None and point["type"] == "Point"
    end = geometry([StretchArea("scheldt", 0.0, way.length_km)], PLACES)
    assert end is not None and end["type"] == "LineString"


def test_several_are_one_geometry_and_only_mixed_ones_a_collection():
    two = geometry([PortArea("BEANR"), FacilityArea("BEANR-9901")], PLACES)
    assert two is not None and two["type"] == "MultiPoint" and len(two["coordinates"]) == 2
    mixed = geometry([PortArea("BEANR"), PolygonArea(SQUARE)], PLACES)
    assert mixed is not None and [one["type"] for one in mixed["geometries"]] == ["Point", "Polygon"]
    assert geometry([], PLACES) is None
    assert geometry([FacilityArea("BEXXX-0000")], PLACES) is None


def features(client: Client, address: str = FEED) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"
    body = json.loads(answer.content)
    assert body["type"] == "FeatureCollection"
    return list(body["features"])


def test_a_machine_gets_what_is_in_force_and_what_it_sees(acting, bearer_for, client_for):
    with acting(OWNER):
        first = alert("ports-and-police", urgency="Expected")
        urgent = alert("ports-and-police", areas=(LOCK, PortArea("BEANR")))
        over = alert("ports-and-police")
        actions.cancel_alert(over.record_id, reason="It was ours (test).", at=now())
    machine = Client(headers=bearer_for(PARTNER))
    found = features(machine)
    assert [one["id"] for one in found] == [f"urn:uuid:{urgent.record_id}", f"urn:uuid:{first.record_id}"]
    said = found[0]["properties"]
    assert set(said["texts"]) == {"nl", "fr", "de", "en"}
    assert (said["status"], said["urgency"], said["tlp"], said["state"]) == (
        "Actual",
        "Immediate",
        "TLP:AMBER",
        "raised",
    )
    assert said["title"] in {text["headline"] for text in said["texts"].values()}
    assert [one["kind"] for one in said["areas"]] == ["circle", "port"]
    assert machine.get(urlsplit(said["cap"]).path).status_code == 200
    assert features(Client(headers=bearer_for(OUTSIDER))) == []
    one = f"/feeds/alerts/{over.record_id}/alert.geojson"
    assert features(machine, one)[0]["properties"]["state"] == "cancelled"
    assert Client(headers=bearer_for(OUTSIDER)).get(one).status_code == 404
    file = client_for(PARTNER).get(f"/alerts/{urgent.record_id}/alert.geojson")
    assert file["Content-Disposition"].endswith('.geojson"')
    assert json.loads(file.content)["features"][0]["id"] == found[0]["id"]


def test_an_exercise_says_so_in_each_text(acting, bearer_for):
    with acting(OWNER):
        alert("ports-and-police", status="Exercise")
    (found,) = features(Client(headers=bearer_for(PARTNER)))
    said = found["properties"]
    marks = {"nl": "OEFENING", "fr": "EXERCICE", "de": "ÜBUNG", "en": "EXERCISE"}
    assert said["status"] == "Exercise"
    for language, text in said["texts"].items():
        assert all(part.startswith(f"{marks[language]} {marks[language]} ") for part in text.values())
    assert any(said["title"].startswith(mark) for mark in marks.values())


def test_an_update_names_what_it_follows_and_withdrawn_is_gone(acting, bearer_for):
    with acting(OWNER):
        first = alert("ports-and-police")
        second = actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    machine = Client(headers=bearer_for(PARTNER))
    (found,) = features(machine)
    assert found["properties"]["follows"] == found["properties"]["series"] == str(first.record_id)
    with acting(OWNER):
        sharing.withdraw(sharing_queries.record(second.record_id, "alert"), reason="mistake", at=now())
    assert machine.get(f"/feeds/alerts/{second.record_id}/alert.geojson").status_code == 410
    assert features(machine) == []
