"""An observable belongs to nobody: several records of a node may speak of the same one, and it is here once.

It carries the marks and the origin of the record that brought it last. When that record is withdrawn, and another one
that is here speaks of it, it stays with the marks and the origin of that one: its node does not send it again.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import F, Func, QuerySet, TextField, Value

from port2port.base.ids import new_id
from port2port.exchange.models import Delivery, Inbound
from port2port.exchange.stix.extensions import ORIGIN

TARGET = '"target_ref" *: *"([^"]+)"'


def shared_with_others(mine: QuerySet[Inbound], withdrawn: Collection[UUID], *, delivery: Delivery) -> list[Inbound]:
    """Return what of the observables of withdrawn records is to be written in their place, for other records.

    `mine`: what a peer brought; nothing is written here.
    """
    leaving = {row.stix_id: row for row in mine.filter(origin_record__in=withdrawn, version=F("added"))}
    if not leaving:
        return []
    target = Func(F("body"), Value(TARGET), function="substring", output_field=TextField())
    ties = mine.filter(kind="relationship").exclude(origin_record__in=withdrawn).order_by("-tlp", "added")
    found: dict[str, Inbound] = {}
    for tie in ties.annotate(target=target).filter(target__in=leaving):
        said = msgspec.json.decode(tie.body)
        row = leaving.get(str(said.get("target_ref")))
        if row is not None and "granular_markings" not in row.body:  # parts of it are marked by themselves
            found[row.stix_id] = _moved(row, tie, said, delivery)
    return list(found.values())


def _moved(row: Inbound, tie: Inbound, said: dict[str, Any], delivery: Delivery) -> Inbound:
    """Return an observable as the record of a relationship sends it. Of several, the widest mark counts."""
    body = msgspec.json.decode(row.body)
    extensions = {name: one for name, one in body.get("extensions", {}).items() if name != ORIGIN.id}
    if ORIGIN.id in (others := said.get("extensions", {})):
        extensions[ORIGIN.id] = others[ORIGIN.id]
    body["extensions"] = extensions  # in its place: the same bytes as its node would send
    body["object_marking_refs"] = said.get("object_marking_refs", [])
    return Inbound(
        id=new_id(), organisation_id=row.organisation_id, person_id=delivery.person_id, delivery=delivery,
        stix_id=row.stix_id, kind=row.kind, version=row.version, added=row.added, tlp=tie.tlp,
        body=msgspec.json.encode(body).decode(), report_id=None, peer_id=row.peer_id, node=tie.node,
        origin_record=tie.origin_record, keep_until=tie.keep_until, walk=row.walk,
    )  # fmt: skip
