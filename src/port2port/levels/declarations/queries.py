"""Reads of declarations: lists, one, and the places for which the actor writes them. The policy filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from port2port.base.errors import NotFound
from port2port.compliance.queries import sight
from port2port.levels.declarations.models import Declaration
from port2port.levels.queries import desks
from port2port.members.acting import current_actor
from port2port.members.places import Spot, known_places
from port2port.sharing import queries as sharing

KIND = "declaration"
SHOWN = 50
MOST = 2000
RELATED = ("record", "record__owner", "port", "facility")


PLACE, IMO = r"^[A-Za-z0-9-]*$", r"^[0-9]*$"  # how a list is narrowed: codes of ports and facilities, numbers of ships


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: a place, a ship by its number, those in force, those not signed yet."""

    place: str = ""
    imo: str = ""
    state: str = ""


def own_places() -> dict[str, Spot]:
    """Return the facilities and ports for which the actor writes declarations, by code."""
    if not current_actor().may("report"):
        return {}
    places, own, ports = known_places(), desks(), sight().ports
    found = {code: spot for code, spot in places.facilities.items() if spot.id in own}
    return found | {code: spot for code, spot in places.ports.items() if spot.id in ports and spot.member}


def declarations(filters: Filters = Filters(), *, at: datetime) -> QuerySet[Declaration]:
    """Return the declarations one sees, the newest first."""
    found = Declaration.objects.select_related(*RELATED).order_by("-starts", "-record_id")
    if filters.place:
        found = found.filter(
            Q(facility__number=filters.place.upper()) | Q(facility=None, port__locode=filters.place.upper())
        )
    if filters.imo:
        found = found.filter(imo=filters.imo)
    if filters.state == "in_force":
        found = found.filter(starts__lte=at, ends__gt=at)
    elif filters.state == "unsigned":
        found = found.filter(signed_on=None)
    elif filters.state == "over":
        found = found.filter(ends__lte=at)
    return found


def declaration(identifier: UUID, *, at: datetime) -> Declaration:
    """Return one declaration; reading it is journalled. Raises NotFound, the same for absent and hidden."""
    record = sharing.record(identifier, KIND)
    found = Declaration.objects.select_related(*RELATED).filter(record_id=identifier).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [record], at=at)
    return found


def of(ids: Sequence[UUID]) -> list[Declaration]:
    """Return these declarations as far as one sees them. One query."""
    return list(Declaration.objects.select_related(*RELATED).filter(record_id__in=ids))


def indexed(ship: str, number: str, code: str) -> tuple[str, str]:
    """Return title and text by which a declaration is found: the ship, its number, the place."""
    return f"{ship} {number}", f"{ship} {number} {code}"


def place_of(row: Declaration) -> tuple[str, dict[str, str]]:
    """Return code and names of the facility, or of the port, that a declaration is of."""
    if row.facility is not None:
        return row.facility.number or "", row.facility.names
    return row.port.locode, row.port.names
