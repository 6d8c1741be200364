"""Reading what was sent for the own organisation, as pages of the inbox collection and as deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from port2port.base.errors import NotFound
from port2port.exchange.models import Delivery, Inbound
from port2port.exchange.store.queries import ALL, EPOCH, FIRST, LAST, MICROSECOND, Asked, Stored


def page(asked: Asked, *, size: int) -> tuple[list[Stored], datetime | None]:
    """Return at most `size` versions, oldest first, and after which moment it goes on; None: it does not."""
    rows = Inbound.objects.order_by("added")
    if asked.after is not None:
        rows = rows.filter(added__gt=asked.after)
    if asked.ids:
        rows = rows.filter(stix_id__in=asked.ids)
    if asked.kinds:
        rows = rows.filter(kind__in=asked.kinds)
    if ALL not in asked.versions:
        rows = rows.filter(_versions(asked))
    found = list(rows[: size + 1])
    return [_stored(row) for row in found[:size]], found[size - 1].added if len(found) > size else None


def _versions(asked: Asked) -> Q:
    same = Inbound.objects.filter(stix_id=OuterRef("stix_id"))
    wanted = Q(version__in=[one for one in asked.versions if isinstance(one, datetime)])
    if LAST in asked.versions:
        wanted |= Q(~Exists(same.filter(version__gt=OuterRef("version"))))
    if FIRST in asked.versions:
        wanted |= Q(~Exists(same.filter(version__lt=OuterRef("version"))))
    return wanted


def _stored(row: Inbound) -> Stored:
    added, version = ((one - EPOCH) // MICROSECOND for one in (row.added, row.version))
    return Stored(row.stix_id, added, version, row.body, None, row.tlp)


def newest(size: int, *, kind: str = "") -> list[Inbound]:
    """Return what came last, of each object its newest version; `kind`: only objects of this type."""
    same = Inbound.objects.filter(stix_id=OuterRef("stix_id"), version__gt=OuterRef("version"))
    rows = Inbound.objects.filter(~Exists(same), **({"kind": kind} if kind else {}))
    return list(rows.order_by(F("added").desc())[:size])


def delivery(identifier: UUID) -> Delivery:
    """Return one delivery of the own organisation. Raises NotFound."""
    found = Delivery.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="delivery")
    return found


def deliveries(size: int) -> list[Any]:
    """Return the last deliveries, newest first."""
    return list(Delivery.objects.order_by("-at")[:size])
