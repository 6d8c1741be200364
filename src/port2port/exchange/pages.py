"""Alerts for other systems: one as a CAP 1.2 document, all one sees as an Atom feed. They only translate.

A person downloads from the alert's page; a machine reads the feed, and each message of it, with a token (scope read).
"""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from port2port.alerts import queries
from port2port.alerts.queries import Filters
from port2port.alerts.shown import Shown, shown
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.exchange.cap import ATOM_TYPE, CAP_TYPE, CapReference, CapSource, FeedEntry, atom_feed, cap_alert
from port2port.members.areas import atlas_of
from port2port.members.data_files import label
from port2port.members.places import known_places
from port2port.reports.queries import made_at
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import Gone, needs
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download
from port2port.site.reader import language

IN_FEED = 50


@require_safe
def cap(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one alert that one sees as a CAP 1.2 document, to be kept as a file. 410 when it was withdrawn."""
    return _document(alert)


@require_safe
def cap_for_machines(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one message of the feed. Scope: read."""
    needs(request, "read")
    return _document(alert)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer the newest alerts that this token's holder sees, in force or over, as an Atom feed. Scope: read."""
    needs(request, "read")
    at = now()
    rows = queries.page(Filters(), at=at, size=IN_FEED).rows
    entries = [FeedEntry(source(row), _address("exchange:feed_cap", row.record.id)) for row in rows]
    document = atom_feed(
        entries,
        self_url=_address("exchange:feed"),
        title=_("Alerts"),
        updated=max((row.record.at for row in rows), default=at),
        language=language(),
    )
    return HttpResponse(document, content_type=f"{ATOM_TYPE}; charset=utf-8")


def source(row: Shown) -> CapSource:
    """Return what a CAP message is made of."""
    record = row.record
    references: tuple[CapReference, ...] = ()
    if row.alert.follows is not None:
        references = (CapReference(_sender(), str(row.alert.follows), _sent(row.alert.follows, at=row.at)),)
    return CapSource(
        draft=row.draft,
        atlas=atlas_of(known_places()),
        identifier=str(record.id),
        sent=record.at,
        tlp=Tlp(record.tlp),
        sender_name=label(record.owner.names, language()),
        message=row.message,
        references=references,
        addresses=tuple(" ".join(word.replace('"', "'").split()) for word in row.audience),
        web=_address("alerts:detail", record.id),
    )


def _sent(identifier: UUID, *, at: datetime) -> datetime:
    """Return when an earlier message was sent; of one that was withdrawn, what its id says."""
    found = shown([identifier], at=at)
    return found[0].record.at if found else made_at(identifier)


def _address(name: str, *arguments: UUID) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def _sender() -> str:
    """Return the platform's name on the network: it vouches for what it sends (CAP 1.2, section 3.2.1)."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _document(alert: UUID) -> HttpResponse:
    try:
        found = queries.alert(alert, at=now())
    except NotFound as error:
        if sharing.tombstone(alert) is None:
            raise
        raise Gone(_("It was withdrawn or has expired.")) from error
    document = cap_alert(source(found), sender=_sender())
    name = f"alert-{found.reference}.xml"
    return as_download(document, name, f"{CAP_TYPE}; charset=utf-8")
