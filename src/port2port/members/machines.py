"""Machines of an organisation: service identities that outlive whoever made them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.members.models import Membership, Person
from port2port.members.roles import ServiceIdentity

VERIFIED_FOR = timedelta(days=365)
LONGEST_NAME = 120


def current(organisation: UUID) -> list[Membership]:
    """Return the memberships of the organisation's machines."""
    return list(
        Membership.objects.filter(organisation_id=organisation, until=None, person__kind="service", person__active=True)
        .select_related("person")
        .order_by("person__name")
    )


def one(organisation: UUID, machine: UUID) -> Membership:
    """Return one of them. Raises NotFound."""
    found = next((m for m in current(organisation) if m.person_id == machine), None)
    if found is None:
        raise NotFound()
    return found


def make(*, name: str, organisation: UUID, language: str, verified: bool, by: UUID, at: datetime) -> Membership:
    """Make a machine with the role `service`. `verified`: an administrator checked where its data goes (AMBER)."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid([Problem("name", _("Give the machine a name of up to 120 characters."))])
    machine, hat = new_id(), new_id()
    with transaction.atomic():
        Person(id=machine, kind="service", name=name, language=language, joined_at=at).save(force_insert=True)
        membership = Membership(
            id=hat,
            person_id=machine,
            organisation_id=organisation,
            roles=[ServiceIdentity.code],
            since=at,
            verified_at=at if verified else None,
            verified_until=(at + VERIFIED_FOR).date() if verified else None,
            verified_by_id=by if verified else None,
            reviewed_at=at,
        )
        membership.save(force_insert=True)
        journal.write("machine.made", kind="person", record=machine, verified=verified)
    return membership


def remove(machine: Membership, *, heir: UUID) -> None:
    """Take a machine out: its tokens stop, what only it could read passes to the heir."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select members_leave(%s, %s)", [machine.person_id, heir])
        journal.write("machine.removed", kind="person", record=machine.person_id)


def pause(machine: Membership, *, paused: bool, at: datetime) -> None:
    """Let its tokens open nothing for a while, or again what they did."""
    with transaction.atomic():
        machine.paused_at = at if paused else None
        machine.save(update_fields=["paused_at"])
        journal.write("machine.paused" if paused else "machine.resumed", kind="person", record=machine.person_id, at=at)


def bind(machine: Membership, certificate: str, *, at: datetime) -> None:
    """Let its tokens work with this client certificate alone (its SHA-256), or with none: ""."""
    with transaction.atomic():
        machine.certificate = certificate
        machine.save(update_fields=["certificate"])
        act = "machine.bound" if certificate else "machine.unbound"
        journal.write(act, kind="person", record=machine.person_id, at=at)
