"""What of levels waits: those that my desk has not acknowledged; for the port and the authority, who is late."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.compliance.queries import sight
from port2port.levels import queries
from port2port.levels.models import Answer, Order
from port2port.levels.rules import overdue
from port2port.levels.words import mark_of
from port2port.members.actor import Actor
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.members.rules import Need

MOST = 3
LOOKED_AT = 20


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what to acknowledge as a desk, the earliest due first; then what others did not acknowledge in time."""
    if actor.organisation is None or not actor.may("report"):
        return []
    own = queries.desks()
    mine = [_mine(one, at) for one, _left in queries.waiting(sorted(own), at=at)[:MOST]] if own else []
    return [*mine, *_late(own, at)]


def _mine(one: Order, at: datetime) -> Need:
    row = one.notice
    title = _("Acknowledge security level %(level)d: %(port)s") % {"level": row.level, "port": called(row.port.names)}
    return Need(
        title=title, text=_("Official notice: %(reference)s.") % {"reference": row.reference},
        href=reverse("levels:notice", args=[row.id]), action=_("Look and acknowledge"), icon="alert",
        due=timezone.localdate(one.answer_by), overdue=overdue(one.answer_by, at=at), mark=mark_of(row),
    )  # fmt: skip


def _late(own: frozenset[UUID], at: datetime) -> list[Need]:
    """Return, for each notice that counts, how many facilities of the own port or of all have not answered in time."""
    seen = sight()
    if not seen.national and not seen.ports:
        return []
    found = []
    for one in queries.to_answer(at=at).filter(answer_by__lt=at)[:LOOKED_AT]:
        row = one.notice
        spots = {s.id: s for s in known_places().facilities.values() if s.id in set(row.concerned) and seen.place(s)}
        given = set(Answer.objects.filter(notice=row).values_list("facility_id", flat=True))
        late = [spot for spot in spots if spot not in given and spot not in own]
        if late and (seen.national or row.port_id in seen.ports):
            found.append(_need(one, len(late)))
    return found[:MOST]


def _need(one: Order, number: int) -> Need:
    row = one.notice
    title = ngettext(
        "%(n)d facility has not acknowledged security level %(level)d: %(port)s",
        "%(n)d facilities have not acknowledged security level %(level)d: %(port)s",
        number,
    ) % {"n": number, "level": row.level, "port": called(row.port.names)}
    return Need(
        title=title, text=_("Its time is over. Call them, and write down that they were told."),
        href=reverse("levels:notice", args=[row.id]), action=_("See which"), icon="alert",
        due=timezone.localdate(one.answer_by), overdue=True, mark=mark_of(row),
    )  # fmt: skip
