"""The flights of the demo: invented, and they say so; entered through the real actions."""

from datetime import datetime, timedelta

from port2port.flights import actions
from port2port.flights.actions import Entry
from port2port.flights.models import Flight
from port2port.flights.rules import Draft
from port2port.members.acting import acting_as
from port2port.members.areas import CircleArea, PolygonArea, PortArea
from port2port.members.cast import cast_member
from port2port.members.places import known_places

PORT, PARTNER, TERMINAL = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo"
KALLO = "kallo-lock"


def seed_flights(at: datetime) -> int:
    """Enter the demo's flights about now, unless there are any to come. Returns how many were entered."""
    with acting_as(*cast_member(PORT)):
        if Flight.objects.filter(ends_at__gt=at).exists():
            return 0
        made = actions.enter_flights(entries=[Entry(draft) for draft in _port(at)], at=at, provenance="invented")
        actions.turn_flight(made[0].record_id, act="start", at=at)
    with acting_as(*cast_member(PARTNER)):
        partner = Draft(
            task="inspection", area=PortArea("BEGNE"), contact="Drone desk (invented)",
            starts_at=at + timedelta(hours=20), ends_at=at + timedelta(hours=22), height_m=90,
        )  # fmt: skip
        actions.enter_flight(draft=partner, at=at, provenance="invented")
    return len(made) + 1


def _port(at: datetime) -> list[Draft]:
    lock = known_places().landmarks[KALLO]
    lat, lon = lock.lat or 0.0, lock.lon or 0.0
    around = CircleArea(lat=lat, lon=lon, km=1.5, landmark=KALLO)
    dock = PolygonArea(
        (
            (lat + 0.01, lon - 0.04),
            (lat + 0.03, lon - 0.04),
            (lat + 0.03, lon),
            (lat + 0.01, lon),
            (lat + 0.01, lon - 0.04),
        )
    )
    desk = "Drone desk (invented), 03 555 01 00"
    patrol = Draft(
        task="patrol", area=around, contact=desk, height_m=120,
        starts_at=at - timedelta(minutes=20), ends_at=at + timedelta(hours=6), authorisation="DEMO-2026-118",
        serial="1581F4DEMO0001", remark="Invented.",
    )  # fmt: skip
    survey = Draft(
        task="survey", area=dock, contact=desk, height_m=80,
        starts_at=at + timedelta(hours=26), ends_at=at + timedelta(hours=28), remark="Invented.",
    )  # fmt: skip
    return [patrol, survey]
