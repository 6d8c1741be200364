"""Writes about circles made for an occasion: make, rename, add, remove, close. By people with the act `share`."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.members.acting import Actor, action, current_actor
from port2port.members.circle_queries import candidates, keeping
from port2port.members.models import Circle, CircleMember
from port2port.members.roles import Act, Level

LONGEST_NAME = 80
MOST_MEMBERS = 200
LEVELS = (Level.OPERATIONAL, Level.STRATEGIC, Level.COMMUNITY)


@action
def make_circle(
    *, name: str, of: str, level: str, confidential: bool, members: Collection[UUID], at: datetime
) -> Circle:
    """Make a circle of organisations or of persons; whoever makes it is in it. Raises Invalid, Refused."""
    actor = _sharer()
    problems = _name_problems(name)
    if of not in ("organisations", "persons"):
        problems.append(Problem("of", _("Choose organisations or persons.")))
    if level not in LEVELS:
        problems.append(Problem("level", _("Choose who in it reads.")))
    if problems:
        raise Invalid(problems)
    circle = Circle(
        id=new_id(),
        names={"en": name.strip()},
        kind="adhoc",
        of=of,
        level=level,
        membership="confidential" if confidential else "open",
        addressed_by="members",
        organisation_id=actor.organisation,
    )
    circle.slug = f"adhoc-{circle.id}"  # no name in it: a slug that is taken would tell of a circle one may not know
    circle.save(force_insert=True)
    own = actor.organisation if of == "organisations" else actor.person
    assert own is not None
    _insert(circle.id, of, [own], at)
    _admit(circle.id, of, [key for key in members if key != own], at)
    journal.write(
        "circle.made", kind="circle", at=at, circle=circle.id, members=[own, *(m for m in members if m != own)]
    )
    return circle


@action
def rename_circle(circle: UUID, *, name: str, at: datetime) -> None:
    """Give it another name. Raises Invalid, NotFound."""
    kept = _kept(circle)
    problems = _name_problems(name)
    if problems:
        raise Invalid(problems)
    Circle.objects.filter(id=kept.id).update(names={"en": name.strip()})
    journal.write("circle.renamed", kind="circle", at=at, circle=circle)


@action
def add_members(circle: UUID, *, members: Collection[UUID], at: datetime) -> int:
    """Add organisations or persons: they also see what was shared with the circle before. Returns how many are new."""
    kept = _kept(circle)
    if not members:
        raise Invalid([Problem("members", _("Choose who joins."))])
    new = _admit(kept.id, kept.of, list(members), at)
    if new:
        journal.write("circle.joined", kind="circle", at=at, circle=circle, members=new)
    return len(new)


@action
def remove_member(circle: UUID, *, member: UUID, at: datetime) -> None:
    """Take one out: they see nothing shared with the circle any more, open screens included."""
    kept = _kept(circle)
    field = "organisation" if kept.of == "organisations" else "person"
    gone = CircleMember.objects.filter(circle=kept.id, until=None, **{field: member}).update(until=at)
    if not gone:
        raise NotFound()
    journal.write("circle.left", kind="circle", at=at, circle=circle, member=member)


@action
def close_circle(circle: UUID, *, at: datetime) -> None:
    """Close it: nobody is addressed through it any more, and nobody sees through it."""
    kept = _kept(circle)
    Circle.objects.filter(id=kept.id).update(closed_at=at)
    journal.write("circle.closed", kind="circle", at=at, circle=circle)


def _sharer() -> Actor:
    actor = current_actor()
    if actor.organisation is None or not actor.may(Act.SHARE):
        raise Refused(_("None of your roles in this organisation may do that."))
    return actor


def _kept(circle: UUID) -> Circle:
    _sharer()
    found = Circle.objects.filter(id=circle, closed_at=None).first() if circle in keeping([circle]) else None
    if found is None:
        raise NotFound()
    return found


def _admit(circle: UUID, of: str, members: list[UUID], at: datetime) -> list[UUID]:
    field = "organisation_id" if of == "organisations" else "person_id"
    there = set(CircleMember.objects.filter(circle=circle, until=None).values_list(field, flat=True))
    known = {key for key, _name in candidates(of, there)}
    wanted = [key for key in dict.fromkeys(members) if key not in there]
    if not set(wanted) <= known:
        raise Invalid([Problem("members", _("You cannot add one of these."))])
    if len(there) + len(wanted) > MOST_MEMBERS:
        raise Invalid([Problem("members", _("A circle made for an occasion holds 200 members at most."))])
    _insert(circle, of, wanted, at)
    return wanted


def _insert(circle: UUID, of: str, members: list[UUID], at: datetime) -> None:
    field = "organisation_id" if of == "organisations" else "person_id"
    CircleMember.objects.bulk_create(
        [CircleMember(id=new_id(), circle_id=circle, since=at, **{field: key}) for key in members]
    )


def _name_problems(name: str) -> list[Problem]:
    if not name.strip():
        return [Problem("name", _("Give the circle a name."))]
    if len(name.strip()) > LONGEST_NAME:
        return [Problem("name", _("80 characters at most."))]
    return []
