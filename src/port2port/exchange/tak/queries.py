"""What a TAK server is shown, with the sight of its machine here; and the servers of the own organisation."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.alerts import queries as alerts
from port2port.base.errors import NotFound
from port2port.exchange.models import TakServer
from port2port.exchange.tak.cot import STALE, Event, Sighting, of_alert, of_sighting
from port2port.members.places import known_places
from port2port.reports.models import Report
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Where

MOST = 100  # alerts, and as many sightings
SEEN_FOR = timedelta(hours=6)  # how long a drone that was seen stays on a screen
DRONES = "drone_misuse"
# Only what leaves by STIX too: no protected report, nothing a judge holds. "port": somewhere in it, nobody says where.
_SIGHTED = Where(
    "join reports_report t on t.record_id = p.record_id join sharing_record e on e.id = p.record_id",
    "t.occurred_at > %s and t.lat is not null and t.lon is not null and t.place <> 'port' and e.tlp <= %s"
    " and e.withdrawn_at is null and exists (select 1 from exchange_object o"
    " where o.record_id = p.record_id and o.kind = 'incident' and o.newest)",
)


def events(*, widest: int, language: str, at: datetime) -> list[Event]:
    """Return what stands on a screen now: alerts in force and drones seen lately, marked no narrower than `widest`."""
    places = known_places()
    found: list[Event] = []
    for row in alerts.recent(since=at, widest=widest, most=MOST, at=at):
        if row.in_force and row.alert.valid_from <= at:
            found += of_alert(row, places, language, url=_url("alerts:detail", row.record.id))
    with override(language):
        found += [of_sighting(one, until=at + STALE) for one in _sightings(widest, at)]
    return found


def _sightings(widest: int, at: datetime) -> list[Sighting]:
    where = Where(_SIGHTED.join, _SIGHTED.condition, (at - SEEN_FOR, widest))
    ids = sharing.newest("report", facets={"threat": DRONES}, where=where, size=MOST).ids
    return [
        Sighting(
            row.record_id, row.title, row.lat or 0.0, row.lon or 0.0, row.occurred_at, row.record.tlp,
            _url("reports:detail", row.record_id), _("Invented") if row.record.provenance == "invented" else "",
        )
        for row in Report.objects.filter(record_id__in=ids).select_related("record").order_by("-occurred_at")
    ]  # fmt: skip


def _url(name: str, record: UUID) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[record])}"


def servers() -> list[TakServer]:
    """Return the TAK servers of the own organisation, without their keys, by name."""
    return list(TakServer.objects.defer("secret").order_by("name"))


def server(identifier: UUID) -> TakServer:
    """Return one of them. Raises NotFound."""
    found = TakServer.objects.defer("secret").filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="tak", record=identifier)
    return found
