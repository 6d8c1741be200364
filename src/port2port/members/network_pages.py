"""Pages of the network: the map and the same as a list, an organisation, a port."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from port2port.members import queries
from port2port.members.acting import current_actor
from port2port.members.models import Facility, Organisation, Port
from port2port.members.queries import Known, Place, called, feature, kind_of
from port2port.members.roles import Act
from port2port.site import map_data

# Where the name stands beside the dot, so that neighbours do not cover each other in the server's drawing.
LABELS = {"BEANR": "above", "BEGNE": "left", "NLVLI": "above", "BEZEE": "above", "BEOST": "below", "BEBRU": "left"}
PORT_SIZE = 0.35


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation as a list shows it, with the people one may know there."""

    organisation: Organisation
    name: str
    kind: str
    people: list[Known]


@dataclass(frozen=True)
class FacilityRow:
    """A facility as a list shows it."""

    facility: Facility
    name: str
    operator: str
    operator_slug: str
    category: str


@dataclass(frozen=True)
class PlaceRow:
    """A port with its organisations and facilities, ready for the page."""

    port: Port
    name: str
    says: str
    organisations: list[OrganisationRow]
    facilities: list[FacilityRow]


@require_GET
def network(request: HttpRequest) -> HttpResponse:
    """The network on a map, and the same as a list by port."""
    places = queries.places()
    people = queries.directory()
    elsewhere = [_organisation_row(one, people) for one in queries.elsewhere()]
    rows = [_place_row(place, people) for place in places]
    known = {known.id for found in people.values() for known in found}
    points = [
        map_data.Point(
            name=row.name,
            lon=row.port.lon or 0,
            lat=row.port.lat or 0,
            kind="port",
            href=reverse("members:port", args=[row.port.locode]),
            size=PORT_SIZE,
            words=row.says,
            label=LABELS.get(row.port.locode, "right"),
        )
        for row in rows
    ]
    chart = map_data.chart(
        points,
        label=_("Ports and waterways of the network"),
        src=reverse("members:network_map"),
        ways=[[(lon, lat) for lon, lat in way.line] for way in queries.waterways()],
        caption=_("Waterways are drawn schematically. Facilities marked invented do not exist."),
    )
    organisations = {row.organisation.id for place in rows for row in place.organisations}
    context = {
        "places": rows,
        "elsewhere": elsewhere,
        "chart": chart,
        "ports": len(rows),
        "organisations": len(organisations | {row.organisation.id for row in elsewhere}),
        "known": len(known),
    }
    return render(request, "members/network/network.html", context)


@require_GET
def network_map(request: HttpRequest) -> JsonResponse:
    """The same as GeoJSON (RFC 7946), for the live map."""
    features: list[dict[str, Any]] = [
        feature("waterway", "LineString", way.line, name=called(way.names)) for way in queries.waterways()
    ]
    features += [
        feature("landmark", "Point", [mark.lon, mark.lat], name=called(mark.names), of=mark.kind)
        for mark in queries.landmarks()
    ]
    for place in queries.places():
        port_at = [place.port.lon, place.port.lat]
        href = reverse("members:port", args=[place.port.locode])
        features.append(feature("port", "Point", port_at, name=place.name, href=href, size=PORT_SIZE))
        features += [
            feature(
                "facility", "Point", [one.lon, one.lat],
                name=called(one.names), href=f"{href}#{one.slug}", invented=one.invented,
            )
            for one in place.facilities
        ]  # fmt: skip
    return JsonResponse(
        {"type": "FeatureCollection", "features": features},
        content_type="application/geo+json",
        headers={"Cache-Control": "private, max-age=300"},
    )


@require_GET
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: what it is, where, and whom one may know there."""
    found = queries.organisation(slug)
    actor = current_actor()
    people = queries.directory([found.id]).get(found.id, [])
    facilities = queries.facilities_of(found.id)
    context = {
        "organisation": found,
        "name": called(found.names),
        "kind": kind_of(found),
        "ports": [(called(port.names), port) for port in found.ports.all()],
        "heir": found.heir,
        "heir_name": called(found.heir.names) if found.heir else "",
        "people": people,
        "at": {one.id: called(one.names) for one in facilities},
        "facilities": [_facility_row(one) for one in facilities],
        "mine": found.id == actor.organisation,
        "may_administer": found.id == actor.organisation and actor.may(Act.ADMINISTER),
        "may_close": actor.may(Act.OPERATE) and found.left_at is None and found.id != actor.organisation,
    }
    return render(request, "members/network/organisation.html", context)


@require_GET
def port(request: HttpRequest, locode: str) -> HttpResponse:
    """One port: its facilities, organisations, local committee and circle."""
    found = queries.port(locode)
    there = sorted(found.organisations.all(), key=lambda one: called(one.names).casefold())
    people = queries.directory([one.id for one in there])
    context = {
        "port": found,
        "name": called(found.names),
        "organisations": [_organisation_row(one, people) for one in there if one.kind != queries.COMMITTEE],
        "committee": next((one for one in there if one.kind == queries.COMMITTEE), None),
        "committee_name": next((called(one.names) for one in there if one.kind == queries.COMMITTEE), ""),
        "facilities": [_facility_row(one) for one in queries.facilities_in(found.id)],
        "circles": [(called(circle.names), circle) for circle in queries.circles_of_port(found.id)],
        "landmarks": [(called(mark.names), mark) for mark in queries.landmarks_in(found.id)],
        "chart": _port_chart(found) if found.lat is not None and found.lon is not None else None,
    }
    return render(request, "members/network/port.html", context)


def _port_chart(found: Port) -> map_data.Chart:
    lon, lat = found.lon or 0, found.lat or 0
    points = [map_data.Point(name=called(found.names), lon=lon, lat=lat, size=PORT_SIZE)]
    points += [
        map_data.Point(
            name=called(one.names), lon=one.lon, lat=one.lat, kind="facility", size=0.05, href=f"#{one.slug}",
            words=_("invented") if one.invented else "",
        )
        for one in queries.facilities_in(found.id)
    ]  # fmt: skip
    return map_data.chart(
        points,
        label=_("%(port)s and its facilities") % {"port": called(found.names)},
        box=map_data.around(lon, lat, 0.7),
        src=reverse("members:network_map"),
        ways=[[(x, y) for x, y in way.line] for way in queries.waterways()],
    )


def _organisation_row(organisation: Organisation, people: dict[UUID, list[Known]]) -> OrganisationRow:
    return OrganisationRow(
        organisation, called(organisation.names), kind_of(organisation), people.get(organisation.id, [])
    )


def _facility_row(facility: Facility) -> FacilityRow:
    operator = facility.operator
    return FacilityRow(
        facility,
        called(facility.names),
        called(operator.names) if operator else "",
        operator.slug if operator else "",
        str(queries.CATEGORIES.get(facility.category, "")),
    )


def _place_row(place: Place, people: dict[UUID, list[Known]]) -> PlaceRow:
    facilities = ngettext("%(n)d facility", "%(n)d facilities", len(place.facilities)) % {"n": len(place.facilities)}
    there = [one for one in place.organisations if one.kind != queries.COMMITTEE]
    organisations = ngettext("%(n)d organisation", "%(n)d organisations", len(there)) % {"n": len(there)}
    return PlaceRow(
        place.port,
        place.name,
        f"{organisations}, {facilities}",
        [_organisation_row(one, people) for one in there],
        [_facility_row(one) for one in place.facilities],
    )
