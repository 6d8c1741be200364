"""TLP:RED leaves by two persons: one asks, a second who sees it too approves, and it is taken out once, within a day.

The database holds it: without an approved pair for just these records no export of them is written down (`exports`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.sharing.exports import taker
from port2port.sharing.models import Pair

LASTS = timedelta(hours=24)
LONGEST_REASON = 400


@action
def ask(
    *, kind: str, path: str, reason: str, at: datetime, records: Sequence[UUID] = (), circle: UUID | None = None
) -> Pair:
    """Ask a second person to let this leave. `path`: the page that shows it.

    Raises Refused without the act `export` or for what one does not see, Invalid without a reason.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid([Problem("reason", _("Say in at most 400 characters why it must leave."))])
    pair = Pair(
        id=new_id(), person_id=current_actor().person, organisation=taker(), kind=kind, path=path,
        records=list(records), circle=circle, reason=reason.strip(), asked_at=at,
    )  # fmt: skip
    rows.insert(pair)
    journal.write("red.asked", kind=kind, at=at, pair=pair.id, count=len(pair.records))
    return pair


@action
def answer(pair: UUID, *, approve: bool, at: datetime) -> None:
    """Let it leave, or not. Raises NotFound for one's own, an answered or an old one, and for what one does not see."""
    actor = current_actor()
    waiting = Pair.objects.filter(id=pair, answered_at=None).exclude(person_id=actor.person)
    if not waiting.update(
        answered_by_id=actor.person, answered_for_id=actor.organisation, answered_at=at, approved=approve
    ):
        raise NotFound()
    journal.write("red.approved" if approve else "red.declined", kind="export", at=at, pair=pair)


def waiting(at: datetime) -> list[Pair]:
    """Return what others ask of the actor, oldest first."""
    asked = Pair.objects.filter(answered_at=None, asked_at__gt=at - LASTS).exclude(person_id=current_actor().person)
    return list(asked.select_related("organisation").order_by("asked_at"))


def own(at: datetime) -> list[Pair]:
    """Return what the actor asked for within the last day, newest first."""
    return list(Pair.objects.filter(person_id=current_actor().person, asked_at__gt=at - LASTS).order_by("-asked_at"))


def open_pair(*, kind: str, at: datetime, records: Sequence[UUID] = (), circle: UUID | None = None) -> Pair | None:
    """Return the actor's last request for just this that may still lead somewhere: waiting, or approved and unused."""
    for pair in own(at):
        same = (pair.kind, pair.records, pair.circle) == (kind, list(records), circle)
        if same and pair.used_at is None and pair.approved is not False and usable(pair, at):
            return pair
    return None


def usable(pair: Pair, at: datetime) -> bool:
    """Say whether it is approved and not too old, or still waits."""
    return pair.answered_at is None or pair.answered_at > at - LASTS
