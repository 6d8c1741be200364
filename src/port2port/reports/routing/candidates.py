"""Whom a recipient of a rule means in the network, and which organisations see a report already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q

from port2port.members.models import Circle, Organisation
from port2port.members.network_shapes import OrganisationKind
from port2port.reports.routing.rules import Recipient
from port2port.reports.shown import Shown


@dataclass(frozen=True)
class Candidate:
    """An organisation of the network that a recipient may mean, with the ports it serves and its own circle."""

    organisation: Organisation
    ports: frozenset[str]
    circle: UUID | None


def recipients_of(recipient: Recipient, port: str, owner: UUID, network: Iterable[Candidate]) -> list[Candidate | None]:
    """Return which organisations a recipient means for a report in `port`, without the report's owner.

    [None]: none that is on the platform. Empty: it is the owner itself, and nothing is to be sent.
    """
    known = [one for one in network if one.organisation.kind == recipient.organisation_kind]
    serving = [one for one in known if port and port in one.ports]
    national = [one for one in known if not one.ports and one.organisation.country == recipient.country]
    meant = {"port": serving, "national": national, "region": serving or national}[recipient.relation]
    if not meant:
        return [None]
    return [one for one in meant if one.organisation.id != owner]


def network_of(kinds: set[OrganisationKind]) -> tuple[list[Candidate], UUID | None]:
    """Return the organisations of these kinds that have not left, and the circle of everyone."""
    if not kinds:
        return [], None
    organisations = list(
        Organisation.objects.filter(kind__in=kinds, left_at=None).prefetch_related("ports").order_by("slug")
    )
    circles: dict[UUID, UUID] = {}
    everyone = None
    wanted = Q(kind="organisation", organisation__in=organisations) | Q(kind="everyone")
    for circle in Circle.objects.filter(wanted, closed_at=None):
        if circle.organisation_id is None:
            everyone = circle.id
        else:
            circles[circle.organisation_id] = circle.id
    return [
        Candidate(one, frozenset(port.locode for port in one.ports.all()), circles.get(one.id)) for one in organisations
    ], everyone


def seeing(found: Sequence[Shown]) -> list[set[UUID]]:
    """Return, for each report, which organisations have somebody who sees it now, as far as the actor may know.

    That its author reads it tells nobody's organisation. Many reports have the same audience: it is asked about once.
    """
    asked = [(frozenset(one.record.audience) - {one.record.author_id}, one.record.tlp) for one in found]
    told = _previews(set(asked))
    return [told[one][1] for one in asked]


def readers_through(circles: Iterable[UUID], tlp: int) -> dict[UUID | None, int]:
    """Return how many people would read something under this mark through each of these circles."""
    asked = {circle: (frozenset({circle}), tlp) for circle in circles}
    told = _previews(set(asked.values()))
    return {circle: told[one][0] for circle, one in asked.items()}


def _previews(audiences: set[tuple[frozenset[UUID], int]]) -> dict[tuple[frozenset[UUID], int], tuple[int, set[UUID]]]:
    """Return how many people and which organisations see something with each audience (keys and mark)."""
    listed = list(audiences)
    if not listed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.n, p.people, p.organisation_ids"
            " from unnest(%s::text[], %s::smallint[]) with ordinality as a(keys, tlp, n)"
            " cross join lateral sharing_preview(a.keys::uuid[], a.tlp) p",
            # Arrays of different lengths make no array: each is written as PostgreSQL reads it.
            [["{" + ",".join(map(str, keys)) + "}" for keys, _tlp in listed], [tlp for _keys, tlp in listed]],
        )
        return {listed[n - 1]: (people, set(organisations)) for n, people, organisations in cursor.fetchall()}
