"""Rendering: each record that changed becomes STIX objects and a MISP event once, stored as JSON.

Triggers write what is due in the transaction of the change; the worker works it off, one at a time, so that what comes
later stands later. It reads no record itself: the database gives it what may leave (`exchange_source`), nothing else.
Killed at any moment, it goes on: what was not stored is still due.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction

from port2port.exchange.misp import events
from port2port.exchange.node import own_node
from port2port.exchange.stix import network, source
from port2port.exchange.stix.extensions import CREATED, definitions
from port2port.exchange.stix.made import moment
from port2port.exchange.stix.markings import Stix, known_statements, tlp_markings
from port2port.exchange.stix.records import project
from port2port.members.facts import facts
from port2port.members.network_data import label
from port2port.members.places import known_places
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.legal_basis import legal_bases, purposes

log = logging.getLogger(__name__)

MOST = 200  # records in a transaction
UNVERSIONED = frozenset({"marking-definition"})  # has `created` and no `modified` (STIX 2.1, section 7.2.1)


def render_due(*, at: datetime, most: int = MOST) -> int:
    """Render up to `most` records that are due, for the worker. Returns how many there were.

    A record that cannot be rendered is shown to nobody, logged, and tried again later: it keeps no other from leaving.
    """
    with connection.cursor() as cursor:
        cursor.execute("select record, source, stored from exchange_take(%s)", [most])
        rows: list[tuple[UUID, str | None, str]] = cursor.fetchall()
    node = own_node()
    for record, found, stored in rows:
        try:
            with transaction.atomic():
                _render(record, found, stored, node, at)
        except Exception:  # whatever is wrong with one record, the others wait behind it
            log.exception("record %s was not rendered", record)
            with connection.cursor() as cursor:
                cursor.execute("select exchange_failed(%s)", [record])
    return len(rows)


def _render(record: UUID, found: str | None, stored: str, node: UUID, at: datetime) -> None:
    objects: list[Stix] = []
    threat = ""
    if found is not None:
        projected = source.read(found)
        objects = project(projected, site=settings.SITE_URL, node=node, places=known_places())
        threat = projected.terms.threat
    _store(record, [(threat, one) for one in objects], msgspec.json.decode(stored, type=dict[str, str]), at)
    if found is not None:
        events.keep(projected, at=at)


def render_network(*, at: datetime) -> int:
    """Render what everybody knows: members, ports, facilities, ways of acting, markings. Returns how many objects."""
    objects = list(_network())
    with connection.cursor() as cursor:
        cursor.execute("select exchange_stored(null)")
        stored = msgspec.json.decode(cursor.fetchone()[0], type=dict[str, str])
    _store(None, objects, stored, at)
    return len(objects)


def _network() -> Iterable[tuple[str, Stix]]:
    """Yield the objects of the network with the threat that each belongs to."""
    known, words = facts(), vocabulary()
    terms = [(purpose.code, basis.code) for purpose in purposes() for basis in legal_bases(purpose=purpose.code)]
    for one in (*tlp_markings(), *definitions(settings.SITE_URL), *known_statements(terms, created=CREATED)):
        yield "", one
    for organisation in known.organisations.values():
        member = network.Member(
            organisation.id,
            label(organisation.names, "en"),
            organisation.kind,
            organisation.country,
            organisation.invented,
        )
        yield "", network.member(member)
    for port in known.ports.values():
        if not port.locode.endswith("ZZZ"):  # "port not given"
            place = network.Place(port.locode, label(port.names, "en"), port.country, port.lat, port.lon)
            yield from (("", one) for one in network.port(place))
    for facility in known.facilities.values():
        country = known.ports[facility.port_id].country
        place = network.Place(
            str(facility.id), label(facility.names, "en"), country, facility.lat, facility.lon, facility.invented
        )
        yield "", network.place(place)
    yield from network.modi(words.modi_operandi, valid_from=words.head.valid_from)


def _store(record: UUID | None, objects: list[tuple[str, Stix]], stored: Mapping[str, str], at: datetime) -> None:
    """Store what says something else than before, and take away what is there no more."""
    now_there = {one["id"]: (threat, one) for threat, one in objects}  # the same thing twice is one object
    fresh = [
        (threat, one, digest)
        for threat, one in now_there.values()
        if stored.get(one["id"]) != (digest := hashlib.sha256(msgspec.json.encode(one)).hexdigest())
    ]
    versions = [_version(one, at, first=one["id"] not in stored) for _threat, one, _digest in fresh]
    with connection.cursor() as cursor:
        cursor.execute(
            "select exchange_store(%s::uuid, %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],"
            " %s::text[], %s::text[])",
            [
                record,
                sorted(stored.keys() - now_there.keys()),
                [one["id"] for _threat, one, _digest in fresh],
                [one["type"] for _threat, one, _digest in fresh],
                [threat for threat, _one, _digest in fresh],
                versions,
                [digest for _threat, _one, digest in fresh],
                [_body(one, version) for (_threat, one, _digest), version in zip(fresh, versions, strict=True)],
            ],
        )


def _version(one: Stix, at: datetime, *, first: bool) -> str | None:
    """Return `modified`, or None for what has no versions. What is new was last modified when it was created."""
    if "created" not in one or one["type"] in UNVERSIONED:
        return None
    created: str = one["created"]
    return created if first else max(created, moment(at))


def _body(one: Stix, version: str | None) -> str:
    return msgspec.json.encode(one if version is None else one | {"modified": version}).decode()
