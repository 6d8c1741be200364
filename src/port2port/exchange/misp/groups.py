"""Sharing groups of a MISP that are circles here, as an organisation said: read, said, taken back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.exchange.inbound import queries as inbound
from port2port.exchange.misp.reading import GROUPS
from port2port.exchange.models import Inbound, MispGroup
from port2port.members.acting import action, current_actor
from port2port.members.actor import Actor
from port2port.members.models import Circle, CircleMember
from port2port.members.people_queries import own_organisation
from port2port.members.queries import called
from port2port.members.roles import Act
from port2port.sharing.tlp import Tlp

LONGEST_NAME = 120
LOOKED_AT = 200  # incidents that came last
KINDS = ("standing", "port", "workgroup", "adhoc")


@dataclass(frozen=True)
class Limit:
    """How far something may go that came for sharing groups: the own organisation, and a circle if there is one."""

    circle: Circle | None


@dataclass(frozen=True)
class Met:
    """A sharing group that events came for and that is no circle here yet."""

    group: str
    name: str


def mapped() -> list[MispGroup]:
    """Return the groups that are circles here, by name."""
    return list(MispGroup.objects.select_related("circle").order_by("name", "id"))


def known_groups() -> frozenset[str]:
    """Return the groups that are a circle here which is still open."""
    return frozenset(str(one.group) for one in mapped() if one.circle.closed_at is None)


def circles() -> list[tuple[UUID, str]]:
    """Return the circles that a group may be: of organisations, with the own one in it; by name."""
    own = CircleMember.objects.filter(organisation_id=own_organisation(), until=None).values_list("circle", flat=True)
    found = Circle.objects.filter(
        id__in=set(own) & current_actor().keys, kind__in=KINDS, of="organisations", closed_at=None
    )
    return sorted(((one.id, called(one.names)) for one in found), key=lambda pair: pair[1].casefold())


def limit_of(row: Inbound) -> Limit | None:
    """Return how far what came may go, if it came for sharing groups; nothing when no group limits it.

    Groups that are several circles here, or one that is none, leave the own organisation: nothing is known to be within
    all of them. What another node says of groups is not believed.
    """
    found = msgspec.json.decode(row.body).get(GROUPS)
    if row.peer_id is not None or not isinstance(found, list) or not found:
        return None
    known = {str(one.group): one.circle for one in mapped() if one.circle.closed_at is None}
    circles_here = {known[one].id: known[one] for one in found if isinstance(one, str) and one in known}
    complete = len(circles_here) == 1 and all(one in known for one in found if isinstance(one, str))
    fits = complete and row.tlp < Tlp.AMBER_STRICT
    return Limit(next(iter(circles_here.values())) if fits else None)


def unmapped() -> list[Met]:
    """Return the groups that what came last was for and that are no circle here, with the names they have there."""
    known = known_groups()
    found: dict[str, str] = {}
    for row in inbound.newest(LOOKED_AT, kind="incident"):
        body = msgspec.json.decode(row.body)
        for group in _texts(body.get(GROUPS)):
            if group and group not in known and row.peer_id is None:
                found.setdefault(group, _name_of(body, group))
    return [Met(group, name) for group, name in sorted(found.items(), key=lambda pair: pair[1].casefold())]


def _texts(value: object) -> Iterable[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _name_of(body: Mapping[str, Any], group: str) -> str:
    event = body.get("x_misp")
    said = event.get("SharingGroup") if isinstance(event, dict) else None
    if isinstance(said, dict) and str(said.get("uuid", "")).lower() == group and isinstance(said.get("name"), str):
        return str(said["name"])[:LONGEST_NAME]
    return ""


@action
def say(*, group: UUID, name: str, circle: UUID, at: datetime) -> MispGroup:
    """Say that a sharing group is a circle of which the own organisation is a member, for what comes from now on.

    Raises Refused without the act `share`, Conflict when it is one already, Invalid.
    """
    actor = _sharer()
    problems = []
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        problems.append(Problem("name", _("Give the group the name that it has there, up to 120 characters.")))
    if circle not in {one for one, _name in circles()}:
        problems.append(Problem("circle", _("Choose a circle that your organisation is a member of.")))
    if problems:
        raise Invalid(problems)
    if MispGroup.objects.filter(group=group).exists():
        raise Conflict(_("This group is a circle here already. Take that back first."))
    made = MispGroup(
        id=new_id(), organisation_id=own_organisation(), group=group, name=name.strip(), circle_id=circle,
        made_by_id=actor.person, made_at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("misp.group_said", kind="misp", at=at, group=group, circle=circle)
    return made


@action
def take_back(identifier: UUID, *, at: datetime) -> None:
    """Say that a group is no circle here any more. What was shared stays. Raises Refused, NotFound."""
    _sharer()
    if not rows.delete(MispGroup, identifier):
        raise NotFound(kind="misp")
    journal.write("misp.group_taken_back", kind="misp", at=at, mapping=identifier)


def _sharer() -> Actor:
    actor = current_actor()
    if actor.organisation is None or not actor.may(Act.SHARE):
        raise Refused(_("This is for those who may share for your organisation."))
    return actor


def names_of(found: Collection[MispGroup]) -> dict[UUID, str]:
    """Return the names of the circles that these groups are, in the reader's language."""
    return {one.id: called(one.circle.names) for one in found}
