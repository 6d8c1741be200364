"""Writes the facts of the network, the roles and (for the demo and the tests) the cast into the database.

Run as the owner: facts are in no grant of the serving role. Loading again changes what differs and removes nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from port2port.base.ids import new_id
from port2port.members.models import (
    Account,
    Circle,
    CircleMember,
    Facility,
    Landmark,
    Membership,
    Organisation,
    Person,
    Port,
    Role,
    Waterway,
)
from port2port.members.network_data import Network
from port2port.members.roles import ROLES, Level

SYSTEM_PRINCIPALS = ("identity", "live", "worker", "sealer", "import", "helpdesk", "public", "exercise", "campaign")
# A port is a member through its authority, or, where it has no harbour captain, through the police that acts as PSO.
HOLD_PORTS = ("port_authority", "police")
CATEGORY = {"cargo": 1, "passengers": 2}
EVERYONE = {"nl": "Iedereen", "fr": "Tout le monde", "de": "Alle", "en": "Everyone"}


def load_roles() -> None:
    """Copy the role classes into `members_role`, and make the system principals and the circle of everyone."""
    for role in ROLES.values():
        Role.objects.update_or_create(
            code=role.code, defaults={"levels": sorted(role.levels), "acts": sorted(role.acts)}
        )
    Role.objects.exclude(code__in=ROLES).delete()
    for name in SYSTEM_PRINCIPALS:
        if not Person.objects.filter(kind="system", name=name).exists():
            Person.objects.create(kind="system", name=name, language="en", joined_at=datetime.now().astimezone())
    _circle("everyone", EVERYONE, kind="everyone", of="persons", level=Level.COMMUNITY)


def load_facts(network: Network, at: datetime) -> None:
    """Write organisations, ports, waterways, landmarks, facilities and the standing circles of organisations."""
    ports = {
        p.code: _put(
            Port,
            {"locode": p.code},
            country=p.country,
            names=p.names,
            kind=p.kind,
            lat=None if p.kind == "unspecified" else p.lat,
            lon=None if p.kind == "unspecified" else p.lon,
        )
        for p in network.ports
    }
    organisations = {}
    for o in network.organisations:
        organisation = _put(
            Organisation,
            {"slug": o.slug},
            names=o.names,
            kind=o.kind,
            public=o.public,
            country=o.country,
            invented=o.invented,
        )
        organisation.ports.set([ports[code] for code in o.ports])
        organisations[o.slug] = organisation
        own = _circle(
            f"organisation-{o.slug}",
            o.names,
            kind="organisation",
            of="organisations",
            level=Level.OWN,
            addressed_by="everyone",
            organisation=organisation,
        )
        _join(own, at, organisations=[organisation])
    for code, port in ports.items():
        port.member = any(code in o.ports and o.member and o.kind in HOLD_PORTS for o in network.organisations)
        port.save(update_fields=["member"])
    waterways = {
        w.slug: _put(
            Waterway,
            {"slug": w.slug},
            names=w.names,
            length_km=w.length_km,
            line=[list(point) for point in w.line],
        )
        for w in network.waterways
    }
    for mark in network.landmarks:
        _put(
            Landmark,
            {"slug": mark.slug},
            kind=mark.kind,
            names=mark.names,
            port=ports.get(mark.port or ""),
            waterway=waterways[mark.waterway],
            km=mark.km,
            lat=mark.lat,
            lon=mark.lon,
        )
    for f in network.facilities:
        facility = _put(
            Facility,
            {"number": f.number},
            slug=f.number.lower(),
            names=f.names,
            category=CATEGORY[f.category],
            port=ports[f.port],
            operator=organisations[f.operator],
            lat=f.lat,
            lon=f.lon,
            invented=f.invented,
        )
        _circle(
            f"facility-{facility.slug}",
            f.names,
            kind="facility",
            of="persons",
            level=Level.OWN,
            addressed_by="everyone",
            organisation=organisations[f.operator],
            facility=facility,
        )
    for c in network.circles:
        circle = _circle(
            c.slug,
            c.names,
            kind="port" if c.port else "standing",
            of=c.of,
            level=c.level,
            membership=c.membership,
            addressed_by="everyone" if Level(c.level) is Level.OPERATIONAL else "members",
            port=ports.get(c.port or ""),
        )
        if c.of == "organisations":
            _join(circle, at, organisations=[organisations[slug] for slug in network.circle_members(c.slug)])


def load_cast(network: Network, at: datetime) -> None:
    """Write the demo's people, their memberships and the circles of persons. They have no usable password."""
    people = {}
    for member in network.cast:
        account = Account.objects.filter(email=member.email).select_related("person").first()
        if account is None:
            person = Person.objects.create(name=member.name, language=member.language, joined_at=at)
            account = Account(person=person, email=member.email)
            account.set_unusable_password()
            account.save()
        people[member.email] = account.person
        for slug in member.organisations:
            organisation = Organisation.objects.get(slug=slug)
            roles = [r for r in member.roles if r.organisation == slug]
            number = next((r.facility for r in roles if r.facility), None)
            Membership.objects.update_or_create(
                person=account.person,
                organisation=organisation,
                until=None,
                defaults={
                    "roles": [r.role for r in roles],
                    "facility": Facility.objects.get(number=number) if number else None,
                    "since": at,
                    "verified_at": at,
                    "verified_until": (at + timedelta(days=5 * 365)).date() if organisation.country == "BE" else None,
                },
            )
    for c in network.circles:
        if c.of == "persons":
            _join(Circle.objects.get(slug=c.slug), at, people=[people[email] for email in c.members])


def quarter_of(day: date) -> str:
    """Return the quarter of a day as 2026-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _put(model: Any, key: dict[str, Any], **values: Any) -> Any:
    row, _ = model.objects.update_or_create(**key, defaults=values)
    return row


def _circle(slug: str, names: dict[str, str], **values: Any) -> Circle:
    defaults = {"names": names, "membership": "open", "addressed_by": "members", **values}
    circle, _ = Circle.objects.update_or_create(slug=slug, defaults=defaults)
    return circle


def _join(
    circle: Circle, at: datetime, *, organisations: Iterable[Organisation] = (), people: Iterable[Person] = ()
) -> None:
    current = CircleMember.objects.filter(circle=circle, until=None)
    there = set(current.values_list("organisation_id", flat=True)) | set(current.values_list("person_id", flat=True))
    CircleMember.objects.bulk_create(
        [CircleMember(id=new_id(), circle=circle, organisation=o, since=at) for o in organisations if o.id not in there]
        + [CircleMember(id=new_id(), circle=circle, person=p, since=at) for p in people if p.id not in there]
    )
