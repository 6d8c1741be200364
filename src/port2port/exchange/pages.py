"""Alerts for other systems: as CAP 1.2 documents and an Atom feed of them, and as GeoJSON. They only translate.

A person downloads from the alert's page; a machine reads the feeds, and each message of them, with a token of the scope
read or exchange.
"""

from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from port2port.alerts import queries
from port2port.alerts.queries import Filters
from port2port.alerts.shown import Shown
from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.exchange import composed
from port2port.exchange.cap import ATOM_TYPE, CAP_TYPE, FeedEntry, atom_feed
from port2port.exchange.geojson import GEOJSON_TYPE, Addresses, features
from port2port.exchange.store import readings
from port2port.members.places import known_places
from port2port.members.tokens import EXCHANGE
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import Gone, needs
from port2port.site.downloads import as_download
from port2port.site.reader import language

IN_FEED = 50


@require_safe
def cap(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one alert that one sees as a CAP 1.2 document, to be kept as a file. 410 when it was withdrawn."""
    return _document(alert)


@require_safe
def cap_for_machines(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one message of the feed. Scope: read or exchange."""
    needs(request, "read", EXCHANGE)
    readings.note([alert], "cap", at=now())  # as far as it is seen
    return _document(alert)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer the newest alerts that this token's holder sees, in force or over, as an Atom feed.

    Scope: read or exchange.
    """
    needs(request, "read", EXCHANGE)
    at = now()
    rows = queries.page(Filters(), at=at, size=IN_FEED).rows
    readings.note((row.record.id for row in rows), "cap", at=at)
    entries = [FeedEntry(composed.of_seen(row), _address("exchange:feed_cap", row.record.id)) for row in rows]
    document = atom_feed(
        entries,
        self_url=_address("exchange:feed"),
        title=_("Alerts"),
        updated=max((row.record.at for row in rows), default=at),
        language=language(),
    )
    return HttpResponse(document, content_type=f"{ATOM_TYPE}; charset=utf-8")


@require_safe
def geojson(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one alert that one sees as GeoJSON, to be kept as a file. 410 when it was withdrawn."""
    return _geojson(alert)


@require_safe
def geojson_for_machines(request: HttpRequest, alert: UUID) -> HttpResponse:
    """Answer one alert as GeoJSON. Scope: read or exchange. 410 when it was withdrawn."""
    needs(request, "read", EXCHANGE)
    readings.note([alert], "geojson", at=now())  # as far as it is seen
    return _geojson(alert)


@require_safe
def map_feed(request: HttpRequest) -> HttpResponse:
    """Answer the alerts in force that this token's holder sees as GeoJSON, urgent ones first.

    Scope: read or exchange.
    """
    needs(request, "read", EXCHANGE)
    at = now()
    rows = queries.in_force(Filters(), at=at)
    readings.note((row.record.id for row in rows), "geojson", at=at)
    return HttpResponse(_features([(row, _addresses(row)) for row in rows]), content_type=GEOJSON_TYPE)


def _geojson(alert: UUID) -> HttpResponse:
    found = _found(alert)
    document = _features([(found, _addresses(found))])
    return as_download(document, f"alert-{found.reference}.geojson", GEOJSON_TYPE)


def _features(rows: list[tuple[Shown, Addresses]]) -> bytes:
    return msgspec.json.encode(features(rows, known_places(), language()))


def _addresses(row: Shown) -> Addresses:
    return Addresses(_address("alerts:detail", row.record.id), _address("exchange:feed_cap", row.record.id))


def _address(name: str, *arguments: UUID) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def _found(alert: UUID) -> Shown:
    try:
        return queries.alert(alert, at=now())
    except NotFound as error:
        if sharing.tombstone(alert) is None:
            raise
        raise Gone(_("It was withdrawn or has expired.")) from error


def _document(alert: UUID) -> HttpResponse:
    found = _found(alert)
    document = composed.document(composed.of_seen(found))
    name = f"alert-{found.reference}.xml"
    return as_download(document, name, f"{CAP_TYPE}; charset=utf-8")
