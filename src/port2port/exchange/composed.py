"""An alert as a CAP message, composed in one way: from what a reader sees, for files and feeds, or from what may leave,
for webhooks.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from port2port.alerts.rules import Draft
from port2port.alerts.sentences import MessageType
from port2port.alerts.shown import Shown, shown
from port2port.exchange.cap import CapReference, CapSource, cap_alert
from port2port.exchange.node import own_host
from port2port.exchange.stix.alerts import drafted
from port2port.exchange.stix.source import AlertSource
from port2port.members.areas import atlas_of
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.reports.queries import made_at
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language


def of_seen(row: Shown) -> CapSource:
    """Return what the message of an alert is made of that the actor sees, in the active language."""
    follows = row.alert.follows
    return _composed(
        row.draft,
        record=row.record.id,
        sent=row.record.at,
        tlp=row.record.tlp,
        sender=label(row.record.owner.names, language()),
        message=row.message,
        references=() if follows is None else _references(follows, _sent(follows, at=row.at)),
        addresses=tuple(" ".join(word.replace('"', "'").split()) for word in row.audience),
    )


def of_leaving(source: AlertSource, *, follows: UUID | None, followed_at: datetime | None, language: str) -> CapSource:
    """Return what the message of an alert is made of that may leave; to whom else it went is no part of that.

    `follows`: the message that it took the place of, sent at `followed_at`; of a first one neither.
    """
    terms = source.terms
    return _composed(
        drafted(source),
        record=terms.record,
        sent=terms.at,
        tlp=terms.tlp,
        sender=label(facts().organisations[terms.owner].names, language),
        message=source.message,
        references=() if follows is None or followed_at is None else _references(follows, followed_at),
    )


def document(message: CapSource) -> bytes:
    """Return a message as it is sent."""
    return cap_alert(message, sender=own_host())


def _composed(
    draft: Draft, *, record: UUID, sent: datetime, tlp: int, sender: str, message: MessageType,
    references: tuple[CapReference, ...], addresses: tuple[str, ...] = (),
) -> CapSource:  # fmt: skip
    return CapSource(
        draft=draft,
        atlas=atlas_of(known_places()),
        identifier=str(record),
        sent=sent,
        tlp=Tlp(tlp),
        sender_name=sender,
        message=message,
        references=references,
        addresses=addresses,
        web=f"{settings.SITE_URL}{reverse('alerts:detail', args=[record])}",
    )


def _references(follows: UUID, sent: datetime) -> tuple[CapReference, ...]:
    return (CapReference(own_host(), str(follows), sent),)


def _sent(identifier: UUID, *, at: datetime) -> datetime:
    """Return when an earlier message was sent; of one that was withdrawn, what its id says."""
    found = shown([identifier], at=at)
    return found[0].record.at if found else made_at(identifier)
