"""MISP events in the database: kept by the renderer, read under the policy.

An event is stored once for everybody who sees its record. What depends on the reader is put in when it is sent: the
sharing group names those circles of the audience that the reader is in, with members that the reader may know.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from django.conf import settings
from django.db import connection

from port2port.base import journal
from port2port.base.errors import NotFound
from port2port.exchange.misp.parts import Misp, organisation
from port2port.exchange.misp.records import Known, dated, event, event_id, hashes, manifest
from port2port.exchange.stix.ids import OURS
from port2port.exchange.stix.network import Place
from port2port.exchange.stix.source import Source
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, CircleMember
from port2port.members.network_data import label
from port2port.members.places import known_places
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.models import Record
from port2port.sharing.queries import sensitivities
from port2port.sharing.tlp import SENSITIVE

MOST = 10_000  # events in a manifest: a feed has no pages
KINDS = ["report", "measure", "practice", "alert"]
ORGANISATION_ONLY, SHARING_GROUP = "0", "4"


@dataclass(frozen=True)
class Listed:
    """What the feed lists of an event."""

    uuid: UUID
    changed: datetime
    manifest: str
    hashes: list[str]
    record: UUID
    tlp: int


def keep(source: Source, *, at: datetime) -> None:
    """Store the event of a record, for the worker; nothing changes for one that says the same."""
    made = event(source, known=known(), site=settings.SITE_URL)
    body = msgspec.json.encode(made)
    with connection.cursor() as cursor:
        cursor.execute(
            "select exchange_store_misp(%s, %s, %s, %s, %s, %s::text[], %s)",
            [
                source.terms.record,
                event_id(source.terms.record),
                at,
                hashlib.sha256(body).hexdigest(),
                msgspec.json.encode(manifest(made)).decode(),
                hashes(made),
                body.decode(),
            ],
        )


def known() -> Known:
    """Return the facts of the network that events name, in English as the codes beside them."""
    found = facts()
    ports = {
        one.locode: Place(one.locode, label(one.names, "en"), one.country, one.lat, one.lon)
        for one in found.ports.values()
    }
    facilities = {
        key: Place(str(key), label(one.names, "en"), found.ports[one.port_id].country, one.lat, one.lon)
        for key, one in found.facilities.items()
    }
    names = {key: label(one.names, "en") for key, one in found.organisations.items()}
    return Known(names, ports, facilities, {one.code: one for one in vocabulary().modi_operandi}, known_places())


def listed(most: int = MOST) -> list[Listed]:
    """Return the events that one sees, those of the newest records first, `most` at most."""
    actor = current_actor()
    sql = f"""
        select m.uuid, m.changed, m.manifest, m.hashes, m.record_id, p.tlp from (
          select distinct on (at, record_id) record_id, at, tlp
          from unnest(%s::uuid[]) as k(key)
          cross join unnest(%s::boolean[]) as s(sensitive) cross join unnest(%s::text[]) as t(kind)
          cross join lateral (
            select p.record_id, p.at, p.tlp from sharing_posting p
            where p.key = k.key and p.sensitive = s.sensitive and p.kind = t.kind
            order by p.at desc, p.record_id desc limit {int(most)}
          ) next
          order by at desc, record_id desc limit {int(most)}
        ) p join exchange_mispevent m on m.record_id = p.record_id order by m.changed desc, m.uuid"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(actor.keys), sensitivities(actor.ceiling), KINDS])
        return [Listed(*row) for row in cursor.fetchall()]


def one(identifier: UUID, *, holding: Collection[UUID] | None = None) -> tuple[Misp, Record]:
    """Return an event as it is sent to the current actor, and its record. Raises NotFound.

    `holding`: as it is sent to whoever holds these keys instead; no more of them than the actor does.
    """
    with connection.cursor() as cursor:
        cursor.execute("select record_id, changed, body from exchange_mispevent where uuid = %s", [identifier])
        row = cursor.fetchone()
    record = Record.objects.filter(id=row[0]).first() if row is not None else None
    if record is None:
        raise NotFound(kind="misp")
    keys = current_actor().keys if holding is None else current_actor().keys & set(holding)
    return _addressed(dated(msgspec.json.decode(row[2]), row[1]), record, keys), record


def document(made: Misp) -> bytes:
    """Return an event as it goes over the line."""
    return msgspec.json.encode({"Event": made})


def note_reading(rows: Sequence[tuple[UUID, int]], *, at: datetime) -> None:
    """Write into the journal which records of AMBER or narrower were read: one entry for an answer."""
    records = sorted({record for record, tlp in rows if tlp >= SENSITIVE})
    if records:
        journal.write("misp.read", kind="misp", at=at, records=records)


def _addressed(made: Misp, record: Record, holding: Collection[UUID]) -> Misp:
    """Let what stays with the reader's organisation go to those who have it already, as far as it may know them."""
    if made["distribution"] != ORGANISATION_ONLY:
        return made
    keys = set(record.addressed) & set(holding)
    found = Circle.objects.filter(id__in=keys, closed_at=None, membership="open").exclude(
        kind__in=("everyone", "sealed")
    )
    circles = sorted(found, key=lambda circle: circle.id)
    members = CircleMember.objects.filter(circle__in=circles, until=None, organisation__isnull=False)
    rows = {one.id: one for one in (row.organisation for row in members.select_related("organisation")) if one}
    if not rows:
        return made
    ids = "|".join(str(circle.id) for circle in circles)
    group = {
        "uuid": str(uuid5(OURS, f"misp|sharing-group|{ids}")),
        "name": " + ".join(label(circle.names, "en") for circle in circles),
        "description": "Those who have it already.",
        "releasability": "Port 2 Port",
        "active": True,
        "roaming": False,
        "SharingGroupOrg": [
            {"extend": False, "Organisation": organisation(key, label(rows[key].names, "en"))} for key in sorted(rows)
        ],
        "SharingGroupServer": [],
    }
    return made | {"distribution": SHARING_GROUP, "SharingGroup": group}
