"""An alert as the body of a webhook, in the form that its administrator chose: a CAP 1.2 message or a STIX 2.1 bundle.

What is sent is what leaves by STIX, and nothing above TLP:GREEN: a webhook passes by whoever stands between. The
database looks (`exchange_whole`). A message that took another's place names it, as CAP asks.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from port2port.alerts.delivery.bodies import Content
from port2port.exchange import composed
from port2port.exchange.cap import CAP_TYPE
from port2port.exchange.node import own_node
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.records import project
from port2port.exchange.stix.source import AlertSource
from port2port.members.places import known_places

CAP, STIX = "cap", "stix"
STIX_TYPE = "application/stix+json;version=2.1"
LANGUAGE = "en"


class Whole(msgspec.Struct, frozen=True):
    """What the database gives out: what of the alert may leave, its STIX objects once they are stored, and what it
    follows."""

    source: AlertSource
    stored: list[str]
    follows: UUID | None
    followed_at: datetime | None


def as_cap(notice: UUID) -> Content | None:
    """Return a notice's alert as a CAP 1.2 message; None when it may not leave so."""
    return written(CAP, _hooked(notice))


def as_stix(notice: UUID) -> Content | None:
    """Return a notice's alert as a bundle of its STIX objects; None when it may not leave so."""
    return written(STIX, _hooked(notice))


def written(form: str, given: str | None) -> Content | None:
    """Return an alert in a form, from the JSON of `exchange_whole`; None for one that is not sent whole."""
    return _WRITTEN[form](msgspec.json.decode(given, type=Whole)) if given is not None else None


def _cap(whole: Whole) -> Content:
    message = composed.of_leaving(whole.source, follows=whole.follows, followed_at=whole.followed_at, language=LANGUAGE)
    return Content(CAP_TYPE, composed.document(message))


def _stix(whole: Whole) -> Content:
    objects = [one.encode() for one in whole.stored]
    if not objects:  # it is sent faster than it is stored; the first version was modified when it was created
        made = project(whole.source, site=settings.SITE_URL, node=own_node(), places=known_places())
        objects = [msgspec.json.encode(one | {"modified": one["created"]}) for one in made]
    bundle = object_id("bundle", whole.source.terms.record).encode()
    return Content(STIX_TYPE, b'{"type":"bundle","id":"%s","objects":[%s]}' % (bundle, b",".join(objects)))


_WRITTEN: dict[str, Callable[[Whole], Content]] = {CAP: _cap, STIX: _stix}


def _hooked(notice: UUID) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select exchange_hooked(%s)::text", [notice])
        found: str | None = cursor.fetchone()[0]
    return found
