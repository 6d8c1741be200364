"""Reads of the network: who and what is where. People come only from `members_directory()`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import NotFound
from port2port.members.models import Circle, Facility, Landmark, Organisation, Port, Waterway
from port2port.members.network_data import label
from port2port.members.roles import ROLES

KINDS: dict[str, Promise] = {
    "port_authority": _("Port authority"),
    "waterway_manager": _("Waterway manager"),
    "terminal_operator": _("Terminal operator"),
    "company": _("Company"),
    "police": _("Police"),
    "customs": _("Customs"),
    "public_prosecutor": _("Public prosecutor"),
    "drug_commissioner": _("Drug commissioner"),
    "national_maritime_security_authority": _("National maritime security authority"),
    "local_maritime_security_committee": _("Local committee for maritime security"),
    "platform_operator": _("Platform operator"),
}
COMMITTEE = "local_maritime_security_committee"
CATEGORIES: dict[int, Promise] = {1: _("cargo"), 2: _("passengers")}


@dataclass(frozen=True)
class Known:
    """A person whose name the actor may know, with what they do, in words."""

    id: UUID
    name: str
    organisation: UUID
    roles: tuple[str, ...]
    facility: UUID | None

    @property
    def words(self) -> str:
        """The roles in words, separated by semicolons: role titles hold commas."""
        return "; ".join(self.roles)


@dataclass
class Place:
    """A port with what is there, for the list beside the map."""

    port: Port
    organisations: list[Organisation] = field(default_factory=list)
    facilities: list[Facility] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The port's name in the active language."""
        return called(self.port.names)


def called(names: dict[str, str]) -> str:
    """Return the name in the active language."""
    return label(names, get_language() or "en")


def kind_of(organisation: Organisation) -> str:
    """Return what kind of organisation it is, in words."""
    return str(KINDS.get(organisation.kind, organisation.kind))


def role_titles(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the titles of roles, in the order of `roles.py`; an unknown code stands for itself."""
    held = set(codes)
    known = tuple(str(role.title) for code, role in ROLES.items() if code in held)
    return known + tuple(sorted(held - ROLES.keys()))


def directory(organisations: Iterable[UUID] | None = None) -> dict[UUID, list[Known]]:
    """Return the people the actor may know of, by organisation, each by name. One query."""
    wanted = None if organisations is None else list(organisations)
    condition = "" if wanted is None else " where organisation = any(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, name, organisation, roles, facility from members_directory()" + condition,
            [] if wanted is None else [wanted],
        )
        rows = cursor.fetchall()
    found: dict[UUID, list[Known]] = defaultdict(list)
    for person, name, organisation, roles, facility in rows:
        found[organisation].append(Known(person, name, organisation, role_titles(roles), facility))
    for people in found.values():
        people.sort(key=lambda known: known.name.casefold())
    return dict(found)


def current_organisations() -> list[Organisation]:
    """Return the organisations that are there now, by name, with their ports. Two queries."""
    found = Organisation.objects.filter(left_at=None).prefetch_related("ports")
    return sorted(found, key=lambda one: called(one.names).casefold())


def places() -> list[Place]:
    """Return the member ports, sea ports first, with their organisations and facilities. Three queries."""
    ports = {port.id: Place(port) for port in Port.objects.filter(member=True)}
    for organisation in current_organisations():
        for port in organisation.ports.all():
            if port.id in ports:
                ports[port.id].organisations.append(organisation)
    for facility in Facility.objects.filter(port__member=True).select_related("operator"):
        ports[facility.port_id].facilities.append(facility)
    for place in ports.values():
        place.facilities.sort(key=lambda facility: called(facility.names).casefold())
    return sorted(ports.values(), key=lambda place: (place.port.kind != "sea", place.name.casefold()))


def elsewhere() -> list[Organisation]:
    """Return the organisations that are in no member port: authorities of the country, guests."""
    return [one for one in current_organisations() if not any(port.member for port in one.ports.all())]


def organisation_names(organisations: Iterable[UUID], language: str) -> dict[UUID, str]:
    """Return the names of organisations in a language."""
    return {o.id: label(o.names, language) for o in Organisation.objects.filter(id__in=list(organisations))}


def organisation(slug: str) -> Organisation:
    """Return one organisation with its ports, also one that has left. Raises NotFound."""
    found = Organisation.objects.filter(slug=slug).select_related("heir").prefetch_related("ports").first()
    if found is None:
        raise NotFound()
    return found


def facilities_of(operator: UUID) -> list[Facility]:
    """Return the facilities an organisation operates, with their ports."""
    return list(Facility.objects.filter(operator=operator).select_related("port").order_by("number"))


def port(locode: str) -> Port:
    """Return one port by UN/LOCODE, with its current organisations. Raises NotFound, for "port not given" too."""
    found = (
        Port.objects.filter(locode=locode.upper())
        .exclude(kind="unspecified")
        .prefetch_related(Prefetch("organisations", Organisation.objects.filter(left_at=None)))
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def facilities_in(of_port: UUID) -> list[Facility]:
    """Return the facilities of a port, with their operators."""
    return list(Facility.objects.filter(port=of_port).select_related("operator").order_by("number"))


def circles_of_port(of_port: UUID) -> list[Circle]:
    """Return the circles of a port that the actor may know of."""
    return list(Circle.objects.filter(port=of_port, closed_at=None).exclude(kind="sealed").order_by("slug"))


def landmarks_in(of_port: UUID) -> list[Landmark]:
    """Return the locks and bridges of a port."""
    return list(Landmark.objects.filter(port=of_port).select_related("waterway").order_by("slug"))


def waterways() -> list[Waterway]:
    """Return the waterways with their schematic lines."""
    return list(Waterway.objects.order_by("slug"))


def landmarks() -> list[Landmark]:
    """Return all locks, bridges and tunnels."""
    return list(Landmark.objects.order_by("slug"))


def feature(kind: str, geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON feature (RFC 7946 section 3.2)."""
    return {
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": {"kind": kind, **properties},
    }
