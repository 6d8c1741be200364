"""Flights in from a CSV: its columns, and what each cell must be. Plain values and bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.flights.rules import Draft
from port2port.flights.vocabulary import words
from port2port.members.areas import Area, CircleArea, FacilityArea, PolygonArea, PortArea
from port2port.members.places import Places
from port2port.sharing.rows_in import named_rows

RADIUS_KM = 1.0
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.get_fixed_timezone(0))  # stands in where a cell is no moment
NEEDED = ("reference", "task", "starts_at", "ends_at", "contact")
OPTIONAL = (
    "operator", "port_unlocode", "facility", "landmark", "lat", "lon", "radius_km", "polygon", "height_m",
    "authorisation", "serial", "operator_number", "remark",
)  # fmt: skip
COLUMNS = (*NEEDED, *OPTIONAL)
# A draft's field is named in problems by the column it came from.
COLUMN_OF: Mapping[str, str] = {
    "area": "port_unlocode", "area.port": "port_unlocode", "area.facility": "facility", "area.landmark": "landmark",
    "area.lat": "lat", "area.lon": "lon", "area.km": "radius_km", "area.points": "polygon",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of an imported file: its number (the head is 1) and what it would become."""

    row: int
    draft: Draft


def read_flights(data: bytes, places: Places) -> list[Line]:
    """Return the rows of a CSV with the columns of COLUMNS (those of OPTIONAL may be missing) as drafts.

    A moment without a zone is read on the clock of Brussels. Raises TooLarge, and Invalid with every problem of
    reading: encoding, columns, a cell that is no moment or number, a place named in two ways.
    """
    problems: list[Problem] = []
    lines: list[Line] = []
    for number, row in named_rows(data, needed=NEEDED, known=COLUMNS, most=words().limits.most_rows):
        found: list[Problem] = []
        lines.append(Line(number, _draft(row, places, found)))
        if not row["reference"]:
            found.append(Problem("reference", _("Each row needs your own reference, so that it is taken in once.")))
        problems += [Problem(one.field, one.message, number) for one in found]
    if problems:
        raise Invalid(problems)
    return lines


def _draft(row: Mapping[str, str], places: Places, problems: list[Problem]) -> Draft:
    height = _number(row, "height_m", problems)
    if height is not None and height != int(height):
        problems.append(Problem("height_m", _("Give whole metres.")))
    same = ("task", "contact", "operator", "authorisation", "remark", "serial", "operator_number", "reference")
    return Draft(
        **{name: row[name] for name in same},
        area=_area(row, places, problems),
        starts_at=_moment(row, "starts_at", problems),
        ends_at=_moment(row, "ends_at", problems),
        height_m=int(height) if height is not None else None,
    )


def _moment(row: Mapping[str, str], name: str, problems: list[Problem]) -> datetime:
    try:
        found = datetime.fromisoformat(row[name])
    except ValueError:
        problems.append(Problem(name, _("Write day and time as 2026-11-28T14:00 or 2026-11-28T14:00+01:00.")))
        return EPOCH
    return found if found.tzinfo is not None else timezone.make_aware(found)


def _number(row: Mapping[str, str], name: str, problems: list[Problem]) -> float | None:
    if not row[name]:
        return None
    try:
        found = float(row[name])
    except ValueError:
        found = float("nan")
    if found != found or abs(found) == float("inf"):
        problems.append(Problem(name, _("This is not a number. Write it with a point, as 51.27.")))
        return None
    return found


def _area(row: Mapping[str, str], places: Places, problems: list[Problem]) -> Area | None:
    """Return the place that a row names, in one way; a port beside a nearer one is left to agree with it."""
    lat, lon, km = (_number(row, name, problems) for name in ("lat", "lon", "radius_km"))
    ways = [name for name in ("facility", "landmark", "polygon") if row[name]]
    if row["lat"] or row["lon"]:
        ways.append("lat")
    if len(ways) > 1:
        problems.append(Problem(ways[1], _("Name the place in one way: facility, landmark, polygon or position.")))
        return None
    if row["polygon"]:
        return polygon_from(row["polygon"], problems)
    if row["facility"]:
        return FacilityArea(row["facility"])
    radius = km if km is not None else RADIUS_KM
    if row["landmark"]:
        spot = places.landmarks.get(row["landmark"])
        if spot is None:
            problems.append(Problem("landmark", _("This lock or bridge is not in the network.")))
            return None
        return CircleArea(spot.lat or 0.0, spot.lon or 0.0, radius, row["landmark"])
    if row["lat"] or row["lon"]:
        if lat is None or lon is None:
            problems.append(Problem("lat" if lat is None else "lon", _("This is needed.")))
            return None
        return CircleArea(lat, lon, radius)
    return PortArea(row["port_unlocode"]) if row["port_unlocode"] else None


def polygon_from(text: str, problems: list[Problem], field: str = "polygon") -> PolygonArea | None:
    """Return a ring written as "51.27 4.28; 51.28 4.30; ..." (latitude, longitude), closed if it is not."""
    points: list[tuple[float, float]] = []
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        try:
            lat, lon = (float(number) for number in part.replace(",", " ").split())
        except ValueError:
            problems.append(Problem(field, _("Write each point as latitude and longitude, as 51.27 4.28.")))
            return None
        points.append((lat, lon))
    if points and points[0] != points[-1]:
        points.append(points[0])
    return PolygonArea(tuple(points))
