"""Whether a flight can be what somebody saw: when it was, widened, and how far it was from the area flown. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from port2port.flights.vocabulary import Near
from port2port.members.areas import Area, CircleArea, PolygonArea, PortArea, position_of
from port2port.members.network_shapes import distance_km, distance_to_line, in_ring
from port2port.members.places import Places


@dataclass(frozen=True)
class Sighting:
    """Where and when a drone was seen, as far as it is known. `port`: UN/LOCODE or ""; no position: only the port."""

    since: datetime
    until: datetime
    port: str = ""
    lat: float | None = None
    lon: float | None = None


def window(
    occurred_at: datetime, precision: str, margin: int | None, near: Near, zone: tzinfo
) -> tuple[datetime, datetime] | None:
    """Return from when to when a flight can have been what was seen; None when only month or year is known.

    `precision` and `margin` (minutes either way) are a report's own. A day is the day of `zone`, with 23 to 25 hours.
    """
    if precision == "minute":
        around = timedelta(minutes=margin or 0) + near.slack
        return occurred_at - around, occurred_at + around
    if precision == "hour":
        start = occurred_at.replace(minute=0, second=0, microsecond=0)
        return start - near.slack, start + timedelta(hours=1) + near.slack
    if precision == "day":
        day = occurred_at.astimezone(zone).date()
        start = datetime.combine(day, time(), tzinfo=zone)
        return start - near.slack, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone) + near.slack
    return None


def overlaps(starts_at: datetime, ends_at: datetime, seen: Sighting) -> bool:
    """Tell whether a flight was in the air at some moment of a sighting's window; both ends belong to both."""
    return starts_at <= seen.until and ends_at >= seen.since


def distance_to(area: Area, lat: float, lon: float, places: Places, near: Near) -> float:
    """Return the kilometres from a position to an area, 0 within it; infinite when the area has no position."""
    if isinstance(area, CircleArea):
        return max(0.0, distance_km(area.lat, area.lon, lat, lon) - area.km)
    if isinstance(area, PolygonArea):
        ring = [(x, y) for y, x in area.points]
        return 0.0 if in_ring(ring, lat, lon) else distance_to_line(ring, lat, lon)
    position = position_of(area, places)
    if position is None:
        return float("inf")
    reach = near.port_km if isinstance(area, PortArea) else near.facility_km
    return max(0.0, distance_km(*position, lat, lon) - reach)


def meets(area: Area, seen: Sighting, places: Places, near: Near) -> bool:
    """Tell whether an area flown is near what was seen. Where one of both is only a port, the port decides."""
    if isinstance(area, PortArea) and seen.port == area.port:
        return True
    if seen.lat is not None and seen.lon is not None:
        return distance_to(area, seen.lat, seen.lon, places, near) <= near.km
    spot = places.ports.get(seen.port)
    if spot is None or spot.lat is None or spot.lon is None:
        return False
    return distance_to(area, spot.lat, spot.lon, places, near) <= near.port_km
