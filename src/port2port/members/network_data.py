"""The network of a country as data: read from a country pack and checked to hold together.

A country pack is a folder of five TOML files (`data/be`); another country starts its own Port 2 Port
by writing one. This module knows no database. What comes out is frozen and consistent: every slug
resolves. The shapes are in `network_shapes`.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from port2port.members.data_files import Reader, label, raise_problems
from port2port.members.network_shapes import (
    CastPerson,
    Circle,
    Facility,
    Landmark,
    Network,
    Organisation,
    Pack,
    Port,
    Waterway,
    distance_km,
)

__all__ = ["Network", "label", "load_network", "read_network"]

PACKS = Path(__file__).parent / "data"
DEFAULT_PACK = "be"

# A landmark lies at its waterway; the lines are schematic, so this is generous.
LANDMARK_MAX_KM = 3.0
# A facility lies in its port; Antwerp alone is twenty kilometres long.
FACILITY_MAX_KM = 25.0


def read_network(folder: Path) -> Network:
    """Return the network written in a pack's folder.

    Raises ValueError with a line per problem, each naming file, entry and field.
    """
    network_file = Reader(folder / "network.toml")
    declared = network_file.document.get("pack")
    if isinstance(declared, dict) and isinstance(declared.get("languages"), list):
        network_file.languages = tuple(declared["languages"])  # the pack's own name stands in these too
    pack = network_file.single("pack", Pack)
    _check_pack(network_file, pack)
    waterways_file, facilities_file, circles_file, cast_file = (
        Reader(folder / name, pack.languages)
        for name in ("waterways.toml", "facilities.toml", "circles.toml", "cast.toml")
    )
    network = Network(
        pack=pack,
        organisations=network_file.entries("organisations", Organisation, "slug"),
        ports=network_file.entries("ports", Port, "code"),
        waterways=waterways_file.entries("waterways", Waterway, "slug"),
        landmarks=waterways_file.entries("landmarks", Landmark, "slug"),
        facilities=facilities_file.entries("facilities", Facility, "number"),
        circles=circles_file.entries("circles", Circle, "slug"),
        cast=cast_file.entries("cast", CastPerson, "email"),
    )
    network_file.check_sections(("pack", "organisations", "ports"))
    waterways_file.check_sections(("waterways", "landmarks"))
    facilities_file.check_sections(("facilities",))
    circles_file.check_sections(("circles",))
    cast_file.check_sections(("cast",))
    _check_organisations(network_file, network)
    _check_ports(network_file, network)
    _check_waterways(waterways_file, network)
    _check_landmarks(waterways_file, network)
    _check_facilities(facilities_file, network)
    _check_circles(circles_file, network)
    _check_cast(cast_file, network)
    readers = (network_file, waterways_file, facilities_file, circles_file, cast_file)
    raise_problems(line for reader in readers for line in reader.problems)
    return network


@cache
def load_network(code: str = DEFAULT_PACK) -> Network:
    """Return the network of a country pack that ships with the program, read once per process.

    Raises ValueError as `read_network` does.
    """
    return read_network(PACKS / code)


def _port_codes(network: Network) -> set[str]:
    return {port.code for port in network.ports}


def _slugs(entries: Iterable[Organisation] | Iterable[Waterway]) -> set[str]:
    return {entry.slug for entry in entries}


def _in_box(pack: Pack, lat: float, lon: float) -> bool:
    west, south, east, north = pack.box
    return west <= lon <= east and south <= lat <= north


def _check_pack(reader: Reader, pack: Pack) -> None:
    """Raise at once if a pattern of the pack cannot be used: all facilities depend on it."""
    for field in ("facility_number", "invented_facility_number"):
        try:
            re.compile(getattr(pack, field))
        except re.error as error:
            reader.problem("pack", field, f"not a pattern: {error}")
    reader.finish()


def _check_organisations(reader: Reader, network: Network) -> None:
    ports = _port_codes(network)
    for organisation in network.organisations:
        where = f"organisations {organisation.slug!r}"
        for code in organisation.ports:
            reader.check_reference(where, "ports", code, ports, "port")


def _check_ports(reader: Reader, network: Network) -> None:
    for port in network.ports:
        where = f"ports {port.code!r}"
        if not port.code.startswith(port.country):
            reader.problem(where, "country", f"the code begins with another country than {port.country}")
        if (port.kind == "unspecified") != port.code.endswith("ZZZ"):
            reader.problem(where, "kind", "'unspecified' and a code ending in ZZZ go together")
        if not _in_box(network.pack, port.lat, port.lon):
            reader.problem(where, "lat, lon", f"{port.lat}, {port.lon} lies outside the box of the pack")


def _check_waterways(reader: Reader, network: Network) -> None:
    for waterway in network.waterways:
        where = f"waterways {waterway.slug!r}"
        for lon, lat in waterway.line:
            if not _in_box(network.pack, lat, lon):
                reader.problem(where, "line", f"[{lon}, {lat}] lies outside the box of the pack (longitude first)")


def _check_landmarks(reader: Reader, network: Network) -> None:
    waterways = {waterway.slug: waterway for waterway in network.waterways}
    ports = _port_codes(network)
    for landmark in network.landmarks:
        where = f"landmarks {landmark.slug!r}"
        if landmark.port is not None:
            reader.check_reference(where, "port", landmark.port, ports, "port")
        waterway = waterways.get(landmark.waterway)
        if waterway is None:
            reader.problem(where, "waterway", f"no waterway {landmark.waterway!r}")
            continue
        away = waterway.distance_to(landmark.lat, landmark.lon)
        if away > LANDMARK_MAX_KM:
            reader.problem(where, "lat, lon", f"{away:.1f} km away from {waterway.slug}, at most {LANDMARK_MAX_KM:g}")
        if landmark.km is not None and landmark.km > waterway.length_km:
            reader.problem(where, "km", f"{waterway.slug} ends at kilometre {waterway.length_km:g}")


def _check_facilities(reader: Reader, network: Network) -> None:
    ports = {port.code: port for port in network.ports}
    operators = _slugs(network.organisations)
    for facility in network.facilities:
        where = f"facilities {facility.number!r}"
        if not re.fullmatch(network.pack.facility_number, facility.number):
            reader.problem(where, "number", f"does not fit {network.pack.facility_number}")
        elif facility.number[:5] != facility.port:
            reader.problem(where, "number", f"begins with another port than {facility.port}")
        if facility.invented != bool(re.fullmatch(network.pack.invented_facility_number, facility.number)):
            reader.problem(where, "invented", "invented facilities and numbers of the invented range go together")
        reader.check_reference(where, "operator", facility.operator, operators, "organisation")
        port = ports.get(facility.port)
        if port is None:
            reader.problem(where, "port", f"no port {facility.port!r}")
        elif distance_km(facility.lat, facility.lon, port.lat, port.lon) > FACILITY_MAX_KM:
            reader.problem(where, "lat, lon", f"more than {FACILITY_MAX_KM:g} km away from {port.code}")


def _check_circles(reader: Reader, network: Network) -> None:
    organisations = _slugs(network.organisations)
    people = {person.email for person in network.cast}
    ports = _port_codes(network)
    for circle in network.circles:
        where = f"circles {circle.slug!r}"
        known, what = (organisations | {"*"}, "organisation") if circle.of == "organisations" else (people, "person")
        for member in circle.members:
            reader.check_reference(where, "members", member, known, what)
        if len(set(circle.members)) != len(circle.members):
            reader.problem(where, "members", "a member stands here twice")
        if circle.port is not None:
            reader.check_reference(where, "port", circle.port, ports, "port")


def _check_cast(reader: Reader, network: Network) -> None:
    organisations = _slugs(network.organisations)
    facilities = {facility.number: facility for facility in network.facilities}
    administered: set[str] = set()
    for person in network.cast:
        where = f"cast {person.email!r}"
        if not person.email.endswith(network.pack.account_domain):
            reader.problem(where, "email", f"must end in {network.pack.account_domain}")
        if not person.name.startswith("Demo "):
            reader.problem(where, "name", "must begin with 'Demo ', so that nobody takes it for a person")
        for role in person.roles:
            reader.check_reference(where, "roles.organisation", role.organisation, organisations, "organisation")
            if role.role == "administrator":
                administered.add(role.organisation)
            if (role.facility is not None) != (role.role == "facility_security_officer"):
                reader.problem(where, "roles.facility", "a facility security officer has one, and nobody else")
            elif role.facility is not None:
                facility = facilities.get(role.facility)
                if facility is None or facility.operator != role.organisation:
                    reader.problem(where, "roles.facility", f"no facility {role.facility!r} of {role.organisation}")
    for person in network.cast:
        for slug in person.organisations:
            if slug in organisations and slug not in administered:
                reader.problem(f"cast {person.email!r}", "roles", f"nobody administers {slug}")
                administered.add(slug)
