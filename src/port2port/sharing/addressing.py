"""Who acts and whom it may address: what a form or a client names, resolved in the network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, Facility, Organisation, Person
from port2port.members.network_data import label
from port2port.sharing import audiences, legal_basis
from port2port.sharing.actions import Terms
from port2port.sharing.tlp import Tlp

AUTHORITIES = ("police", "customs", "public_prosecutor")


@dataclass(frozen=True)
class Reporter:
    """Who reports, as far as defaults depend on it: roles, organisation and its ports, facility."""

    roles: tuple[str, ...]
    organisation: Organisation | None
    ports: tuple[str, ...]
    facility: str = ""

    @property
    def port(self) -> str:
        """The port it reports from, by UN/LOCODE, or ""."""
        return self.ports[0] if self.ports else ""


@dataclass(frozen=True)
class Addressing:
    """Circles and persons chosen, and the TLP. `read`: circles among them that were read while choosing."""

    addressed: tuple[UUID, ...]
    tlp: Tlp
    read: tuple[Circle, ...] = field(default=(), compare=False, repr=False)


def reporter() -> Reporter:
    """Return what the defaults need to know of the current actor."""
    actor = current_actor()
    if actor.hat is None:
        organisation = Organisation.objects.filter(id=actor.organisation).first() if actor.organisation else None
        return Reporter((), organisation, ())
    with connection.cursor() as cursor:
        cursor.execute(_HAT, [actor.hat])
        roles, organisation_id, facility_id, ports = cursor.fetchone()
    known = facts()
    organisation = known.organisations.get(organisation_id) or Organisation.objects.get(id=organisation_id)
    if facility_id is None:
        return Reporter(tuple(roles), organisation, tuple(ports))
    facility = known.facilities.get(facility_id) or Facility.objects.select_related("port").get(id=facility_id)
    first = facility.port.locode
    ports = (first, *(port for port in ports if port != first))
    return Reporter(tuple(roles), organisation, ports, facility.number or "")


_HAT = """select m.roles, m.organisation_id, m.facility_id, array(
    select p.locode from members_organisation_ports op join members_port p on p.id = op.port_id
    where op.organisation_id = m.organisation_id order by p.locode)
  from members_membership m where m.id = %s"""


def named(circles: Iterable[str], persons: Iterable[UUID], tlp: Tlp) -> Addressing:
    """Return circles (by slug or id) and persons as an addressing. Raises Invalid naming `audience.circles`.

    Whether the actor may address them is decided by `sharing.audiences.build`.
    """
    wanted = list(circles)
    if any("\x00" in name for name in wanted):  # PostgreSQL takes no such text, not even to say that it is unknown
        raise Invalid([Problem("audience.circles", _("There is no such circle."))])
    by_slug = {c.slug: c.id for c in Circle.objects.filter(slug__in=wanted).exclude(kind="sealed")}
    ids: list[UUID] = []
    for name in wanted:
        try:
            ids.append(by_slug[name] if name in by_slug else UUID(name))
        except ValueError:
            raise Invalid([Problem("audience.circles", _("There is no such circle."))]) from None
    return Addressing((*ids, *persons), tlp)


def circles_to_address() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the circles the actor may address as choices: those of many, then single organisations and facilities."""
    language = get_language() or "en"
    many: list[tuple[str, str]] = []
    single: list[tuple[str, str]] = []
    for circle in audiences.addressable():
        group = single if circle.kind in ("organisation", "facility") else many
        group.append((str(circle.id), label(circle.names, language)))
    return many, single


def people_to_address() -> list[tuple[UUID, str]]:
    """Return the people whose names the actor may know, by name, without itself."""
    actor = current_actor()
    rows = Person.objects.filter(kind="human", active=True).exclude(id=actor.person)
    return list(rows.order_by("name").values_list("id", "name")[:200])


def terms_problems(terms: Terms, who: Reporter) -> list[Problem]:
    """Return what is wrong with these terms for this organisation, against the register of legal bases."""
    found = list(terms.problems())
    if found or who.organisation is None:
        return found
    basis = legal_basis.legal_basis(terms.legal_basis)
    message: str | Promise = ""
    if basis.authorities_only and who.organisation.kind not in AUTHORITIES:
        message = _("This legal basis is for police, customs and prosecutors only.")
    elif not basis.public_bodies and who.organisation.public:
        message = _("This legal basis is not open to public authorities.")
    elif not basis.personal_data and terms.personal_data != "none":
        message = _("This legal basis carries no personal data.")
    return [Problem("legal_basis", message)] if message else []
