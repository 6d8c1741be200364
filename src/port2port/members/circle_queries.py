"""Reads of circles: which ones I am in or may write to, and who is in them where that may be known."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.models import Circle, CircleMember, Organisation, Person
from port2port.members.queries import called
from port2port.members.roles import Act

KINDS: dict[str, Promise] = {
    "standing": _("Standing circle"),
    "port": _("Circle of a port"),
    "workgroup": _("Working group"),
    "adhoc": _("Made for an occasion"),
    "organisation": _("An organisation's own circle"),
    "facility": _("A facility's own circle"),
    "everyone": _("Everyone, also outside the network"),
}
OWN = ("organisation", "facility", "everyone", "sealed")
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class CircleRow:
    """A circle as a list shows it. `size` is None where membership is confidential: no number anywhere."""

    id: UUID
    name: str
    kind: str
    of: str
    mine: bool
    keeps: bool
    confidential: bool
    size: int | None


@dataclass(frozen=True)
class InCircle:
    """A member: an organisation, or a person; `name` is empty for one whose name I may not know."""

    id: UUID
    name: str
    slug: str = ""


@dataclass(frozen=True)
class CircleNow:
    """One circle with its members, as far as the actor may know them."""

    row: CircleRow
    members: list[InCircle]
    unnamed: int
    older: int | None


def circles() -> list[CircleRow]:
    """Return the circles the actor is in or may address, without each organisation's own. Three queries."""
    actor = current_actor()
    found = [
        circle
        for circle in Circle.objects.filter(closed_at=None).exclude(kind__in=OWN)
        if circle.id in actor.keys or circle.addressed_by == "everyone" or _is_own(circle)
    ]
    kept = keeping([circle.id for circle in found if _is_own(circle)])
    open_ones = [circle.id for circle in found if circle.membership == "open"]
    sizes: dict[UUID, int] = dict.fromkeys(open_ones, 0)
    for circle in CircleMember.objects.filter(circle__in=open_ones, until=None).values_list("circle", flat=True):
        sizes[circle] += 1
    rows = [_row(circle, kept, sizes.get(circle.id)) for circle in found]
    return sorted(rows, key=lambda row: (not row.mine, row.name.casefold()))


def circle(identifier: UUID) -> CircleNow:
    """Return one circle that the actor may know of. Raises NotFound; for a closed one too."""
    found = Circle.objects.filter(id=identifier, closed_at=None).exclude(kind="sealed").first()
    if found is None:
        raise NotFound()
    kept = keeping([found.id]) if _is_own(found) else set()
    hidden = found.membership == "confidential" and found.id not in kept
    rows = [] if hidden else list(CircleMember.objects.filter(circle=found, until=None).select_related("organisation"))
    wanted = [row.person_id for row in rows if row.person_id]
    names = dict(Person.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    members = [
        InCircle(row.organisation_id, called(row.organisation.names), row.organisation.slug)
        for row in rows
        if row.organisation_id and row.organisation
    ]
    members += [InCircle(key, names[key]) for key in wanted if key in names]
    return CircleNow(
        _row(found, kept, None if found.membership == "confidential" else len(rows)),
        sorted(members, key=lambda one: one.name.casefold()),
        sum(key not in names for key in wanted),
        older_records(found.id) if found.id in kept else None,
    )


def older_records(identifier: UUID) -> int | None:
    """Return how many records whoever joins will also see, or None when the actor does not see them either.

    Counted by the actor's own sight, at most COUNT_LIMIT + 1.
    """
    if identifier not in current_actor().keys:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select 1 from sharing_posting where key = %s limit %s) bounded",
            [identifier, COUNT_LIMIT + 1],
        )
        number: int = cursor.fetchone()[0]
        return number


def own_circles(organisations: Iterable[UUID]) -> tuple[UUID, ...]:
    """Return the own circles of these organisations, which stand for the organisation as one addresses it."""
    found = Circle.objects.filter(kind="organisation", organisation_id__in=set(organisations), closed_at=None)
    return tuple(found.order_by("id").values_list("id", flat=True))


def keeping(wanted: list[UUID]) -> set[UUID]:
    """Return which of these circles the actor keeps: may rename, fill and close (`members_keeps`)."""
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("select c from unnest(%s::uuid[]) c where members_keeps(c)", [wanted])
        return {row[0] for row in cursor.fetchall()}


def candidates(of: str, already: set[UUID]) -> list[tuple[UUID, str]]:
    """Return who could be added: organisations of the network, or people whose names the actor may know."""
    if of == "organisations":
        organisations = Organisation.objects.filter(left_at=None).exclude(id__in=already)
        found = [(one.id, called(one.names)) for one in organisations]
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "select distinct person, name from members_directory() where person <> all(%s::uuid[])",
                [list(already)],
            )
            found = cursor.fetchall()
    return sorted(found, key=lambda pair: pair[1].casefold())


def _is_own(circle: Circle) -> bool:
    actor = current_actor()
    return circle.kind == "adhoc" and circle.organisation_id == actor.organisation and actor.may(Act.SHARE)


def _row(circle: Circle, kept: set[UUID], size: int | None) -> CircleRow:
    return CircleRow(
        id=circle.id,
        name=called(circle.names),
        kind=str(KINDS.get(circle.kind, circle.kind)),
        of=circle.of,
        mine=circle.id in current_actor().keys,
        keeps=circle.id in kept,
        confidential=circle.membership == "confidential",
        size=size,
    )
