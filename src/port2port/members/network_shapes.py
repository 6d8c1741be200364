"""The network of a country as data: organisations, ports, waterways, landmarks, facilities, circles
and the demo's cast.

The shapes only; `network_data` reads and checks them. Plain frozen values that know no database.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named

Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
PortCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")]
Email = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.-]+@[a-z0-9-]+\.[a-z]+$")]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Kilometre = Annotated[float, msgspec.Meta(ge=0, le=5000)]

OrganisationKind = Literal[
    "port_authority",
    "waterway_manager",
    "terminal_operator",
    "company",
    "police",
    "customs",
    "public_prosecutor",
    "drug_commissioner",
    "national_maritime_security_authority",
    "local_maritime_security_committee",
    "platform_operator",
]
RoleCode = Literal[
    "port_security_officer",
    "deputy_port_security_officer",
    "facility_security_officer",
    "duty_desk",
    "analyst",
    "director",
    "coordinator",
    "data_protection_officer",
    "administrator",
    "contact",
    "authority_officer",
    "operator",
]
PortKind = Literal["sea", "inland", "unspecified"]
LandmarkKind = Literal["lock", "bridge", "tunnel", "boat_lift"]
FacilityCategory = Literal["cargo", "passengers"]
CircleOf = Literal["organisations", "persons"]
CircleLevel = Literal["own", "operational", "strategic", "community"]
CircleMembership = Literal["open", "confidential"]
Language = Literal["nl", "fr", "de", "en"]

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


class Pack(Named, frozen=True, kw_only=True):
    """What holds for the whole pack: country, languages, the box all points lie in, the shape of a
    facility number."""

    code: Slug
    country: Country
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1)]
    box: tuple[Longitude, Latitude, Longitude, Latitude]
    facility_number: str
    invented_facility_number: str
    account_domain: str


class Organisation(Named, frozen=True, kw_only=True):
    """An organisation.

    `member` false: it uses the platform but is not of the community that TLP:GREEN speaks of.
    """

    slug: Slug
    kind: OrganisationKind
    public: bool
    country: Country
    ports: tuple[PortCode, ...]
    also_in: tuple[Country, ...] = ()
    member: bool = True
    invented: bool = False
    verified: bool = True


class Port(Named, frozen=True, kw_only=True):
    """A port by UN/LOCODE.

    `unspecified`: a country whose port a source does not give; its code is ours (xxZZZ).
    """

    code: PortCode
    kind: PortKind
    country: Country
    lat: Latitude
    lon: Longitude
    verified: bool = True


class Waterway(Named, frozen=True, kw_only=True):
    """A waterway as a schematic line of (longitude, latitude) that starts at kilometre zero."""

    slug: Slug
    length_km: Kilometre
    kilometre_zero: dict[str, str]
    line: Annotated[tuple[tuple[Longitude, Latitude], ...], msgspec.Meta(min_length=2)]
    verified: bool

    def point_at(self, km: float) -> tuple[float, float]:
        """Return (lat, lon) of a kilometre point: the line stretched to the stated length, so only
        roughly right.

        Raises ValueError if the waterway is not that long.
        """
        if not 0 <= km <= self.length_km:
            raise ValueError(f"{self.slug} runs from kilometre 0 to {self.length_km:g}, there is no {km:g}")
        legs = [distance_km(a[1], a[0], b[1], b[0]) for a, b in zip(self.line, self.line[1:], strict=False)]
        left = km / self.length_km * sum(legs)
        for leg, (lon, lat), (next_lon, next_lat) in zip(legs, self.line, self.line[1:], strict=False):
            if left <= leg and leg > 0:
                share = left / leg
                return lat + share * (next_lat - lat), lon + share * (next_lon - lon)
            left -= leg
        return self.line[-1][1], self.line[-1][0]

    def distance_to(self, lat: float, lon: float) -> float:
        """Return the kilometres from a point to the nearest point of the line (flat-earth, fine at
        this scale)."""
        return distance_to_line(self.line, lat, lon)


class Landmark(Named, frozen=True, kw_only=True):
    """A lock, bridge or other fixed place at a waterway, by which people say where something was."""

    slug: Slug
    kind: LandmarkKind
    waterway: Slug
    lat: Latitude
    lon: Longitude
    port: PortCode | None = None
    km: Kilometre | None = None
    verified: bool = True


class Facility(Named, frozen=True, kw_only=True):
    """A port facility (ISPS): the register's category 1 is cargo, 2 is passengers."""

    number: str
    port: PortCode
    category: FacilityCategory
    operator: Slug
    lat: Latitude
    lon: Longitude
    invented: bool = False


class Circle(Named, frozen=True, kw_only=True):
    """A standing circle of organisations (by slug) or of persons (by e-mail address). "*" is every
    member organisation."""

    slug: Slug
    of: CircleOf
    level: CircleLevel
    membership: CircleMembership
    members: tuple[str, ...]
    port: PortCode | None = None


class CastRole(Entry, frozen=True, kw_only=True):
    """A role that a person of the cast has in an organisation; a facility security officer's names the
    facility."""

    organisation: Slug
    role: RoleCode
    facility: str | None = None


class CastPerson(Entry, frozen=True, kw_only=True):
    """An invented account of the demo.

    `extra`: beyond the fixed cast that others rely on. The first role is the hat.
    """

    email: Email
    name: str
    language: Language
    roles: Annotated[tuple[CastRole, ...], msgspec.Meta(min_length=1)]
    extra: bool = False

    @property
    def organisations(self) -> tuple[str, ...]:
        """The slugs of the organisations the person has a role in, in order, each once."""
        return tuple(dict.fromkeys(role.organisation for role in self.roles))


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """A country pack that was checked. Lookups raise KeyError for what is not in it."""

    pack: Pack
    organisations: tuple[Organisation, ...]
    ports: tuple[Port, ...]
    waterways: tuple[Waterway, ...]
    landmarks: tuple[Landmark, ...]
    facilities: tuple[Facility, ...]
    circles: tuple[Circle, ...]
    cast: tuple[CastPerson, ...]

    def organisation(self, slug: str) -> Organisation:
        """Return the organisation with this slug."""
        return {entry.slug: entry for entry in self.organisations}[slug]

    def port(self, code: str) -> Port:
        """Return the port with this UN/LOCODE (or pseudo-code)."""
        return {entry.code: entry for entry in self.ports}[code]

    def waterway(self, slug: str) -> Waterway:
        """Return the waterway with this slug."""
        return {entry.slug: entry for entry in self.waterways}[slug]

    def landmark(self, slug: str) -> Landmark:
        """Return the landmark with this slug."""
        return {entry.slug: entry for entry in self.landmarks}[slug]

    def facility(self, number: str) -> Facility:
        """Return the facility with this number."""
        return {entry.number: entry for entry in self.facilities}[number]

    def circle(self, slug: str) -> Circle:
        """Return the standing circle with this slug."""
        return {entry.slug: entry for entry in self.circles}[slug]

    def person(self, email: str) -> CastPerson:
        """Return the person of the cast with this address."""
        return {entry.email: entry for entry in self.cast}[email]

    def circle_members(self, slug: str) -> tuple[str, ...]:
        """Return the slugs or addresses in a circle, "*" written out."""
        members = self.circle(slug).members
        if "*" not in members:
            return members
        return tuple(entry.slug for entry in self.organisations if entry.member)


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance in kilometres between two points in degrees (haversine)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def distance_to_line(line: Sequence[tuple[float, float]], lat: float, lon: float) -> float:
    """Return the kilometres from a point to the nearest of a line of (lon, lat): flat earth, fine at this scale."""
    squeeze = math.cos(math.radians(lat))
    return min(
        _distance_to_leg(((a[0] - lon) * squeeze, a[1] - lat), ((b[0] - lon) * squeeze, b[1] - lat))
        for a, b in pairwise(line)
    )


def in_ring(ring: Sequence[tuple[float, float]], lat: float, lon: float) -> bool:
    """Tell whether a position lies within a ring of (lon, lat), closed or not (even-odd rule, a ray to the east)."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _distance_to_leg(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the kilometres from the origin to a leg given in degrees of latitude."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    squared = dx * dx + dy * dy
    share = 0.0 if squared == 0 else max(0.0, min(1.0, -(start[0] * dx + start[1] * dy) / squared))
    return math.radians(math.hypot(start[0] + share * dx, start[1] + share * dy)) * EARTH_RADIUS_KM
