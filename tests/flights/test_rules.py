"""What a flight must be, when and where it is near, and the days it repeats on: plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from port2port.flights.near import Sighting, distance_to, meets, overlaps, window
from port2port.flights.rules import TRANSITIONS, cleaned, next_state, problems_of, repeated, state_at
from port2port.flights.vocabulary import DATA, read_words, words
from port2port.members.areas import Atlas, CircleArea, PolygonArea, PortArea, StretchArea
from port2port.members.places import Places, Spot
from tests.flights.writing import LOCK, draft

AT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")
NEAR = words().near
ATLAS = Atlas(ports={"BEANR": {"en": "Antwerp"}}, landmarks={"kallo-lock": {"en": "Kallo lock"}})
ANTWERP = Spot(id=None, code="BEANR", names={}, lat=51.27, lon=4.34)  # type: ignore[arg-type]
PLACES = Places(ports={"BEANR": ANTWERP})
SQUARE = PolygonArea(((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0)))


def fields(**changes: object) -> list[str]:
    return [problem.field for problem in problems_of(draft(AT, **changes), words(), ATLAS, at=AT)]


def test_a_plain_flight_has_no_problems():
    assert fields() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task": ""}, "task"),
        ({"task": "stunt"}, "task"),
        ({"area": None}, "area"),
        ({"area": PortArea("XXXXX")}, "area.port"),
        ({"area": replace(LOCK, km=0.0)}, "area.km"),
        ({"area": StretchArea("albert-canal", 1, 2)}, "area"),
        ({"area": PolygonArea(SQUARE.points[:3])}, "area.points"),
        ({"contact": "  "}, "contact"),
        ({"contact": "x" * 121}, "contact"),
        ({"contact": "Desk \u202e01"}, "contact"),
        ({"remark": "Pilot 85.07.30-033.28"}, "remark"),
        ({"height_m": 0}, "height_m"),
        ({"height_m": 3001}, "height_m"),
        ({"serial": "1581F!"}, "serial"),
        ({"operator_number": "BEL1234567890abc-xyz"}, "operator_number"),
        ({"operator_number": "12"}, "operator_number"),
        ({"ends_at": AT - timedelta(minutes=15)}, "ends_at"),
        ({"ends_at": AT + timedelta(hours=24)}, "ends_at"),
        ({"starts_at": AT - timedelta(days=31), "ends_at": AT - timedelta(days=30)}, "ends_at"),
        ({"starts_at": AT + timedelta(days=61), "ends_at": AT + timedelta(days=61, hours=1)}, "starts_at"),
        ({"starts_at": datetime(2026, 11, 27, 14)}, "starts_at"),
    ],
)
def test_each_problem_names_its_field(changes, field):
    assert fields(**changes) == [field]


def test_the_longest_flight_is_a_day_to_the_minute():
    begin = draft(AT).starts_at
    assert fields(ends_at=begin + timedelta(hours=24)) == []
    assert fields(ends_at=begin + timedelta(hours=24, minutes=1)) == ["ends_at"]


def test_the_secret_of_an_operator_number_is_said_to_be_one():
    with translation.override("en"):
        (problem,) = problems_of(draft(AT, operator_number="BEL1234567890abc-xyz"), words(), ATLAS, at=AT)
        assert "secret" in str(problem.message)
    assert cleaned(draft(AT, serial=" 1581f4 demo ")).serial == "1581F4DEMO"


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [("start", "planned", "flying"), ("finish", "flying", "done"), ("finish", "planned", "done"),
     ("cancel", "planned", "cancelled"), ("cancel", "flying", None), ("start", "done", None),
     ("finish", "cancelled", None), ("cancel", "done", None), ("start", "cancelled", None)],
)  # fmt: skip
def test_what_is_over_stays_over(act, state, after):
    assert act in TRANSITIONS
    assert next_state(act, state) == after


def test_a_flight_that_nobody_ended_is_over_when_its_time_is():
    end = AT + timedelta(hours=1)
    assert state_at("flying", end, end - timedelta(seconds=1)) == "flying"
    assert state_at("flying", end, end) == state_at("planned", end, end) == "done"
    assert state_at("cancelled", end, end) == "cancelled"


def test_days_are_repeated_on_the_clock_of_the_wall_over_the_change_of_the_clock():
    """Summer time ends on 25 October 2026 at 03:00, when it becomes 02:00."""
    one = draft(
        AT, starts_at=datetime(2026, 10, 24, 1, tzinfo=BRUSSELS), ends_at=datetime(2026, 10, 24, 4, tzinfo=BRUSSELS),
        reference="P-1",
    )  # fmt: skip
    found = repeated(one, date(2026, 10, 26), BRUSSELS)
    assert [d.reference for d in found] == ["P-1", "P-1 2026-10-25", "P-1 2026-10-26"]
    assert [f"{d.starts_at:%d %H:%M}" for d in found] == ["24 01:00", "25 01:00", "26 01:00"]
    lasting = [d.ends_at.astimezone(UTC) - d.starts_at.astimezone(UTC) for d in found]
    assert lasting == [timedelta(hours=3), timedelta(hours=4), timedelta(hours=3)]


def test_a_window_is_as_wide_as_the_time_is_uncertain():
    quarter = timedelta(minutes=NEAR.minutes)
    assert window(AT, "minute", None, NEAR, BRUSSELS) == (AT - quarter, AT + quarter)
    assert window(AT, "minute", 5, NEAR, BRUSSELS) == (
        AT - quarter - timedelta(minutes=5),
        AT + quarter + timedelta(minutes=5),
    )
    since, until = window(AT.replace(minute=20), "hour", None, NEAR, BRUSSELS) or (AT, AT)
    assert (since, until) == (AT - quarter, AT + timedelta(hours=1) + quarter)
    assert window(AT, "month", None, NEAR, BRUSSELS) is None
    since, until = window(datetime(2026, 10, 25, 12, tzinfo=UTC), "day", None, NEAR, BRUSSELS) or (AT, AT)
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=25) + 2 * quarter


def test_both_ends_of_a_window_belong_to_it():
    seen = Sighting(AT, AT + timedelta(minutes=30))
    second = timedelta(seconds=1)
    assert overlaps(AT - timedelta(hours=1), AT, seen)
    assert not overlaps(AT - timedelta(hours=1), AT - second, seen)
    assert overlaps(seen.until, seen.until + timedelta(hours=1), seen)
    assert not overlaps(seen.until + second, seen.until + timedelta(hours=1), seen)


def at(lat: float, lon: float, port: str = "") -> Sighting:
    return Sighting(AT, AT, port, lat, lon)


def test_near_is_within_the_margin_of_the_area_flown():
    away = LOCK.lat + (LOCK.km + NEAR.km) / 111.195  # kilometres in a degree of latitude
    assert meets(LOCK, at(away - 0.0005, LOCK.lon), PLACES, NEAR)
    assert not meets(LOCK, at(away + 0.0005, LOCK.lon), PLACES, NEAR)
    assert distance_to(SQUARE, 51.05, 4.05, PLACES, NEAR) == 0
    assert meets(SQUARE, at(51.1 + 0.9 * NEAR.km / 111.195, 4.05), PLACES, NEAR)
    assert not meets(SQUARE, at(51.1 + 1.1 * NEAR.km / 111.195, 4.05), PLACES, NEAR)


def test_where_only_a_port_is_known_the_port_decides():
    anywhere = Sighting(AT, AT, "BEANR")
    assert meets(LOCK, anywhere, PLACES, NEAR)
    assert not meets(SQUARE, anywhere, PLACES, NEAR)
    assert meets(PortArea("BEANR"), at(51.34, 4.25, "BEANR"), PLACES, NEAR)
    assert meets(PortArea("BEANR"), at(51.30, 4.30), PLACES, NEAR)
    assert not meets(PortArea("BEANR"), at(50.85, 4.35, "BEBRU"), PLACES, NEAR)
    assert not meets(LOCK, Sighting(AT, AT, "XXXXX"), PLACES, NEAR)


@given(
    lat=st.floats(50.5, 51.5), lon=st.floats(3, 5), km=st.floats(0.1, 20), dx=st.floats(-0.3, 0.3),
    dy=st.floats(-0.3, 0.3), more=st.floats(0, 10),
)  # fmt: skip
def test_a_larger_area_is_never_farther_away(lat, lon, km, dx, dy, more):
    small, large = CircleArea(lat, lon, km), CircleArea(lat, lon, km + more)
    here = (lat + dy, lon + dx)
    assert distance_to(large, *here, PLACES, NEAR) <= distance_to(small, *here, PLACES, NEAR)


def test_the_data_are_checked_loudly(tmp_path):
    broken = DATA.read_text(encoding="utf-8").replace('purpose = "drone_safety"', 'purpose = "fun"')
    copy = tmp_path / DATA.name
    copy.write_text(broken.replace('code = "cancelled"', 'code = "dropped"'), encoding="utf-8")
    with pytest.raises(ValueError, match="no purpose 'fun'") as caught:
        read_words(copy)
    assert "states" in str(caught.value)
