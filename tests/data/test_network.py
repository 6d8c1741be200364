"""The Belgian country pack holds together: names, places, circles and the cast."""

import re
from collections.abc import Iterable

import pytest

from port2port.members.data_files import LANGUAGES, Named, label
from port2port.members.network_data import LANDMARK_MAX_KM, load_network
from port2port.members.network_shapes import distance_km

WEST, SOUTH, EAST, NORTH = 2.0, 49.5, 6.5, 51.7
INVENTED = {"nl": "(verzonnen)", "fr": "(fictif)", "de": "(erfunden)", "en": "(invented)"}
# The fixed cast: others sign in by these names.
FIXED_CAST = {
    "pso@antwerp.demo",
    "pso@northsea.demo",
    "pso@limburg.demo",
    "pso@liege.demo",
    "pso@brussels.demo",
    "pso@ostend.demo",
    "officer@waterways.demo",
    "analyst@commissioner.demo",
    "director@commissioner.demo",
    "analyst@police.demo",
    "officer@customs.demo",
    "authority@ansm.demo",
    "dpo@antwerp.demo",
    "pfso@quay1.demo",
    "contact@agent.demo",
    "officer@outside.demo",
}


def named_entries() -> Iterable[tuple[str, Named]]:
    network = load_network()
    yield "pack", network.pack
    for section in ("organisations", "ports", "waterways", "landmarks", "facilities", "circles"):
        for entry in getattr(network, section):
            yield section, entry


def test_every_name_stands_in_four_languages() -> None:
    for section, entry in named_entries():
        assert set(entry.names) == set(LANGUAGES), (section, entry)


def test_label_falls_back_to_the_base_language_and_then_to_english() -> None:
    names = {"nl": "Gent", "fr": "Gand", "en": "Ghent"}
    assert label(names, "fr") == "Gand"
    assert label(names, "nl-be") == "Gent"
    assert label(names, "de") == "Ghent"


def test_the_fixed_cast_is_there_and_the_rest_is_marked_extra() -> None:
    cast = load_network().cast
    assert {person.email for person in cast if not person.extra} == FIXED_CAST
    assert all(person.name.startswith("Demo ") and person.email.endswith(".demo") for person in cast)


def test_what_is_invented_says_so_in_every_language() -> None:
    network = load_network()
    invented: list[Named] = [organisation for organisation in network.organisations if organisation.invented]
    invented += network.facilities
    assert all(facility.invented for facility in network.facilities)
    for entry in invented:
        for language, word in INVENTED.items():
            assert entry.label(language).endswith(word), entry.label(language)
    for organisation in network.organisations:
        if not organisation.invented:
            assert not any(word in name for name in organisation.names.values() for word in INVENTED.values())


def test_facility_numbers_fit_the_register_and_cover_every_member_port() -> None:
    network = load_network()
    for facility in network.facilities:
        assert re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}-99\d{2}", facility.number)
    member_ports = {"BEANR", "BEZEE", "BEGNE", "BEOST", "BELGG", "BEBRU", "BEGNK", "NLVLI", "NLTNZ"}
    assert {facility.port for facility in network.facilities} == member_ports
    assert {circle.port for circle in network.circles if circle.port} == member_ports


def test_waterways_lie_in_the_low_countries_and_are_joined() -> None:
    waterways = load_network().waterways
    for waterway in waterways:
        for lon, lat in waterway.line:
            assert WEST <= lon <= EAST and SOUTH <= lat <= NORTH, (waterway.slug, lon, lat)
        others = {vertex for other in waterways if other is not waterway for vertex in other.line}
        assert others & set(waterway.line), f"{waterway.slug} meets no other waterway"


def test_the_drawn_length_is_close_to_the_stated_one() -> None:
    for waterway in load_network().waterways:
        legs = zip(waterway.line, waterway.line[1:], strict=False)
        drawn = sum(distance_km(a[1], a[0], b[1], b[0]) for a, b in legs)
        assert 0.7 < drawn / waterway.length_km < 1.15, (waterway.slug, drawn)


def test_landmarks_lie_at_their_waterway_and_at_their_kilometre() -> None:
    network = load_network()
    for landmark in network.landmarks:
        waterway = network.waterway(landmark.waterway)
        assert waterway.distance_to(landmark.lat, landmark.lon) <= LANDMARK_MAX_KM, landmark.slug
        if landmark.km is not None:
            lat, lon = waterway.point_at(landmark.km)
            assert distance_km(lat, lon, landmark.lat, landmark.lon) < 6, landmark.slug
    assert sum(landmark.kind == "lock" for landmark in network.landmarks) >= 14


def test_a_kilometre_point_runs_from_one_end_to_the_other() -> None:
    canal = load_network().waterway("albert-canal")
    assert canal.point_at(0) == pytest.approx((canal.line[0][1], canal.line[0][0]))
    assert canal.point_at(canal.length_km) == pytest.approx((canal.line[-1][1], canal.line[-1][0]))
    with pytest.raises(ValueError, match=r"albert-canal runs from kilometre 0 to 129\.6, there is no 130"):
        canal.point_at(130)


def test_distance_agrees_with_a_known_one() -> None:
    # One degree of latitude on a sphere of 6371.0088 km.
    assert distance_km(51, 4, 52, 4) == pytest.approx(111.195, abs=0.001)


def test_the_community_is_every_member_and_no_outsider() -> None:
    network = load_network()
    community = set(network.circle_members("all-members"))
    assert "harbour-of-elsewhere" not in community
    assert "scheldt-shipping-agency" not in community
    assert {"port-of-antwerp-bruges", "north-sea-port", "drug-commissioner"} <= community
    agency_circles = [c.slug for c in network.circles if "scheldt-shipping-agency" in network.circle_members(c.slug)]
    assert agency_circles == []


def test_the_insider_desk_is_confidential_and_of_persons() -> None:
    desk = load_network().circle("insider-desk")
    assert (desk.of, desk.membership) == ("persons", "confidential")
    assert "analyst@police.demo" in desk.members
    assert not any(member.startswith(("pfso@", "contact@", "director@")) for member in desk.members)


def test_every_organisation_with_people_has_an_administrator_and_operators_are_of_two() -> None:
    cast = load_network().cast
    administered = {role.organisation for person in cast for role in person.roles if role.role == "administrator"}
    assert {slug for person in cast for slug in person.organisations} == administered
    assert len({role.organisation for person in cast for role in person.roles if role.role == "operator"}) == 2


def test_an_unknown_slug_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_network().port("XXXXX")
