"""The systems of the own organisation: which there are, what they hold, what they got. For its administrators.

A machine may see more than who looks at it: nobody learns here of a record, or how many there are, that they do not see
themselves. The database holds it (`sql/partners.sql`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from port2port.alerts.delivery.models import Delivery, Webhook
from port2port.alerts.delivery.queries import webhooks
from port2port.base.errors import NotFound
from port2port.exchange.models import Peer, Reading, TakServer
from port2port.exchange.peers.queries import peers
from port2port.exchange.tak.queries import servers
from port2port.members import machines
from port2port.members.models import Circle, Membership, Person, Token
from port2port.members.people_queries import administrator, own_organisation
from port2port.members.queries import called
from port2port.sharing.models import Record
from port2port.sharing.queries import COUNT_LIMIT

LAST = 10
OWN_KINDS = ("everyone", "sealed")  # circles that say nothing of what a machine may get


@dataclass(frozen=True)
class Machine:
    """A machine with its tokens that work, the node or the TAK server that it stands for, if any, and its last contact
    that is known.
    """

    hat: Membership
    peer: Peer | None
    tak: TakServer | None
    tokens: list[Token]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.hat.person.name

    @property
    def used_on(self) -> object:
        """The last day on which one of its tokens was used."""
        return max((one.last_used_on for one in self.tokens if one.last_used_on), default=None)


@dataclass(frozen=True)
class Got:
    """What a machine got: of records that one sees oneself, COUNT_LIMIT + 1 at most are counted."""

    number: int
    first: datetime | None
    last: datetime | None
    newest: list[Reading]


@dataclass(frozen=True)
class Told:
    """What became of the notices to a webhook: how many arrived and did not, and the last of them."""

    arrived: int
    waiting: int
    failed: int
    newest: list[Delivery]


def own_machines(*, at: datetime) -> list[Machine]:
    """Return the machines of the own organisation with what works now, by name. Raises Refused."""
    administrator()
    hats = machines.current(own_organisation())
    nodes = {one.person_id: one for one in peers()}
    screens = {one.person_id: one for one in servers()}
    tokens = _tokens([one.person_id for one in hats], at)
    return [
        Machine(one, nodes.get(one.person_id), screens.get(one.person_id), tokens.get(one.person_id, []))
        for one in hats
    ]


def own_machine(person: UUID, *, at: datetime) -> Machine:
    """Return one of them. Raises Refused, NotFound."""
    administrator()
    hat = machines.one(own_organisation(), person)
    peer = next((one for one in peers() if one.person_id == person), None)
    screen = next((one for one in servers() if one.person_id == person), None)
    return Machine(hat, peer, screen, _tokens([person], at).get(person, []))


def _tokens(persons: Collection[UUID], at: datetime) -> dict[UUID, list[Token]]:
    found: dict[UUID, list[Token]] = {}
    rows = Token.objects.filter(person_id__in=persons, revoked_at=None, expires_at__gt=at).order_by("-made_at")
    for one in rows:
        found.setdefault(one.person_id, []).append(one)
    return found


def makers(tokens: Sequence[Token]) -> dict[UUID, str]:
    """Return the names of who made these tokens, as far as the actor may know them."""
    return dict(Person.objects.filter(id__in={one.made_by_id for one in tokens}).values_list("id", "name"))


def circles_of(person: UUID) -> list[str]:
    """Return the circles by which a machine gets something and that the actor is in too, by name."""
    circles = Circle.objects.filter(id__in=both_hold(person)).exclude(kind__in=OWN_KINDS)
    return sorted((called(one.names) for one in circles), key=str.casefold)


def both_hold(person: UUID) -> set[UUID]:
    """Return the keys that both a machine and the actor hold."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_both_hold(%s)", [person])
        return {row[0] for row in cursor.fetchall()}


def both_see(person: UUID, records: Collection[UUID]) -> set[UUID]:
    """Return which of these records both a machine and the actor see."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_both_see(%s, %s::uuid[])", [person, list(records)])
        return {row[0] for row in cursor.fetchall()}


def webhook_told(webhook: UUID, records: Collection[UUID]) -> dict[UUID, str | None]:
    """Return of which of these alerts a webhook is told and that the actor sees, with what it is sent whole."""
    with connection.cursor() as cursor:
        cursor.execute("select alert, whole::text from exchange_webhook_told(%s, %s::uuid[])", [webhook, list(records)])
        return dict(cursor.fetchall())


def got(person: UUID) -> Got:
    """Return what a machine got, as far as the actor sees it too."""
    rows = Reading.objects.filter(person_id=person)
    newest = list(rows.select_related("record").order_by("-last_at", "-id")[:LAST])
    number = rows[: COUNT_LIMIT + 1].count()
    first = rows.order_by("first_at").values_list("first_at", flat=True).first()
    return Got(number, first, newest[0].last_at if newest else None, newest)


def webhook(identifier: UUID) -> Webhook:
    """Return a webhook of the own organisation, without its secrets. Raises Refused, NotFound."""
    administrator()
    found = next((one for one in webhooks() if one.id == identifier), None)
    if found is None:
        raise NotFound(kind="webhook", record=identifier)
    return found


def told(identifier: UUID) -> Told:
    """Return what became of the notices to a webhook; not of which alerts."""
    rows = Delivery.objects.filter(organisation_id=own_organisation(), channel="webhook", target=str(identifier))
    states = ("delivered", "waiting", "failed", "gone", "dead")
    arrived, waiting, *lost = (rows.filter(state=one)[: COUNT_LIMIT + 1].count() for one in states)
    newest = rows.exclude(ended_at=None).order_by("-ended_at").only("id", "state", "code", "attempts", "ended_at")
    return Told(arrived, waiting, sum(lost), list(newest[:LAST]))


def kinds_of(records: Collection[UUID]) -> dict[UUID, str]:
    """Return the kinds of those of these records that the actor sees."""
    return dict(Record.objects.filter(id__in=records).values_list("id", "kind"))
