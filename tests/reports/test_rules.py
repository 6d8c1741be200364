"""What a report must be: each wrong field is named, all at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from port2port.members.network_data import load_network
from port2port.members.places import Places, Spot
from port2port.reports.places import on_land
from port2port.reports.rules import Draft, located, next_state, problems_of, title_of, warnings_of
from port2port.reports.vocabulary import vocabulary
from tests.reports.writing import AT, DRAFT

NETWORK = load_network()
PLACES = Places(
    ports={p.code: Spot(uuid4(), p.code, p.names, p.lat, p.lon, p.code, p.kind) for p in NETWORK.ports},
    facilities={f.number: Spot(uuid4(), f.number, f.names, f.lat, f.lon, f.port) for f in NETWORK.facilities},
    landmarks={m.slug: Spot(uuid4(), m.slug, m.names, m.lat, m.lon, m.port or "") for m in NETWORK.landmarks},
    waterways={w.slug: w for w in NETWORK.waterways},
    waterway_ids={w.slug: uuid4() for w in NETWORK.waterways},
)
WAY = NETWORK.waterways[0]


def wrong(**changes) -> set[str]:
    return {p.field for p in problems_of(replace(DRAFT, **changes), vocabulary(), PLACES, at=AT)}


def test_a_plain_report_is_right():
    assert wrong() == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threat", "witchcraft"), ("threat", ""), ("nature", "x"), ("severity", "huge"), ("modus_operandi", "ZZ99"),
        ("modus_operandi_also", ("UA01", "nope")), ("phase", "later"), ("substance", "sugar"), ("source", "rumour"),
        ("occurred_precision", "second"), ("language", "es"),
        ("source_precision", "week"), ("source_confidence", "sure"),
        ("text", ""), ("text", "too short"), ("text", "x" * 8001), ("text", "a text with \x00 in it"),
        ("text", "half a character \ud800 stands here"),
        ("title", "t" * 161), ("title", "bell \x07"), ("place_text", "p" * 161), ("event_group", "g" * 61),
        ("source_url", "javascript:alert(1)"), ("source_url", "https://x.example/" + "a" * 2000),
        ("origin_country", "Ecuador"), ("quantity_kg", -1.0), ("quantity_kg", 100_000.5), ("quantity_kg", float("nan")),
        ("quantity_kg", float("inf")), ("occurred_margin", -1), ("occurred_margin", 10_000_000_000),
        ("occurred_at", AT + timedelta(minutes=6)), ("occurred_at", datetime(1989, 12, 31, tzinfo=UTC)),
        ("occurred_at", datetime(2026, 11, 20, 12, 0)),
        ("source_published_on", date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named(field, value):
    assert wrong(**{field: value}) == {field}


def test_all_problems_come_together():
    assert wrong(text="", severity="x", quantity_kg=-3.0, landmark="nowhere") == {
        "text", "severity", "quantity_kg", "landmark",
    }  # fmt: skip


def test_a_phone_whose_clock_is_ahead_is_believed():
    assert wrong(occurred_at=AT + timedelta(minutes=4)) == set()


def test_a_margin_goes_with_minutes_only():
    assert wrong(occurred_margin=5) == set()
    assert wrong(occurred_margin=5, occurred_precision="day") == {"occurred_margin"}


PLAIN = {"landmark": "", "port": ""}


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ({"place": ""}, {"place"}),
        ({"place": "moon"}, {"place"}),
        ({"place": "port"}, {"port"}),
        ({"place": "port", "port": "XXXXX"}, {"port"}),
        ({"place": "facility"}, {"facility"}),
        ({"place": "facility", "facility": "BEANR-0000"}, {"facility"}),
        ({"place": "facility", "facility": "BEANR-9901", "port": "BEGNE"}, {"facility"}),
        ({"place": "waterway", "waterway": WAY.slug}, {"waterway_km"}),
        ({"place": "waterway", "waterway": WAY.slug, "waterway_km": WAY.length_km + 1}, {"waterway_km"}),
        ({"place": "waterway", "waterway": WAY.slug, "waterway_km": float("nan")}, {"waterway_km"}),
        ({"place": "waterway", "waterway": "styx", "waterway_km": 1.0}, {"waterway"}),
        ({"place": "point"}, {"lat", "lon"}),
        ({"place": "point", "lat": 51.2}, {"lon"}),
        ({"place": "point", "lat": 91.0, "lon": 4.0}, {"lat"}),
        ({"place": "point", "lat": 51.0, "lon": float("nan")}, {"lon"}),
        ({"place": "port", "port": "BEANR", "lat": 51.2}, {"lon"}),
        ({"place": "port", "port": "BEANR", "facility": "BEANR-9901"}, {"facility"}),
        # at sea when it says port; in Ghent when it says Kallo; on land when it says sea
        ({"place": "port", "port": "BEANR", "lat": 52.0, "lon": 2.8}, {"lat"}),
        ({"place": "landmark", "landmark": "kallo-lock", "lat": 51.05, "lon": 3.72}, {"lat"}),
        ({"place": "sea", "lat": 50.85, "lon": 4.35}, {"lat"}),
    ],
)
def test_a_place_that_cannot_be_is_named(place, fields):
    assert wrong(**(PLAIN | place)) == fields


@pytest.mark.parametrize(
    ("lat", "lon", "land"), [(50.85, 4.35, True), (51.6, 2.6, False), (48.86, 2.35, True), (60.0, 10.0, False)]
)
def test_land_and_sea(lat, lon, land):
    """Brussels, the North Sea off Ostend, Paris, and Norway, which is outside what is known."""
    assert on_land(lat, lon) is land


def test_a_facility_and_a_landmark_bring_their_port_and_position():
    at_quay = located(replace(DRAFT, landmark="", place="facility", facility="BEANR-9901"), PLACES)
    assert at_quay.port == PLACES.ports["BEANR"].id
    assert at_quay.lat == PLACES.facilities["BEANR-9901"].lat
    at_lock = located(DRAFT, PLACES)
    assert at_lock.port == PLACES.ports["BEANR"].id and at_lock.lon == PLACES.landmarks["kallo-lock"].lon


def test_a_point_belongs_to_the_nearest_port_within_60_km_and_the_sea_to_none():
    assert (
        located(replace(DRAFT, landmark="", place="point", lat=51.1, lon=3.75), PLACES).port == PLACES.ports["BEGNE"].id
    )
    assert located(replace(DRAFT, landmark="", place="sea", lat=51.6, lon=2.6), PLACES).port is None


def test_a_kilometre_point_lies_on_its_waterway():
    found = located(replace(DRAFT, landmark="", place="waterway", waterway=WAY.slug, waterway_km=1.0), PLACES)
    assert WAY.distance_to(found.lat, found.lon) < 0.5


def test_the_title_is_the_first_sentence_shortened_at_a_word():
    def titled(text: str, title: str = "") -> str:
        return title_of(replace(DRAFT, text=text, title=title))

    assert titled("A gate stood open. Nobody was near.") == "A gate stood open"
    assert titled("x y", title="  Open   gate ") == "Open gate"
    long = titled("word " * 100)
    assert len(long) <= 160 and long.endswith("word…")


def test_a_modus_operandi_of_another_threat_is_a_warning_only():
    draft = replace(DRAFT, modus_operandi="DR01")
    assert problems_of(draft, vocabulary(), PLACES, at=AT) == []
    assert len(warnings_of(draft, vocabulary())) == 1
    assert warnings_of(replace(DRAFT, modus_operandi="UA01", phase="locate"), vocabulary()) == []


def test_problems_speak_the_readers_language():
    draft = replace(DRAFT, text="")
    with translation.override("en"):
        assert str(problems_of(draft, vocabulary(), PLACES, at=AT)[0].message).startswith("Say in two")


def test_open_and_closed_follow_each_other():
    assert next_state("close", "open") == "closed"
    assert next_state("reopen", "closed") == "open"
    assert next_state("close", "closed") is None


def test_a_draft_knows_no_default_that_would_be_refused():
    bare = Draft(
        threat="other", text="Something odd at the gate.", place="port", port="BEANR", occurred_at=AT, language="nl"
    )
    assert problems_of(bare, vocabulary(), PLACES, at=AT) == []
