"""From "who should know?" to circles and persons: the choices of one actor, resolved in the network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base import rows
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, Facility, Organisation, Person
from port2port.members.network_data import label
from port2port.reports.defaults import CHOOSE, Choice, default_choice, default_terms, defaults
from port2port.reports.places import Places, Spot
from port2port.reports.vocabulary import threat as threat_of
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


@dataclass(frozen=True)
class Offered:
    """A choice of the form, resolved for this actor."""

    code: str
    name: str
    tlp: Tlp
    addressed: tuple[UUID, ...]
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


def offered(who: Reporter, places: Places, *, port: str = "", only: str = "") -> list[Offered]:
    """Return the choices that can be taken by this actor for something that happened in `port`, in order.

    A relation that leads nowhere (no port, no authority) is left out. `only`: look no other choice up.
    """
    spot = places.ports.get(port if port in who.ports else who.port)
    choices = [choice for choice in defaults().choices if only in ("", choice.code)]
    slugs = {slug for choice in choices for slug in choice.circles}
    chosen = rows.select(Circle, "t.slug = any(%s) and t.closed_at is null", [list(slugs)]) if slugs else []
    circles = {c.slug: c for c in chosen}
    found = []
    for choice in choices:
        to = [_related(choice.relation, who, spot)] if choice.relation else [circles.get(s) for s in choice.circles]
        known = [circle for circle in to if circle is not None]
        if len(known) == len(to) and all(_takes(circle) for circle in known):
            ids = tuple(c.id for c in known)
            found.append(Offered(choice.code, _said(choice, known), choice.rank, ids, tuple(known)))
    return found


def _related(relation: str, who: Reporter, spot: Spot | None) -> Circle | None:
    """Return the circle that a relation leads to; the own organisation is no authority to itself."""
    if relation == "own":
        return Circle.objects.filter(kind="organisation", organisation=who.organisation).first()
    if spot is None:
        return None
    if relation == "port":
        return Circle.objects.filter(kind="port", port_id=spot.id, closed_at=None).first()
    authorities = Circle.objects.filter(
        kind="organisation", organisation__kind="port_authority", organisation__ports=spot.id, closed_at=None
    )
    return authorities.exclude(organisation=who.organisation).first()


def suggested(threat: str, who: Reporter, choices: Iterable[Offered]) -> str:
    """Return the code of the choice a report about this threat starts with; "choose" when it is not on offer."""
    wanted = default_choice(threat_of(threat), who.roles)
    codes = [choice.code for choice in choices]
    if wanted in codes:
        return wanted
    return "my-organisation" if "my-organisation" in codes else CHOOSE


def addressing_of(choice: str, choices: Iterable[Offered]) -> Addressing:
    """Return what a choice stands for. Raises Invalid naming `audience` when it is not on offer."""
    for one in choices:
        if one.code == choice:
            return Addressing(one.addressed, one.tlp, one.read)
    raise Invalid([Problem("audience", _("Choose who should know."))])


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


def terms_for(threat: str, who: Reporter, *, personal_data: str = "none") -> Terms:
    """Return purpose and legal basis for a report by this actor."""
    organisation = who.organisation
    return default_terms(
        threat,
        organisation_kind=organisation.kind if organisation else "",
        public=organisation.public if organisation else True,
        personal_data=personal_data,
    )


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


def _takes(circle: Circle) -> bool:
    return circle.id in current_actor().keys or circle.addressed_by == "everyone"


def _said(choice: Choice, circles: list[Circle]) -> str:
    """Return the choice's name; a relation says which circle it is."""
    language = get_language() or "en"
    if choice.relation in ("port", "authority"):
        return label(circles[0].names, language)
    return choice.label(language)
