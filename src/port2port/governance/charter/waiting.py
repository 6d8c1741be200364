"""What of the texts waits for whoever acts: to accept one for the organisation, to publish one as the second person."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.governance.charter import queries, words
from port2port.members.actor import Actor
from port2port.members.data_files import label
from port2port.members.models import Membership
from port2port.members.rules import Need
from port2port.site.reader import language


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits. One query for most."""
    if actor.organisation is None or actor.hat is None:
        return []
    return [*_to_accept(actor.hat, at), *_to_publish(actor)]


def _to_accept(hat: UUID, at: datetime) -> list[Need]:
    owed = queries.owed()
    if not owed:
        return []
    roles = set(Membership.objects.filter(id=hat).values_list("roles", flat=True).first() or [])
    found = []
    for one in owed:
        if roles.isdisjoint(one.entitled):
            continue
        text = (
            _("Until then your organisation shares up to TLP:GREEN only.")
            if one.holds
            else _("Read it, see what changed, and accept it for your organisation.")
        )
        found.append(
            Need(
                title=_("To accept for your organisation: %(text)s") % {"text": label(one.titles, language())},
                text=text, href=reverse("governance:text", args=[one.code, one.number]), action=_("Read and accept"),
                icon="governance", due=one.accept_by, overdue=one.accept_by < timezone.localdate(at),
            )
        )  # fmt: skip
    return found


def _to_publish(actor: Actor) -> list[Need]:
    if not actor.may("operate"):
        return []
    return [
        Need(
            title=_("A version waits for a second operator: %(text)s") % {"text": words.title(text)},
            text=_("Read what changed before you publish it."), href=words.address(text), action=_("Read it"),
            icon="governance",
        )
        for text in queries.proposals()
        if text.proposed_by_id != actor.person
    ]  # fmt: skip
