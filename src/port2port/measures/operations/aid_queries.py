"""Reading mutual aid: open requests, one, its offers, and who has what now. The policy says what one sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.measures.operations.models import Offer
from port2port.measures.operations.rules import ASKER, LENDER, LENT
from port2port.measures.operations.shown import ShownAid, shown_aid
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where

AID = "aid"
MOST = 200
_JOINED = "join measures_aid a on a.record_id = p.record_id"
_OPEN = "a.closed_at is null and a.until_at > %s"


@dataclass(frozen=True)
class Lent:
    """An offer with the request it is for; `side`: whether the actor's organisation asked for it or lends it."""

    offer: Offer
    aid: ShownAid
    side: str
    overdue: bool


def one_aid(identifier: UUID, *, at: datetime) -> ShownAid:
    """Return one request; reading AMBER is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown_aid([identifier])
    if not found:
        raise NotFound(kind=AID, record=identifier)
    sharing.note_reading(AID, [found[0].record], at=at)
    return found[0]


def open_requests(*, at: datetime) -> list[ShownAid]:
    """Return the requests that still stand, the soonest first, at most 200."""
    found = shown_aid(sharing.newest(AID, where=Where(_JOINED, _OPEN, (at,)), size=MOST).ids)
    sharing.note_reading(AID, [row.record for row in found], at=at, act="listed")
    return sorted(found, key=lambda row: (row.aid.from_at, row.id))


def page(*, at: datetime, standing: bool, cursor: str = "", size: int = 25) -> tuple[list[ShownAid], Slice]:
    """Return a page of requests, newest first; `standing`: only those that still stand."""
    where = Where(_JOINED, _OPEN, (at,)) if standing else Where()
    part = sharing.newest(AID, where=where, cursor=cursor, size=size)
    found = shown_aid(part.ids)
    sharing.note_reading(AID, [row.record for row in found], at=at, act="listed")
    return found, part


def offers(aid: UUID) -> list[Offer]:
    """Return the offers to a request that the actor sees: all of them for who asked, its own for who lends."""
    return _named(Offer.objects.filter(aid_id=aid).order_by("at", "id"))


def offer(identifier: UUID) -> Offer:
    """Return one offer. Raises NotFound."""
    found = _named(Offer.objects.filter(id=identifier))
    if not found:
        raise NotFound()
    return found[0]


def side_of(shown: ShownAid) -> str:
    """Return on which side of a request's offers the actor's organisation stands."""
    return ASKER if shown.record.owner_id == current_actor().organisation else LENDER


def lent_now(*, at: datetime) -> list[Lent]:
    """Return what the actor's organisation has lent, or has of others, and is not back, the soonest due first."""
    found = _named(Offer.objects.filter(state__in=sorted(LENT)).order_by("id")[:MOST])
    requests = {row.id: row for row in shown_aid(list(dict.fromkeys(one.aid_id for one in found)))}
    rows = [
        Lent(one, aid, side_of(aid), aid.aid.until_at < at)
        for one in found
        if (aid := requests.get(one.aid_id)) is not None
    ]
    return sorted(rows, key=lambda row: (row.aid.aid.until_at, row.offer.id))


def offers_to_decide() -> list[Lent]:
    """Return the offers to own requests that nobody has answered."""
    found = _named(Offer.objects.filter(state="offered").order_by("id")[:MOST])
    requests = {row.id: row for row in shown_aid(list(dict.fromkeys(one.aid_id for one in found)))}
    return [
        Lent(one, aid, ASKER, False)
        for one in found
        if (aid := requests.get(one.aid_id)) is not None and side_of(aid) == ASKER
    ]


def requests_to_us(*, at: datetime) -> list[ShownAid]:
    """Return the requests of others that still miss something and to which the own organisation has said nothing."""
    said = set(Offer.objects.values_list("aid_id", flat=True))
    return [
        row for row in open_requests(at=at) if side_of(row) == LENDER and row.missing and row.id not in said
    ]  # fmt: skip


def _named(found: Iterable[Offer]) -> list[Offer]:
    rows = list(found)
    for one in rows:
        remember(one, "organisation", facts().organisations)
    return rows
