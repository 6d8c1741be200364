"""An alert as the body of a webhook, in the form that its administrator chose: a CAP 1.2 message or a STIX 2.1 bundle.

What is sent is what leaves by STIX, and nothing above TLP:GREEN: a webhook passes by whoever stands between. The
database looks (`exchange_hooked`). A message that took another's place names it, as CAP asks.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection
from django.urls import reverse

from port2port.alerts.delivery.bodies import Content
from port2port.exchange.cap import CAP_TYPE, CapReference, CapSource, cap_alert
from port2port.exchange.node import own_host, own_node
from port2port.exchange.stix.alerts import drafted
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.records import project
from port2port.exchange.stix.source import AlertSource
from port2port.members.areas import atlas_of
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.sharing.tlp import Tlp

CAP, STIX = "cap", "stix"
STIX_TYPE = "application/stix+json;version=2.1"
LANGUAGE = "en"


class Hooked(msgspec.Struct, frozen=True):
    """What the database gives out: what of the alert may leave, its STIX objects once they are stored, and what it
    follows."""

    source: AlertSource
    stored: list[str]
    follows: UUID | None
    followed_at: datetime | None


def as_cap(notice: UUID) -> Content | None:
    """Return a notice's alert as a CAP 1.2 message; None when it may not leave so."""
    found = _hooked(notice)
    if found is None:
        return None
    source, sender = found.source, own_host()
    references: tuple[CapReference, ...] = ()
    if found.follows is not None and found.followed_at is not None:
        references = (CapReference(sender, str(found.follows), found.followed_at),)
    said = CapSource(
        draft=drafted(source),
        atlas=atlas_of(known_places()),
        identifier=str(source.terms.record),
        sent=source.terms.at,
        tlp=Tlp(source.terms.tlp),
        sender_name=label(facts().organisations[source.terms.owner].names, LANGUAGE),
        message=source.message,
        references=references,
        web=f"{settings.SITE_URL}{reverse('alerts:detail', args=[source.terms.record])}",
    )
    return Content(CAP_TYPE, cap_alert(said, sender=sender))


def as_stix(notice: UUID) -> Content | None:
    """Return a notice's alert as a bundle of its STIX objects; None when it may not leave so."""
    found = _hooked(notice)
    if found is None:
        return None
    objects = [one.encode() for one in found.stored]
    if not objects:  # it is sent faster than it is stored; the first version was modified when it was created
        made = project(found.source, site=settings.SITE_URL, node=own_node(), places=known_places())
        objects = [msgspec.json.encode(one | {"modified": one["created"]}) for one in made]
    body = b'{"type":"bundle","id":"%s","objects":[%s]}' % (object_id("bundle", notice).encode(), b",".join(objects))
    return Content(STIX_TYPE, body)


def _hooked(notice: UUID) -> Hooked | None:
    with connection.cursor() as cursor:
        cursor.execute("select exchange_hooked(%s)::text", [notice])
        found: str | None = cursor.fetchone()[0]
    return msgspec.json.decode(found, type=Hooked) if found is not None else None
